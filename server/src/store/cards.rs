//! The table `cards`: each card, deleted or not, and its place in its column.
//!
//! A deleted card keeps its column and position, and no other card is given that position, so it can go back to where it
//! was. The card is "live" while it is not deleted.

use std::num::NonZeroU32;

use shared::card::{Card, CardAttempt, CardDetail, CardType, DeletedCard, Priority};
use shared::ids::{BoardId, CardId, ColumnId};
use shared::time::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, FromRow, Sqlite, SqliteConnection};

use super::dependencies::{self, Dependency};
use super::{StoreError, row};

/// A statement on its way to the database.
type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// A card as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCard {
    /// The card.
    pub id: CardId,
    /// Its column; `None` only for a deleted card whose column has gone.
    pub column: Option<ColumnId>,
    /// Its place in the column, among the positions of the other cards.
    pub position: i64,
    /// Its number on its board.
    pub number: u64,
    /// The ticket key.
    pub key: String,
    /// What is to be done, in one line.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// What kind of work it is.
    pub card_type: Option<CardType>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// Free words to find it by.
    pub labels: Vec<String>,
    /// Counts people's changes of it.
    pub revision: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What its face shows of its newest attempt; [`attempts::set_face`](super::attempts::set_face) changes it.
    pub attempt: Option<CardAttempt>,
}

impl StoredCard {
    /// The card as the API shows it.
    #[must_use]
    pub fn into_detail(self, depends_on: Vec<CardId>, blocked_by: Vec<CardId>) -> CardDetail {
        let card = Card {
            id: self.id,
            key: self.key,
            revision: self.revision,
            title: self.title,
            has_description: self.description.is_some(),
            card_type: self.card_type,
            priority: self.priority,
            labels: self.labels,
            depends_on,
            blocked_by,
            attempt: self.attempt,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        CardDetail { card, description: self.description }
    }
}

#[derive(FromRow)]
struct CardRow {
    id: String,
    column_id: Option<String>,
    position: i64,
    number: i64,
    key: String,
    title: String,
    description: Option<String>,
    #[sqlx(rename = "type")]
    card_type: Option<String>,
    priority: Option<String>,
    labels: String,
    revision: i64,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
    attempt: Option<String>,
}

impl TryFrom<CardRow> for StoredCard {
    type Error = StoreError;

    fn try_from(row: CardRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            column: row.column_id.map(ColumnId::from),
            position: row.position,
            number: row::count("cards", row.number)?,
            key: row.key,
            title: row.title,
            description: row.description,
            card_type: row.card_type.map(|word| row::meaning("cards", word)).transpose()?,
            priority: row.priority.map(|word| row::meaning("cards", word)).transpose()?,
            labels: row::json("cards", &row.labels)?,
            revision: row::count("cards", row.revision)?,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            deleted_at: row.deleted_at.map(Timestamp::from_millis),
            attempt: row.attempt.map(|text| row::json("cards", &text)).transpose()?,
        })
    }
}

/// A card of a board, deleted or not.
///
/// # Errors
/// If the database can't be read.
pub async fn stored(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: &CardId,
) -> Result<Option<StoredCard>, StoreError> {
    let row: Option<CardRow> = sqlx::query_as("SELECT * FROM cards WHERE id = $1 AND board_id = $2")
        .bind(card.as_str())
        .bind(board.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(StoredCard::try_from).transpose()
}

/// The live cards of a board, by position. Of a description it is only read whether there is one: the text is empty.
///
/// # Errors
/// If the database can't be read.
pub async fn live(conn: &mut SqliteConnection, board: &BoardId) -> Result<Vec<StoredCard>, StoreError> {
    let which = "board_id = $1 AND deleted_at IS NULL ORDER BY position";
    without_descriptions(conn, board, which, None).await
}

/// The cards of a board, `$1`, for which a condition holds, in the order that it names: all, or the first so many.
async fn without_descriptions(
    conn: &mut SqliteConnection,
    board: &BoardId,
    which: &'static str,
    most: Option<NonZeroU32>,
) -> Result<Vec<StoredCard>, StoreError> {
    // A negative limit is none.
    let most = most.map_or(-1, |most| i64::from(most.get()));
    let query = format!(
        "SELECT id, column_id, position, number, key, title, \
         CASE WHEN description IS NULL THEN NULL ELSE '' END AS description, \
         type, priority, labels, revision, created_at, updated_at, deleted_at, attempt FROM cards WHERE {which} LIMIT $2"
    );
    let rows: Vec<CardRow> =
        sqlx::query_as(AssertSqlSafe(query)).bind(board.as_str()).bind(most).fetch_all(conn).await?;
    rows.into_iter().map(StoredCard::try_from).collect()
}

/// A live card with its description; `None` if the board has none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn detail(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: &CardId,
) -> Result<Option<CardDetail>, StoreError> {
    match stored(conn, board, card).await? {
        Some(card) if card.deleted_at.is_none() => Ok(Some(with_dependencies(conn, card).await?)),
        _ => Ok(None),
    }
}

