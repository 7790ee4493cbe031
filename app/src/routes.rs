//! The map of addresses to pages.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::board::BoardPage;
use crate::card::inspector::drafts::Drafts;
use crate::dashboard::DashboardPage;
use crate::live::provide_page_stream;
use crate::missing::NoPage;
use crate::projects::ProjectsPage;
use crate::title::document_title;

/// The whole client: what the server renders into the body and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_page_stream();
    // Above the pages: what is typed on a card stays while another page is shown.
    Drafts::provide();
    view! {
        <Title formatter=document_title/>
        <Router>
            <FlatRoutes fallback=|| view! { <NoPage/> }>
                <Route path=path!("/") view=DashboardPage ssr=SsrMode::Async/>
                <Route path=path!("/projects") view=ProjectsPage ssr=SsrMode::Async/>
                // A board and its cards are one page: opening a card must not begin the board anew.
                <Route path=path!("/boards/:board/*rest") view=BoardPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
