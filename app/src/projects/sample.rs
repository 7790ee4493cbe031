//! The button that makes a sample project, for whoever wants to look around first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::add::FieldError;
use crate::ui::icon::{Glyph, Icon};
use crate::{address, api};

/// The button that makes a sample project, and then goes on to its board.
#[component]
pub(super) fn SampleProject() -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    let add = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = api::create_sample().await;
            // The button may be gone by now: the stream tells of a new project sooner than the answer does.
            let _ = busy.try_set(false);
            match answer {
                Ok(answer) => navigate(&address::board(&answer.value.board_id), Default::default()),
                Err(failure) => _ = error.try_set(Some(failure.sentence)),
            }
        });
    };
    let icon = move || {
        let busy = busy.get();
        view! { <Glyph icon=if busy { Icon::Ring } else { Icon::Box } turning=busy/> }.into_any()
    };
    view! {
        <div class="field needs-script">
            <button class="button" type="button" aria-disabled=move || busy.get().then_some("true") on:click=add>
                {move || icon()}
                {move || if busy.get() { "Adding the sample project…" } else { "Add the sample project" }}
            </button>
            {move || error.get().map(|text| view! { <FieldError id="sample-error" text/> }.into_any())}
            <p class="field__hint">
                "A small repository with five cards, and a demo agent that needs no account. Remove it any time."
            </p>
        </div>
    }
}
