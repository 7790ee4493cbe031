//! The bar above a page that is not a board: what the page is, how fresh it is, and what is under way.

use leptos::prelude::*;
use shared::dashboard::Totals;

use crate::live::{DashboardLive, Freshness};
use crate::ui::fresh::{FreshBanner, FreshChip};
use crate::ui::icon::{Glyph, Icon};

/// The bar above a page that follows the dashboard.
#[component]
pub fn TopBar(
    /// What the page is.
    title: &'static str,
    /// What the page follows.
    live: DashboardLive,
    /// What can be done on the page as a whole.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let overview = live.overview();
    let totals = Memo::new(move |_| overview.with(|it| it.totals));
    view! {
        <header class="topbar">
            <div class="topbar__row">
                <h1 class="topbar__title" tabindex="-1">{title}</h1>
                <div class="topbar__end">
                    <Running totals/>
                    <FreshChip status=live.status()/>
                    {children.map(|children| children())}
                </div>
            </div>
            <FreshBanner status=live.status() reconnect=Callback::new(move |()| live.reconnect())/>
        </header>
    }
}

/// How many attempts run of how many may at once, on all boards; nothing while none does.
#[component]
pub fn Running(
    /// The counts over all boards.
    totals: Memo<Totals>,
) -> impl IntoView {
    let counts = Memo::new(move |_| totals.with(|it| (it.running, it.limit)));
    let sign = move || {
        let (running, limit) = counts.get();
        let of = if limit > 0 { format!(" of {limit}") } else { String::new() };
        (running > 0).then(|| {
            view! {
                <span class="running">
                    <Glyph icon=Icon::Ring small=true turning=true/>
                    <span>"Running "<b>{running.to_string()}</b>{of}</span>
                </span>
            }
            .into_any()
        })
    };
    view! { {move || sign()} }
}

/// Whether what a page shows is old enough to lose its colour. A page that has only just been opened is not.
pub fn is_faded(status: Freshness) -> bool {
    matches!(status, Freshness::Offline { .. } | Freshness::SignedOut)
}
