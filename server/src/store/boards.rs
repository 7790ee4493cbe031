//! The table `boards`.

use shared::board::{BoardState, BoardSummary};
use shared::ids::BoardId;
use sqlx::SqliteConnection;

use super::StoreError;

/// A whole board; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn state(conn: &mut SqliteConnection, board: &BoardId) -> Result<Option<BoardState>, StoreError> {
    todo!()
}

/// All boards, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn summaries(conn: &mut SqliteConnection) -> Result<Vec<BoardSummary>, StoreError> {
    todo!()
}

/// A board in the list of boards; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn summary(conn: &mut SqliteConnection, board: &BoardId) -> Result<Option<BoardSummary>, StoreError> {
    todo!()
}

/// Whether there is a board by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn exists(conn: &mut SqliteConnection, board: &BoardId) -> Result<bool, StoreError> {
    todo!()
}
