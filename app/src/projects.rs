//! The projects: their tiles, and adding, renaming and removing one.

mod add;
mod draft;
mod first_run;
mod nearby;
mod removal;
mod renaming;
mod roster;
mod sample;
mod tile;

use leptos::prelude::*;
use shared::board::BoardSummary;
use shared::dashboard::DashboardOverview;
use shared::ids::BoardId;

pub use first_run::FirstRun;

use crate::frame::{Frame, Here, Skeleton};
use crate::live::use_dashboard_sse;
use crate::missing::FailedPage;
use crate::snapshot::{self, PageError, Snapshot};
use crate::title::{counting, entitle};
use crate::topbar::{TopBar, is_faded};
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::menu::{Menu, MenuItem, MenuPanel};

use add::AddRepository;
use removal::Removal;
use renaming::Renaming;
use roster::Roster;
use tile::Tile;

/// What the page starts from: which repositories there are, and how their boards stand.
type Start = (Snapshot<Vec<BoardSummary>>, Snapshot<DashboardOverview>);

/// The page of the projects.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    let start = Resource::new_blocking(|| (), |()| read_start());
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match start.await {
                    Ok((summaries, dashboard)) => {
                        view! { <Projects summaries=summaries.data dashboard/> }.into_any()
                    }
                    Err(error) => view! { <FailedPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// Begins both reads at once: only here is the page's context at hand.
fn read_start() -> impl Future<Output = Result<Start, PageError>> + Send + 'static {
    let (projects, dashboard) = (snapshot::projects(), snapshot::dashboard());
    async move { Ok((projects.await?, dashboard.await?)) }
}

#[component]
fn Projects(summaries: Vec<BoardSummary>, dashboard: Snapshot<DashboardOverview>) -> impl IntoView {
    let live = use_dashboard_sse(dashboard);
    let roster = Roster::new(summaries, live.overview());
    let adding = Dialog::<()>::new();
    let ids = roster.ids();
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let add_button = move || {
        (!is_empty.get()).then(|| {
            view! {
                <button class="button is-small needs-script" type="button" on:click=move |_| adding.open(())>
                    <Glyph icon=Icon::Plus/>
                    "Add a project"
                </button>
            }
            .into_any()
        })
    };
    let page = move || {
        if is_empty.get() {
            view! { <FirstRun/> }.into_any()
        } else {
            view! { <Tiles roster adding/> }.into_any()
        }
    };
    let (status, overview) = (live.status(), live.overview());
    entitle(move || counting(overview.with(|it| it.needs_you.len()), status.get(), "Projects".to_owned()));
    view! {
        <Frame here=Here::Projects projects=roster.boards()>
            <main class="main" id="main">
                <TopBar title="Projects" live>{move || add_button()}</TopBar>
                <div class="page" class:is-stale=move || is_faded(status.get())>{move || page()}</div>
            </main>
            <DialogBox dialog=adding label="Add a project" let:_nothing>
                <h3>"Add a project"</h3>
                <AddRepository on_cancel=Callback::new(move |()| adding.close())/>
            </DialogBox>
        </Frame>
    }
}

#[component]
fn Tiles(roster: Roster, adding: Dialog<()>) -> impl IntoView {
    let menu = Menu::<BoardId>::new();
    let renaming = Dialog::new();
    let removing = Dialog::new();
    let ids = roster.ids();
    let count = move || ids.with(Vec::len).to_string();
    let items = move |id: BoardId| {
        let project = roster.project(id);
        let open = move |dialog: Dialog<_>| {
            if let Some(project) = project.get_untracked() {
                dialog.open(project);
            }
        };
        view! {
            <MenuItem icon=Icon::Edit on_select=move |()| open(renaming)>"Rename…"</MenuItem>
            <MenuItem icon=Icon::Trash danger=true on_select=move |()| open(removing)>"Remove from Mainstay…"</MenuItem>
        }
    };
    view! {
        <section class="section" aria-labelledby="on-this-machine">
            <header class="section__head">
                <h2 id="on-this-machine">"On this machine"</h2>
                <span class="count">{move || count()}</span>
            </header>
            <ul class="tiles">
                <List each=ids key=String::from let:id>
                    <Tile project=roster.project(id.clone()) id menu/>
                </List>
                <li class="tile is-add needs-script">
                    <button class="button" type="button" on:click=move |_| adding.open(())>
                        <Glyph icon=Icon::Plus/>
                        "Add a project"
                    </button>
                </li>
            </ul>
        </section>
        <MenuPanel menu label="Project" let:id>{items(id)}</MenuPanel>
        <Renaming dialog=renaming/>
        <Removal dialog=removing/>
    }
}

#[cfg(test)]
mod tests;
