//! Applying a patch: all of it or nothing.

use std::collections::BTreeSet;

use super::{BoardPatch, Changes, PatchError, PatchOp};
use crate::board::{BoardState, Column, ColumnHead, Slot};
use crate::card::Card;
use crate::ids::{CardId, ColumnId};

impl BoardState {
    /// Brings the state from the patch's first revision to its last, and says what changed.
    ///
    /// It derives nothing: what a step means for other cards comes as steps of its own.
    ///
    /// # Errors
    /// If the patch does not fit, and then the state is what it was before.
    pub fn apply(&mut self, patch: &BoardPatch) -> Result<Changes, PatchError> {
        self.check_fits(patch)?;
        let mut draft = Draft::new(self);
        if let Err(error) = draft.run(&patch.ops) {
            draft.roll_back();
            return Err(error);
        }
        let changes = draft.changes;
        self.revision = patch.revision;
        self.meta_revision = patch.meta_revision.unwrap_or(self.meta_revision);
        Ok(changes)
    }

    fn check_fits(&self, patch: &BoardPatch) -> Result<(), PatchError> {
        if patch.board_id != self.board_id {
            return Err(PatchError::Board(patch.board_id.clone()));
        }
        if patch.from_revision != self.revision {
            return Err(PatchError::Revision { from: patch.from_revision, at: self.revision });
        }
        if patch.revision < patch.from_revision {
            return Err(PatchError::Backwards { from: patch.from_revision, to: patch.revision });
        }
        Ok(())
    }
}

/// A state in the middle of a patch, with the way back.
///
/// Remembering each step's inverse costs what the patch costs; copying the state first would cost what the
/// board costs.
struct Draft<'a> {
    state: &'a mut BoardState,
    changes: Changes,
    /// Cards that were added and have no column yet.
    unplaced: BTreeSet<CardId>,
    undo: Vec<Undo>,
}

/// How to take one step back.
enum Undo {
    Card(CardId, Option<Box<Card>>),
    TakeOut(CardId),
    PutBack(CardId, Slot),
    Column(ColumnId, Option<Box<Column>>),
    Order(Vec<ColumnId>),
    Name(String),
}

impl<'a> Draft<'a> {
    fn new(state: &'a mut BoardState) -> Self {
        Self { state, changes: Changes::default(), unplaced: BTreeSet::new(), undo: Vec::new() }
    }

    fn run(&mut self, ops: &[PatchOp]) -> Result<(), PatchError> {
        for op in ops {
            self.step(op)?;
        }
        match self.unplaced.pop_first() {
            Some(card) => Err(PatchError::Unplaced(card)),
            None => Ok(()),
        }
    }

    fn step(&mut self, op: &PatchOp) -> Result<(), PatchError> {
        match op {
            PatchOp::UpsertCard { card } => self.upsert_card(card),
            PatchOp::RemoveCard { card_id } => return self.remove_card(card_id),
            PatchOp::MoveCard { card_id, column_id, index } => {
                return self.move_card(card_id, column_id, *index);
            }
            PatchOp::UpsertColumn { column } => self.upsert_column(column),
            PatchOp::RemoveColumn { column_id } => return self.remove_column(column_id),
            PatchOp::OrderColumns { column_order } => return self.order_columns(column_order),
            PatchOp::SetName { name } => self.set_name(name),
        }
        Ok(())
    }

    fn upsert_card(&mut self, card: &Card) {
        if self.state.cards.get(&card.id) == Some(card) {
            return;
        }
        let before = self.state.cards.insert(card.id.clone(), card.clone());
        if before.is_none() {
            self.unplaced.insert(card.id.clone());
        }
        self.changes.cards.insert(card.id.clone());
        self.undo.push(Undo::Card(card.id.clone(), before.map(Box::new)));
    }

