//! The table `sessions`: who is signed in. Of a session's token only a hash is kept.

use shared::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names the session; it is no secret.
    pub id: String,
    /// The hash of its token.
    pub token_hash: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    token_hash: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            token_hash: row.token_hash,
            created_at: Timestamp::from_millis(row.created_at),
            last_seen_at: Timestamp::from_millis(row.last_seen_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        }
    }
}

/// Adds a session.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(conn: &mut SqliteConnection, session: &Session) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&session.id)
    .bind(&session.token_hash)
    .bind(session.created_at.as_millis())
    .bind(session.last_seen_at.as_millis())
    .bind(session.expires_at.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// The session with this token, if it has not ended.
///
/// # Errors
/// If the database can't be read.
pub async fn by_token_hash(
    conn: &mut SqliteConnection,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT id, token_hash, created_at, last_seen_at, expires_at FROM sessions \
         WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now.as_millis())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Session::from))
}

/// Notes that a session was used, and until when it now lasts.
///
/// # Errors
/// If the database can't be written.
pub async fn touch(
    conn: &mut SqliteConnection,
    id: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1")
        .bind(id)
        .bind(now.as_millis())
        .bind(expires_at.as_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

/// Removes the sessions that have ended, and says how many.
///
/// # Errors
/// If the database can't be written.
pub async fn delete_expired(conn: &mut SqliteConnection, now: Timestamp) -> Result<u64, StoreError> {
    let removed = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(now.as_millis())
        .execute(conn)
        .await?;
    Ok(removed.rows_affected())
}

/// Ends all sessions but the `count` that were used most recently.
///
/// # Errors
/// If the database can't be written.
pub async fn keep_most_recent(conn: &mut SqliteConnection, count: u32) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM sessions WHERE id NOT IN \
         (SELECT id FROM sessions ORDER BY last_seen_at DESC, id DESC LIMIT $1)",
    )
    .bind(i64::from(count))
    .execute(conn)
    .await?;
    Ok(())
}
