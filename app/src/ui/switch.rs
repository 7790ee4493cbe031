//! A button that goes through the few ways in which something can be.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The button. Its words say how it is, and what a press makes of it.
#[component]
pub fn Switch(
    /// Its id.
    id: &'static str,
    /// Its icon.
    icon: Icon,
    /// Its words.
    #[prop(into)]
    words: Signal<&'static str>,
    /// Goes on to the next.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="button is-icon is-quiet is-small"
            id=id
            type="button"
            aria-label=move || words.get()
            title=move || words.get()
            on:click=move |_| on_press.run(())
        >
            <Glyph icon/>
        </button>
    }
}
