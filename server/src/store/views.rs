//! The table `views`: the filters of boards that have a name.

use shared::ids::{BoardId, ViewId};
use shared::time::Timestamp;
use shared::view::View;
use sqlx::SqliteConnection;

use super::StoreError;

/// A board's views, the oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn all(conn: &mut SqliteConnection, board: &BoardId) -> Result<Vec<View>, StoreError> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, name, query FROM views WHERE board_id = $1 ORDER BY created_at, id")
            .bind(board.as_str())
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(id, name, query)| View { id: id.into(), name, query }).collect())
}

/// Adds a view.
///
/// # Errors
/// If the database can't be written, or there is a view with this id or this name.
pub async fn insert(
    conn: &mut SqliteConnection,
    board: &BoardId,
    view: &View,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO views (id, board_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(view.id.as_str())
        .bind(board.as_str())
        .bind(&view.name)
        .bind(&view.query)
        .bind(now.as_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a view of a board, and says whether it was there.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, board: &BoardId, view: &ViewId) -> Result<bool, StoreError> {
    let removed = sqlx::query("DELETE FROM views WHERE id = $1 AND board_id = $2")
        .bind(view.as_str())
        .bind(board.as_str())
        .execute(conn)
        .await?;
    Ok(removed.rows_affected() > 0)
}
