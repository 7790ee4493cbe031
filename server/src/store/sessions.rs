//! The table `sessions`: who is signed in. Of a session's token only a hash is kept.

use shared::time::Timestamp;
use sqlx::SqliteConnection;

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

/// Adds a session.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(conn: &mut SqliteConnection, session: &Session) -> Result<(), StoreError> {
    todo!()
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
    todo!()
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
    todo!()
}

/// Ends a session.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    todo!()
}

/// Removes the sessions that have ended, and says how many.
///
/// # Errors
/// If the database can't be written.
pub async fn delete_expired(conn: &mut SqliteConnection, now: Timestamp) -> Result<u64, StoreError> {
    todo!()
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
