//! A change of one board: what its commands write adds up to one revision and one patch.

use std::collections::BTreeSet;

use shared::board::{BoardSummary, ColumnHead, ColumnKey};
use shared::ids::{BoardId, CardId, ColumnId};
use shared::patch::{BoardPatch, PatchOp};
use shared::requests::BoardSettings;
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::{Answer, CommandError, CommandResult};
use crate::events::{Change, DomainEvent, Events};
use crate::store::boards::StoredBoard;
use crate::store::cards::StoredCard;
use crate::store::{boards, cards, columns, dependencies};

/// A board while it is being changed. Dropping it undoes everything.
pub(crate) struct Edit {
    change: Change,
    board: StoredBoard,
    /// From left to right, as they are by now.
    columns: Vec<ColumnHead>,
    ops: Vec<PatchOp>,
    /// Cards that look otherwise than before; how, is read at the end, so that each is sent once.
    faces: BTreeSet<CardId>,
    /// Whether name, settings or the columns' order changed.
    meta: bool,
}

impl Edit {
    /// Begins a change of a board.
    pub async fn begin(events: &Events, board: &BoardId) -> Result<Self, CommandError> {
        Self::open(events.begin().await?, board).await
    }

    /// Goes on with a change, at a board.
    pub async fn open(mut change: Change, board: &BoardId) -> Result<Self, CommandError> {
        let Some(board) = boards::stored(change.conn(), board).await? else {
            return Err(CommandError::no_board(board));
        };
        let columns = columns::heads(change.conn(), &board.id).await?;
        Ok(Self { change, board, columns, ops: Vec::new(), faces: BTreeSet::new(), meta: false })
    }

    /// Refuses if name, settings or column order changed since the revision that was named.
    pub fn expect_meta(&self, expected: Option<u64>) -> Result<(), CommandError> {
        expect_revision(expected, self.board.meta_revision, &format!("The board \"{}\"", self.board.name))
    }

    pub fn conn(&mut self) -> &mut SqliteConnection {
        self.change.conn()
    }

    pub fn now(&self) -> Timestamp {
        self.change.now()
    }

    pub fn board(&self) -> &StoredBoard {
        &self.board
    }

    pub fn columns(&self) -> &[ColumnHead] {
        &self.columns
    }

    pub fn column(&self, id: &ColumnId) -> Option<&ColumnHead> {
        self.columns.iter().find(|column| column.id == *id)
    }

    pub fn keyed_column(&self, key: ColumnKey) -> Result<&ColumnHead, CommandError> {
        // Each board is made with the four, and none of them can be deleted.
        self.columns
            .iter()
            .find(|column| column.key == Some(key))
            .ok_or_else(|| CommandError::broken(format!("the board {} has no {key:?} column", self.board.id)))
    }

    /// Whether this is the column that has this meaning.
    pub fn is_keyed(&self, column: Option<&ColumnId>, key: ColumnKey) -> bool {
        column.and_then(|id| self.column(id)).is_some_and(|column| column.key == Some(key))
    }

    /// A card that is not deleted.
    pub async fn live_card(&mut self, id: &CardId) -> Result<StoredCard, CommandError> {
        let board = self.board.id.clone();
        match cards::stored(self.conn(), &board, id).await? {
            Some(card) if card.deleted_at.is_none() => Ok(card),
            Some(card) => Err(CommandError::not_found(format!("{} was deleted.", named(&card)))
                .hint("A deleted card can be restored for 30 days.")),
            None => Err(CommandError::no_card(id)),
        }
    }

    /// Whether a card holds up those that depend on it: it is neither deleted nor done.
    pub fn blocks(&self, card: &StoredCard) -> bool {
        card.deleted_at.is_none() && !self.is_keyed(card.column.as_ref(), ColumnKey::Done)
    }

    /// The number of the next card, which no other will have.
    pub fn take_number(&mut self) -> u64 {
        let number = self.board.next_number;
        self.board.next_number += 1;
        number
    }

    /// Adds a step to the patch.
    pub fn push(&mut self, op: PatchOp) {
        self.ops.push(op);
    }

    /// Says that a card looks otherwise than before.
    pub fn face_changed(&mut self, card: CardId) {
        self.faces.insert(card);
    }

    /// Says that those who depend on a card have other blockers than before.
    pub async fn blocking_changed(&mut self, card: &CardId) -> Result<(), CommandError> {
        let dependents = dependencies::dependents(self.conn(), card).await?;
        self.faces.extend(dependents);
        Ok(())
    }

    /// Takes a card off the patch: it is no longer on the board.
    pub fn remove_card(&mut self, card: CardId) {
        self.faces.remove(&card);
        self.push(PatchOp::RemoveCard { card_id: card });
    }

    /// Puts a card that the readers don't have yet into the patch; its place has to follow.
    pub async fn add_card(&mut self, card: StoredCard) -> Result<(), CommandError> {
        let detail = cards::with_dependencies(self.conn(), card).await?;
        self.push(PatchOp::UpsertCard { card: Box::new(detail.card) });
        Ok(())
    }

