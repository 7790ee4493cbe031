//! The table `agents`: the programs that can do the work.

use std::collections::BTreeMap;

use shared::ids::AgentId;
use shared::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::{StoreError, row};
use crate::agents::driver::Protocol;

/// An agent as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAgent {
    /// Its id.
    pub id: AgentId,
    /// Its name for people.
    pub label: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Variables for its environment.
    pub env: BTreeMap<String, String>,
    /// Whether a person registered it; the others come with Mainstay.
    pub is_registered: bool,
}

#[derive(FromRow)]
struct AgentRow {
    id: String,
    label: String,
    protocol: String,
    command: String,
    env: String,
    registered: i64,
}

impl TryFrom<AgentRow> for StoredAgent {
    type Error = StoreError;

    fn try_from(row: AgentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            label: row.label,
            protocol: row::meaning("agents", row.protocol)?,
            command: row::json("agents", &row.command)?,
            env: row::json("agents", &row.env)?,
            is_registered: row.registered != 0,
        })
    }
}

/// All agents that are known, in the order in which they became so.
///
/// # Errors
/// If the database can't be read.
pub async fn all(conn: &mut SqliteConnection) -> Result<Vec<StoredAgent>, StoreError> {
    let rows: Vec<AgentRow> =
        sqlx::query_as("SELECT * FROM agents ORDER BY created_at, id").fetch_all(conn).await?;
    rows.into_iter().map(StoredAgent::try_from).collect()
}

/// An agent; `None` if none is known by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn stored(conn: &mut SqliteConnection, agent: &AgentId) -> Result<Option<StoredAgent>, StoreError> {
    let row: Option<AgentRow> = sqlx::query_as("SELECT * FROM agents WHERE id = $1")
        .bind(agent.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(StoredAgent::try_from).transpose()
}

/// Adds an agent, or puts it in the place of the one with its id.
///
/// # Errors
/// If the database can't be written.
pub async fn upsert(
    conn: &mut SqliteConnection,
    agent: &StoredAgent,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO agents (id, label, protocol, command, env, registered, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET label = excluded.label, \
         protocol = excluded.protocol, command = excluded.command, env = excluded.env, \
         registered = excluded.registered",
    )
    .bind(agent.id.as_str())
    .bind(&agent.label)
    .bind(row::word(&agent.protocol)?)
    .bind(serde_json::to_string(&agent.command)?)
    .bind(serde_json::to_string(&agent.env)?)
    .bind(i64::from(agent.is_registered))
    .bind(now.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes an agent.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, agent: &AgentId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM agents WHERE id = $1").bind(agent.as_str()).execute(conn).await?;
    Ok(())
}
