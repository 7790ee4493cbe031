//! Signing in: a form in a document of its own, which the server alone renders, since the client is only for who is
//! signed in.

use leptos::prelude::*;

use crate::address;
use crate::ui::icon::{Glyph, Icon};

/// The form that takes the owner token, and says where the sign-in link comes from.
#[component]
pub fn SignInForm(
    /// The address to go on to; the server checks it. Empty for the inbox.
    next: String,
    /// Why the try before this one failed.
    refusal: Option<String>,
) -> impl IntoView {
    let refused = refusal.is_some();
    view! {
        <main class="sign-in" id="main">
            <div class="sign-in__head">
                <Glyph icon=Icon::Mast/>
                <h1>"Sign in to Mainstay"</h1>
            </div>
            {refusal.map(|text| view! {
                <p class="note is-fail" role="alert" id="sign-in-refusal"><Glyph icon=Icon::Warn/><span>{sentence(&text)}</span></p>
            })}
            <p>
                "Open the link that Mainstay printed when it started. In a terminal on the machine that it runs on, "
                <code>"mainstay link"</code>
                " prints it again."
            </p>
            <form method="post" action=address::SIGN_IN>
                <input type="hidden" name="next" value=next/>
                <div class="field">
                    <label for="token">"Or type the owner token"</label>
                    <span class="input" class:is-invalid=refused>
                        <input
                            id="token"
                            name="token"
                            type="password"
                            autocomplete="current-password"
                            required=true
                            autofocus=true
                            aria-describedby=refused.then_some("sign-in-refusal")
                        />
                    </span>
                </div>
                <button class="button is-primary" type="submit">"Sign in"</button>
            </form>
        </main>
    }
}

/// A sentence of the server, with what is to be typed set as such: it stands between backticks.
fn sentence(text: &str) -> impl IntoView + use<> {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    text.split('`').enumerate().map(part).collect_view()
}
