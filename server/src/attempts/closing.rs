//! Boards that are about to be deleted: nobody begins to work on them, because what they would work in is being removed.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use shared::ids::BoardId;

use super::Attempts;
use crate::board::CommandError;

/// The boards that are closed.
#[derive(Debug, Default)]
pub(super) struct Closed(Mutex<HashSet<BoardId>>);

/// A board that is closed as long as this is there.
#[derive(Debug)]
#[must_use]
pub struct Closing {
    attempts: Attempts,
    board: BoardId,
}

impl Attempts {
    /// Closes a board. Whoever was not refused before has ended their change when the next one begins.
    ///
    /// # Errors
    /// If it is closed already.
    pub(super) fn close(&self, board: &BoardId) -> Result<Closing, CommandError> {
        if !self.closed().insert(board.clone()) {
            return Err(being_deleted());
        }
        Ok(Closing { attempts: self.clone(), board: board.clone() })
    }

    /// Refuses to begin work on a board that is closed; asked within the change that begins it.
    pub(super) fn refuse_closed(&self, board: &BoardId) -> Result<(), CommandError> {
        if !self.closed().contains(board) {
            return Ok(());
        }
        Err(being_deleted())
    }

    fn closed(&self) -> std::sync::MutexGuard<'_, HashSet<BoardId>> {
        self.0.closed.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn being_deleted() -> CommandError {
    CommandError::conflict("The project is being deleted.")
        .hint("Wait until it is gone, or was kept after all.")
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.attempts.closed().remove(&self.board);
    }
}
