//! The map of addresses to pages.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::board::BoardPage;
use crate::card::inspector::drafts::Drafts;
use crate::chunk::{self, Chunk, view_of};
use crate::live::provide_page_stream;
use crate::missing::{NoPage, waiting_page};
use crate::tab::TabMemory;

/// The whole client: what the server renders into the body and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    #[cfg(not(target_arch = "wasm32"))]
    leptos_meta::provide_meta_context();
    provide_page_stream();
    // Above the pages: what is typed on a card, and what can be undone, stays while another page is shown.
    Drafts::provide();
    TabMemory::provide();
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <NoPage/> }>
                <Route path=path!("/") view=|| page_of(&chunk::INBOX) ssr=SsrMode::Async/>
                <Route path=path!("/projects") view=|| page_of(&chunk::PROJECTS) ssr=SsrMode::Async/>
                // A board and its cards are one page: opening a card must not begin the board anew.
                <Route path=path!("/boards/:board/*rest") view=BoardPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}

/// A page that is a chunk.
fn page_of(chunk: &'static Chunk<()>) -> AnyView {
    view_of(chunk, |_| (), waiting_page)
}