/// The deleted cards of a board that can still be restored, the last deleted first: all, or the first so many.
///
/// # Errors
/// If the database can't be read.
pub async fn deleted(
    conn: &mut SqliteConnection,
    board: &BoardId,
    most: Option<NonZeroU32>,
) -> Result<Vec<DeletedCard>, StoreError> {
    let which = "board_id = $1 AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, number DESC";
    let cards = without_descriptions(&mut *conn, board, which, most).await?;
    let mut depends_on = dependencies::of_deleted(conn, board).await?;
    let face = |card: StoredCard| {
        let found = depends_on.remove(&card.id).unwrap_or_default();
        let (deleted_at, column_id) = (card.deleted_at?, card.column.clone());
        Some(DeletedCard { card: with_found(card, found).card, deleted_at, column_id })
    };
    Ok(cards.into_iter().filter_map(face).collect())
}

/// A card as the API shows it.
///
/// # Errors
/// If the database can't be read.
pub async fn with_dependencies(
    conn: &mut SqliteConnection,
    card: StoredCard,
) -> Result<CardDetail, StoreError> {
    let found = dependencies::of_card(conn, &card.id).await?;
    Ok(with_found(card, found))
}

fn with_found(card: StoredCard, found: Vec<Dependency>) -> CardDetail {
    let blocked_by = found.iter().filter(|it| it.blocks).map(|it| it.card.clone()).collect();
    let depends_on = found.into_iter().map(|it| it.card).collect();
    card.into_detail(depends_on, blocked_by)
}

/// Adds a card.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: &StoredCard,
) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO cards (id, column_id, position, title, description, type, priority, labels, revision, updated_at, \
         deleted_at, board_id, number, key, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    );
    bind_what_changes(insert, card)?
        .bind(board.as_str())
        .bind(row::stored(card.number))
        .bind(&card.key)
        .bind(card.created_at.as_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes what can change of a card.
///
/// # Errors
/// If the database can't be written.
pub async fn update(conn: &mut SqliteConnection, card: &StoredCard) -> Result<(), StoreError> {
    let update = sqlx::query(
        "UPDATE cards SET column_id = $2, position = $3, title = $4, description = $5, type = $6, priority = $7, \
         labels = $8, revision = $9, updated_at = $10, deleted_at = $11 WHERE id = $1",
    );
    bind_what_changes(update, card)?.execute(conn).await?;
    Ok(())
}

/// Binds a card's id to `$1` and what can change of it to `$2` to `$11`, in the order of the statements above.
fn bind_what_changes<'q>(
    statement: Statement<'q>,
    card: &'q StoredCard,
) -> Result<Statement<'q>, StoreError> {
    Ok(statement
        .bind(card.id.as_str())
        .bind(card.column.as_ref().map(ColumnId::as_str))
        .bind(card.position)
        .bind(&card.title)
        .bind(&card.description)
        .bind(card.card_type.as_ref().map(row::word).transpose()?)
        .bind(card.priority.as_ref().map(row::word).transpose()?)
        .bind(serde_json::to_string(&card.labels)?)
        .bind(row::stored(card.revision))
        .bind(card.updated_at.as_millis())
        .bind(card.deleted_at.map(Timestamp::as_millis)))
}

/// Removes a card for good.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, card: &CardId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM cards WHERE id = $1").bind(card.as_str()).execute(conn).await?;
    Ok(())
}

/// Cards that were deleted before this moment and whose attempts have no worktree any more, with their boards, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn deleted_before(
    conn: &mut SqliteConnection,
    moment: Timestamp,
    limit: u32,
) -> Result<Vec<(BoardId, CardId)>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT board_id, id FROM cards WHERE deleted_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM attempts WHERE attempts.card_id = cards.id AND attempts.worktree IS NOT NULL) \
         ORDER BY deleted_at, id LIMIT $2",
    )
    .bind(moment.as_millis())
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(board, card)| (board.into(), card.into())).collect())
}

/// Whether a card is one of a board's live ones.
///
/// # Errors
/// If the database can't be read.
pub async fn is_live(
    conn: &mut SqliteConnection,
    board: &BoardId,
    card: &CardId,
) -> Result<bool, StoreError> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM cards WHERE id = $1 AND board_id = $2 AND deleted_at IS NULL")
            .bind(card.as_str())
            .bind(board.as_str())
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// The live cards of a column from top to bottom.
///
/// # Errors
/// If the database can't be read.
pub async fn live_in(conn: &mut SqliteConnection, column: &ColumnId) -> Result<Vec<StoredCard>, StoreError> {
    let rows: Vec<CardRow> =
        sqlx::query_as("SELECT * FROM cards WHERE column_id = $1 AND deleted_at IS NULL ORDER BY position")
            .bind(column.as_str())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(StoredCard::try_from).collect()
}

