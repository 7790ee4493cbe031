//! What the parts of a board's page share: the live board, the filter, which card is open, and what can be done.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::card::Card;
use shared::ids::{CardId, ColumnId};

use super::dragging::Dragging;
use super::filter::Filter;
use super::selection::Selection;
use super::shown::ShownCards;
use super::strips::Strips;
use crate::address::{self, BoardQuery, BoardRest};
use crate::agent_names::AgentNames;
use crate::browser;
use crate::live::{Freshness, Kanban, Operation};
use crate::ui::late::Late;
use crate::ui::menu::Menu;
use crate::ui::notices::Notices;

/// How many cards of a column are shown before someone asks for all: what the server renders, and the browser first.
pub const FIRST_CARDS: usize = 50;

/// The id of the inspector's element.
pub const INSPECTOR: &str = "inspector";

/// The board that a page shows, in context; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct BoardContext {
    /// The live board.
    pub kanban: Kanban,
    /// Where notices go.
    pub notices: Notices,
    /// The address's query.
    pub query: Memo<BoardQuery>,
    /// Which cards are shown.
    pub filter: Memo<Filter>,
    /// The card that the inspector shows.
    pub open_card: Memo<Option<CardId>>,
    /// Whether the list of deleted cards is open.
    pub lists_deleted: Memo<bool>,
    /// Whether all cards of each column are shown.
    pub all: RwSignal<bool>,
    /// The cards whose descriptions hold the filter's words, once the server has told.
    pub found: RwSignal<Option<Found>>,
    /// The columns that are strips.
    pub strips: RwSignal<Strips>,
    /// Which cards of long columns are rendered, once that is followed.
    pub windows: RwSignal<Option<Windows>>,
    /// The card that has the focus, or is to get it: it is rendered wherever its column is scrolled to.
    pub focused: RwSignal<Option<CardId>>,
    /// The menu of a card.
    pub card_menu: Menu<CardId>,
    /// The menu of labels to filter by.
    pub label_menu: Menu<()>,
    /// The menu of saved views.
    pub view_menu: Menu<()>,
    /// The menu of a column.
    pub column_menu: Menu<ColumnId>,
    /// The cards that are selected.
    pub selection: RwSignal<Selection>,
    /// The card in the hand.
    pub dragging: Dragging,
    /// The card whose question somebody goes to answer.
    pub answering: RwSignal<Option<CardId>>,
    /// What agents are called.
    pub agent_names: AgentNames,
    /// What stands at the end of the bar above the board, once it was fetched.
    pub beside_title: Late,
    /// What stands at the end of the filter's row, once it was fetched.
    pub beside_filter: Late,
    /// What stands below the filter, once it was fetched.
    pub below_filter: Late,
    /// What stands at the head of a strip, once it was fetched.
    pub on_strip: RwSignal<Option<MakeStripHead>>,
    /// What stands in the rail below the projects, once it was fetched.
    pub in_rail: Late,
    /// Whether what is shown is old enough to lose its colour.
    pub stale: Memo<bool>,
    pub(super) shown: ShownCards,
    navigate: StoredValue<Navigate>,
}

/// The indices to render of the cards that a column shows. Tracks what they depend on.
pub type Windows = Arc<dyn Fn(&ColumnId, &[CardId]) -> Vec<Range<usize>> + Send + Sync>;

/// Makes what stands at the head of a strip.
pub type MakeStripHead = fn(ColumnId) -> AnyView;

/// What the server found in descriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The words that were searched for.
    pub words: String,
    /// The cards that hold them.
    pub cards: BTreeSet<CardId>,
    /// Why that may not be all: the last search came to nothing.
    pub failure: Option<String>,
}

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

impl BoardContext {
    /// The board of a page, given to the components below.
    pub fn provide(kanban: Kanban, rest: Memo<BoardRest>, query: Memo<BoardQuery>) -> Self {
        let navigate = use_navigate();
        let board = Self {
            kanban,
            notices: Notices::provide(),
            query,
            filter: Memo::new(move |_| Filter::parse(&query.read().filter)),
            open_card: Memo::new(move |last: Option<&Option<CardId>>| match &*rest.read() {
                // The list lies over the page, and leads back to it as it was.
                BoardRest::Deleted => last.cloned().flatten(),
                rest => rest.card().cloned(),
            }),
            lists_deleted: Memo::new(move |_| *rest.read() == BoardRest::Deleted),
            all: RwSignal::new(query.read_untracked().all),
            found: RwSignal::new(None),
            strips: RwSignal::default(),
            windows: RwSignal::new(None),
            focused: RwSignal::new(None),
            card_menu: Menu::new(),
            label_menu: Menu::new(),
            view_menu: Menu::new(),
            column_menu: Menu::new(),
            selection: RwSignal::default(),
            dragging: Dragging::new(),
            answering: RwSignal::new(None),
            agent_names: AgentNames::provide(),
            beside_title: RwSignal::new(None),
            beside_filter: RwSignal::new(None),
            below_filter: RwSignal::new(None),
            on_strip: RwSignal::new(None),
            in_rail: RwSignal::new(None),
            stale: is_stale(kanban.status()),
            shown: ShownCards::default(),
            navigate: StoredValue::new(Box::new(navigate)),
        };
        provide_context(board);
        board
    }

