//! How long something has been going on, second by second.

use std::time::Duration;

use leptos::prelude::*;
use shared::time::Timestamp;

use super::words;
use crate::browser;

/// How long something has been going on. Before hydration, which knows no present, nothing.
#[component]
pub(super) fn Elapsed(
    /// Since when.
    #[prop(into)]
    since: Signal<Timestamp>,
) -> impl IntoView {
    let millis = RwSignal::new(None);
    Effect::new(move || {
        let since = since.get();
        let tick =
            move || millis.set(browser::now().map(|now| now.millis_since(since).max(0) / 1_000 * 1_000));
        tick();
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    let text = move || {
        millis.get().map(|millis| match millis {
            0..60_000 => format!("{} s", millis / 1_000),
            _ => words::span(millis),
        })
    };
    view! { <time datetime=move || since.get().to_string()>{move || text()}</time> }
}
