//! The table `dependencies`: which card should be done before which.

use std::collections::HashMap;

use shared::ids::{BoardId, CardId};
use sqlx::SqliteConnection;

use super::{StoreError, row};

/// A card that another one depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The card.
    pub card: CardId,
    /// Its ticket key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Whether it is neither deleted nor done.
    pub blocks: bool,
}

/// What a card depends on, in the order of its list.
///
/// # Errors
/// If the database can't be read.
pub async fn of_card(conn: &mut SqliteConnection, card: &CardId) -> Result<Vec<Dependency>, StoreError> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT c.id, c.key, c.title, \
         CASE WHEN c.deleted_at IS NULL AND (k.key IS NULL OR k.key <> 'done') THEN 1 ELSE 0 END \
         FROM dependencies d JOIN cards c ON c.id = d.depends_on LEFT JOIN columns k ON k.id = c.column_id \
         WHERE d.card_id = $1 ORDER BY d.position",
    )
    .bind(card.as_str())
    .fetch_all(conn)
    .await?;
    let dependency = |(card, key, title, blocks): (String, String, String, i64)| Dependency {
        card: card.into(),
        key,
        title,
        blocks: blocks != 0,
    };
    Ok(rows.into_iter().map(dependency).collect())
}

/// What each deleted card of a board depends on, in the order of its list.
///
/// # Errors
/// If the database can't be read.
pub async fn of_deleted(
    conn: &mut SqliteConnection,
    board: &BoardId,
) -> Result<HashMap<CardId, Vec<Dependency>>, StoreError> {
    let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "SELECT d.card_id, c.id, c.key, c.title, \
         CASE WHEN c.deleted_at IS NULL AND (k.key IS NULL OR k.key <> 'done') THEN 1 ELSE 0 END \
         FROM cards x JOIN dependencies d ON d.card_id = x.id JOIN cards c ON c.id = d.depends_on \
         LEFT JOIN columns k ON k.id = c.column_id \
         WHERE x.board_id = $1 AND x.deleted_at IS NOT NULL ORDER BY d.card_id, d.position",
    )
    .bind(board.as_str())
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<CardId, Vec<Dependency>> = HashMap::new();
    for (dependent, card, key, title, blocks) in rows {
        let dependency = Dependency { card: card.into(), key, title, blocks: blocks != 0 };
        found.entry(dependent.into()).or_default().push(dependency);
    }
    Ok(found)
}

/// What each live card of a board depends on.
///
/// # Errors
/// If the database can't be read.
pub async fn of_board(
    conn: &mut SqliteConnection,
    board: &BoardId,
) -> Result<HashMap<CardId, Vec<CardId>>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT d.card_id, d.depends_on FROM cards c JOIN dependencies d ON d.card_id = c.id \
         WHERE c.board_id = $1 AND c.deleted_at IS NULL ORDER BY d.card_id, d.position",
    )
    .bind(board.as_str())
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<CardId, Vec<CardId>> = HashMap::new();
    for (card, depends_on) in rows {
        found.entry(card.into()).or_default().push(depends_on.into());
    }
    Ok(found)
}

/// The live cards that depend on a card.
///
/// # Errors
/// If the database can't be read.
pub async fn dependents(conn: &mut SqliteConnection, card: &CardId) -> Result<Vec<CardId>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT c.id FROM dependencies d JOIN cards c ON c.id = d.card_id \
         WHERE d.depends_on = $1 AND c.deleted_at IS NULL ORDER BY c.id",
    )
    .bind(card.as_str())
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Makes this the list of what a card depends on.
///
/// # Errors
/// If the database can't be written, or a card is named twice or is the card itself.
pub async fn replace(
    conn: &mut SqliteConnection,
    card: &CardId,
    depends_on: &[CardId],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM dependencies WHERE card_id = $1")
        .bind(card.as_str())
        .execute(&mut *conn)
        .await?;
    for (place, depends_on) in (0_u64..).zip(depends_on) {
        sqlx::query("INSERT INTO dependencies (card_id, depends_on, position) VALUES ($1, $2, $3)")
            .bind(card.as_str())
            .bind(depends_on.as_str())
            .bind(row::stored(place))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
