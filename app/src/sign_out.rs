//! The button that signs this browser out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::icon::{Glyph, Icon};
use crate::ui::notices::Notices;
use crate::{address, api, browser};

/// Signs out, and goes to the page to sign in. Whoever has no session is left where they are.
#[component]
pub fn SignOut() -> impl IntoView {
    let notices = expect_context::<Notices>();
    let sign_out = move |_| {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(_) => browser::leave_for(address::SIGN_IN),
                Err(failure) => notices.failed(format!("Not signed out: {failure}")),
            }
        });
    };
    view! {
        <button class="button is-icon is-quiet is-small" type="button" aria-label="Sign out" title="Sign out" on:click=sign_out>
            <Glyph icon=Icon::SignedOut/>
        </button>
    }
}
