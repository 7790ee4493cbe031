//! The table `boards`, and what is read of a whole board.

use std::collections::{BTreeMap, HashSet};

use shared::board::{BoardState, BoardSummary, Column, ColumnKey};
use shared::card::Card;
use shared::dashboard::BoardOverview;
use shared::ids::{BoardId, CardId, ColumnId};
use shared::requests::BoardSettings;
use shared::time::Timestamp;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use super::cards::StoredCard;
use super::{StoreError, cards, columns, dependencies, row};

/// A board without what lies on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBoard {
    /// The board.
    pub id: BoardId,
    /// Its name.
    pub name: String,
    /// What its cards' keys start with.
    pub key_prefix: String,
    /// The repository's work tree.
    pub repository_path: String,
    /// The repository's default branch, if it has one yet.
    pub default_branch: Option<String>,
    /// The number of the next card.
    pub next_number: u64,
    /// Rises with every change of anything on the board.
    pub revision: u64,
    /// Rises with every change of name, settings and column order.
    pub meta_revision: u64,
    /// Its settings.
    pub settings: BoardSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything on it last changed.
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct BoardRow {
    id: String,
    name: String,
    key_prefix: String,
    repository_path: String,
    default_branch: Option<String>,
    next_number: i64,
    revision: i64,
    meta_revision: i64,
    settings: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<BoardRow> for StoredBoard {
    type Error = StoreError;

    fn try_from(row: BoardRow) -> Result<Self, StoreError> {
        let count = |value| row::count("boards", value);
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            key_prefix: row.key_prefix,
            repository_path: row.repository_path,
            default_branch: row.default_branch,
            next_number: count(row.next_number)?,
            revision: count(row.revision)?,
            meta_revision: count(row.meta_revision)?,
            settings: row::json("boards", &row.settings)?,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

/// A board without what lies on it; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn stored(conn: &mut SqliteConnection, board: &BoardId) -> Result<Option<StoredBoard>, StoreError> {
    let row: Option<BoardRow> = sqlx::query_as(
        "SELECT id, name, key_prefix, repository_path, default_branch, next_number, revision, meta_revision, settings, \
         created_at, updated_at FROM boards WHERE id = $1",
    )
    .bind(board.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(StoredBoard::try_from).transpose()
}

/// Whether there is a board by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn exists(conn: &mut SqliteConnection, board: &BoardId) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM boards WHERE id = $1")
        .bind(board.as_str())
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}

/// The name of the board on this work tree, if there is one.
///
/// # Errors
/// If the database can't be read.
pub async fn name_by_repository(
    conn: &mut SqliteConnection,
    repository_path: &str,
) -> Result<Option<String>, StoreError> {
    let found: Option<(String,)> = sqlx::query_as("SELECT name FROM boards WHERE repository_path = $1")
        .bind(repository_path)
        .fetch_optional(conn)
        .await?;
    Ok(found.map(|(name,)| name))
}

/// What the keys of each board's cards start with.
///
/// # Errors
/// If the database can't be read.
pub async fn key_prefixes(conn: &mut SqliteConnection) -> Result<HashSet<String>, StoreError> {
    let found: Vec<(String,)> = sqlx::query_as("SELECT key_prefix FROM boards").fetch_all(conn).await?;
    Ok(found.into_iter().map(|(prefix,)| prefix).collect())
}

/// Adds a board.
///
/// # Errors
/// If the database can't be written.
pub async fn insert(conn: &mut SqliteConnection, board: &StoredBoard) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO boards (id, name, key_prefix, repository_path, default_branch, next_number, revision, \
         meta_revision, settings, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(board.id.as_str())
    .bind(&board.name)
    .bind(&board.key_prefix)
    .bind(&board.repository_path)
    .bind(&board.default_branch)
    .bind(row::stored(board.next_number))
    .bind(row::stored(board.revision))
    .bind(row::stored(board.meta_revision))
    .bind(serde_json::to_string(&board.settings)?)
    .bind(board.created_at.as_millis())
    .bind(board.updated_at.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what can change of a board.
///
/// # Errors
/// If the database can't be written.
pub async fn update(conn: &mut SqliteConnection, board: &StoredBoard) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE boards SET name = $2, next_number = $3, revision = $4, meta_revision = $5, settings = $6, \
         updated_at = $7 WHERE id = $1",
    )
    .bind(board.id.as_str())
    .bind(&board.name)
    .bind(row::stored(board.next_number))
    .bind(row::stored(board.revision))
    .bind(row::stored(board.meta_revision))
    .bind(serde_json::to_string(&board.settings)?)
    .bind(board.updated_at.as_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a board and everything on it.
///
/// # Errors
/// If the database can't be written.
pub async fn delete(conn: &mut SqliteConnection, board: &BoardId) -> Result<(), StoreError> {
    // The cards first: those that are not deleted can't be without a column.
    sqlx::query("DELETE FROM cards WHERE board_id = $1").bind(board.as_str()).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM boards WHERE id = $1").bind(board.as_str()).execute(conn).await?;
    Ok(())
}

/// A whole board; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn state(conn: &mut SqliteConnection, board: &BoardId) -> Result<Option<BoardState>, StoreError> {
    let Some(stored) = stored(conn, board).await? else { return Ok(None) };
    let heads = columns::heads(conn, board).await?;
    let column_order: Vec<ColumnId> = heads.iter().map(|head| head.id.clone()).collect();
    let mut columns: BTreeMap<ColumnId, Column> =
        heads.into_iter().map(|head| (head.id.clone(), Column::new(head))).collect();
    let live = cards::live(conn, board).await?;
    let done = columns.values().find(|column| column.key == Some(ColumnKey::Done)).map(|it| it.id.clone());
    let open: HashSet<CardId> =
        live.iter().filter(|card| card.column != done).map(|card| card.id.clone()).collect();
    let mut depends_on = dependencies::of_board(conn, board).await?;
    let mut cards = BTreeMap::new();
    for card in live {
        if let Some(column) = card.column.as_ref().and_then(|id| columns.get_mut(id)) {
            column.card_ids.push(card.id.clone());
        }
        let depends_on = depends_on.remove(&card.id).unwrap_or_default();
        let blocked_by = depends_on.iter().filter(|id| open.contains(*id)).cloned().collect();
        cards.insert(card.id.clone(), face(card, depends_on, blocked_by));
    }
    Ok(Some(BoardState {
        board_id: stored.id,
        name: stored.name,
        revision: stored.revision,
        meta_revision: stored.meta_revision,
        column_order,
        columns,
        cards,
    }))
}

fn face(card: StoredCard, depends_on: Vec<CardId>, blocked_by: Vec<CardId>) -> Card {
    card.into_detail(depends_on, blocked_by).card
}

/// All boards, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn summaries(conn: &mut SqliteConnection) -> Result<Vec<BoardSummary>, StoreError> {
    Ok(counted(conn).await?.into_iter().map(CountedBoard::into_summary).collect())
}

/// A board in the list of boards; `None` if there is none by this id.
///
/// # Errors
/// If the database can't be read.
pub async fn summary(
    conn: &mut SqliteConnection,
    board: &BoardId,
) -> Result<Option<BoardSummary>, StoreError> {
    let row: Option<CountedRow> = sqlx::query_as(AssertSqlSafe(format!("{COUNTED} WHERE b.id = $1")))
        .bind(board.as_str())
        .fetch_optional(conn)
        .await?;
    Ok(row.map(CountedBoard::try_from).transpose()?.map(CountedBoard::into_summary))
}

/// How each board stands, oldest first.
///
/// # Errors
/// If the database can't be read.
pub async fn overviews(conn: &mut SqliteConnection) -> Result<Vec<BoardOverview>, StoreError> {
    let counted = counted(conn).await?.into_iter();
    Ok(counted
        .map(|board| BoardOverview {
            board_id: board.id,
            name: board.name,
            cards: board.cards,
            open_cards: board.open_cards,
            running: board.running,
            needs_you: board.needs_you,
        })
        .collect())
}

/// A board and how many cards are on it.
struct CountedBoard {
    id: BoardId,
    name: String,
    key_prefix: String,
    repository_path: String,
    default_branch: Option<String>,
    cards: u64,
    open_cards: u64,
    running: u64,
    needs_you: u64,
}

impl CountedBoard {
    fn into_summary(self) -> BoardSummary {
        BoardSummary {
            board_id: self.id,
            name: self.name,
            key_prefix: self.key_prefix,
            repository_path: self.repository_path,
            default_branch: self.default_branch,
            open_cards: self.open_cards,
            running: self.running,
            needs_you: self.needs_you,
        }
    }
}

#[derive(FromRow)]
struct CountedRow {
    id: String,
    name: String,
    key_prefix: String,
    repository_path: String,
    default_branch: Option<String>,
    cards: i64,
    done: i64,
    running: i64,
    needs_you: i64,
}

impl TryFrom<CountedRow> for CountedBoard {
    type Error = StoreError;

    fn try_from(row: CountedRow) -> Result<Self, StoreError> {
        let cards = row::count("cards", row.cards)?;
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            key_prefix: row.key_prefix,
            repository_path: row.repository_path,
            default_branch: row.default_branch,
            cards,
            open_cards: cards.saturating_sub(row::count("cards", row.done)?),
            running: row::count("attempts", row.running)?,
            needs_you: row::count("cards", row.needs_you)?,
        })
    }
}

/// Counts the cards of boards: of those only that a condition behind it leaves over.
const COUNTED: &str = "SELECT b.id, b.name, b.key_prefix, b.repository_path, b.default_branch, \
     (SELECT COUNT(*) FROM cards c WHERE c.board_id = b.id AND c.deleted_at IS NULL) AS cards, \
     (SELECT COUNT(*) FROM columns k JOIN cards c ON c.column_id = k.id \
      WHERE k.board_id = b.id AND k.key = 'done' AND c.deleted_at IS NULL) AS done, \
     (SELECT COUNT(*) FROM attempts a WHERE a.board_id = b.id \
      AND a.status IN ('running', 'waiting', 'stopping')) AS running, \
     (SELECT COUNT(*) FROM cards c WHERE c.board_id = b.id AND c.attention IS NOT NULL \
      AND c.deleted_at IS NULL) AS needs_you \
     FROM boards b";

async fn counted(conn: &mut SqliteConnection) -> Result<Vec<CountedBoard>, StoreError> {
    let rows: Vec<CountedRow> =
        sqlx::query_as(AssertSqlSafe(format!("{COUNTED} ORDER BY b.created_at, b.id")))
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(CountedBoard::try_from).collect()
}