    fn remove_card(&mut self, id: &CardId) -> Result<(), PatchError> {
        let before = self.state.cards.remove(id).ok_or_else(|| PatchError::UnknownCard(id.clone()))?;
        self.undo.push(Undo::Card(id.clone(), Some(Box::new(before))));
        self.changes.cards.insert(id.clone());
        self.unplaced.remove(id);
        if let Some(slot) = self.state.detach(id) {
            self.changes.lanes.insert(slot.column.clone());
            self.undo.push(Undo::PutBack(id.clone(), slot));
        }
        Ok(())
    }

    fn move_card(&mut self, id: &CardId, column: &ColumnId, index: usize) -> Result<(), PatchError> {
        if !self.state.cards.contains_key(id) {
            return Err(PatchError::UnknownCard(id.clone()));
        }
        if !self.state.columns.contains_key(column) {
            return Err(PatchError::UnknownColumn(column.clone()));
        }
        let from = self.state.detach(id);
        if let Some(slot) = &from {
            self.undo.push(Undo::PutBack(id.clone(), slot.clone()));
        }
        let to = self.state.attach(id.clone(), column, index);
        self.undo.push(Undo::TakeOut(id.clone()));
        self.unplaced.remove(id);
        if from != to {
            self.changes.lanes.extend(from.into_iter().chain(to).map(|slot| slot.column));
        }
        Ok(())
    }

    fn upsert_column(&mut self, head: &ColumnHead) {
        let before = self.state.columns.get(&head.id);
        if before.is_some_and(|column| column.head() == *head) {
            return;
        }
        let mut column = Column::new(head.clone());
        match before {
            Some(before) => column.card_ids.clone_from(&before.card_ids),
            None => {
                self.remember_order();
                self.state.column_order.push(head.id.clone());
            }
        }
        let before = self.state.columns.insert(head.id.clone(), column);
        self.changes.columns.insert(head.id.clone());
        self.undo.push(Undo::Column(head.id.clone(), before.map(Box::new)));
    }

    fn remove_column(&mut self, id: &ColumnId) -> Result<(), PatchError> {
        let column = self.state.columns.get(id).ok_or_else(|| PatchError::UnknownColumn(id.clone()))?;
        if !column.card_ids.is_empty() {
            return Err(PatchError::ColumnNotEmpty(id.clone()));
        }
        let before = self.state.columns.remove(id);
        self.undo.push(Undo::Column(id.clone(), before.map(Box::new)));
        self.remember_order();
        self.state.column_order.retain(|other| other != id);
        self.changes.columns.insert(id.clone());
        Ok(())
    }

    fn order_columns(&mut self, order: &[ColumnId]) -> Result<(), PatchError> {
        let columns = &self.state.columns;
        if order.len() != columns.len() || !columns.keys().all(|id| order.contains(id)) {
            return Err(PatchError::ColumnOrder);
        }
        if self.state.column_order != order {
            self.remember_order();
            self.state.column_order = order.to_vec();
        }
        Ok(())
    }

    fn set_name(&mut self, name: &str) {
        if self.state.name != name {
            let before = std::mem::replace(&mut self.state.name, name.to_owned());
            self.undo.push(Undo::Name(before));
            self.changes.name = true;
        }
    }

    fn remember_order(&mut self) {
        self.undo.push(Undo::Order(self.state.column_order.clone()));
        self.changes.order = true;
    }

    fn roll_back(self) {
        let state = self.state;
        for step in self.undo.into_iter().rev() {
            match step {
                Undo::Card(id, Some(card)) => drop(state.cards.insert(id, *card)),
                Undo::Card(id, None) => drop(state.cards.remove(&id)),
                Undo::TakeOut(id) => drop(state.detach(&id)),
                Undo::PutBack(id, slot) => drop(state.attach(id, &slot.column, slot.index)),
                Undo::Column(id, Some(column)) => drop(state.columns.insert(id, *column)),
                Undo::Column(id, None) => drop(state.columns.remove(&id)),
                Undo::Order(order) => state.column_order = order,
                Undo::Name(name) => state.name = name,
            }
        }
    }
}
