//! The inbox: what waits for a person, what runs, and how the projects stand.

mod answers;
mod needs_you;
mod notify;
mod running;
mod standing;

use leptos::prelude::*;
use shared::dashboard::DashboardOverview;

use crate::agent_names::AgentNames;
use crate::frame::{Frame, Here, Skeleton};
use crate::live::use_dashboard_sse;
use crate::missing::FailedPage;
use crate::occurrences::tell_of_occurrences;
use crate::projects::FirstRun;
use crate::snapshot::{self, Snapshot};
use crate::title::{counting, entitle};
use crate::topbar::{TopBar, is_faded};

use needs_you::NeedsYouQueue;
use running::RunningNow;
use standing::{ProjectTable, TotalsPanel};

/// The page that everything is seen from; the first run while there is no project.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let start = Resource::new_blocking(|| (), |()| snapshot::dashboard());
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match start.await {
                    Ok(snapshot) => view! { <Inbox snapshot/> }.into_any(),
                    Err(error) => view! { <FailedPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Inbox(snapshot: Snapshot<DashboardOverview>) -> impl IntoView {
    let live = use_dashboard_sse(snapshot);
    let names = AgentNames::provide();
    Effect::new(move || names.read());
    let overview = live.overview();
    let boards = Memo::new(move |_| overview.with(|it| it.boards.clone()));
    let is_first_run = Memo::new(move |_| boards.with(Vec::is_empty));
    let status = live.status();
    tell_of_occurrences(move || Some(overview.get()));
    let page = move || {
        if is_first_run.get() {
            view! { <div class="page" class:is-stale=move || is_faded(status.get())><FirstRun/></div> }
                .into_any()
        } else {
            view! { <div class="control" class:is-stale=move || is_faded(status.get())><Control overview/></div> }
                .into_any()
        }
    };
    entitle(move || counting(overview.with(|it| it.needs_you.len()), status.get(), "Inbox".to_owned()));
    view! {
        <Frame here=Here::Inbox projects=boards>
            <main class="main" id="main">
                <TopBar title="Inbox" live/>
                {move || page()}
            </main>
        </Frame>
    }
}

#[component]
fn Control(overview: Signal<DashboardOverview>) -> impl IntoView {
    view! {
        <div>
            <NeedsYouQueue overview/>
            <RunningNow overview/>
        </div>
        <div>
            <TotalsPanel overview/>
            <ProjectTable overview/>
        </div>
    }
}

#[cfg(test)]
mod tests;
