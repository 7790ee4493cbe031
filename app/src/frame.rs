//! What surrounds every page: the rail with the way to the others.

use leptos::prelude::*;
use shared::dashboard::BoardOverview;
use shared::ids::BoardId;

use crate::board::menus::{Menus, PanelsFor};
use crate::chunk::ChunkName;
use crate::density::{DensitySwitch, ShownDensity};
use crate::keys::press::Page;
use crate::sign_out::SignOut;
use crate::tab::TabMemory;
use crate::theme::ThemeSwitch;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::{Late, late};
use crate::ui::list::List;
use crate::ui::notices::{NoticeBoard, Notices};
use crate::ui::time::Now;
use crate::{address, browser};

/// Which page this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Here {
    /// The dashboard.
    Inbox,
    /// The projects.
    Projects,
    /// A board.
    Board(BoardId),
    /// None that the rail names.
    Elsewhere,
}

impl Here {
    /// As keys tell pages apart.
    fn page(&self) -> Page {
        match self {
            Self::Inbox => Page::Inbox,
            Self::Board(_) => Page::Board,
            Self::Projects | Self::Elsewhere => Page::Other,
        }
    }

    /// The chunk that the whole page is made with.
    fn chunk(&self) -> Option<ChunkName> {
        match self {
            Self::Inbox => Some(ChunkName::Inbox),
            Self::Projects => Some(ChunkName::Projects),
            Self::Board(_) | Self::Elsewhere => None,
        }
    }
}

/// A page: the rail, the page's own parts beside it, and its notices.
#[component]
pub fn Frame(
    /// Which page this is.
    here: Here,
    /// What stands in the rail below the projects.
    #[prop(optional)]
    below: Option<Late>,
    /// The projects, for the rail.
    #[prop(into)]
    projects: Signal<Vec<BoardOverview>>,
    /// `main`, and what stands beside it.
    children: Children,
) -> impl IntoView {
    Now::provide();
    ShownDensity::provide();
    if use_context::<Notices>().is_none() {
        Notices::provide();
    }
    if let Some(memory) = use_context::<TabMemory>() {
        memory.tell_late_failures(expect_context::<Notices>());
        // What led here went with the page that it was on: whoever follows by ear or by key begins with what this one is.
        Effect::new(move || {
            if !memory.projects().is_empty() {
                browser::catch_focus(&["main h1"], || ());
            }
        });
        Effect::new(move || memory.note_projects(projects.get()));
    }
    let page = here.page();
    let chunk = here.chunk().map(ChunkName::as_str);
    let foot = view! { <ThemeSwitch/> <DensitySwitch/> <SignOut/> }.into_any();
    view! {
        <div class="shell" data-chunk=chunk>
            <a class="skip button" href="#main">"Skip to the page"</a>
            <Rail here projects below foot/>
            {children()}
        </div>
        // A board has its menus in its own part of the page, which they are about.
        {(page != Page::Board).then(|| view! { <Menus of=PanelsFor { page, projects }/> }.into_any())}
        <NoticeBoard/>
    }
}

/// What stands in a page's place while it is read: the rail as the last page had it, or none on the first one.
///
/// It is made even where the page is there at once.
#[component]
pub fn Skeleton() -> impl IntoView {
    let projects = use_context::<TabMemory>().map(TabMemory::projects).unwrap_or_default();
    let rail = if projects.is_empty() {
        view! { <div class="rail"></div> }.into_any()
    } else {
        // What is pressed there acts on the page, which is not here yet.
        let still =
            |icon| view! { <span class="button is-icon is-quiet is-small"><Glyph icon/></span> }.into_any();
        let foot = [Icon::Sun, Icon::Density, Icon::SignedOut].map(still).into_any();
        view! { <Rail here=Here::Elsewhere projects=Signal::stored(projects) below=None foot/> }.into_any()
    };
    view! {
        <div class="shell">
            {rail}
            <main class="main is-plain" aria-busy="true">
                <div class="empty u-late">
                    <Glyph icon=Icon::Ring turning=true/>
                    <p role="status">"Reading…"</p>
                </div>
            </main>
        </div>
    }
}

#[component]
fn Rail(
    here: Here,
    projects: Signal<Vec<BoardOverview>>,
    below: Option<Late>,
    /// What stands at its foot.
    foot: AnyView,
) -> impl IntoView {
    let needs_you = Memo::new(move |_| projects.with(|all| all.iter().map(|it| it.needs_you).sum::<u64>()));
    let inbox_count = move || {
        let count = needs_you.get();
        let of = if count == 1 { "card needs you" } else { "cards need you" };
        (count > 0).then(|| view! { <Count count asks=true of/> }.into_any())
    };
    let board = match &here {
        Here::Board(board) => Some(board.clone()),
        _ => None,
    };
    let at_inbox = here == Here::Inbox;
    let at_projects = here == Here::Projects;
    let ids =
        Memo::new(move |_| projects.with(|all| all.iter().map(|it| it.board_id.clone()).collect::<Vec<_>>()));
    view! {
        <header class="rail">
            <a class="brand" href=address::INBOX>
                <Glyph icon=Icon::Mast/>
                <span>"Mainstay"</span>
            </a>
            <nav class="nav" aria-label="Main">
                <a
                    class="nav__item"
                    class:is-current=at_inbox
                    aria-current=at_inbox.then_some("page")
                    title="Inbox"
                    href=address::INBOX
                >
                    <Glyph icon=Icon::Inbox/>
                    <span class="u-cut">"Inbox"</span>
                    {move || inbox_count()}
                </a>
                <a
                    class="nav__item"
                    class:is-current=at_projects
                    aria-current=at_projects.then_some("page")
                    title="Projects"
                    href=address::PROJECTS
                >
                    <Glyph icon=Icon::Projects/>
                    <span class="u-cut">"Projects"</span>
                </a>
            </nav>
            <nav class="nav nav--projects" aria-label="Projects">
                <p class="nav__head">"Projects"</p>
                <List each=ids key=String::from let:id>
                    <RailProject current=board.as_ref() == Some(&id) id projects/>
                </List>
            </nav>
            {late(below)}
            <div class="rail__foot needs-script">{foot}</div>
        </header>
    }
}

#[component]
fn RailProject(id: BoardId, current: bool, projects: Signal<Vec<BoardOverview>>) -> impl IntoView {
    let href = address::board(&id);
    let project =
        Memo::new(move |_| projects.with(|all| all.iter().find(|project| project.board_id == id).cloned()));
    let name = move || project.with(|project| project.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    let count = move || project.with(|project| project.as_ref().map_or(0, |it| it.open_cards));
    view! {
        <a class="nav__item" class:is-current=current aria-current=current.then_some("page") title=move || name() href=href>
            <Glyph icon=Icon::Board/>
            <span class="u-cut">{move || name()}</span>
            {move || view! { <Count count=count() asks=false of=if count() == 1 { "open card" } else { "open cards" }/> }}
        </a>
    }
}

#[component]
fn Count(count: u64, asks: bool, of: &'static str) -> impl IntoView {
    view! {
        <span class="nav__count" class:is-ask=asks>
            {count.to_string()}
            <span class="u-hidden">{format!(" {of}")}</span>
        </span>
    }
}
