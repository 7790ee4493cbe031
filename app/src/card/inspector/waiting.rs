//! What stands in the inspector's place until the chunk that makes it is here: a frame for the focus, and a way back.

use leptos::prelude::*;

use super::{Close, close_on_escape};
use crate::board::context::INSPECTOR;
use crate::browser;
use crate::chunk::Waiting;
use crate::missing::NotFetched;

/// The frame of an inspector that is fetched, or did not come.
#[component]
pub fn WaitingInspector(
    /// What is waited for.
    waiting: Waiting,
    /// Closes the inspector; the focus goes back to the card.
    on_close: Callback<()>,
) -> impl IntoView {
    let aside = NodeRef::new();
    close_on_escape(aside, on_close);
    Effect::new(move || browser::focus("#inspector"));
    let has_failed = Memo::new(move |_| waiting.has_failed());
    let content = move || {
        if has_failed.get() {
            view! { <NotFetched waiting/> }.into_any()
        } else {
            view! { <Bones/> }.into_any()
        }
    };
    view! {
        <aside class="inspector" id=INSPECTOR tabindex="-1" aria-label="Card" node_ref=aside>
            <header class="inspector__bar">
                <span class="u-end"></span>
                <Close on_close/>
            </header>
            {move || content()}
        </aside>
    }
}

#[component]
fn Bones() -> impl IntoView {
    view! {
        <div class="inspector__body u-late">
            <div class="inspector__bones" role="status">
                <span class="u-hidden">"Reading…"</span>
                <span class="bone"></span>
                <span class="bone"></span>
            </div>
        </div>
    }
}
