//! The live board, as the machine that moves cards looks at it.

use leptos::prelude::*;
use shared::ids::{CardId, ColumnId};

use crate::board::context::BoardContext;
use crate::board::drag::Places;
use crate::board::drag::places::Name;

impl Places for BoardContext {
    fn columns(&self) -> Vec<ColumnId> {
        self.kanban.board().order().get()
    }

    fn cards(&self, column: &ColumnId) -> Vec<CardId> {
        self.shown_in(column).get()
    }

    fn column_of(&self, card: &CardId) -> Option<ColumnId> {
        Self::column_of(self, card)
    }

    fn title(&self, column: &ColumnId) -> String {
        self.column_title(column).unwrap_or_default()
    }

    fn name(&self, card: &CardId) -> Option<Name> {
        let card = self.card(card)?;
        Some(card.with_untracked(|card| Name { key: card.key.clone(), title: card.title.clone() }))
    }

    fn is_collapsed(&self, column: &ColumnId) -> bool {
        self.is_strip(column)
    }
}
