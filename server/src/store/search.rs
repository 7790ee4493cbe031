//! Searching the cards of a board for words.
//!
//! The texts are compared here and not by the database: what it takes for the same letter in another case is ASCII
//! alone, and each database has marks of its own that mean anything. Rows come one by one, so no more than one
//! description is in memory, however many there are.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use shared::ids::{BoardId, CardId};
use shared::words::Words;
use sqlx::SqliteConnection;

use super::StoreError;

/// The cards of a board, deleted or not, whose key, title or description hold these words.
///
/// # Errors
/// If the database can't be read.
pub async fn cards(
    conn: &mut SqliteConnection,
    board: &BoardId,
    words: &Words,
) -> Result<HashSet<CardId>, StoreError> {
    let mut rows = sqlx::query_as::<_, (String, String, String, Option<String>)>(
        "SELECT id, key, title, description FROM cards WHERE board_id = $1",
    )
    .bind(board.as_str())
    .fetch(conn);
    let mut found = HashSet::new();
    while let Some((id, key, title, description)) = rows.try_next().await? {
        if words.are_in(&[&key, &title, description.as_deref().unwrap_or_default()]) {
            found.insert(CardId::from(id));
        }
    }
    Ok(found)
}
