//! Opening the database: what SQLite is told, what is checked first, and the schema.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Sqlite, SqliteConnection};

use super::{Inner, OpenError, Store, StoreError, StoreOptions, meta};
use crate::clock::Clock;

/// The schema, step by step. A step that was released is never edited: databases have it as it was.
pub(super) static SCHEMA: Migrator = sqlx::migrate!("./migrations");

/// Tells a database of Mainstay's from any other that SQLite has made: "Mnst" in ASCII.
const APPLICATION_ID: i64 = 0x4d6e_7374;

/// How long SQLite waits for another program that copies the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The size in bytes to which the write-ahead log is cut down after a burst.
const WAL_LIMIT: &str = "16777216";

/// The most pages, of 4 KiB each, that are checked at the start; it takes a tenth of a second or so.
const MAX_CHECKED_PAGES: i64 = 65_536;

pub(super) async fn open(path: &Path, options: &StoreOptions) -> Result<Store, OpenError> {
    match try_open(path, options).await {
        Ok(store) => Ok(store),
        Err(reason) => Err(reason.at(path)),
    }
}

/// Why the database can't be opened, before it is told with the file's name.
enum Refusal {
    Newer { found: i64 },
    Foreign,
    Altered { step: i64 },
    Damaged { detail: String },
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

impl Refusal {
    fn at(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::Newer { found } => OpenError::Newer { path, found, known: newest_known() },
            Self::Foreign => OpenError::Foreign { path },
            Self::Altered { step } => OpenError::Altered { path, step },
            Self::Damaged { detail } | Self::Store(StoreError::Corrupt(detail)) => {
                OpenError::Corrupt { path, detail }
            }
            Self::Store(StoreError::DiskFull) => OpenError::DiskFull { path },
            Self::Store(StoreError::Busy) => OpenError::Busy { path },
            Self::Store(error) => OpenError::Unusable { path, detail: error.to_string() },
        }
    }
}

fn newest_known() -> i64 {
    SCHEMA.iter().map(|step| step.version).max().unwrap_or_default()
}

async fn try_open(path: &Path, options: &StoreOptions) -> Result<Store, Refusal> {
    refuse_foreign(path).await?;
    let writer = pool(options, 1).connect_with(writing(path, options)).await?;
    let mut conn = writer.acquire().await?;
    mark_as_ours(&mut conn).await?;
    check_pages(&mut conn).await?;
    migrate(&mut conn).await?;
    let meta::Identity { database_id, epoch } = meta::identify(&mut conn, Clock::system().now()).await?;
    drop(conn);
    let readers = pool(options, options.readers).connect_lazy_with(reading(path));
    Ok(Store(Arc::new(Inner { writer, readers, epoch, database_id })))
}

fn pool(options: &StoreOptions, connections: u32) -> PoolOptions<Sqlite> {
    PoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(options.patience)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|conn, _| Box::pin(async move { Ok(roll_back(conn).await) }))
}

/// Ends whatever transaction is still open, so that the next one begins afresh. Says whether the connection is sound.
async fn roll_back(conn: &mut SqliteConnection) -> bool {
    match sqlx::query("ROLLBACK").execute(conn).await {
        // SQLite's answer when no transaction is open, because it was committed or SQLite has ended it by itself.
        Ok(_) | Err(sqlx::Error::Database(_)) => true,
        Err(_) => false,
    }
}

fn writing(path: &Path, options: &StoreOptions) -> SqliteConnectOptions {
    let connect = connecting(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What was acknowledged survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("journal_size_limit", WAL_LIMIT);
    match options.max_pages {
        Some(pages) => connect.pragma("max_page_count", pages.to_string()),
        None => connect,
    }
}

fn reading(path: &Path) -> SqliteConnectOptions {
    connecting(path).pragma("query_only", "ON")
}

fn connecting(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// Who has made a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Mainstay,
    /// It is empty.
    Nobody,
    Another,
}

/// Refuses a database that another program has made. It is only looked at: opening it as our own would change it.
async fn refuse_foreign(path: &Path) -> Result<(), Refusal> {
    // Where there is nothing to look at, or nobody may look, opening it makes it or says why not.
    if !tokio::fs::try_exists(path).await.unwrap_or_default() {
        return Ok(());
    }
    // Even a reader makes files for a write-ahead log, and can't remove them. Where there is none, all is in the file.
    let has_log = tokio::fs::try_exists(log_of(path)).await.unwrap_or_default();
    let mut conn = connecting(path).read_only(true).immutable(!has_log).connect().await?;
    let owner = owner(&mut conn).await?;
    conn.close().await?;
    if owner == Owner::Another { Err(Refusal::Foreign) } else { Ok(()) }
}

/// Where the write-ahead log of a database is.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Marks an empty database as Mainstay's.
async fn mark_as_ours(conn: &mut SqliteConnection) -> Result<(), Refusal> {
    match owner(&mut *conn).await? {
        Owner::Mainstay => return Ok(()),
        Owner::Another => return Err(Refusal::Foreign),
        Owner::Nobody => {}
    }
    sqlx::query(AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION_ID}"))).execute(conn).await?;
    Ok(())
}

async fn owner(conn: &mut SqliteConnection) -> Result<Owner, StoreError> {
    let (id,): (i64,) = sqlx::query_as("PRAGMA application_id").fetch_one(&mut *conn).await?;
    if id == APPLICATION_ID {
        return Ok(Owner::Mainstay);
    }
    let (tables,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema").fetch_one(conn).await?;
    Ok(if tables > 0 { Owner::Another } else { Owner::Nobody })
}

/// Refuses a database whose pages don't hold together.
///
/// This has to be done before the server can listen, so a very large one is left to show its damage when it is read. The
/// message log, by far the largest table, is left out: checking all of it would be most of the time that a start
/// takes, and nothing is lost with a log that can't be read but a resume.
async fn check_pages(conn: &mut SqliteConnection) -> Result<(), Refusal> {
    let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count").fetch_one(&mut *conn).await?;
    if pages > MAX_CHECKED_PAGES {
        return Ok(());
    }
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'messages'")
            .fetch_all(&mut *conn)
            .await?;
    for (table,) in tables {
        let findings: Vec<(String,)> = sqlx::query_as("SELECT quick_check FROM pragma_quick_check($1)")
            .bind(&table)
            .fetch_all(&mut *conn)
            .await?;
        if let Some((finding,)) = findings.into_iter().find(|(finding,)| finding != "ok") {
            return Err(Refusal::Damaged { detail: format!("table {table}: {finding}") });
        }
    }
    Ok(())
}

/// Brings the schema up to date.
async fn migrate(conn: &mut SqliteConnection) -> Result<(), Refusal> {
    match SCHEMA.run(&mut *conn).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_)) => {
            let (found,): (i64,) =
                sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(conn).await?;
            Err(Refusal::Newer { found })
        }
        Err(MigrateError::VersionMismatch(step) | MigrateError::Dirty(step)) => {
            Err(Refusal::Altered { step })
        }
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => Err(error.into()),
        Err(other) => Err(Refusal::Damaged { detail: other.to_string() }),
    }
}

#[cfg(test)]
mod tests;
