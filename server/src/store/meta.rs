//! The table `meta`: which database this is, and how far its message log goes.

use shared::ids::Epoch;
use shared::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::{StoreError, row};
use crate::ids;

/// Names the database and its message log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub database_id: String,
    pub epoch: Epoch,
}

#[derive(FromRow)]
struct IdentityRow {
    database_id: String,
    epoch: String,
}

/// The names of this database; a new one is given some.
pub(super) async fn identify(conn: &mut SqliteConnection, now: Timestamp) -> Result<Identity, StoreError> {
    sqlx::query(
        "INSERT INTO meta (id, database_id, epoch, head, pruned, log_bytes, created_at) \
         VALUES (1, $1, $2, 0, 0, 0, $3) ON CONFLICT (id) DO NOTHING",
    )
    .bind(ids::random_name())
    .bind(ids::random_name())
    .bind(now.as_millis())
    .execute(&mut *conn)
    .await?;
    let found: IdentityRow =
        sqlx::query_as("SELECT database_id, epoch FROM meta WHERE id = 1").fetch_one(conn).await?;
    let unreadable = |error| StoreError::Row { table: "meta", detail: format!("epoch: {error}") };
    Ok(Identity { database_id: found.database_id, epoch: found.epoch.parse().map_err(unreadable)? })
}

/// How far the message log goes, and how much of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogExtent {
    pub head: u64,
    pub pruned: u64,
    pub bytes: u64,
}

pub(super) async fn log_extent(conn: &mut SqliteConnection) -> Result<LogExtent, StoreError> {
    let (head, pruned, bytes): (i64, i64, i64) =
        sqlx::query_as("SELECT head, pruned, log_bytes FROM meta WHERE id = 1").fetch_one(conn).await?;
    let count = |value| row::count("meta", value);
    Ok(LogExtent { head: count(head)?, pruned: count(pruned)?, bytes: count(bytes)? })
}

pub(super) async fn set_log_extent(conn: &mut SqliteConnection, log: LogExtent) -> Result<(), StoreError> {
    sqlx::query("UPDATE meta SET head = $1, pruned = $2, log_bytes = $3 WHERE id = 1")
        .bind(row::stored(log.head))
        .bind(row::stored(log.pruned))
        .bind(row::stored(log.bytes))
        .execute(conn)
        .await?;
    Ok(())
}
