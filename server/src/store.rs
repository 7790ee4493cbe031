//! All SQL: the database, its transactions, and a module of functions for each table.
//!
//! The SQL is written so that other databases understand it too; what only SQLite has stands in [`open`] and [`error`].

pub mod agents;
pub mod attempts;
pub mod boards;
pub mod cards;
pub mod columns;
pub mod creations;
pub mod dependencies;
mod error;
pub mod hosts;
pub mod items;
pub mod messages;
mod meta;
mod open;
mod row;
pub mod search;
pub mod sessions;
pub mod settings;
mod transaction;
pub mod views;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::ids::Epoch;
use sqlx::SqlitePool;

pub use error::{OpenError, StoreError, words};
pub use transaction::{ReadTx, WriteTurn, WriteTx};

/// How the database is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// How many reads go on at once.
    pub readers: u32,
    /// How long a read or a change waits for its turn before it is given up.
    pub patience: Duration,
    /// The most pages that the database may have; past it, it behaves as on a full disk.
    pub max_pages: Option<u32>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, patience: Duration::from_secs(10), max_pages: None }
    }
}

/// The database. Its clones are the same one.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// One connection: whoever has it may write.
    writer: SqlitePool,
    readers: SqlitePool,
    /// The name of the message log.
    epoch: Epoch,
    /// The name of the database.
    database_id: String,
}

impl Store {
    /// Opens the database in this file, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// If the file is not a database that this version can use; the error names it and says what to do.
    pub async fn open(path: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        open::open(path, &options).await
    }

    /// Names the message log; it changes only when a database is made or restored.
    #[must_use]
    pub fn epoch(&self) -> &Epoch {
        &self.0.epoch
    }

    /// Names the database, and so its data folder.
    #[must_use]
    pub fn database_id(&self) -> &str {
        &self.0.database_id
    }

    /// Begins to read: everything read is of one moment, whatever is written meanwhile.
    ///
    /// # Errors
    /// If the database can't be read, or all readers are busy for too long.
    pub async fn read(&self) -> Result<ReadTx, StoreError> {
        ReadTx::begin(&self.0.readers, &self.0.epoch).await
    }

    /// Begins to write, once those who came before have ended. What is to be published goes through
    /// [`Events`](crate::events::Events) instead.
    ///
    /// # Errors
    /// If the database can't be written, or those before take too long.
    pub async fn write(&self) -> Result<WriteTx, StoreError> {
        WriteTx::begin(&self.0.writer).await
    }

    /// Waits until all reading and writing has ended, and closes the file.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
    }
}
