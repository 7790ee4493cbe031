//! The sign-in page: a form and, after a failed try, why it failed.

use leptos::prelude::*;

use crate::error::ApiError;

/// What the page shows.
pub(super) struct SignInPage<'a> {
    /// The style sheets, by address.
    pub(super) styles: &'a [String],
    /// Where to go after signing in.
    pub(super) next: &'a str,
    /// Why the last try failed.
    pub(super) refusal: Option<&'a ApiError>,
}

impl SignInPage<'_> {
    /// The whole document. It has no script: nothing here needs one.
    pub(super) fn to_html(&self) -> String {
        let styles = self
            .styles
            .iter()
            .map(|href| view! { <link rel="stylesheet" href=href.clone()/> })
            .collect_view();
        let refusal = self.refusal.map(|refusal| {
            let hints =
                refusal.hints.iter().map(|hint| view! { " " {hint.clone().into_owned()} }).collect_view();
            view! { <p role="alert">{refusal.message.clone()} {hints}</p> }
        });
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <title>"Sign in · Mainstay"</title>
                    {styles}
                </head>
                <body>
                    <main class="page sign-in">
                        <h1>"Sign in to Mainstay"</h1>
                        {refusal}
                        <p>
                            "Open the link that Mainstay printed when it started; "
                            <code>"mainstay link"</code>
                            " prints it again. Or type the owner token."
                        </p>
                        <form method="post" action=super::sign_in::PATH>
                            <input type="hidden" name="next" value=self.next.to_owned()/>
                            <label for="token">"Owner token"</label>
                            <input
                                id="token"
                                type="password"
                                name="token"
                                autocomplete="current-password"
                                required=true
                                autofocus=true
                            />
                            <button type="submit" class="button is-primary">"Sign in"</button>
                        </form>
                    </main>
                </body>
            </html>
        }
        .to_html()
    }
}
