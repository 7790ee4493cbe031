//! The map of addresses to pages.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The whole client: what the server renders into the body and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Mainstay".into() } else { format!("{text} · Mainstay") }/>
        <Router>
            <Routes fallback=|| view! { <NotFound/> }>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

#[component]
fn Home() -> impl IntoView {
    view! { <main class="page"><h1>"Mainstay"</h1></main> }
}

#[component]
fn NotFound() -> impl IntoView {
    view! { <main class="page"><h1>"There is no such page"</h1><p><a href="/">"Go to the inbox"</a></p></main> }
}
