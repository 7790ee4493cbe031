//! The tables `hosts` and `host_commands`: the processes that keep agents alive, and what they have to be told.

use shared::ids::AttemptId;
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::{StoreError, row};
use crate::attempts::host::protocol::{Command, CommandId};
use crate::ids::new_id;

/// A host that is not proven to be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHost {
    /// Its folder's name.
    pub name: String,
    /// The number of the last of its updates that is in the database.
    pub seq: u64,
    /// Whether its agent has a session and takes prompts.
    pub is_ready: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Adds the host that an attempt is about to get.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    name: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO hosts (name, attempt_id, seq, ready, created_at) VALUES ($1, $2, 0, 0, $3)")
        .bind(name)
        .bind(attempt.as_str())
        .bind(now.as_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// The host of an attempt, unless it is proven to be gone.
///
/// # Errors
/// If the database can't be read.
pub async fn of_attempt(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<Option<StoredHost>, StoreError> {
    let row: Option<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT name, seq, ready, created_at FROM hosts WHERE attempt_id = $1 AND gone_at IS NULL",
    )
    .bind(attempt.as_str())
    .fetch_optional(conn)
    .await?;
    let host = |(name, seq, ready, created_at)| {
        let (seq, created_at) = (row::count("hosts", seq)?, Timestamp::from_millis(created_at));
        Ok(StoredHost { name, seq, is_ready: ready != 0, created_at })
    };
    row.map(host).transpose()
}

/// The attempts that have a host which is not proven to be gone.
///
/// # Errors
/// If the database can't be read.
pub async fn attempts(conn: &mut SqliteConnection) -> Result<Vec<AttemptId>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT attempt_id FROM hosts WHERE gone_at IS NULL ORDER BY attempt_id")
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// The names of all hosts that there are and were.
///
/// # Errors
/// If the database can't be read.
pub async fn names(conn: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT name FROM hosts").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Notes that a host's updates are in the database up to here.
///
/// # Errors
/// If the database can't be written.
pub async fn set_seq(conn: &mut SqliteConnection, name: &str, seq: u64) -> Result<(), StoreError> {
    sqlx::query("UPDATE hosts SET seq = $2 WHERE name = $1")
        .bind(name)
        .bind(row::stored(seq))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes whether a host's agent takes prompts.
///
/// # Errors
/// If the database can't be written.
pub async fn set_ready(conn: &mut SqliteConnection, name: &str, is_ready: bool) -> Result<(), StoreError> {
    sqlx::query("UPDATE hosts SET ready = $2 WHERE name = $1")
        .bind(name)
        .bind(i64::from(is_ready))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a host is gone, and that all it had to tell is in the database.
///
/// # Errors
/// If the database can't be written.
pub async fn set_gone(conn: &mut SqliteConnection, name: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE hosts SET gone_at = $2 WHERE name = $1")
        .bind(name)
        .bind(now.as_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds a command behind those that an attempt's host has to be told.
///
/// # Errors
/// If the database can't be written.
pub async fn command(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    command: &Command,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO host_commands (attempt_id, number, id, command) VALUES ($1, \
         (SELECT COALESCE(MAX(number), 0) + 1 FROM host_commands WHERE attempt_id = $1), $2, $3)",
    )
    .bind(attempt.as_str())
    .bind(new_id::<String>())
    .bind(serde_json::to_string(command)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts another command in the place of one that was not told yet.
///
/// # Errors
/// If the database can't be written.
pub async fn rewrite(
    conn: &mut SqliteConnection,
    id: &CommandId,
    command: &Command,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE host_commands SET command = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(serde_json::to_string(command)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// What an attempt's host has to be told, in this order.
///
/// # Errors
/// If the database can't be read.
pub async fn commands(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<Vec<(CommandId, Command)>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, command FROM host_commands WHERE attempt_id = $1 ORDER BY number")
            .bind(attempt.as_str())
            .fetch_all(conn)
            .await?;
    let command =
        |(id, command): (String, String)| Ok((CommandId(id), row::json("host_commands", &command)?));
    rows.into_iter().map(command).collect()
}

/// Removes a command that was heard.
///
/// # Errors
/// If the database can't be written.
pub async fn heard(conn: &mut SqliteConnection, id: &CommandId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM host_commands WHERE id = $1").bind(&id.0).execute(conn).await?;
    Ok(())
}

/// Removes the commands of an attempt that only mean something to the host that is gone, and says whether prompts are left.
///
/// # Errors
/// If the database can't be written.
pub async fn forget_all_but_prompts(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<bool, StoreError> {
    let mut is_left = false;
    for (id, command) in commands(conn, attempt).await? {
        match command {
            Command::Prompt { .. } => is_left = true,
            Command::Decide { .. } | Command::Cancel | Command::End => heard(conn, &id).await?,
        }
    }
    Ok(is_left)
}

/// Removes all commands of an attempt: there is nobody any more to be told.
///
/// # Errors
/// If the database can't be written.
pub async fn discard_commands(conn: &mut SqliteConnection, attempt: &AttemptId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM host_commands WHERE attempt_id = $1")
        .bind(attempt.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
