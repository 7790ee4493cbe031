//! The table `cards`.

use shared::card::{Card, CardDetail};
use shared::ids::{BoardId, CardId};
use sqlx::SqliteConnection;

use super::StoreError;

/// A card that is not deleted, with its description; `None` if the board has none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn detail(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: &CardId,
) -> Result<Option<CardDetail>, StoreError> {
    todo!()
}

/// The deleted cards of a board that can still be restored, the last deleted first.
///
/// # Errors
/// If the database can't be read.
pub async fn deleted(conn: &mut SqliteConnection, board: &BoardId) -> Result<Vec<Card>, StoreError> {
    todo!()
}