    /// Gives the board another name.
    pub fn rename(&mut self, name: String) {
        self.board.name.clone_from(&name);
        self.meta = true;
        self.push(PatchOp::SetName { name });
    }

    /// Gives the board other settings.
    pub fn set_settings(&mut self, settings: BoardSettings) {
        self.board.settings = settings;
        self.meta = true;
    }

    /// Adds a column at an index, or at the right end.
    pub async fn add_column(&mut self, head: ColumnHead, index: usize) -> Result<(), CommandError> {
        let (board, last) = (self.board.id.clone(), self.columns.len());
        columns::insert(self.conn(), &board, &head, u64::try_from(last).unwrap_or(u64::MAX)).await?;
        self.push(PatchOp::UpsertColumn { column: head.clone() });
        self.columns.push(head);
        self.meta = true;
        // Where columns were removed, the places of those that are left have gaps, and the new one's may be taken.
        self.write_order().await?;
        self.move_column(last, index).await
    }

    /// Moves the column at one index to another; beyond the end means to the end.
    pub async fn move_column(&mut self, from: usize, to: usize) -> Result<(), CommandError> {
        let to = to.min(self.columns.len().saturating_sub(1));
        if from == to {
            return Ok(());
        }
        let column = self.columns.remove(from);
        self.columns.insert(to, column);
        let order = self.write_order().await?;
        self.push(PatchOp::OrderColumns { column_order: order });
        self.meta = true;
        Ok(())
    }

    /// Gives each column the place that it has by now.
    async fn write_order(&mut self) -> Result<Vec<ColumnId>, CommandError> {
        let order: Vec<ColumnId> = self.columns.iter().map(|column| column.id.clone()).collect();
        columns::order(self.conn(), &order).await?;
        Ok(order)
    }

    /// Writes what stands on a column anew.
    pub async fn rewrite_column(&mut self, head: ColumnHead) -> Result<(), CommandError> {
        columns::update(self.conn(), &head).await?;
        self.push(PatchOp::UpsertColumn { column: head.clone() });
        if let Some(column) = self.columns.iter_mut().find(|column| column.id == head.id) {
            *column = head;
        }
        Ok(())
    }

    /// Removes a column that no live card is in.
    pub async fn remove_column(&mut self, id: &ColumnId) -> Result<(), CommandError> {
        columns::delete(self.conn(), id).await?;
        self.columns.retain(|column| column.id != *id);
        self.push(PatchOp::RemoveColumn { column_id: id.clone() });
        self.meta = true;
        Ok(())
    }

    /// Notes what happened beside what the patch tells.
    pub fn record(&mut self, event: DomainEvent) {
        self.change.record(event);
    }

    /// Ends the change of this board, which others may follow before all of it is committed.
    pub async fn close(mut self) -> Result<Change, CommandError> {
        self.write_patch().await?;
        Ok(self.change)
    }

    /// Commits, with one new revision and one patch if anything changed, and answers `value`.
    pub async fn answer<T>(mut self, value: T) -> CommandResult<T> {
        self.write_patch().await?;
        Ok(Answer { value, at: self.change.commit().await? })
    }

    /// Commits like [`Self::answer`], and answers the board as the list of boards has it.
    pub async fn answer_summary(mut self) -> CommandResult<BoardSummary> {
        self.write_patch().await?;
        let summary = boards::summary(self.change.conn(), &self.board.id).await?;
        let value = summary.ok_or_else(|| CommandError::no_board(&self.board.id))?;
        Ok(Answer { value, at: self.change.commit().await? })
    }

    async fn write_patch(&mut self) -> Result<(), CommandError> {
        self.send_faces().await?;
        if self.meta || !self.ops.is_empty() {
            self.raise_revision().await?;
        }
        Ok(())
    }

    async fn send_faces(&mut self) -> Result<(), CommandError> {
        let board = self.board.id.clone();
        for card in std::mem::take(&mut self.faces) {
            if let Some(detail) = cards::detail(self.conn(), &board, &card).await? {
                self.push(PatchOp::UpsertCard { card: Box::new(detail.card) });
            }
        }
        Ok(())
    }

    async fn raise_revision(&mut self) -> Result<(), CommandError> {
        let from_revision = self.board.revision;
        self.board.revision += 1;
        self.board.meta_revision += u64::from(self.meta);
        self.board.updated_at = self.change.now();
        boards::update(self.change.conn(), &self.board).await?;
        self.change.record(DomainEvent::BoardStateChanged(BoardPatch {
            board_id: self.board.id.clone(),
            from_revision,
            revision: self.board.revision,
            meta_revision: self.meta.then_some(self.board.meta_revision),
            ops: std::mem::take(&mut self.ops),
        }));
        Ok(())
    }
}

/// A card as a sentence names it.
pub(crate) fn named(card: &StoredCard) -> String {
    format!("{} \"{}\"", card.key, card.title)
}

/// Refuses if the revision that was named is not the one that the thing has.
pub(crate) fn expect_revision(expected: Option<u64>, current: u64, what: &str) -> Result<(), CommandError> {
    match expected {
        Some(expected) if expected != current => Err(CommandError::stale(what, expected, current)),
        _ => Ok(()),
    }
}
