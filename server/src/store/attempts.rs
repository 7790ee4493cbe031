//! The table `attempts`: each attempt, where it stands, and what is known of it.

use shared::attempt::{Attempt, AttemptStatus, AttemptStatusChanged, Link, Todos, WaitingMessage};
use shared::card::{Activity, CardAttempt, DiffCount};
use shared::dashboard::{NeedsYou, RunningAttempt};
use shared::ids::{AttemptId, BoardId, CardId};
use shared::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use super::{StoreError, row};
use crate::attempts::machine::State;
use crate::clock::DAY_MS;

/// An attempt as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAttempt {
    /// What the API shows of it; status and reason follow from the state.
    pub attempt: Attempt,
    /// Where it stands.
    pub state: State,
    /// What the agent is asked first.
    pub prompt: String,
    /// What the agent does or said last.
    pub activity: Option<Activity>,
    /// When the agent gave the last sign of life.
    pub last_sign_at: Option<Timestamp>,
    /// Whether its worktree is to be cleaned up once its agent is gone.
    pub is_cleanup_due: bool,
    /// Since when it stands as it does.
    pub status_at: Timestamp,
    /// When it was last put into the queue.
    pub queued_at: Timestamp,
}

impl StoredAttempt {
    /// How it stands, as a message that tells of no change.
    #[must_use]
    pub fn status_message(&self) -> AttemptStatusChanged {
        AttemptStatusChanged {
            attempt_id: self.attempt.attempt_id.clone(),
            card_id: self.attempt.card_id.clone(),
            board_id: self.attempt.board_id.clone(),
            status: self.state.status(),
            previous_status: None,
            reason: self.state.reason().map(str::to_owned),
            ended_at: self.attempt.ended_at,
        }
    }
}

#[derive(FromRow)]
struct AttemptRow {
    id: String,
    board_id: String,
    card_id: String,
    number: i64,
    state: String,
    link: String,
    agent: String,
    prompt: String,
    branch: String,
    base_branch: String,
    worktree: Option<String>,
    session_id: Option<String>,
    todos: Option<String>,
    diff: Option<String>,
    activity: Option<String>,
    activity_at: Option<i64>,
    last_sign_at: Option<i64>,
    cleanup_due: i64,
    status_at: i64,
    created_at: i64,
    queued_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

impl TryFrom<AttemptRow> for StoredAttempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let state: State = row::json("attempts", &row.state)?;
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        let activity = row.activity.zip(time(row.activity_at)).map(|(text, at)| Activity { text, at });
        let attempt = Attempt {
            attempt_id: row.id.into(),
            card_id: row.card_id.into(),
            board_id: row.board_id.into(),
            number: u32::try_from(row.number).unwrap_or(u32::MAX),
            status: state.status(),
            link: row::meaning("attempts", row.link)?,
            agent: row.agent.into(),
            profile_id: None,
            branch: row.branch,
            base_branch: row.base_branch,
            worktree: row.worktree,
            session_id: row.session_id.map(Into::into),
            created_at: Timestamp::from_millis(row.created_at),
            started_at: time(row.started_at),
            ended_at: time(row.ended_at),
            reason: state.reason().map(str::to_owned),
            todos: row.todos.map(|text| row::json::<Todos>("attempts", &text)).transpose()?,
            diff: row.diff.map(|text| row::json::<DiffCount>("attempts", &text)).transpose()?,
            pr: None,
            waiting: Vec::new(),
        };
        Ok(Self {
            attempt,
            state,
            prompt: row.prompt,
            activity,
            last_sign_at: time(row.last_sign_at),
            is_cleanup_due: row.cleanup_due != 0,
            status_at: Timestamp::from_millis(row.status_at),
            queued_at: Timestamp::from_millis(row.queued_at),
        })
    }
}

/// The attempts for which a condition holds, in the order that it names; `$1` is bound.
async fn select(
    conn: &mut SqliteConnection,
    which: &'static str,
    bound: &str,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let rows: Vec<AttemptRow> =
        sqlx::query_as(AssertSqlSafe(format!("SELECT * FROM attempts WHERE {which}")))
            .bind(bound)
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(StoredAttempt::try_from).collect()
}

/// An attempt; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn stored(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<Option<StoredAttempt>, StoreError> {
    Ok(select(conn, "id = $1", attempt.as_str()).await?.pop())
}

/// An attempt as the API shows it.
///
/// # Errors
/// If the database can't be read.
pub async fn shown(conn: &mut SqliteConnection, it: StoredAttempt) -> Result<Attempt, StoreError> {
    let waiting = messages(conn, &it.attempt.attempt_id).await?;
    Ok(Attempt { waiting, ..it.attempt })
}

