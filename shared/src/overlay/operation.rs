//! What a person can do to a board, and what it looks like before the server has done it.

use crate::board::{BoardState, Column, ColumnHead, Place};
use crate::card::Card;
use crate::ids::{CardId, ColumnId};
use crate::requests::{PatchCard, PatchColumn};

/// A change that a person makes to a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Adds a card at the end of a column, with the id that the client made for it.
    CreateCard {
        /// The card as far as the client knows it.
        card: Box<Card>,
        /// The column.
        column_id: ColumnId,
    },
    /// Changes what is written on a card.
    PatchCard {
        /// The card.
        card_id: CardId,
        /// The body of the request.
        change: Box<PatchCard>,
    },
    /// Moves a card.
    MoveCard {
        /// The card.
        card_id: CardId,
        /// The column where the person saw it.
        from: ColumnId,
        /// The column it goes to.
        column_id: ColumnId,
        /// The card it goes above; at the end if there is none.
        ///
        /// There is no index here: it would mean another place once the cards around have changed.
        before: Option<CardId>,
    },
    /// Deletes a card.
    DeleteCard {
        /// The card.
        card_id: CardId,
    },
    /// Adds an empty column, with the id that the client made for it.
    CreateColumn {
        /// The column.
        column: ColumnHead,
        /// Its place from the left; at the right end if there is none.
        index: Option<usize>,
    },
    /// Renames a column, sets its limit, moves it among the others.
    PatchColumn {
        /// The column.
        column_id: ColumnId,
        /// The body of the request.
        change: PatchColumn,
    },
    /// Deletes a column.
    DeleteColumn {
        /// The column.
        column_id: ColumnId,
        /// Where its cards go: to the end of this column.
        move_to: Option<ColumnId>,
    },
    /// Renames the board.
    RenameBoard {
        /// Its new name.
        name: String,
    },
}

/// A thing that an operation leaves its mark on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A card.
    Card(&'a CardId),
    /// What is written on a column, or the order of the cards in it.
    Column(&'a ColumnId),
    /// The order of the columns.
    ColumnOrder,
    /// The board's name.
    Name,
}

impl Operation {
    /// What it leaves its mark on. Of two operations that share a subject the later one covers the earlier.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject<'_>> {
        match self {
            Self::CreateCard { card, column_id } => vec![Subject::Card(&card.id), Subject::Column(column_id)],
            Self::PatchCard { card_id, change } => {
                let column = change.column_id.as_ref().map(Subject::Column);
                column.into_iter().chain([Subject::Card(card_id)]).collect()
            }
            Self::MoveCard { card_id, from, column_id, .. } => {
                vec![Subject::Card(card_id), Subject::Column(from), Subject::Column(column_id)]
            }
            Self::DeleteCard { card_id } => vec![Subject::Card(card_id)],
            Self::CreateColumn { column, .. } => vec![Subject::Column(&column.id), Subject::ColumnOrder],
            Self::PatchColumn { column_id, change } => {
                let order = change.index.map(|_| Subject::ColumnOrder);
                order.into_iter().chain([Subject::Column(column_id)]).collect()
            }
            Self::DeleteColumn { column_id, move_to } => {
                let target = move_to.as_ref().map(Subject::Column);
                target.into_iter().chain([Subject::Column(column_id), Subject::ColumnOrder]).collect()
            }
            Self::RenameBoard { .. } => vec![Subject::Name],
        }
    }

    /// Whether it can hide what an earlier operation did.
    #[must_use]
    pub fn covers(&self, earlier: &Self) -> bool {
        let own = self.subjects();
        earlier.subjects().iter().any(|subject| own.contains(subject))
    }

    /// Does to the state what it will look like; if it makes no sense there, nothing.
    ///
    /// Done to a state that holds it already, it changes nothing.
    pub fn apply_to(&self, state: &mut BoardState) {
        match self {
            Self::CreateCard { card, column_id } => create_card(state, card, column_id),
            Self::PatchCard { card_id, change } => patch_card(state, card_id, change),
            Self::MoveCard { card_id, from, column_id, before } => {
                move_card(state, card_id, from, column_id, before.as_ref());
            }
            Self::DeleteCard { card_id } => {
                state.cards.remove(card_id);
                state.detach(card_id);
            }
            Self::CreateColumn { column, index } => create_column(state, column, *index),
            Self::PatchColumn { column_id, change } => patch_column(state, column_id, change),
            Self::DeleteColumn { column_id, move_to } => delete_column(state, column_id, move_to.as_ref()),
            Self::RenameBoard { name } => state.name.clone_from(name),
        }
    }
}

