//! The table `messages`: the log of everything that was published and may have to be sent again.

use std::borrow::Cow;
use std::sync::Arc;

use shared::ids::AttemptId;
use shared::sse::EVENT_TYPES;
use shared::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::{Store, StoreError, meta, row};
use crate::clock::DAY_MS;
use crate::sse::listeners::Logged;
use crate::sse::message::{Channel, Published};

/// How many messages are removed in one transaction: few enough that a change behind it hardly waits.
const PRUNE_BATCH: u32 = 500;

/// The messages that the log still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The newest message that is no longer there.
    pub pruned: u64,
    /// The newest message.
    pub head: u64,
}

impl Kept {
    /// Whether a reader who has seen everything up to `seq` can be sent all the rest.
    #[must_use]
    pub fn reaches_back_to(self, seq: u64) -> bool {
        self.pruned <= seq && seq <= self.head
    }
}

/// How much of the log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The age in milliseconds past which a message goes.
    pub age_ms: i64,
    /// The bytes of payload past which the oldest messages go.
    pub bytes: u64,
}

impl Default for Retention {
    /// 24 hours and 64 MiB.
    fn default() -> Self {
        Self { age_ms: DAY_MS, bytes: 64 * 1024 * 1024 }
    }
}

/// Puts messages at the end of the log, and gives them back numbered. Only [`Change`](crate::events::Change) does this.
pub(crate) async fn append(
    conn: &mut SqliteConnection,
    logged: Vec<Logged>,
    now: Timestamp,
) -> Result<Vec<Published>, StoreError> {
    if logged.is_empty() {
        return Ok(Vec::new());
    }
    let mut log = meta::log_extent(conn).await?;
    let mut rows = Vec::with_capacity(logged.len());
    for Logged { channel, msg } in logged {
        let payload = msg.encode_payload()?;
        log.head += 1;
        log.bytes += bytes(&payload);
        let message = Published {
            seq: log.head,
            channel,
            event: Cow::Borrowed(msg.event_type()),
            attempt_id: msg.attempt_id().filter(|_| msg.is_detail()).cloned(),
            payload: Arc::from(payload),
        };
        insert(conn, &message, now).await?;
        rows.push(message);
    }
    meta::set_log_extent(conn, log).await?;
    Ok(rows)
}

async fn insert(conn: &mut SqliteConnection, message: &Published, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO messages (seq, channel, event, attempt_id, payload, size, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row::stored(message.seq))
    .bind(message.channel.as_str())
    .bind(message.event.as_ref())
    .bind(message.attempt_id.as_ref().map(AttemptId::as_str))
    .bind(message.payload.as_ref())
    .bind(row::stored(bytes(&message.payload)))
    .bind(now.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

fn bytes(payload: &str) -> u64 {
    u64::try_from(payload.len()).unwrap_or(u64::MAX)
}

/// The number of the newest message, 0 in an empty log.
///
/// # Errors
/// If the database can't be read.
pub async fn head(conn: &mut SqliteConnection) -> Result<u64, StoreError> {
    Ok(meta::log_extent(conn).await?.head)
}

/// Which messages the log still has.
///
/// # Errors
/// If the database can't be read.
pub async fn kept(conn: &mut SqliteConnection) -> Result<Kept, StoreError> {
    let log = meta::log_extent(conn).await?;
    Ok(Kept { pruned: log.pruned, head: log.head })
}

/// The messages of these channels after number `after`, in order, within the limit.
///
/// # Errors
/// If the database can't be read.
pub async fn since(
    conn: &mut SqliteConnection,
    after: u64,
    channels: &[Channel],
    limit: Limit,
) -> Result<Page, StoreError> {
    let Extent { last, complete } = extent(conn, after, channels, limit).await?;
    let mut found = Vec::new();
    for channel in channels {
        let rows: Vec<MessageRow> = sqlx::query_as(
            "SELECT seq, channel, event, attempt_id, payload FROM messages \
             WHERE channel = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
        )
        .bind(channel.as_str())
        .bind(row::stored(after))
        .bind(last)
        .fetch_all(&mut *conn)
        .await?;
        found.extend(rows);
    }
    found.sort_unstable_by_key(|row| row.seq);
    let messages = found.into_iter().map(MessageRow::read).collect::<Result<_, _>>()?;
    Ok(Page { messages, complete })
}

/// How far a page goes.
struct Extent {
    /// The number of its last message; 0 if it has none.
    last: i64,
    /// Whether there is no message after that.
    complete: bool,
}

/// How far a page goes, by the messages' sizes alone: those that don't fit are not read.
async fn extent(
    conn: &mut SqliteConnection,
    after: u64,
    channels: &[Channel],
    limit: Limit,
) -> Result<Extent, StoreError> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    for channel in channels {
        // One query a channel, each a walk along the index: an OR over channels would sort what it finds.
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT seq, size FROM messages WHERE channel = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(channel.as_str())
        .bind(row::stored(after))
        .bind(i64::from(limit.messages) + 1)
        .fetch_all(&mut *conn)
        .await?;
        found.extend(rows);
    }
    found.sort_unstable();
    let (mut last, mut messages, mut bytes) = (0, 0, 0_u64);
    for (seq, size) in found {
        bytes = bytes.saturating_add(row::count("messages", size)?);
        // One that is larger than any page has a page of its own.
        if messages > 0 && (messages == limit.messages || bytes > limit.bytes) {
            return Ok(Extent { last, complete: false });
        }
        (last, messages) = (seq, messages + 1);
    }
    Ok(Extent { last, complete: true })
}

/// How much of the log is read at once: no more messages than this, and no more bytes of them, but one message in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most messages.
    pub messages: u32,
    /// The most bytes of payload.
    pub bytes: u64,
}

