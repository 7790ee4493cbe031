//! The HTML document around the pages.

use app::{App, shell::ClientFiles};
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The document, with the client's files linked and the page for the current address in its body.
pub fn document(files: &ClientFiles) -> impl IntoView + use<> {
    let styles =
        files.styles.iter().map(|href| view! { <link rel="stylesheet" href=href.clone()/> }).collect_view();
    let start = match (&files.script, &files.wasm) {
        (Some(script), Some(wasm)) => Some(view! {
            <link rel="modulepreload" href=script.clone()/>
            <link rel="preload" r#as="fetch" r#type="application/wasm" crossorigin="" href=wasm.clone()/>
            <script type="module">{format!("import init from \"{script}\";init({{module_or_path:\"{wasm}\"}});")}</script>
        }),
        _ => None,
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {styles}
                {start}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
