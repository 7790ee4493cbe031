//! What a filter leaves of a board's columns: worked out once for each, whoever asks.

use std::collections::HashMap;

use leptos::prelude::*;
use shared::ids::{CardId, ColumnId};

use super::context::BoardContext;

/// The cards that each column shows, of those columns that were asked for.
pub(super) type ShownCards = StoredValue<HashMap<ColumnId, ArcMemo<Vec<CardId>>>>;

impl BoardContext {
    /// Those of a column's cards that the filter shows; none if there is no such column.
    #[must_use]
    pub fn shown_in(&self, column: &ColumnId) -> ArcMemo<Vec<CardId>> {
        if let Some(known) = self.shown.try_with_value(|all| all.get(column).cloned()).flatten() {
            return known;
        }
        let (board, of) = (*self, column.clone());
        let shown = ArcMemo::new(move |_| board.filtered(&of));
        self.shown.try_update_value(|all| _ = all.insert(column.clone(), shown.clone()));
        shown
    }

    /// Tracks the cards themselves only while there is a filter.
    fn filtered(&self, column: &ColumnId) -> Vec<CardId> {
        let signals = self.kanban.board();
        // A column that was removed and is back has another signal.
        signals.order().track();
        let Some(lane) = signals.lane(column) else { return Vec::new() };
        self.filter.with(|filter| {
            if filter.is_empty() {
                return lane.get();
            }
            self.found.with(|found| {
                let found = found.as_ref().filter(|found| found.words == filter.words());
                let found = found.map(|found| &found.cards);
                let is_shown = |id: &&CardId| {
                    signals.card(id).is_some_and(|card| card.with(|card| filter.matches(card, found)))
                };
                lane.with(|cards| cards.iter().filter(is_shown).cloned().collect())
            })
        })
    }
}