/// The attempts at a card, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn of_card(conn: &mut SqliteConnection, card: &CardId) -> Result<Vec<StoredAttempt>, StoreError> {
    select(conn, "card_id = $1 ORDER BY number", card.as_str()).await
}

/// The attempts of a board, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn of_board(
    conn: &mut SqliteConnection,
    board: &BoardId,
) -> Result<Vec<StoredAttempt>, StoreError> {
    select(conn, "board_id = $1 ORDER BY id", board.as_str()).await
}

/// The attempts that have a worktree, at cards that were deleted before this moment.
///
/// # Errors
/// If the database can't be read.
pub async fn with_worktree_of_deleted(
    conn: &mut SqliteConnection,
    moment: Timestamp,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let expired = "worktree IS NOT NULL \
                   AND card_id IN (SELECT id FROM cards WHERE deleted_at < CAST($1 AS INTEGER)) ORDER BY id";
    select(conn, expired, &moment.as_millis().to_string()).await
}

/// Notes that an attempt has no worktree any more.
///
/// # Errors
/// If the database can't be written.
pub async fn forget_worktree(conn: &mut SqliteConnection, attempt: &AttemptId) -> Result<(), StoreError> {
    sqlx::query("UPDATE attempts SET worktree = NULL WHERE id = $1")
        .bind(attempt.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// The ids of all attempts.
///
/// # Errors
/// If the database can't be read.
pub async fn ids(conn: &mut SqliteConnection) -> Result<Vec<AttemptId>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM attempts").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// The attempts of a board in whose worktrees somebody is or will be, be it that the agent's host has not left, or that it
/// has to be cleaned up.
///
/// # Errors
/// If the database can't be read.
pub async fn lingering(
    conn: &mut SqliteConnection,
    board: &BoardId,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let lingering = "board_id = $1 AND (cleanup_due <> 0 OR EXISTS \
                     (SELECT 1 FROM hosts WHERE attempt_id = attempts.id AND gone_at IS NULL)) ORDER BY id";
    select(conn, lingering, board.as_str()).await
}

/// The newest attempt at a card, if there was one.
///
/// # Errors
/// If the database can't be read.
pub async fn newest_of_card(
    conn: &mut SqliteConnection,
    card: &CardId,
) -> Result<Option<StoredAttempt>, StoreError> {
    Ok(select(conn, "card_id = $1 ORDER BY number DESC LIMIT 1", card.as_str()).await?.pop())
}

/// The attempts in the queue, in the order in which their turn comes, including those that are being set up.
///
/// # Errors
/// If the database can't be read.
pub async fn queued(conn: &mut SqliteConnection) -> Result<Vec<StoredAttempt>, StoreError> {
    select(conn, "status = $1 ORDER BY queued_at, id", AttemptStatus::Queued.as_str()).await
}

/// The attempts of a board, or of all, that are not over.
///
/// # Errors
/// If the database can't be read.
pub async fn active(
    conn: &mut SqliteConnection,
    board: Option<&BoardId>,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let (which, bound) = match board {
        Some(board) => (
            "board_id = $1 AND status IN ('queued', 'running', 'waiting', 'stopping') ORDER BY id",
            board.as_str(),
        ),
        None => ("$1 = '' AND status IN ('queued', 'running', 'waiting', 'stopping') ORDER BY id", ""),
    };
    select(conn, which, bound).await
}

/// The newest attempts of a board that ended after a moment, at most `limit`, the last ended first.
///
/// # Errors
/// If the database can't be read.
pub async fn ended_since(
    conn: &mut SqliteConnection,
    board: &BoardId,
    moment: Timestamp,
    limit: u32,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let rows: Vec<AttemptRow> = sqlx::query_as(
        "SELECT * FROM attempts WHERE board_id = $1 AND ended_at >= $2 ORDER BY ended_at DESC, id DESC LIMIT $3",
    )
    .bind(board.as_str())
    .bind(moment.as_millis())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(StoredAttempt::try_from).collect()
}

/// For how long an attempt that ended is recent, and how many of those are.
const RECENT_MS: i64 = DAY_MS;
const RECENT: u32 = 50;

/// The recent attempts of a board: every one that is not over, and the newest of those that ended in the last day.
///
/// # Errors
/// If the database can't be read.
pub async fn recent(
    conn: &mut SqliteConnection,
    board: &BoardId,
    now: Timestamp,
) -> Result<Vec<StoredAttempt>, StoreError> {
    let mut recent = active(conn, Some(board)).await?;
    let since = Timestamp::from_millis(now.as_millis() - RECENT_MS);
    recent.extend(ended_since(conn, board, since, RECENT).await?);
    Ok(recent)
}

/// How many attempts hold one of the places of those that may run at once.
///
/// # Errors
/// If the database can't be read.
pub async fn places_taken(conn: &mut SqliteConnection) -> Result<usize, StoreError> {
    let active = active(conn, None).await?;
    Ok(active.iter().filter(|it| it.state.holds_a_place()).count())
}

/// Adds an attempt.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(conn: &mut SqliteConnection, it: &StoredAttempt) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO attempts (id, board_id, card_id, number, state, status, link, agent, prompt, branch, base_branch, \
         status_at, created_at, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(it.attempt.attempt_id.as_str())
    .bind(it.attempt.board_id.as_str())
    .bind(it.attempt.card_id.as_str())
    .bind(i64::from(it.attempt.number))
    .bind(serde_json::to_string(&it.state)?)
    .bind(it.state.status().as_str())
    .bind(row::word(&it.attempt.link)?)
    .bind(it.attempt.agent.as_str())
    .bind(&it.prompt)
    .bind(&it.attempt.branch)
    .bind(&it.attempt.base_branch)
    .bind(it.status_at.as_millis())
    .bind(it.attempt.created_at.as_millis())
    .bind(it.queued_at.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what can change of an attempt.
///
/// # Errors
/// If the database can't be written.
pub async fn update(conn: &mut SqliteConnection, it: &StoredAttempt) -> Result<(), StoreError> {
    let json = |todos: &Option<Todos>| todos.as_ref().map(serde_json::to_string).transpose();
    sqlx::query(
        "UPDATE attempts SET state = $2, status = $3, link = $4, branch = $5, worktree = $6, session_id = $7, \
         todos = $8, diff = $9, activity = $10, activity_at = $11, last_sign_at = $12, status_at = $13, \
         queued_at = $14, started_at = $15, ended_at = $16, cleanup_due = $17 WHERE id = $1",
    )
    .bind(it.attempt.attempt_id.as_str())
    .bind(serde_json::to_string(&it.state)?)
    .bind(it.state.status().as_str())
    .bind(row::word(&it.attempt.link)?)
    .bind(&it.attempt.branch)
    .bind(&it.attempt.worktree)
    .bind(it.attempt.session_id.as_ref().map(AsRef::<str>::as_ref))
    .bind(json(&it.attempt.todos)?)
    .bind(it.attempt.diff.map(|diff| serde_json::to_string(&diff)).transpose()?)
    .bind(it.activity.as_ref().map(|activity| activity.text.as_str()))
    .bind(it.activity.as_ref().map(|activity| activity.at.as_millis()))
    .bind(it.last_sign_at.map(Timestamp::as_millis))
    .bind(it.status_at.as_millis())
    .bind(it.queued_at.as_millis())
    .bind(it.attempt.started_at.map(Timestamp::as_millis))
    .bind(it.attempt.ended_at.map(Timestamp::as_millis))
    .bind(i64::from(it.is_cleanup_due))
    .execute(conn)
    .await?;
    Ok(())
}

/// The attempts whose worktrees are to be cleaned up.
///
/// # Errors
/// If the database can't be read.
pub async fn to_clean_up(conn: &mut SqliteConnection) -> Result<Vec<StoredAttempt>, StoreError> {
    select(conn, "$1 = '' AND cleanup_due = 1 ORDER BY id", "").await
}

/// Notes for all attempts that hold a place what their status rests on.
///
/// # Errors
/// If the database can't be written.
pub async fn relink_active(conn: &mut SqliteConnection, link: Link) -> Result<(), StoreError> {
    sqlx::query("UPDATE attempts SET link = $1 WHERE status IN ('running', 'waiting', 'stopping')")
        .bind(row::word(&link)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes what a card's face shows of its newest attempt.
///
/// # Errors
/// If the database can't be written.
pub async fn set_face(
    conn: &mut SqliteConnection,
    card: &CardId,
    face: Option<&CardAttempt>,
) -> Result<(), StoreError> {
    let attention = face.and_then(|face| face.attention.as_ref());
    sqlx::query("UPDATE cards SET attempt = $2, attention = $3, attention_since = $4 WHERE id = $1")
        .bind(card.as_str())
        .bind(face.map(serde_json::to_string).transpose()?)
        .bind(attention.map(|attention| row::word(&attention.reason)).transpose()?)
        .bind(attention.map(|attention| attention.since.as_millis()))
        .execute(conn)
        .await?;
    Ok(())
}

/// What waits for a person, on all boards, the oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn needing(conn: &mut SqliteConnection) -> Result<Vec<NeedsYou>, StoreError> {
    let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(
        "SELECT board_id, id, key, title, attempt, attention_since FROM cards \
         WHERE attention IS NOT NULL AND deleted_at IS NULL ORDER BY attention_since, id",
    )
    .fetch_all(conn)
    .await?;
    let needs = |(board, card, key, title, face, since): (String, String, String, String, String, i64)| {
        let face: CardAttempt = row::json("cards", &face)?;
        let Some(attention) = face.attention else { return Ok(None) };
        Ok(Some(NeedsYou {
            board_id: board.into(),
            card_id: card.into(),
            attempt_id: Some(face.attempt_id),
            card_key: key,
            title,
            reason: attention.reason,
            since: Timestamp::from_millis(since),
        }))
    };
    rows.into_iter().filter_map(|row| needs(row).transpose()).collect()
}

/// The attempts that agents work on, on all boards, the first begun first.
///
/// # Errors
/// If the database can't be read.
pub async fn at_work(conn: &mut SqliteConnection) -> Result<Vec<RunningAttempt>, StoreError> {
    let rows: Vec<WorkRow> = sqlx::query_as(
        "SELECT a.board_id, a.card_id, a.id, c.key, c.title, a.agent, a.status, a.started_at \
         FROM attempts a JOIN cards c ON c.id = a.card_id \
         WHERE a.status IN ('running', 'waiting', 'stopping') ORDER BY a.started_at, a.id",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RunningAttempt::try_from).collect()
}

#[derive(FromRow)]
struct WorkRow {
    board_id: String,
    card_id: String,
    id: String,
    key: String,
    title: String,
    agent: String,
    status: String,
    started_at: Option<i64>,
}

impl TryFrom<WorkRow> for RunningAttempt {
    type Error = StoreError;

    fn try_from(row: WorkRow) -> Result<Self, StoreError> {
        Ok(Self {
            board_id: row.board_id.into(),
            card_id: row.card_id.into(),
            attempt_id: row.id.into(),
            card_key: row.key,
            title: row.title,
            agent: row.agent.into(),
            status: row::meaning("attempts", row.status)?,
            started_at: row.started_at.map(Timestamp::from_millis),
        })
    }
}

/// How many attempts have this status, on all boards.
///
/// # Errors
/// If the database can't be read.
pub async fn count(conn: &mut SqliteConnection, status: AttemptStatus) -> Result<u64, StoreError> {
    let (found,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM attempts WHERE status = $1")
        .bind(status.as_str())
        .fetch_one(conn)
        .await?;
    row::count("attempts", found)
}

/// Whether a board, or a card of it, has an attempt that is not over.
///
/// # Errors
/// If the database can't be read.
pub async fn is_any_active(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: Option<&CardId>,
) -> Result<bool, StoreError> {
    let active = active(conn, Some(board)).await?;
    Ok(active.iter().any(|it| card.is_none_or(|card| it.attempt.card_id == *card)))
}

/// The attempt at a card that is not over, if there is one.
///
/// # Errors
/// If the database can't be read.
pub async fn active_of_card(
    conn: &mut SqliteConnection,
    card: &CardId,
) -> Result<Option<StoredAttempt>, StoreError> {
    let all = of_card(conn, card).await?;
    Ok(all.into_iter().find(|it| it.state.status().is_active()))
}

/// The attempt that a card's face shows: the one that is not over, or else the one that ended last.
///
/// # Errors
/// If the database can't be read.
pub async fn shown_of_card(
    conn: &mut SqliteConnection,
    card: &CardId,
) -> Result<Option<StoredAttempt>, StoreError> {
    match active_of_card(conn, card).await? {
        Some(active) => Ok(Some(active)),
        None => {
            // An older one may have gone on after a newer one.
            let last = "card_id = $1 ORDER BY ended_at DESC, number DESC LIMIT 1";
            Ok(select(conn, last, card.as_str()).await?.pop())
        }
    }
}

/// Adds a message behind those that wait, or before them.
///
/// # Errors
/// If the database can't be written.
pub async fn add_message(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    message: &WaitingMessage,
    is_first: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO attempt_messages (attempt_id, number, id, prompt, created_at) VALUES ($1, (SELECT CASE WHEN $5 \
         THEN COALESCE(MIN(number), 0) - 1 ELSE COALESCE(MAX(number), 0) + 1 END FROM attempt_messages WHERE \
         attempt_id = $1), $2, $3, $4)",
    )
    .bind(attempt.as_str())
    .bind(&message.id)
    .bind(&message.prompt)
    .bind(message.created_at.as_millis())
    .bind(is_first)
    .execute(conn)
    .await?;
    Ok(())
}

/// The messages that wait, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn messages(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<Vec<WaitingMessage>, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT id, prompt, created_at FROM attempt_messages WHERE attempt_id = $1 ORDER BY number",
    )
    .bind(attempt.as_str())
    .fetch_all(conn)
    .await?;
    let message = |(id, prompt, created_at)| {
        let created_at = Timestamp::from_millis(created_at);
        WaitingMessage { id, prompt, created_at }
    };
    Ok(rows.into_iter().map(message).collect())
}

/// Removes a message that has been sent.
///
/// # Errors
/// If the database can't be written.
pub async fn remove_message(conn: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM attempt_messages WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}
