//! Carrying out what keys mean: the one listener of the page, and what each command does there.

use leptos::task::{spawn_local, tick};
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use shared::ids::{CardId, ColumnId};

use super::press::{Focus, Page, Press};
use super::registry::{self, Command};
use crate::board::context::{BoardContext, focus_card_now};
use crate::board::dragging::Dragger;
use crate::board::focus::{self, Direction};
use crate::board::{next, selection_bar, starting, undoing};
use crate::browser::{self, Step};
use crate::tab::TabMemory;
use crate::ui::dialog::Dialog;
use crate::ui::notices::Notices;

/// Under which name the browser keeps that keys which type something do nothing.
const SINGLE_KEYS: &str = "mainstay_single_keys";

/// What keys act on; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Which page is shown.
    pub page: Page,
    /// The board of the page, if it is one's.
    pub board: Option<BoardContext>,
    /// What moves its cards.
    pub dragger: Option<Dragger>,
    /// What the tab remembers.
    pub memory: TabMemory,
    /// Where notices go.
    pub notices: Notices,
    /// The palette, about the card that was in focus.
    pub palette: Dialog<Option<CardId>>,
    /// The sheet of shortcuts.
    pub sheet: Dialog<()>,
    /// Whether keys that type something are shortcuts too.
    pub single_keys: RwSignal<bool>,
    navigate: StoredValue<Navigate>,
}

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

impl Desk {
    /// What keys act on here.
    pub fn new(page: Page) -> Self {
        let navigate = leptos_router::hooks::use_navigate();
        let board = use_context();
        Self {
            page,
            board,
            dragger: board.map(Dragger::provide),
            memory: expect_context(),
            notices: expect_context(),
            palette: Dialog::new(),
            sheet: Dialog::new(),
            single_keys: RwSignal::new(true),
            navigate: StoredValue::new(Box::new(navigate)),
        }
    }

    /// Listens to keys until the calling view goes.
    pub fn listen(self) {
        Effect::new(move || {
            self.single_keys.set(browser::kept(SINGLE_KEYS).as_deref() != Some("off"));
            let keys = window_event_listener(ev::keydown, move |event| self.hear(&event));
            on_cleanup(move || keys.remove());
        });
    }

    fn hear(self, event: &ev::KeyboardEvent) {
        // Some part of the page has acted on it.
        if event.default_prevented() {
            return;
        }
        let press = Press {
            key: event.key(),
            primary: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            is_repeat: event.repeat(),
        };
        let around = browser::surroundings(event);
        let Some(command) = registry::find(&press, self.page, around, self.single_keys.get_untracked())
        else {
            return;
        };
        let is_done = match command {
            Command::Answer => browser::press_button(&format!("#inspector [data-answer='{}']", press.key)),
            // From nowhere it closes the inspector first.
            Command::Clear if around.focus == Focus::Nowhere && self.is_card_open() => false,
            command => self.run(command, self.target()),
        };
        if is_done {
            event.prevent_default();
        }
    }

    /// Turns the keys that type something on or off, for the pages to come too.
    pub fn switch_single_keys(self, on: bool) {
        self.single_keys.set(on);
        browser::keep(SINGLE_KEYS, if on { "on" } else { "off" });
    }

    /// Goes to another page.
    pub fn go(self, href: &str) {
        self.navigate.with_value(|navigate| navigate(href, NavigateOptions::default()));
    }

    fn is_card_open(self) -> bool {
        self.board.is_some_and(|board| board.open_card.with_untracked(Option::is_some))
    }

    /// The card that a command is about: the one in focus, or else the one that is open.
    #[must_use]
    pub fn target(self) -> Option<CardId> {
        browser::focused_card().or_else(|| self.board.and_then(|board| board.open_card.get_untracked()))
    }

