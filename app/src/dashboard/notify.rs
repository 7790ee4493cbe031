//! Whether the browser tells of what needs a person, and the button that allows it.

use leptos::prelude::*;

use crate::browser::{self, Notifying};
use crate::ui::icon::{Glyph, Icon};

/// Whether notices come to the desktop; why not, or the button that allows them.
#[component]
pub(super) fn NotifyChoice() -> impl IntoView {
    // Nothing is known of the browser before hydration.
    let state = RwSignal::new(None);
    Effect::new(move || state.set(browser::notifying()));
    let ask = move |_| browser::ask_to_notify(move |answer| _ = state.try_set(answer));
    let words = |text: &'static str| Some(view! { <span class="notify">{text}</span> }.into_any());
    let shown = move || match state.get() {
        None => None,
        Some(Notifying::Allowed) => words("Notices come to your desktop"),
        Some(Notifying::Refused) => {
            words("Notices are off: allow them in the browser's settings for this page")
        }
        Some(Notifying::Impossible) => {
            words("Notices are off: browsers allow them over HTTPS or on localhost only")
        }
        Some(Notifying::Unasked) => Some(
            view! {
                <button class="button is-quiet is-small" type="button" on:click=ask>
                    <Glyph icon=Icon::Bell/>
                    "Notify me"
                </button>
            }
            .into_any(),
        ),
    };
    view! { <span class="u-end"></span> {move || shown()} }
}
