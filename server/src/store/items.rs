//! The tables `items`, `item_parts` and `logs`: what was said and done in an attempt.
//!
//! An item's text that grows is not written anew with each piece: the pieces stand beside it, and are put together when
//! it is read. So what is written for a text is as long as the text, whatever number of pieces it comes in. What is read at
//! once has a bound in bytes, because one item may be megabytes long.

use std::collections::HashMap;

use shared::attempt::LogLevel;
use shared::conversation::{Appended, ConversationItem, ItemAppend, ItemKind};
use shared::ids::{AttemptId, ItemId, RequestId};
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::{StoreError, row};

/// How many bytes of items or lines a page has, unless its one item has more.
const PAGE_BYTES: u64 = 4 << 20;

/// Adds an item at the end, or puts it in the place of the one with its id. A turn begins with what a person wrote, not
/// with what an agent repeats of it.
///
/// # Errors
/// If the database can't be written.
pub async fn upsert(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    item: &ConversationItem,
    begins_turn: bool,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM item_parts WHERE attempt_id = $1 AND item_id = $2")
        .bind(attempt.as_str())
        .bind(item.id.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO items (attempt_id, number, id, prompt, item, question) VALUES ($1, \
         (SELECT COALESCE(MAX(number), 0) + 1 FROM items WHERE attempt_id = $1), $2, $3, $4, $5) \
         ON CONFLICT (attempt_id, id) DO UPDATE SET item = excluded.item",
    )
    .bind(attempt.as_str())
    .bind(item.id.as_str())
    .bind(i64::from(begins_turn))
    .bind(serde_json::to_string(item)?)
    .bind(question_of(item).map(RequestId::as_str))
    .execute(conn)
    .await?;
    Ok(())
}

fn question_of(item: &ConversationItem) -> Option<&RequestId> {
    match &item.kind {
        ItemKind::Permission(question) => Some(&question.request_id),
        _ => None,
    }
}

/// Makes an item longer.
///
/// # Errors
/// If the database can't be written.
pub async fn append(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    more: &ItemAppend,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO item_parts (attempt_id, item_id, at, text) VALUES ($1, $2, $3, $4)")
        .bind(attempt.as_str())
        .bind(more.item_id.as_str())
        .bind(i64::try_from(more.at).unwrap_or(i64::MAX))
        .bind(&more.append)
        .execute(conn)
        .await?;
    Ok(())
}

/// A stretch of something that only grows, oldest first, and from where on there is more that is older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is in it.
    pub items: Vec<T>,
    /// What to name to get the page before; `None` if there is nothing older.
    pub next: Option<u64>,
}

/// The newest items with a number below `before`, at most `limit`, and no more than some megabytes of them; but one at the
/// least, if there is one.
///
/// # Errors
/// If the database can't be read.
pub async fn page(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    before: Option<u64>,
    limit: u32,
) -> Result<Page<ConversationItem>, StoreError> {
    let before = before.map_or(i64::MAX, row::stored);
    // The newest first, and only their lengths: SQLite knows those without reading the texts.
    let lengths: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT number, octet_length(item) + (SELECT COALESCE(SUM(octet_length(text)), 0) FROM item_parts p \
         WHERE p.attempt_id = i.attempt_id AND p.item_id = i.id) \
         FROM items i WHERE attempt_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
    )
    .bind(attempt.as_str())
    .bind(before)
    .bind(i64::from(limit) + 1)
    .fetch_all(&mut *conn)
    .await?;
    let (from, next) = cut("items", &lengths, limit)?;
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT number, item FROM items WHERE attempt_id = $1 AND number >= $2 AND number < $3 \
         ORDER BY number DESC",
    )
    .bind(attempt.as_str())
    .bind(from)
    .bind(before)
    .fetch_all(&mut *conn)
    .await?;
    let items = whole(conn, attempt, rows, from, before).await?;
    Ok(Page { items, next })
}

/// The number of the oldest row that is in a page, of rows with their lengths in bytes, newest first; and from where on
/// there is more.
fn cut(table: &'static str, lengths: &[(i64, i64)], limit: u32) -> Result<(i64, Option<u64>), StoreError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut taken, mut bytes) = (0, 0);
    for (_, length) in lengths.iter().take(limit) {
        bytes += row::count(table, *length)?;
        if taken > 0 && bytes > PAGE_BYTES {
            break;
        }
        taken += 1;
    }
    let oldest = lengths[..taken].last().map(|(number, _)| *number);
    let next = oldest.filter(|_| lengths.len() > taken).map(|number| row::count(table, number));
    Ok((oldest.unwrap_or(i64::MAX), next.transpose()?))
}

