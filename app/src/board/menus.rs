//! The menus of a board, keys and the palette, and what else nobody misses in a page's first moment: a chunk that comes
//! after the page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::dashboard::BoardOverview;

use super::card_menu::CardMenu;
use super::column_menu::ColumnMenu;
use super::context::BoardContext;
use super::deleted::DeletedCards;
use super::dragging::InHand;
use super::filter_help::FilterHelp;
use super::foothold;
use super::label_menu::LabelMenu;
use super::next::Next;
use super::selection_bar::SelectionBar;
use super::strip::{StripHead, StripHeadProps};
use super::undoing::note_steps;
use super::views::Views;
use super::windows;
use crate::browser;
use crate::chunk;
use crate::keys::dispatch::Desk;
use crate::keys::press::Page;
use crate::keys::sheet::Sheet;
use crate::occurrences::tell_of_occurrences;
use crate::palette::Palette;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::notices::Notices;

/// What the chunk is made for.
#[derive(Clone, Copy)]
pub struct PanelsFor {
    /// The page.
    pub page: Page,
    /// The projects.
    pub projects: Signal<Vec<BoardOverview>>,
}

/// What goes on behind a page: its keys, the palette and the sheet; on a board, its menus, their dialogs and what moves its
/// cards, too.
#[component]
pub fn MenuPanels(
    /// What it is made for.
    of: PanelsFor,
) -> impl IntoView {
    let desk = Desk::new(of.page);
    desk.listen();
    let of_board = desk.board.map(|board| {
        let overview = board.kanban.overview();
        Effect::new(move || board.agent_names.read());
        tell_of_occurrences(move || overview.get());
        note_steps(board, desk.memory);
        windows::provide(board);
        foothold::provide(board);
        board.on_strip.set(Some(|column| StripHead(StripHeadProps { column }).into_any()));
        view! {
            <Next/>
            <InHand/>
            <CardMenu/>
            <ColumnMenu/>
            <LabelMenu/>
            <FilterHelp/>
            <Views/>
            <DeletedCards/>
            <SelectionBar/>
            <p id="card-selected" hidden>"Selected."</p>
            <p id="card-keys" hidden>"Space lifts the card, Alt with an arrow moves it at once, x selects it."</p>
        }
        .into_any()
    });
    view! {
        {of_board}
        <Palette desk projects=of.projects/>
        <Sheet desk/>
    }
}

/// Why the chunk is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Before anybody needs it.
    Ahead,
    /// Somebody wants a menu.
    Menu,
    /// It did not come, and somebody tries again.
    Again,
}

/// The place of the menus: they are there once they were fetched. A menu that is opened before that opens then.
#[component]
pub fn Menus(
    /// What they are made for.
    of: PanelsFor,
) -> impl IntoView {
    let board = use_context::<BoardContext>();
    let notices = use_context::<Notices>();
    let is_here = RwSignal::new(false);
    let is_missing = RwSignal::new(false);
    let fetch = move |why: Why| {
        spawn_local(async move {
            let fetched = chunk::MENUS.fetch().await;
            is_missing.try_set(fetched.is_err());
            match (fetched, why) {
                (Ok(()), why) => {
                    is_here.try_set(true);
                    if why == Why::Again {
                        // The button that asked for it has gone.
                        browser::catch_focus(&[".board .card__link", "main a, main button"], || ());
                    }
                }
                (Err(_), Why::Ahead) => {}
                (Err(_), Why::Again) => {
                    if let Some(notices) = notices {
                        notices.say("It could not be fetched this time either.");
                    }
                }
                (Err(_), Why::Menu) => {
                    if let Some(board) = board {
                        board.give_up_menus();
                    }
                }
            }
        });
    };
    Effect::new(move || fetch(Why::Ahead));
    Effect::new(move || {
        if board.is_some_and(|board| board.is_menu_wanted()) && !is_here.get_untracked() {
            fetch(Why::Menu);
        }
    });
    let missing = move || {
        (is_missing.get() && !is_here.get()).then(|| {
            let lost = if board.is_some() { "Cards can't be moved, and menus and keys" } else { "Keys" };
            view! {
                <div class="note is-ask banner is-last" role="alert">
                    <Glyph icon=Icon::Warn/>
                    <span>{lost}" do nothing: a part of Mainstay could not be fetched."</span>
                    <button class="button is-small" type="button" on:click=move |_| fetch(Why::Again)>"Try again"</button>
                </div>
            }
            .into_any()
        })
    };
    view! {
        {move || is_here.get().then(|| chunk::MENUS.view(of)).flatten()}
        {move || missing()}
    }
}

impl BoardContext {
    fn is_menu_wanted(&self) -> bool {
        self.card_menu.is_wanted() || self.column_menu.is_wanted() || self.label_menu.is_wanted()
    }

    /// No menu can be opened now, and whoever wanted one is told.
    fn give_up_menus(&self) {
        let were_wanted = [self.card_menu.give_up(), self.column_menu.give_up(), self.label_menu.give_up()];
        if were_wanted.contains(&true) {
            self.notices.failed("The menu could not be fetched: the server did not answer.");
        }
    }
}
