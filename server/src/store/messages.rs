//! The table `messages`: the log of everything that was published and may have to be sent again.

use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::{Store, StoreError};
use crate::sse::listeners::Logged;
use crate::sse::message::{Channel, Published};

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
    fn default() -> Self {
        Self { age_ms: 24 * 60 * 60 * 1000, bytes: 64 * 1024 * 1024 }
    }
}

/// Puts messages at the end of the log, and gives them back numbered. Only [`Change`](crate::events::Change) does this.
pub(crate) async fn append(
    conn: &mut SqliteConnection,
    logged: Vec<Logged>,
    now: Timestamp,
) -> Result<Vec<Published>, StoreError> {
    todo!()
}

/// The number of the newest message, 0 in an empty log.
///
/// # Errors
/// If the database can't be read.
pub async fn head(conn: &mut SqliteConnection) -> Result<u64, StoreError> {
    todo!()
}

/// Which messages the log still has.
///
/// # Errors
/// If the database can't be read.
pub async fn kept(conn: &mut SqliteConnection) -> Result<Kept, StoreError> {
    todo!()
}

/// The messages of these channels after number `after`, in order, `limit` at most.
///
/// # Errors
/// If the database can't be read.
pub async fn since(
    conn: &mut SqliteConnection,
    after: u64,
    channels: &[Channel],
    limit: u32,
) -> Result<Vec<Published>, StoreError> {
    todo!()
}

/// Removes messages that are too old or too many, in small batches between which others may write. Says how many.
///
/// # Errors
/// If the database can't be written; what went before stays removed.
pub async fn prune(store: &Store, retention: Retention, now: Timestamp) -> Result<u64, StoreError> {
    todo!()
}