fn create_card(state: &mut BoardState, card: &Card, column: &ColumnId) {
    // Once the server's own card is there, it knows better: its key, its times, its place.
    if state.cards.contains_key(&card.id) || !state.columns.contains_key(column) {
        return;
    }
    state.cards.insert(card.id.clone(), card.clone());
    state.place_card(&card.id, column, &Place::End);
}

fn move_card(state: &mut BoardState, card: &CardId, from: &ColumnId, to: &ColumnId, before: Option<&CardId>) {
    let lane = state.columns.get(to).map_or(&[][..], |column| &column.card_ids);
    let is_there = lane.contains(card);
    let has_lost_anchor = before.is_some_and(|anchor| !lane.contains(anchor));
    // The stream was faster than the answer: the card lies where the server put it, and others may have been
    // put around it since. To place it once more would shuffle them.
    if is_there && (from != to || has_lost_anchor) {
        return;
    }
    state.place_card(card, to, &before.cloned().map_or(Place::End, Place::Before));
}

fn patch_card(state: &mut BoardState, id: &CardId, change: &PatchCard) {
    let is_elsewhere = |column: &&ColumnId| state.column_of(id).is_some_and(|it| it.id != **column);
    if let Some(column) = change.column_id.as_ref().filter(is_elsewhere) {
        state.place_card(id, column, &Place::End);
    }
    let Some(card) = state.cards.get_mut(id) else { return };
    let PatchCard { title, description, column_id: _, card_type, priority, labels, depends_on } =
        change.clone();
    if let Some(title) = title {
        card.title = title;
    }
    if let Some(description) = description.into_change() {
        card.has_description = description.is_some_and(|text| !text.trim().is_empty());
    }
    card_type.apply_to(&mut card.card_type);
    priority.apply_to(&mut card.priority);
    if let Some(labels) = labels.into_change() {
        card.labels = labels.unwrap_or_default();
    }
    if let Some(depends_on) = depends_on.into_change() {
        let depends_on = depends_on.unwrap_or_default();
        let blocked_by = state.blockers(&depends_on);
        if let Some(card) = state.cards.get_mut(id) {
            card.depends_on = depends_on;
            card.blocked_by = blocked_by;
        }
    }
}

fn create_column(state: &mut BoardState, head: &ColumnHead, index: Option<usize>) {
    if state.columns.contains_key(&head.id) {
        return;
    }
    state.columns.insert(head.id.clone(), Column::new(head.clone()));
    move_column(state, &head.id, index.unwrap_or(usize::MAX));
}

fn patch_column(state: &mut BoardState, id: &ColumnId, change: &PatchColumn) {
    let Some(column) = state.columns.get_mut(id) else { return };
    if let Some(title) = &change.title {
        column.title.clone_from(title);
    }
    change.wip_limit.apply_to(&mut column.wip_limit);
    if let Some(index) = change.index.and_then(|index| usize::try_from(index).ok()) {
        move_column(state, id, index);
    }
}

fn move_column(state: &mut BoardState, id: &ColumnId, index: usize) {
    state.column_order.retain(|other| other != id);
    state.column_order.insert(index.min(state.column_order.len()), id.clone());
}

fn delete_column(state: &mut BoardState, id: &ColumnId, move_to: Option<&ColumnId>) {
    let Some(column) = state.columns.get(id) else { return };
    let target = move_to.filter(|target| *target != id && state.columns.contains_key(*target));
    if target.is_none() && !column.card_ids.is_empty() {
        return;
    }
    for card in column.card_ids.clone() {
        if let Some(target) = target {
            state.place_card(&card, target, &Place::End);
        }
    }
    state.columns.remove(id);
    state.column_order.retain(|other| other != id);
}