/// Whether any turn has begun.
///
/// # Errors
/// If the database can't be read.
pub async fn has_turn(conn: &mut SqliteConnection, attempt: &AttemptId) -> Result<bool, StoreError> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM items WHERE attempt_id = $1 AND prompt = 1 LIMIT 1")
            .bind(attempt.as_str())
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// The items since the last one that a person wrote, that one included.
///
/// # Errors
/// If the database can't be read.
pub async fn of_last_turn(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
) -> Result<Vec<ConversationItem>, StoreError> {
    let (from,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(number) FROM items WHERE attempt_id = $1 AND prompt = 1")
            .bind(attempt.as_str())
            .fetch_one(&mut *conn)
            .await?;
    let from = from.unwrap_or_default();
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT number, item FROM items WHERE attempt_id = $1 AND number >= $2 ORDER BY number DESC",
    )
    .bind(attempt.as_str())
    .bind(from)
    .fetch_all(&mut *conn)
    .await?;
    whole(conn, attempt, rows, from, i64::MAX).await
}

/// An item with all that it grew by; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn by_id(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    item: &ItemId,
) -> Result<Option<ConversationItem>, StoreError> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT number, item FROM items WHERE attempt_id = $1 AND id = $2")
            .bind(attempt.as_str())
            .bind(item.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let number = row.0;
    Ok(whole(conn, attempt, vec![row], number, number + 1).await?.pop())
}

/// The item of an agent's question; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn question(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    question: &RequestId,
) -> Result<Option<ConversationItem>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT item FROM items WHERE attempt_id = $1 AND question = $2")
            .bind(attempt.as_str())
            .bind(question.as_str())
            .fetch_optional(conn)
            .await?;
    // A question never grows by parts.
    row.map(|(text,)| row::json("items", &text)).transpose()
}

/// Items, newest first, with all that they grew by, oldest first. Their numbers are from `from` on and below `before`.
async fn whole(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    rows: Vec<(i64, String)>,
    from: i64,
    before: i64,
) -> Result<Vec<ConversationItem>, StoreError> {
    let parts: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT p.item_id, p.at, p.text FROM item_parts p JOIN items i ON i.attempt_id = p.attempt_id AND i.id = p.item_id \
         WHERE p.attempt_id = $1 AND i.number >= $2 AND i.number < $3 ORDER BY p.item_id, p.at",
    )
    .bind(attempt.as_str())
    .bind(from)
    .bind(before)
    .fetch_all(conn)
    .await?;
    let mut parts_of: HashMap<String, Vec<ItemAppend>> = HashMap::new();
    for (item, at, append) in parts {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let more = ItemAppend { item_id: ItemId::new(item.clone()), at, append };
        parts_of.entry(item).or_default().push(more);
    }
    let mut items = Vec::with_capacity(rows.len());
    for (_, text) in rows.into_iter().rev() {
        let mut item: ConversationItem = row::json("items", &text)?;
        for more in parts_of.remove(item.id.as_str()).unwrap_or_default() {
            if item.append(&more) != Appended::Applied {
                let detail = format!("item {} has no text up to {}", item.id, more.at);
                return Err(StoreError::Row { table: "item_parts", detail });
            }
        }
        items.push(item);
    }
    Ok(items)
}

/// A line of an attempt's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How serious it is.
    pub level: LogLevel,
    /// What happened.
    pub message: String,
    /// When.
    pub ts: Timestamp,
}

/// Adds a line to the log.
///
/// # Errors
/// If the database can't be written.
pub async fn log(conn: &mut SqliteConnection, attempt: &AttemptId, line: &LogLine) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO logs (attempt_id, number, level, message, ts) VALUES ($1, \
         (SELECT COALESCE(MAX(number), 0) + 1 FROM logs WHERE attempt_id = $1), $2, $3, $4)",
    )
    .bind(attempt.as_str())
    .bind(row::word(&line.level)?)
    .bind(&line.message)
    .bind(line.ts.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest lines of the log with a number below `before`, at most `limit`, and no more than some megabytes of them; but
/// one at the least, if there is one.
///
/// # Errors
/// If the database can't be read.
pub async fn log_page(
    conn: &mut SqliteConnection,
    attempt: &AttemptId,
    before: Option<u64>,
    limit: u32,
) -> Result<Page<LogLine>, StoreError> {
    let before = before.map_or(i64::MAX, row::stored);
    let lengths: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT number, octet_length(message) FROM logs WHERE attempt_id = $1 AND number < $2 \
         ORDER BY number DESC LIMIT $3",
    )
    .bind(attempt.as_str())
    .bind(before)
    .bind(i64::from(limit) + 1)
    .fetch_all(&mut *conn)
    .await?;
    let (from, next) = cut("logs", &lengths, limit)?;
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT level, message, ts FROM logs WHERE attempt_id = $1 AND number >= $2 AND number < $3 ORDER BY number",
    )
    .bind(attempt.as_str())
    .bind(from)
    .bind(before)
    .fetch_all(conn)
    .await?;
    let line = |(level, message, ts): (String, String, i64)| {
        Ok(LogLine { level: row::meaning("logs", level)?, message, ts: Timestamp::from_millis(ts) })
    };
    Ok(Page { items: rows.into_iter().map(line).collect::<Result<_, StoreError>>()?, next })
}

#[cfg(test)]
mod tests;
