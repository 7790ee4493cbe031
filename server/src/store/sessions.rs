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

/// Removes the sessions that have ended, and names them.
///
/// # Errors
/// If the database can't be written.
pub async fn delete_expired(conn: &mut SqliteConnection, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let removed: Vec<(String,)> = sqlx::query_as("DELETE FROM sessions WHERE expires_at <= $1 RETURNING id")
        .bind(now.as_millis())
        .fetch_all(conn)
        .await?;
    Ok(ids(removed))
}

/// Ends all sessions but the `count` that were used most recently, and names those that it ends.
///
/// # Errors
/// If the database can't be written.
pub async fn keep_most_recent(conn: &mut SqliteConnection, count: u32) -> Result<Vec<String>, StoreError> {
    let removed: Vec<(String,)> = sqlx::query_as(
        "DELETE FROM sessions WHERE id NOT IN \
         (SELECT id FROM sessions ORDER BY last_seen_at DESC, id DESC LIMIT $1) RETURNING id",
    )
    .bind(i64::from(count))
    .fetch_all(conn)
    .await?;
    Ok(ids(removed))
}

fn ids(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|(id,)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, StoreOptions};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn session(id: &str, ends: i64) -> Session {
        Session {
            id: id.to_owned(),
            token_hash: format!("hash of {id}"),
            created_at: at(0),
            last_seen_at: at(0),
            expires_at: at(ends),
        }
    }

    #[tokio::test]
    async fn a_session_is_found_by_its_token_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("mainstay.db"), StoreOptions::default()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        let (short, long) = (session("short", 10), session("long", 20));
        insert(&mut tx, &short).await.unwrap();
        insert(&mut tx, &long).await.unwrap();
        assert!(matches!(insert(&mut tx, &long).await, Err(StoreError::Duplicate)));
        let found = by_token_hash(&mut tx, "hash of short", at(9)).await.unwrap();
        assert_eq!(found, Some(short));
        assert_eq!(by_token_hash(&mut tx, "hash of short", at(10)).await.unwrap(), None);
        assert_eq!(by_token_hash(&mut tx, "hash of nobody", at(0)).await.unwrap(), None);

        touch(&mut tx, "long", at(15), at(30)).await.unwrap();
        assert_eq!(delete_expired(&mut tx, at(20)).await.unwrap(), ["short"]);
        let touched = by_token_hash(&mut tx, "hash of long", at(20)).await.unwrap().unwrap();
        assert_eq!((touched.last_seen_at, touched.expires_at), (at(15), at(30)));
        delete(&mut tx, "long").await.unwrap();
        assert_eq!(by_token_hash(&mut tx, "hash of long", at(20)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn of_too_many_sessions_the_longest_unused_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("mainstay.db"), StoreOptions::default()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        for (id, last_seen) in [("a", 3), ("b", 1), ("c", 2)] {
            insert(&mut tx, &Session { last_seen_at: at(last_seen), ..session(id, 10) }).await.unwrap();
        }
        assert_eq!(keep_most_recent(&mut tx, 2).await.unwrap(), ["b"]);
        for (id, is_kept) in [("a", true), ("b", false), ("c", true)] {
            let found = by_token_hash(&mut tx, &format!("hash of {id}"), at(0)).await.unwrap();
            assert_eq!(found.is_some(), is_kept, "{id}");
        }
    }
}