/// How many live cards a column has.
///
/// # Errors
/// If the database can't be read.
pub async fn live_count(conn: &mut SqliteConnection, column: &ColumnId) -> Result<usize, StoreError> {
    let (cards,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM cards WHERE column_id = $1 AND deleted_at IS NULL")
            .bind(column.as_str())
            .fetch_one(conn)
            .await?;
    Ok(usize::try_from(cards).unwrap_or_default())
}

/// The last position of a column that a card has, be it a deleted one.
///
/// # Errors
/// If the database can't be read.
pub async fn last_position(
    conn: &mut SqliteConnection,
    column: &ColumnId,
) -> Result<Option<i64>, StoreError> {
    let (last,): (Option<i64>,) = sqlx::query_as("SELECT MAX(position) FROM cards WHERE column_id = $1")
        .bind(column.as_str())
        .fetch_one(conn)
        .await?;
    Ok(last)
}

/// Moves the live cards of a column to another one, below `last` and `gap` apart, in the order that they have.
///
/// # Errors
/// If the database can't be written.
pub async fn append_lane(
    conn: &mut SqliteConnection,
    from: &ColumnId,
    to: &ColumnId,
    last: i64,
    gap: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE cards SET column_id = $2, position = $3 + $4 * lane.place, revision = revision + 1, updated_at = $5 \
         FROM (SELECT id AS card_id, ROW_NUMBER() OVER (ORDER BY position) AS place FROM cards \
               WHERE column_id = $1 AND deleted_at IS NULL) AS lane \
         WHERE cards.id = lane.card_id",
    )
    .bind(from.as_str())
    .bind(to.as_str())
    .bind(last)
    .bind(gap)
    .bind(now.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// How many live cards of a column lie above a position.
///
/// # Errors
/// If the database can't be read.
pub async fn index_at(
    conn: &mut SqliteConnection,
    column: &ColumnId,
    position: i64,
) -> Result<usize, StoreError> {
    let (above,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM cards WHERE column_id = $1 AND deleted_at IS NULL AND position < $2",
    )
    .bind(column.as_str())
    .bind(position)
    .fetch_one(conn)
    .await?;
    Ok(usize::try_from(above).unwrap_or_default())
}

/// The live card at an index of a column, counted without `except`; `None` beyond the end.
///
/// # Errors
/// If the database can't be read.
pub async fn live_at(
    conn: &mut SqliteConnection,
    column: &ColumnId,
    except: &CardId,
    index: usize,
) -> Result<Option<CardId>, StoreError> {
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM cards WHERE column_id = $1 AND deleted_at IS NULL AND id <> $2 \
         ORDER BY position LIMIT 1 OFFSET $3",
    )
    .bind(column.as_str())
    .bind(except.as_str())
    .bind(i64::try_from(index).unwrap_or(i64::MAX))
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|(id,)| id.into()))
}

/// The first live card of a column below a position.
///
/// # Errors
/// If the database can't be read.
pub async fn live_below(
    conn: &mut SqliteConnection,
    column: &ColumnId,
    position: i64,
) -> Result<Option<CardId>, StoreError> {
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM cards WHERE column_id = $1 AND deleted_at IS NULL AND position > $2 \
         ORDER BY position LIMIT 1",
    )
    .bind(column.as_str())
    .bind(position)
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|(id,)| id.into()))
}

/// The nearest position above `below` in a column, or its last one, that another card than `except` has; it may be a
/// deleted one's.
///
/// # Errors
/// If the database can't be read.
pub async fn position_above(
    conn: &mut SqliteConnection,
    column: &ColumnId,
    except: &CardId,
    below: Option<i64>,
) -> Result<Option<i64>, StoreError> {
    let (found,): (Option<i64>,) = match below {
        Some(below) => {
            sqlx::query_as(
                "SELECT MAX(position) FROM cards WHERE column_id = $1 AND id <> $2 AND position < $3",
            )
            .bind(column.as_str())
            .bind(except.as_str())
            .bind(below)
            .fetch_one(conn)
            .await?
        }
        None => {
            sqlx::query_as("SELECT MAX(position) FROM cards WHERE column_id = $1 AND id <> $2")
                .bind(column.as_str())
                .bind(except.as_str())
                .fetch_one(conn)
                .await?
        }
    };
    Ok(found)
}

/// Gives the cards of a column new positions, `gap` apart, in the order that they have; deleted ones too.
///
/// # Errors
/// If the database can't be written.
pub async fn spread(conn: &mut SqliteConnection, column: &ColumnId, gap: i64) -> Result<(), StoreError> {
    let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM cards WHERE column_id = $1 ORDER BY position")
        .bind(column.as_str())
        .fetch_all(&mut *conn)
        .await?;
    for (place, (id,)) in (1_i64..).zip(ids) {
        sqlx::query("UPDATE cards SET position = $2 WHERE id = $1")
            .bind(id)
            .bind(place.saturating_mul(gap))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
