//! The overview, as streams get it: computed while somebody listens, soon after each change, once for all.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use shared::sse::SseMsg;
use tokio::{
    sync::{Mutex, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{encode::encode, hub::Hub, metrics::Metrics, throttle::Throttle};
use crate::{
    clock::Clock,
    dashboard,
    store::{Store, StoreError},
};

/// The dashboard at one position of the log.
#[derive(Debug)]
pub struct Overview {
    /// Everything up to here is in it.
    pub seq: u64,
    /// The frame `dashboard_overview`, without an id.
    pub frame: Bytes,
    /// The number of the newest change that it certainly contains: not every change is a message with a number.
    change: u64,
    computed_at: Instant,
}

/// Computes overviews and shows the newest to everyone.
#[derive(Debug)]
pub struct OverviewFeed {
    store: Store,
    clock: Clock,
    metrics: Arc<Metrics>,
    every: Duration,
    hub: Arc<Hub>,
    /// Counts the changes of what the dashboard shows.
    changes: watch::Receiver<u64>,
    /// What was computed last, by whomever; the lock also makes many who ask at once wait for one computation.
    newest: Mutex<Option<Arc<Overview>>>,
    shown: watch::Sender<Option<Arc<Overview>>>,
}

/// A stream's view of the feed.
#[derive(Debug)]
pub struct OverviewReader {
    shown: watch::Receiver<Option<Arc<Overview>>>,
    /// The position of the overview that this stream has shown.
    seq: u64,
}

impl OverviewFeed {
    /// A feed that shows a new overview at most `every` so often, when the hub counts another change.
    #[must_use]
    pub fn new(store: Store, clock: Clock, metrics: Arc<Metrics>, every: Duration, hub: Arc<Hub>) -> Self {
        let (shown, changes) = (watch::Sender::new(None), hub.overview_changes());
        Self { store, clock, metrics, every, hub, changes, newest: Mutex::default(), shown }
    }

    /// Listens from now on.
    #[must_use]
    pub fn reader(&self) -> OverviewReader {
        OverviewReader { shown: self.shown.subscribe(), seq: 0 }
    }

    /// An overview that contains everything up to `seq` and is no older than those that are shown.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn at_least(&self, seq: u64) -> Result<Arc<Overview>, StoreError> {
        let mut newest = self.newest.lock().await;
        let change = *self.changes.borrow();
        let current = |it: &&Arc<Overview>| {
            it.seq >= seq && it.change == change && it.computed_at.elapsed() < self.every
        };
        if let Some(overview) = newest.as_ref().filter(current) {
            return Ok(Arc::clone(overview));
        }
        let overview = Arc::new(self.compute().await?);
        *newest = Some(Arc::clone(&overview));
        Ok(overview)
    }

    async fn compute(&self) -> Result<Overview, StoreError> {
        let (computed_at, change) = (Instant::now(), *self.changes.borrow());
        let mut tx = self.store.read().await?;
        let overview = dashboard::overview(&mut tx, self.clock.now()).await?;
        let seq = tx.position().seq;
        drop(tx);
        self.metrics.overview_builds.increment();
        let frame = encode(None, &SseMsg::DashboardOverview(Box::new(overview)), None)?;
        Ok(Overview { seq, frame, change, computed_at })
    }

    /// Shows an overview after each change while anybody listens, until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut changes = self.changes.clone();
        let run = async {
            let mut throttle = Throttle::new(self.every);
            while changes.changed().await.is_ok() {
                throttle.trigger();
                if let Some(due_at) = throttle.due_at(Instant::now()) {
                    tokio::time::sleep_until(due_at).await;
                }
                // What changes from here on asks for another one.
                changes.mark_unchanged();
                throttle.answer(Instant::now());
                self.show().await;
            }
        };
        tokio::select! {
            () = run => {}
            () = shutdown.cancelled() => {}
        }
    }

    async fn show(&self) {
        // Who begins to listen after this computes its own, which contains the change.
        if self.shown.receiver_count() == 0 {
            return;
        }
        match self.compute().await {
            Ok(overview) => {
                self.shown.send_replace(Some(Arc::new(overview)));
                self.hub.ring();
            }
            Err(error) => tracing::warn!(%error, "the dashboard could not be brought up to date"),
        }
    }
}

impl OverviewReader {
    /// Notes that the stream has shown `overview` in its opening.
    pub fn has_shown(&mut self, overview: &Overview) {
        self.seq = overview.seq;
    }

    /// Another overview, if there is one that is not older than what the stream has shown.
    pub fn take(&mut self) -> Option<Arc<Overview>> {
        if !self.shown.has_changed().unwrap_or(false) {
            return None;
        }
        let newest = self.shown.borrow_and_update().clone().filter(|it| it.seq >= self.seq)?;
        self.seq = newest.seq;
        Some(newest)
    }
}