/// Some messages of the log, in order.
#[derive(Debug)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Published>,
    /// Whether these are all that there are.
    pub complete: bool,
}

#[derive(FromRow)]
struct MessageRow {
    seq: i64,
    channel: String,
    event: String,
    attempt_id: Option<String>,
    payload: String,
}

impl MessageRow {
    fn read(self) -> Result<Published, StoreError> {
        let known = EVENT_TYPES.into_iter().find(|event| *event == self.event);
        Ok(Published {
            seq: row::count("messages", self.seq)?,
            channel: Channel::from_stored(&self.channel),
            event: known.map_or(Cow::Owned(self.event), Cow::Borrowed),
            attempt_id: self.attempt_id.map(AttemptId::from),
            payload: Arc::from(self.payload),
        })
    }
}

/// Removes messages that are too old or too many, in small batches between which others may write. Says how many.
///
/// # Errors
/// If the database can't be written; what went before stays removed.
pub async fn prune(store: &Store, retention: Retention, now: Timestamp) -> Result<u64, StoreError> {
    let mut removed = 0;
    loop {
        let batch = prune_batch(store, retention, now).await?;
        removed += batch;
        if batch < u64::from(PRUNE_BATCH) {
            return Ok(removed);
        }
    }
}

async fn prune_batch(store: &Store, retention: Retention, now: Timestamp) -> Result<u64, StoreError> {
    let mut tx = store.write().await?;
    let mut log = meta::log_extent(&mut tx).await?;
    let oldest: Vec<(i64, i64, i64)> =
        sqlx::query_as("SELECT seq, size, created_at FROM messages ORDER BY seq LIMIT $1")
            .bind(i64::from(PRUNE_BATCH))
            .fetch_all(&mut *tx)
            .await?;
    let mut removed = 0;
    // Only ever the beginning of the log goes, so that what is left has no gap.
    for (seq, size, created_at) in oldest {
        let is_old = now.millis_since(Timestamp::from_millis(created_at)) > retention.age_ms;
        if !is_old && log.bytes <= retention.bytes {
            break;
        }
        log.pruned = row::count("messages", seq)?;
        log.bytes = log.bytes.saturating_sub(row::count("messages", size)?);
        removed += 1;
    }
    if removed > 0 {
        sqlx::query("DELETE FROM messages WHERE seq <= $1")
            .bind(row::stored(log.pruned))
            .execute(&mut *tx)
            .await?;
        meta::set_log_extent(&mut tx, log).await?;
    }
    drop(tx.commit().await?);
    Ok(removed)
}

#[cfg(test)]
mod tests;
