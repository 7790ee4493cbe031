//! How fresh a page is: the chip that always says it, and the banner for when something can be done about it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::{Glyph, Icon};
use super::time::local_clock;
use crate::address;
use crate::live::Freshness;

/// The chip in the top bar: icon, words and colour.
#[component]
pub fn FreshChip(
    /// How fresh the page is.
    status: Signal<Freshness>,
) -> impl IntoView {
    let face = Memo::new(move |_| Face::of(status.get()));
    // The countdown changes each second: it is for the eye, a screen reader hears the words alone.
    let countdown = move || match status.get() {
        Freshness::Reconnecting { seconds } if seconds > 0 => format!(" in {seconds} s"),
        _ => String::new(),
    };
    view! {
        <span class=move || format!("fresh needs-script {}", face.get().class) role="status">
            {move || {
                let Face { icon, turning, .. } = face.get();
                view! { <Glyph icon small=true turning/> }
            }}
            <span>{move || face.get().words}</span>
            <span aria-hidden="true">{move || countdown()}</span>
        </span>
    }
}

#[derive(Clone, PartialEq)]
struct Face {
    class: &'static str,
    icon: Icon,
    turning: bool,
    words: String,
}

impl Face {
    fn of(status: Freshness) -> Self {
        let (class, icon, words) = match status {
            Freshness::Connecting => ("is-connecting", Icon::Ring, "Connecting".to_owned()),
            Freshness::CatchingUp => ("is-catching", Icon::Catch, "Catching up".to_owned()),
            Freshness::Live => ("is-live", Icon::Live, "Live".to_owned()),
            Freshness::Reconnecting { .. } => ("is-reconnecting", Icon::Reconnect, "Reconnecting".to_owned()),
            Freshness::Offline { since } => {
                ("is-offline", Icon::Offline, format!("Offline since {}", local_clock(since)))
            }
            Freshness::SignedOut => ("is-signedout", Icon::SignedOut, "Signed out".to_owned()),
            Freshness::Gone => ("is-signedout", Icon::Trash, "Deleted".to_owned()),
        };
        Self { class, icon, words, turning: status == Freshness::Connecting }
    }
}

/// The banner above a page that is not kept up to date: what is seen, and the way back.
#[component]
pub fn FreshBanner(
    /// How fresh the page is.
    status: Signal<Freshness>,
    /// Opens a new stream now.
    #[prop(into)]
    reconnect: Callback<()>,
) -> impl IntoView {
    // Not on the countdown's every second.
    let shown = Memo::new(move |_| match status.get() {
        Freshness::Reconnecting { .. } => Freshness::Reconnecting { seconds: 0 },
        status => status,
    });
    let here = use_location();
    let (path, search) = (here.pathname, here.search);
    let sign_in = move || path.with(|path| search.with(|search| address::sign_in(path, search)));
    let banner = move || match shown.get() {
        Freshness::Offline { since } => Some(
            view! {
                <div class="note is-ask banner">
                    <Glyph icon=Icon::Offline/>
                    <span>
                        {format!("Offline since {}. You see things as they were then.", local_clock(since))}
                    </span>
                    <button class="button is-small" type="button" on:click=move |_| reconnect.run(())>
                        <Glyph icon=Icon::Reconnect/>
                        "Reconnect now"
                    </button>
                </div>
            }
            .into_any(),
        ),
        Freshness::SignedOut => Some(
            view! {
                <div class="note banner">
                    <Glyph icon=Icon::SignedOut/>
                    <span>"You were signed out. What you see is no longer kept up to date."</span>
                    <a class="button is-small" href=move || sign_in() rel="external">"Sign in"</a>
                </div>
            }
            .into_any(),
        ),
        _ => None,
    };
    view! { {move || banner()} }
}
