//! Patches: what changed on a board, how a reader applies it, and what it then has to render anew.

mod apply;
mod diff;
mod fields;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::board::{BoardState, Column, ColumnHead};
use crate::card::Card;
use crate::ids::{BoardId, CardId, ColumnId};

pub use diff::diff;

/// `board_patch`: how to get from one revision of a board to a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardPatch {
    /// The board.
    pub board_id: BoardId,
    /// The revision it starts from.
    pub from_revision: u64,
    /// The revision it leads to.
    pub revision: u64,
    /// The revision of name, settings and column order, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta_revision: Option<u64>,
    /// The steps, in order.
    pub ops: Vec<PatchOp>,
}

/// One step of a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase", try_from = "fields::Fields")]
pub enum PatchOp {
    /// Adds a card, which a `moveCard` of the same patch then places, or replaces it.
    UpsertCard {
        /// The whole card.
        card: Box<Card>,
    },
    /// Removes a card from the board and from its column.
    RemoveCard {
        /// The card.
        card_id: CardId,
    },
    /// Moves a card, or places a new one.
    MoveCard {
        /// The card.
        card_id: CardId,
        /// The column it goes to.
        column_id: ColumnId,
        /// Its place there, counted after it was taken out; beyond the end means at the end.
        index: usize,
    },
    /// Adds an empty column at the right end, or replaces what is written on it.
    UpsertColumn {
        /// The column without its cards.
        column: ColumnHead,
    },
    /// Removes an empty column.
    RemoveColumn {
        /// The column.
        column_id: ColumnId,
    },
    /// Puts the columns in this order.
    OrderColumns {
        /// Each column once, from left to right.
        column_order: Vec<ColumnId>,
    },
    /// Renames the board.
    SetName {
        /// Its new name.
        name: String,
    },
}

/// Why a patch does not fit a state, which then is left as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// It is for another board.
    #[error("the patch is for board {0}")]
    Board(BoardId),
    /// It does not start where the state is.
    #[error("the patch starts from revision {from}, the state is at {at}")]
    Revision {
        /// Where the patch starts.
        from: u64,
        /// Where the state is.
        at: u64,
    },
    /// It leads back.
    #[error("the patch leads from revision {from} back to {to}")]
    Backwards {
        /// Where the patch starts.
        from: u64,
        /// Where it leads.
        to: u64,
    },
    /// It names a card that isn't there.
    #[error("there is no card {0}")]
    UnknownCard(CardId),
    /// It names a column that isn't there.
    #[error("there is no column {0}")]
    UnknownColumn(ColumnId),
    /// It removes a column that holds cards.
    #[error("column {0} is not empty")]
    ColumnNotEmpty(ColumnId),
    /// Its column order does not name each column once.
    #[error("the column order does not name each column once")]
    ColumnOrder,
    /// It adds a card without a place.
    #[error("card {0} was added but not placed")]
    Unplaced(CardId),
}

/// What differs between two states of a board: what has to be rendered anew, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Cards that were added, removed, or have another content.
    pub cards: BTreeSet<CardId>,
    /// Columns that hold other cards, or hold them in another order.
    pub lanes: BTreeSet<ColumnId>,
    /// Columns that were added, removed, or have another title, limit or meaning.
    pub columns: BTreeSet<ColumnId>,
    /// Whether the columns stand in another order.
    pub order: bool,
    /// Whether the board has another name.
    pub name: bool,
}

impl Changes {
    /// Whether there is nothing to render.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what `later` changed.
    pub fn merge(&mut self, later: Self) {
        let Self { cards, lanes, columns, order, name } = later;
        self.cards.extend(cards);
        self.lanes.extend(lanes);
        self.columns.extend(columns);
        self.order |= order;
        self.name |= name;
    }

    /// What a reader who shows nothing yet has to render.
    #[must_use]
    pub fn everything(state: &BoardState) -> Self {
        Self {
            cards: keys_of(&state.cards),
            lanes: keys_of(&state.columns),
            columns: keys_of(&state.columns),
            order: true,
            name: true,
        }
    }

    /// What differs between two states of one board.
    #[must_use]
    pub fn between(before: &BoardState, after: &BoardState) -> Self {
        let lane = |column: Option<&Column>| column.map(|it| it.card_ids.clone()).unwrap_or_default();
        let head = |column: Option<&Column>| column.map(Column::head);
        Self {
            cards: differing(&before.cards, &after.cards, |a, b| a != b),
            lanes: differing(&before.columns, &after.columns, |a, b| lane(a) != lane(b)),
            columns: differing(&before.columns, &after.columns, |a, b| head(a) != head(b)),
            order: before.column_order != after.column_order,
            name: before.name != after.name,
        }
    }
}

// Not by `collect`: that sorts first, and the sort of each type weighs 5 kB in the client.
fn keys_of<K: Ord + Clone, V>(map: &BTreeMap<K, V>) -> BTreeSet<K> {
    let mut keys = BTreeSet::new();
    keys.extend(map.keys().cloned());
    keys
}

/// The keys whose values differ, where a key may be missing on either side.
fn differing<K: Ord + Clone, V>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
    differ: impl Fn(Option<&V>, Option<&V>) -> bool,
) -> BTreeSet<K> {
    let mut keys = keys_of(before);
    keys.extend(after.keys().cloned());
    keys.retain(|key| differ(before.get(key), after.get(key)));
    keys
}
