//! The table `columns`.

use shared::board::{ColumnHead, ColumnKey};
use shared::ids::{BoardId, ColumnId};
use sqlx::{FromRow, SqliteConnection};

use super::{StoreError, row};

#[derive(FromRow)]
struct ColumnRow {
    id: String,
    key: Option<String>,
    title: String,
    wip_limit: Option<i64>,
    revision: i64,
}

impl TryFrom<ColumnRow> for ColumnHead {
    type Error = StoreError;

    fn try_from(row: ColumnRow) -> Result<Self, StoreError> {
        let limit = |value| {
            u32::try_from(value)
                .map_err(|_| StoreError::Row { table: "columns", detail: format!("{value} is not a limit") })
        };
        Ok(Self {
            id: row.id.into(),
            key: row.key.map(|key| row::meaning("columns", key)).transpose()?,
            revision: row::count("columns", row.revision)?,
            title: row.title,
            wip_limit: row.wip_limit.map(limit).transpose()?,
        })
    }
}

/// A board's columns from left to right.
///
/// # Errors
/// If the database can't be read.
pub async fn heads(conn: &mut SqliteConnection, board: &BoardId) -> Result<Vec<ColumnHead>, StoreError> {
    let rows: Vec<ColumnRow> = sqlx::query_as(
        "SELECT id, key, title, wip_limit, revision FROM columns WHERE board_id = $1 ORDER BY position, id",
    )
    .bind(board.as_str())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(ColumnHead::try_from).collect()
}

/// Adds a column at this place from the left.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(
    conn: &mut SqliteConnection,
    board: &BoardId,
    column: &ColumnHead,
    place: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO columns (id, board_id, key, title, wip_limit, position, revision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(column.id.as_str())
    .bind(board.as_str())
    .bind(column.key.as_ref().map(row::word::<ColumnKey>).transpose()?)
    .bind(&column.title)
    .bind(column.wip_limit.map(i64::from))
    .bind(row::stored(place))
    .bind(row::stored(column.revision))
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what is written on a column.
///
/// # Errors
/// If the database can't be written.
pub async fn update(conn: &mut SqliteConnection, column: &ColumnHead) -> Result<(), StoreError> {
    sqlx::query("UPDATE columns SET title = $2, wip_limit = $3, revision = $4 WHERE id = $1")
        .bind(column.id.as_str())
        .bind(&column.title)
        .bind(column.wip_limit.map(i64::from))
        .bind(row::stored(column.revision))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts the columns in this order.
///
/// # Errors
/// If the database can't be written.
pub async fn order(conn: &mut SqliteConnection, order: &[ColumnId]) -> Result<(), StoreError> {
    for (place, column) in (0_i64..).zip(order) {
        sqlx::query("UPDATE columns SET position = $2 WHERE id = $1 AND position <> $2")
            .bind(column.as_str())
            .bind(place)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Removes a column. Cards that were deleted from it stay, without a column to go back to.
///
/// # Errors
/// If the database can't be written, or there are cards in the column.
pub async fn delete(conn: &mut SqliteConnection, column: &ColumnId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM columns WHERE id = $1").bind(column.as_str()).execute(conn).await?;
    Ok(())
}
