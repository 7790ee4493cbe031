//! What can go wrong with the database, by what can be done about it.

use std::path::PathBuf;

/// Why the database could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room for more. What was there can still be read.
    #[error("the disk that holds Mainstay's data is full")]
    DiskFull,
    /// Others held on to it for too long.
    #[error("the database is busy")]
    Busy,
    /// Its file is damaged.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// There is a row with this key already.
    #[error("there is a row with this key already")]
    Duplicate,
    /// It has been closed, because the server stops.
    #[error("the database is closed")]
    Closed,
    /// A row holds what this version can't read.
    #[error("unreadable row in {table}: {detail}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A message could not be written as JSON.
    #[error("a message could not be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    /// The change was ended from outside, because the server stops or because of a bug.
    #[error("the change did not end: {0}")]
    Aborted(#[from] tokio::task::JoinError),
    /// Anything else.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

/// What a person is told of a failure that passes: what happened, as a sentence that may go on, and what to do.
pub mod words {
    /// Of [`DiskFull`](super::StoreError::DiskFull).
    pub const DISK_FULL: &str = "The disk that holds Mainstay's data is full";
    /// What to do about it.
    pub const MAKE_ROOM: &str = "Make room on that disk and try again; reading goes on meanwhile.";
    /// Of [`Busy`](super::StoreError::Busy) and [`Closed`](super::StoreError::Closed).
    pub const BUSY: &str = "The database did not get to this in time";
    /// What to do about it.
    pub const TRY_AGAIN: &str = "Try again in a moment.";
}

/// SQLite's result codes, <https://www.sqlite.org/rescode.html>: the ones that need an answer of their own.
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const NOTADB: i32 = 26;
    /// A write failed for another reason than a full disk by name: a quota, mostly.
    pub const IOERR_WRITE: i32 = 778;
    /// The shared-memory file of the write-ahead log could not grow.
    pub const IOERR_SHMSIZE: i32 = 4874;

    /// The code without the details in its upper bits.
    pub fn primary(code: i32) -> i32 {
        code & 0xff
    }
}

/// The result code of an error that came from SQLite itself.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => return Self::Busy,
            sqlx::Error::PoolClosed => return Self::Closed,
            _ => {}
        }
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
            return Self::Duplicate;
        }
        let Some(code) = sqlite_code(&error) else { return Self::Database(error) };
        if matches!(code, code::IOERR_WRITE | code::IOERR_SHMSIZE) {
            return Self::DiskFull;
        }
        match code::primary(code) {
            code::FULL => Self::DiskFull,
            code::BUSY | code::LOCKED => Self::Busy,
            code::CORRUPT | code::NOTADB => Self::Corrupt(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

/// Why a file can't serve as the database. Each says which file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer version has written it.
    #[error(
        "the database {} was written by a newer version of Mainstay (schema {found}, this version knows up to {known}): \
         start that version, or name another data folder with --data",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this version.
        known: i64,
    },
    /// It is damaged, or something else than a database.
    #[error(
        "the database {} is damaged or is not a database ({detail}): restore it from a backup, or move it away (with its \
         -wal and -shm files) to start with an empty one",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Another program has made it.
    #[error(
        "the database {} belongs to another program: name another data folder with --data",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Its schema is not the one that any version has made.
    #[error(
        "the database {} was changed by something else than Mainstay (step {step} of its schema): restore it from a backup",
        path.display()
    )]
    Altered {
        /// The file.
        path: PathBuf,
        /// The first step that differs.
        step: i64,
    },
    /// There is no room for it.
    #[error("the database {} can't be opened because its disk is full: make room and start again", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds it.
    #[error("the database {} is held by another program: end that program and start again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses.
    #[error(
        "the database {} can't be opened ({detail}): check that its folder exists and that you may write there",
        path.display()
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}
