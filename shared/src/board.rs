//! A board: its columns, their order, and the cards in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attempt::AttemptStatus;
use crate::card::Card;
use crate::ids::{BoardId, CardId, ColumnId};

/// A whole board, as a snapshot sends it and as patches change it.
///
/// In a state from the server each card lies in exactly one column, and `column_order` names each column
/// once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardState {
    /// The board.
    pub board_id: BoardId,
    /// Its name.
    pub name: String,
    /// Rises with every change of anything on the board.
    pub revision: u64,
    /// Rises with every change of name, settings and column order.
    pub meta_revision: u64,
    /// The columns from left to right.
    pub column_order: Vec<ColumnId>,
    /// The columns.
    pub columns: BTreeMap<ColumnId, Column>,
    /// The cards of all columns.
    pub cards: BTreeMap<CardId, Card>,
}

/// A column and the cards in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// The column.
    pub id: ColumnId,
    /// Its meaning, if it is one of the four that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ColumnKey>,
    /// Counts changes of title and limit, not of the cards.
    pub revision: u64,
    /// The heading.
    pub title: String,
    /// How many cards it should hold at most; it never refuses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<u32>,
    /// The cards from top to bottom.
    pub card_ids: Vec<CardId>,
}

/// A column without its cards: what `upsertColumn` carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnHead {
    /// The column.
    pub id: ColumnId,
    /// Its meaning, if it is one of the four that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ColumnKey>,
    /// Counts changes of title and limit.
    pub revision: u64,
    /// The heading.
    pub title: String,
    /// How many cards it should hold at most; it never refuses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<u32>,
}

/// What a column means to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ColumnKey {
    /// Where new cards go.
    Backlog,
    /// Where an attempt takes its card.
    InProgress,
    /// Where a successful attempt takes its card.
    Review,
    /// Where landed work ends up; its cards block nothing.
    Done,
}

/// A board in the list of boards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardSummary {
    /// The board.
    pub board_id: BoardId,
    /// Its name.
    pub name: String,
    /// What its cards' keys start with.
    pub key_prefix: String,
    /// The repository's work tree on the server's disk.
    pub repository_path: String,
    /// The repository's default branch, if it has one yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
    /// Cards that are not done.
    pub open_cards: u64,
    /// Cards whose attempt is running.
    pub running: u64,
    /// Cards that wait for a person.
    pub needs_you: u64,
}

/// How many cards of a board are in which situation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BoardCounts {
    /// All cards.
    pub cards: u64,
    /// Cards that are not done.
    pub open_cards: u64,
    /// Cards whose attempt is running.
    pub running: u64,
    /// Cards that wait for a person.
    pub needs_you: u64,
}

impl BoardState {
    /// The columns from left to right.
    pub fn ordered_columns(&self) -> impl Iterator<Item = &Column> {
        self.column_order.iter().filter_map(|id| self.columns.get(id))
    }

    /// The column that has this meaning.
    #[must_use]
    pub fn keyed_column(&self, key: ColumnKey) -> Option<&Column> {
        self.columns.values().find(|column| column.key == Some(key))
    }

    /// The column whose cards are done.
    #[must_use]
    pub fn done_column(&self) -> Option<&Column> {
        self.keyed_column(ColumnKey::Done)
    }

    /// The column that holds this card.
    #[must_use]
    pub fn column_of(&self, card: &CardId) -> Option<&Column> {
        self.columns.values().find(|column| column.card_ids.contains(card))
    }

    /// Whether this card lies in the done column.
    #[must_use]
    pub fn is_done(&self, card: &CardId) -> bool {
        self.done_column().is_some_and(|column| column.card_ids.contains(card))
    }

    /// Those of `depends_on` that still block: neither deleted nor done.
    #[must_use]
    pub fn blockers(&self, depends_on: &[CardId]) -> Vec<CardId> {
        let blocks = |id: &&CardId| self.cards.contains_key(*id) && !self.is_done(id);
        depends_on.iter().filter(blocks).cloned().collect()
    }

    /// How many cards are in which situation.
    #[must_use]
    pub fn counts(&self) -> BoardCounts {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let running =
            |card: &&Card| card.attempt.as_ref().is_some_and(|it| it.status == AttemptStatus::Running);
        let needs_you = |card: &&Card| card.attempt.as_ref().is_some_and(|it| it.attention.is_some());
        let done = self.done_column().map_or(0, |column| column.card_ids.len());
        BoardCounts {
            cards: count(self.cards.len()),
            open_cards: count(self.cards.len().saturating_sub(done)),
            running: count(self.cards.values().filter(running).count()),
            needs_you: count(self.cards.values().filter(needs_you).count()),
        }
    }

    /// Puts a card of this board into a column, out of the one it is in; says whether both are there.
    ///
    /// A card that goes above itself stays where it is.
    pub fn place_card(&mut self, card: &CardId, column: &ColumnId, place: &Place) -> bool {
        if !self.cards.contains_key(card) || !self.columns.contains_key(column) {
            return false;
        }
        let stays = matches!(place, Place::Before(anchor) if anchor == card)
            && self.column_of(card).is_some_and(|it| it.id == *column);
        if !stays {
            self.detach(card);
            let index = self.index_of(place, column);
            self.attach(card.clone(), column, index);
        }
        true
    }

    fn index_of(&self, place: &Place, column: &ColumnId) -> usize {
        match place {
            Place::End => usize::MAX,
            Place::Index(index) => *index,
            Place::Before(anchor) => {
                let lane = self.columns.get(column).map(|it| &it.card_ids);
                lane.and_then(|ids| ids.iter().position(|id| id == anchor)).unwrap_or(usize::MAX)
            }
        }
    }

    /// Takes a card out of its column; `None` if it was in none.
    pub(crate) fn detach(&mut self, card: &CardId) -> Option<Slot> {
        self.columns.values_mut().find_map(|column| {
            let index = column.card_ids.iter().position(|id| id == card)?;
            column.card_ids.remove(index);
            Some(Slot { column: column.id.clone(), index })
        })
    }

    /// Puts a card that is in no column into this one; beyond the end means at the end. `None`: no such
    /// column.
    pub(crate) fn attach(&mut self, card: CardId, column: &ColumnId, index: usize) -> Option<Slot> {
        let lane = &mut self.columns.get_mut(column)?.card_ids;
        let index = index.min(lane.len());
        lane.insert(index, card);
        Some(Slot { column: column.clone(), index })
    }
}

/// Where in a column a card goes, in a way that outlives changes of that column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Below all others.
    End,
    /// At this index, counted after the card was taken out; beyond the end means at the end.
    Index(usize),
    /// Right above this card; at the end if that card is not in the column.
    Before(CardId),
}

/// Where a card lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) column: ColumnId,
    pub(crate) index: usize,
}

impl Column {
    /// An empty column.
    #[must_use]
    pub fn new(head: ColumnHead) -> Self {
        let ColumnHead { id, key, revision, title, wip_limit } = head;
        Self { id, key, revision, title, wip_limit, card_ids: Vec::new() }
    }

    /// The column without its cards.
    #[must_use]
    pub fn head(&self) -> ColumnHead {
        let Self { id, key, revision, title, wip_limit, card_ids: _ } = self.clone();
        ColumnHead { id, key, revision, title, wip_limit }
    }

    /// Whether it holds more cards than it should.
    #[must_use]
    pub fn is_over_limit(&self) -> bool {
        let limit = self.wip_limit.and_then(|limit| usize::try_from(limit).ok());
        limit.is_some_and(|limit| self.card_ids.len() > limit)
    }
}
