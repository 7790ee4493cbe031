//! The menus of a board, and what else nobody misses in a page's first moment: a chunk that comes after the page.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::card_menu::CardMenu;
use super::column_menu::ColumnMenu;
use super::context::BoardContext;
use super::filter_help::FilterHelp;
use super::label_menu::LabelMenu;
use super::next::Next;
use super::strip::{StripHead, StripHeadProps};
use super::views::Views;
use super::windows;
use crate::chunk;
use crate::occurrences::tell_of_occurrences;

/// The panels of all menus of a board, their dialogs, and what goes on behind a page.
#[component]
pub fn MenuPanels() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let overview = board.kanban.overview();
    tell_of_occurrences(move || overview.get());
    windows::provide(board);
    board.on_strip.set(Some(|column| StripHead(StripHeadProps { column }).into_any()));
    view! {
        <Next/>
        <CardMenu/>
        <ColumnMenu/>
        <LabelMenu/>
        <FilterHelp/>
        <Views/>
    }
}

/// The place of the menus: they are there once they were fetched. A menu that is opened before that opens then.
#[component]
pub fn Menus() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let is_here = RwSignal::new(false);
    let fetch = move |is_asked_for: bool| {
        spawn_local(async move {
            match chunk::MENUS.fetch().await {
                Ok(()) => {
                    is_here.try_set(true);
                }
                Err(_) if is_asked_for => board.give_up_menus(),
                // Asked for, it is fetched again.
                Err(_) => {}
            }
        });
    };
    Effect::new(move || fetch(false));
    Effect::new(move || {
        if board.is_menu_wanted() && !is_here.get_untracked() {
            fetch(true);
        }
    });
    view! { {move || is_here.get().then(|| chunk::MENUS.view(())).flatten()} }
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
