//! A board as streams begin with it: read and encoded once for everyone who listens, as long as it is current.

use std::sync::Arc;

use bytes::Bytes;
use shared::{ids::BoardId, sse::SseMsg, time::Timestamp};
use tokio::sync::Mutex;

use super::{encode::encode, metrics::Metrics};
use crate::store::{Store, StoreError, attempts, boards};

/// A board at one position of the log.
#[derive(Debug)]
pub struct BoardSnapshot {
    /// Everything up to here is in it.
    pub seq: u64,
    /// The frame `state`, without an id.
    pub state: Bytes,
    /// A frame `attempt_status` for each recent attempt, without an id.
    pub statuses: Vec<Bytes>,
}

/// The newest snapshot of one board, kept while anybody listens to it.
#[derive(Debug, Default)]
pub struct SnapshotCache(Mutex<Option<Arc<BoardSnapshot>>>);

impl SnapshotCache {
    /// A snapshot that contains everything up to `seq`; `None` if there is no such board.
    ///
    /// Many who ask at once wait for one reading.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn at_least(
        &self,
        seq: u64,
        store: &Store,
        board: &BoardId,
        now: Timestamp,
        metrics: &Metrics,
    ) -> Result<Option<Arc<BoardSnapshot>>, StoreError> {
        let mut newest = self.0.lock().await;
        if let Some(snapshot) = newest.as_ref().filter(|snapshot| snapshot.seq >= seq) {
            return Ok(Some(Arc::clone(snapshot)));
        }
        *newest = read(store, board, now).await?.map(Arc::new);
        if newest.is_some() {
            metrics.snapshot_builds.increment();
        }
        Ok(newest.clone())
    }
}

async fn read(store: &Store, board: &BoardId, now: Timestamp) -> Result<Option<BoardSnapshot>, StoreError> {
    let mut tx = store.read().await?;
    let Some(state) = boards::state(&mut tx, board).await? else { return Ok(None) };
    let recent = attempts::recent(&mut tx, board, now).await?;
    let seq = tx.position().seq;
    drop(tx);
    let status = |it| encode(None, &SseMsg::AttemptStatus(it), None);
    let statuses = recent.iter().map(|it| status(it.status_message())).collect::<Result<_, _>>()?;
    Ok(Some(BoardSnapshot { seq, state: encode(None, &SseMsg::State(Box::new(state)), None)?, statuses }))
}
