//! The table `creations`: what was answered to creations that carried an id of the client's.

use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::StoreError;

/// A creation that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// The id that the client gave.
    pub id: String,
    /// What was created.
    pub kind: String,
    /// A hash of everything that was asked for.
    pub body_hash: String,
    /// The answer, as JSON.
    pub answer: String,
}

/// The creation with this id, if there was one.
///
/// # Errors
/// If the database can't be read.
pub async fn by_id(conn: &mut SqliteConnection, id: &str) -> Result<Option<Creation>, StoreError> {
    let row: Option<(String, String, String, String)> =
        sqlx::query_as("SELECT id, kind, body_hash, answer FROM creations WHERE id = $1")
            .bind(id)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|(id, kind, body_hash, answer)| Creation { id, kind, body_hash, answer }))
}

/// Keeps what was answered.
///
/// # Errors
/// If the database can't be written, or there was a creation with this id.
pub async fn insert(
    conn: &mut SqliteConnection,
    creation: &Creation,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO creations (id, kind, body_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&creation.id)
    .bind(&creation.kind)
    .bind(&creation.body_hash)
    .bind(&creation.answer)
    .bind(now.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was answered before this moment, and says how often.
///
/// # Errors
/// If the database can't be written.
pub async fn delete_before(conn: &mut SqliteConnection, moment: Timestamp) -> Result<u64, StoreError> {
    let removed = sqlx::query("DELETE FROM creations WHERE created_at < $1")
        .bind(moment.as_millis())
        .execute(conn)
        .await?;
    Ok(removed.rows_affected())
}
