//! Transactions: one that reads one moment, and the one that writes.
//!
//! They are begun and ended by plain statements. `sqlx`'s own transactions count nesting, and lose count when SQLite rolls
//! back by itself, which it does on a full disk.

use std::ops::{Deref, DerefMut};

use shared::ids::{Epoch, EventId};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};

use super::{StoreError, messages};

/// A read of one moment.
#[derive(Debug)]
pub struct ReadTx {
    conn: PoolConnection<Sqlite>,
    position: EventId,
}

impl ReadTx {
    pub(super) async fn begin(readers: &SqlitePool, epoch: &Epoch) -> Result<Self, StoreError> {
        let mut conn = readers.acquire().await?;
        sqlx::query("BEGIN").execute(&mut *conn).await?;
        // The first read fixes the moment; everything after it sees the same.
        let head = messages::head(&mut conn).await?;
        Ok(Self { conn, position: EventId::new(epoch.clone(), head) })
    }

    /// Up to where the message log went at this moment.
    #[must_use]
    pub fn position(&self) -> &EventId {
        &self.position
    }
}

impl Deref for ReadTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.conn
    }
}

impl DerefMut for ReadTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}

/// The transaction that writes; there is one at a time. Dropping it undoes what it wrote.
#[derive(Debug)]
pub struct WriteTx {
    conn: PoolConnection<Sqlite>,
}

/// The right to write, after a commit: nobody else writes until it is dropped.
#[derive(Debug)]
#[must_use = "the next writer goes on as soon as this is dropped"]
pub struct WriteTurn {
    _conn: PoolConnection<Sqlite>,
}

impl WriteTx {
    pub(super) async fn begin(writer: &SqlitePool) -> Result<Self, StoreError> {
        let mut conn = writer.acquire().await?;
        // Taking the lock at once means that a transaction which has begun can't fail for want of it.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await?;
        Ok(Self { conn })
    }

    /// Makes what was written durable.
    ///
    /// # Errors
    /// If it could not be written; then nothing was.
    pub async fn commit(mut self) -> Result<WriteTurn, StoreError> {
        sqlx::query("COMMIT").execute(&mut *self.conn).await?;
        Ok(WriteTurn { _conn: self.conn })
    }
}

impl Deref for WriteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.conn
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}