    /// Does what a command means for a card. Says whether it meant anything.
    pub fn run(self, command: Command, target: Option<CardId>) -> bool {
        match command {
            Command::Palette => self.palette.open(target),
            Command::Sheet => self.sheet.open(()),
            Command::Next if self.page == Page::Inbox => {
                browser::step_focus_of_page(".queue .need__link", Step::Next);
            }
            command => match self.board {
                Some(board) => return self.run_on(board, command, target),
                None => return false,
            },
        }
        true
    }

    fn run_on(self, board: BoardContext, command: Command, target: Option<CardId>) -> bool {
        match (command, target) {
            (Command::Undo, _) => undoing::undo_last(board, self.memory),
            (Command::Next, _) => next::go(board),
            (Command::Create, target) => create(board, target),
            (Command::Search, _) => _ = browser::focus_first(&[(String::new(), ".filter__field input")]),
            (Command::Focus(direction), _) => {
                move_focus(board, direction);
            }
            (Command::Extend(direction), _) => {
                let from = browser::focused_card();
                if let Some(to) = move_focus(board, direction) {
                    selection_bar::extend(board, from.as_ref(), &to);
                }
            }
            (Command::Clear, _) if board.selection.with_untracked(|all| !all.is_empty()) => {
                selection_bar::clear(board);
            }
            (Command::Select, Some(card)) => selection_bar::toggle(board, &card),
            (Command::Start, Some(card)) => starting::start(board, card),
            (Command::Open, Some(card)) => board.open(&card),
            _ => return false,
        }
        true
    }
}

/// Opens the field that adds a card: in the column of this card, or else in the first one that is open. A strip is
/// expanded for it.
fn create(board: BoardContext, beside: Option<CardId>) {
    let of_card = untrack(|| beside.and_then(|card| board.column_of(&card)));
    let order = board.kanban.board().order().get_untracked();
    let is_strip = |column: &ColumnId| untrack(|| board.is_strip(column));
    let Some(column) = adding_column(of_card, order, is_strip) else { return };
    if !is_strip(&column) {
        return open_field(&column);
    }
    board.turn_strip(&column);
    // What is not rendered can't take the focus.
    spawn_local(async move {
        tick().await;
        open_field(&column);
    });
}

/// Where a card is added.
fn adding_column(
    of_card: Option<ColumnId>,
    order: Vec<ColumnId>,
    is_strip: impl Fn(&ColumnId) -> bool,
) -> Option<ColumnId> {
    let open = order.iter().find(|column| !is_strip(column)).cloned();
    of_card.or(open).or_else(|| order.into_iter().next())
}

fn open_field(column: &ColumnId) {
    if !browser::press_button(&format!("#add-{column} .column__add")) {
        browser::focus_first(&[(format!("add-{column}"), "input")]);
    }
}

/// Moves the focus to the next card in a direction, and tells which.
fn move_focus(board: BoardContext, direction: Direction) -> Option<CardId> {
    let area = board.dragging.area()?;
    let columns = browser::rendered_cards(&area);
    let to = focus::next(&columns, browser::focused_card().as_ref(), direction)?;
    // At once: the next key may come before the next frame, and is about this card.
    focus_card_now(to);
    Some(to.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_added_beside_the_one_in_focus_or_else_where_it_can_be_seen() {
        let adding = |of_card: Option<&str>, strips: &[&str]| {
            let order = ["a", "b"].map(ColumnId::new).to_vec();
            let is_strip = |column: &ColumnId| strips.contains(&column.as_str());
            adding_column(of_card.map(ColumnId::new), order, is_strip).map(String::from)
        };
        assert_eq!(adding(Some("b"), &[]).as_deref(), Some("b"));
        assert_eq!(adding(None, &[]).as_deref(), Some("a"));
        assert_eq!(adding(None, &["a"]).as_deref(), Some("b"));
        assert_eq!(adding(None, &["a", "b"]).as_deref(), Some("a"), "which is expanded");
        assert_eq!(adding(Some("a"), &["a"]).as_deref(), Some("a"));
    }
}
