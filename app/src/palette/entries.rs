//! What the palette finds.

use leptos::prelude::*;
use shared::dashboard::BoardOverview;
use shared::ids::{BoardId, CardId, ColumnId};

use super::rank;
use crate::address;
use crate::board::bulk::{Action, act_on_selected};
use crate::board::context::BoardContext;
use crate::board::drag::Way;
use crate::board::selection_bar;
use crate::browser;
use crate::density;
use crate::keys::dispatch::Desk;
use crate::keys::registry::{self, Command};
use crate::theme;
use crate::ui::icon::Icon;

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What tells it apart, by which it is remembered.
    pub name: String,
    /// What a person reads.
    pub words: String,
    /// What else says what it is.
    pub detail: Option<String>,
    /// Its icon.
    pub icon: Icon,
    /// The key that does the same.
    pub hint: Option<String>,
    /// In lower case, what is searched.
    text: String,
    act: Act,
}

/// What is done once it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    Go(String),
    Open(CardId),
    Run(Command),
    MoveTo(ColumnId),
    Delete,
    Press(&'static str),
}

impl Entry {
    fn new(name: String, words: String, icon: Icon, act: Act) -> Self {
        let text = words.to_lowercase();
        Self { name, words, detail: None, icon, hint: None, text, act }
    }

    /// Whether it leads somewhere, and changes nothing.
    #[must_use]
    pub fn is_a_place(&self) -> bool {
        matches!(self.act, Act::Go(_) | Act::Open(_))
    }

    /// Does it, for the card that was in focus.
    pub fn run(self, desk: Desk, target: Option<CardId>) {
        match (self.act, desk.board) {
            (Act::Go(href), _) => desk.go(&href),
            (Act::Press(button), _) => _ = browser::press_button(&format!("#{button}")),
            (Act::Run(command), _) => _ = desk.run(command, target),
            (Act::Open(card), Some(board)) => board.open(&card),
            (Act::MoveTo(column), Some(board)) => move_to(desk, board, target, column),
            (Act::Delete, Some(board)) => delete(desk, board, target),
            (Act::Open(_) | Act::MoveTo(_) | Act::Delete, None) => {}
        }
    }
}

fn has_selected(board: BoardContext) -> bool {
    board.selection.with_untracked(|all| !all.is_empty())
}

fn move_to(desk: Desk, board: BoardContext, target: Option<CardId>, column: ColumnId) {
    if has_selected(board) {
        act_on_selected(board, desk.memory, &Action::MoveTo(column));
    } else if let (Some(card), Some(dragger)) = (target, desk.dragger) {
        dragger.go(card, Way::To(column));
    }
}

fn delete(desk: Desk, board: BoardContext, target: Option<CardId>) {
    if has_selected(board) {
        act_on_selected(board, desk.memory, &Action::Delete);
    } else if let Some(card) = target {
        board.delete_card(&card);
    }
}

/// All that can be found on a page, the commands first.
#[must_use]
pub fn all(desk: Desk, projects: &[BoardOverview], target: Option<&CardId>) -> Vec<Entry> {
    let mut all = Vec::new();
    if let Some(board) = desk.board {
        all.extend(of_board(board, target));
    }
    all.push(command(Command::Sheet, "Keyboard shortcuts", Icon::Info));
    for (name, words, icon, button) in [
        ("theme", "Switch the theme", Icon::Sun, theme::SWITCH),
        ("density", "Switch between compact and comfortable", Icon::Density, density::SWITCH),
    ] {
        all.push(Entry::new(name.to_owned(), words.to_owned(), icon, Act::Press(button)));
    }
    for (href, words, icon) in
        [(address::INBOX, "Inbox", Icon::Inbox), (address::PROJECTS, "Projects", Icon::Projects)]
    {
        all.push(Entry::new(href.to_owned(), words.to_owned(), icon, Act::Go(href.to_owned())));
    }
    all.extend(projects.iter().map(|project| page_of(&project.board_id, &project.name)));
    if let Some(board) = desk.board {
        all.extend(cards(board));
    }
    all
}

fn command(command: Command, words: &str, icon: Icon) -> Entry {
    let entry = Entry::new(format!("{command:?}"), words.to_owned(), icon, Act::Run(command));
    Entry { hint: registry::hint(command, browser::is_apple()), ..entry }
}