    /// The card's signal, as long as it is on the board.
    #[must_use]
    pub fn card(&self, card: &CardId) -> Option<RwSignal<Card>> {
        self.kanban.board().card(card).map(RwSignal::from)
    }

    /// The key of a card that is on the board; never tracked, it doesn't change.
    #[must_use]
    pub fn key_of(&self, card: &CardId) -> Option<String> {
        self.kanban.board().card(card).map(|card| card.with_untracked(|card| card.key.clone()))
    }

    /// The column that a card is in. Tracks the columns' cards.
    #[must_use]
    pub fn column_of(&self, card: &CardId) -> Option<ColumnId> {
        let signals = self.kanban.board();
        let holds =
            |column: &ColumnId| signals.lane(column).is_some_and(|lane| lane.with(|ids| ids.contains(card)));
        signals.order().with(|order| order.iter().find(|column| holds(column)).cloned())
    }

    /// The title of a column. Tracks it.
    #[must_use]
    pub fn column_title(&self, column: &ColumnId) -> Option<String> {
        self.kanban.board().column(column).map(|head| head.with(|head| head.title.clone()))
    }

    /// The address of a card on this board, with the present filter.
    #[must_use]
    pub fn card_href(&self, card: &CardId) -> String {
        address::card(&self.kanban.board_id(), card) + &self.query.read().to_search()
    }

    /// The address of this board with another filter; the open card stays open, on the same attempt.
    #[must_use]
    pub fn href_with(&self, filter: &str) -> String {
        let board = self.kanban.board_id();
        let query = BoardQuery { filter: filter.to_owned(), ..self.query.get() };
        match &*self.open_card.read() {
            Some(card) => address::card(&board, card) + &query.to_search_of_card(),
            None => address::board(&board) + &query.to_search(),
        }
    }

    /// Filters by another text.
    pub fn set_filter(&self, filter: &str) {
        let href = untrack(|| self.href_with(filter));
        self.go(&href, true);
    }

    /// Opens a card in the inspector.
    pub fn open(&self, card: &CardId) {
        let href = untrack(|| self.card_href(card));
        self.go(&href, false);
    }

    /// Closes the inspector; the focus goes back to the card.
    pub fn close_card(&self) {
        let Some(card) = self.open_card.get_untracked() else { return };
        let search = self.query.read_untracked().to_search();
        self.focused.set(Some(card.clone()));
        // At once: the next key may come before the next frame, and is about this card.
        focus_card_now(&card);
        self.go(&(address::board(&self.kanban.board_id()) + &search), false);
    }

    /// Goes to an address of this board, in place of the present one if it is not worth coming back to.
    pub fn go(&self, href: &str, replace: bool) {
        let options =
            NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(href, options));
    }

    /// Deletes a card; the focus goes to its neighbour. Whoever notes the steps offers to bring it back.
    pub fn delete_card(&self, card: &CardId) {
        if self.open_card.get_untracked().as_ref() == Some(card) {
            self.close_card();
        }
        // After `close_card`, which would put it on the card that goes.
        untrack(|| self.focus_beside(card));
        self.kanban.act(Operation::DeleteCard { card_id: card.clone() });
    }

    /// Puts the focus beside a card that is about to go: on its neighbour, or where cards are added if it has none.
    fn focus_beside(&self, card: &CardId) {
        let Some(column) = self.column_of(card) else { return };
        match self.shown_in(&column).with(|shown| neighbour(shown, card).cloned()) {
            Some(other) => {
                focus_card(&other);
                self.focused.set(Some(other));
            }
            None => browser::focus_in(&format!("add-{column}"), "button"),
        }
    }
}

/// Whether a board is no longer kept up to date. A first connect and a catch-up take a moment; only what lasts counts.
fn is_stale(status: Signal<Freshness>) -> Memo<bool> {
    Memo::new(move |_| {
        matches!(
            status.get(),
            Freshness::Reconnecting { .. } | Freshness::Offline { .. } | Freshness::SignedOut
        )
    })
}

/// Puts the focus on a card of the board, wherever it is by then.
pub fn focus_card(card: &CardId) {
    browser::focus_in(&element_id(card), "a");
}

/// As [`focus_card`], but at once if the card is on the page.
pub fn focus_card_now(card: &CardId) {
    browser::focus_first(&[(element_id(card), "a")]);
    // Not while something lies over it.
    if browser::focused_card().as_ref() != Some(card) {
        focus_card(card);
    }
}

/// The card below this one, or above it if it is the last.
fn neighbour<'a>(cards: &'a [CardId], card: &CardId) -> Option<&'a CardId> {
    let at = cards.iter().position(|other| other == card)?;
    let above = at.checked_sub(1).and_then(|above| cards.get(above));
    cards.get(at + 1).or(above)
}

/// The id of a card's element.
#[must_use]
pub fn element_id(card: &CardId) -> String {
    format!("card-{card}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neighbour_of_a_card_is_below_it_or_else_above() {
        let cards: Vec<CardId> = vec!["c1".into(), "c2".into(), "c3".into()];
        let neighbour_of = |card: &str| neighbour(&cards, &card.into()).map(ToString::to_string);
        assert_eq!(neighbour_of("c1").as_deref(), Some("c2"));
        assert_eq!(neighbour_of("c3").as_deref(), Some("c2"));
        assert_eq!(neighbour_of("c9"), None);
        assert_eq!(neighbour(&cards[..1], &cards[0]), None);
    }
}
