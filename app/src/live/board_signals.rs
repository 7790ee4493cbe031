//! A board in pieces: one signal per card, per column and per lane, so that a change renders only what it touched.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::{
    board::{BoardState, ColumnHead},
    card::Card,
    ids::{CardId, ColumnId},
    patch::Changes,
};

/// A board in pieces, for views to read; a handle that is copied freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardSignals {
    name: RwSignal<String>,
    order: RwSignal<Vec<ColumnId>>,
    pieces: StoredValue<Pieces>,
}

/// The signals by what they are about. A view keeps its own handle of each, so a removed one ends with its last reader.
#[derive(Debug, Default)]
struct Pieces {
    columns: BTreeMap<ColumnId, ArcRwSignal<ColumnHead>>,
    lanes: BTreeMap<ColumnId, ArcRwSignal<Vec<CardId>>>,
    cards: BTreeMap<CardId, ArcRwSignal<Card>>,
}

impl BoardSignals {
    /// The pieces of this board. They live as long as the reactive owner they are made in.
    #[must_use]
    pub fn from_state(state: &BoardState) -> Self {
        let signals = Self {
            name: RwSignal::new(state.name.clone()),
            order: RwSignal::new(state.column_order.clone()),
            pieces: StoredValue::new(Pieces::default()),
        };
        signals.apply(&Changes::everything(state), state);
        signals
    }

    /// The board's name.
    #[must_use]
    pub fn name(&self) -> Signal<String> {
        self.name.into()
    }

    /// The columns from left to right.
    #[must_use]
    pub fn order(&self) -> Signal<Vec<ColumnId>> {
        self.order.into()
    }

    /// A column: everything but its cards.
    #[must_use]
    pub fn column(&self, column: &ColumnId) -> Option<ArcRwSignal<ColumnHead>> {
        self.pieces.try_with_value(|pieces| pieces.columns.get(column).cloned()).flatten()
    }

    /// The cards of a column from top to bottom.
    #[must_use]
    pub fn lane(&self, column: &ColumnId) -> Option<ArcRwSignal<Vec<CardId>>> {
        self.pieces.try_with_value(|pieces| pieces.lanes.get(column).cloned()).flatten()
    }

    /// A card. It is there before a lane names it, and until no lane names it.
    #[must_use]
    pub fn card(&self, card: &CardId) -> Option<ArcRwSignal<Card>> {
        self.pieces.try_with_value(|pieces| pieces.cards.get(card).cloned()).flatten()
    }

    /// Shows a state of which it is known what `changes` in comparison with the one that is shown.
    pub fn apply(&self, changes: &Changes, state: &BoardState) {
        // What a signal names must be there when its readers run: cards before the lanes, columns before the order; and
        // what is gone goes last.
        for id in &changes.cards {
            if let Some(card) = state.cards.get(id) {
                self.put(|pieces| &mut pieces.cards, id, card.clone());
            }
        }
        for id in &changes.columns {
            if let Some(column) = state.columns.get(id) {
                self.put(|pieces| &mut pieces.columns, id, column.head());
                // A new column has a lane, even though no card in it has changed.
                self.put(|pieces| &mut pieces.lanes, id, column.card_ids.clone());
            }
        }
        for id in &changes.lanes {
            if let Some(column) = state.columns.get(id) {
                self.put(|pieces| &mut pieces.lanes, id, column.card_ids.clone());
            }
        }
        if changes.name {
            set_if_other(&self.name, &state.name);
        }
        if changes.order {
            set_if_other(&self.order, &state.column_order);
        }
        self.forget_missing(changes, state);
    }

    /// Shows a state of which it is not known how it differs from the one that is shown.
    pub fn show(&self, state: &BoardState) {
        let mut changes = Changes::everything(state);
        self.pieces.try_with_value(|pieces| {
            changes.cards.extend(pieces.cards.keys().cloned());
            changes.columns.extend(pieces.columns.keys().cloned());
            changes.lanes.extend(pieces.lanes.keys().cloned());
        });
        self.apply(&changes, state);
    }

    /// Sets the signal of a piece if its value is another one, or makes it.
    fn put<K, V>(&self, map: impl Fn(&mut Pieces) -> &mut BTreeMap<K, ArcRwSignal<V>>, id: &K, value: V)
    where
        K: Ord + Clone,
        V: PartialEq + Send + Sync + 'static,
    {
        // Readers run while a signal is set, and they look pieces up: the map must not be borrowed meanwhile.
        let known = self.pieces.try_update_value(|pieces| map(pieces).get(id).cloned()).flatten();
        match known {
            Some(signal) => {
                if signal.with_untracked(|shown| *shown != value) {
                    signal.set(value);
                }
            }
            None => {
                let signal = ArcRwSignal::new(value);
                self.pieces.try_update_value(|pieces| map(pieces).insert(id.clone(), signal));
            }
        }
    }

    fn forget_missing(&self, changes: &Changes, state: &BoardState) {
        self.pieces.try_update_value(|pieces| {
            let is_gone = |id: &&ColumnId| !state.columns.contains_key(*id);
            for id in changes.columns.iter().chain(&changes.lanes).filter(is_gone) {
                pieces.columns.remove(id);
                pieces.lanes.remove(id);
            }
            for id in changes.cards.iter().filter(|id| !state.cards.contains_key(*id)) {
                pieces.cards.remove(id);
            }
        });
    }
}

fn set_if_other<T: PartialEq + Clone + Send + Sync + 'static>(signal: &RwSignal<T>, value: &T) {
    if signal.try_with_untracked(|shown| shown != value) == Some(true) {
        signal.set(value.clone());
    }
}

#[cfg(test)]
mod tests;