fn page_of(board: &BoardId, name: &str) -> Entry {
    let href = address::board(board);
    let entry = Entry::new(href.clone(), name.to_owned(), Icon::Board, Act::Go(href));
    Entry { detail: Some("Project".to_owned()), text: format!("{} project", entry.text), ..entry }
}

fn of_board(board: BoardContext, target: Option<&CardId>) -> Vec<Entry> {
    let mut all = vec![command(Command::Create, "Add a card", Icon::Plus)];
    let key = target.and_then(|card| board.key_of(card));
    let count = board.selection.with_untracked(super::super::board::selection::Selection::len);
    let what = if count > 0 { Some(format!("{count} selected")) } else { key.clone() };
    if let Some(key) = &key {
        all.push(command(Command::Start, &format!("Start an attempt at {key}"), Icon::Play));
        all.push(command(Command::Open, &format!("Open {key}"), Icon::Right));
        all.push(command(Command::Select, &format!("Select {key}, or no longer"), Icon::Check));
    }
    if let Some(what) = &what {
        let columns = board.kanban.board().order().get_untracked();
        all.extend(columns.into_iter().filter_map(|column| {
            let title = untrack(|| board.column_title(&column))?;
            let words = format!("Move {what} to {title}");
            Some(Entry::new(format!("move {column}"), words, Icon::Board, Act::MoveTo(column)))
        }));
        if count > 0 {
            for (words, icon, button) in [
                (format!("Label {what}…"), Icon::Tag, selection_bar::LABEL),
                (format!("Set the priority of {what}…"), Icon::Top, selection_bar::PRIORITY),
            ] {
                all.push(Entry::new(button.to_owned(), words, icon, Act::Press(button)));
            }
        }
        all.push(Entry::new("delete".to_owned(), format!("Delete {what}"), Icon::Trash, Act::Delete));
    }
    all.push(command(Command::Next, "Go to the next card that needs you", Icon::Ask));
    all.push(command(Command::Search, "Filter the cards", Icon::View));
    all.push(command(Command::Undo, "Undo", Icon::Undo));
    let deleted = Act::Go(untrack(|| board.deleted_href()));
    all.push(Entry::new("deleted".to_owned(), "Deleted cards".to_owned(), Icon::Trash, deleted));
    all
}

/// The cards of the board, column by column.
fn cards(board: BoardContext) -> Vec<Entry> {
    let all = board.kanban.with_board(|state| {
        let cards = state.ordered_columns().flat_map(|column| {
            let cards = column.card_ids.iter().filter_map(|id| state.cards.get(id));
            cards.map(|card| {
                let words = format!("{} {}", card.key, card.title);
                let entry = Entry::new(card.id.to_string(), words, Icon::File, Act::Open(card.id.clone()));
                Entry { detail: Some(column.title.clone()), ..entry }
            })
        });
        cards.collect()
    });
    all.unwrap_or_default()
}

/// The indices of what fits a query, the best first. Without one, what was found last comes first.
#[must_use]
pub fn find(all: &[Entry], query: &str, recent: &[String], most: usize) -> Vec<usize> {
    if !query.trim().is_empty() {
        return rank::best(query, all.iter().map(|entry| entry.text.as_str()), most);
    }
    let mut found: Vec<usize> =
        recent.iter().filter_map(|name| all.iter().position(|entry| entry.name == *name)).collect();
    for index in 0..all.len() {
        if found.len() >= most {
            break;
        }
        if !found.contains(&index) {
            found.push(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry::new(name.to_owned(), name.to_owned(), Icon::File, Act::Delete)
    }

    #[test]
    fn what_was_found_last_comes_first_while_nothing_is_typed() {
        let all = ["a", "b", "c", "d"].map(entry);
        let recent = ["c".to_owned(), "gone".to_owned(), "b".to_owned()];
        assert_eq!(find(&all, "", &recent, 3), [2, 1, 0]);
        assert_eq!(find(&all, " d ", &recent, 3), [3]);
        assert_eq!(find(&all, "", &[], 9), [0, 1, 2, 3]);
    }

    #[test]
    fn five_thousand_cards_are_searched_and_few_are_shown() {
        let all: Vec<_> = (0..5_000).map(|n| entry(&format!("MAI-{n} Card of number {n}"))).collect();
        let found = find(&all, "mai-4321", &[], 14);
        assert_eq!(found.first(), Some(&4321));
        assert_eq!(find(&all, "card", &[], 14).len(), 14);
    }
}
