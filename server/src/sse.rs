//! The stream: what its messages are made from, and how they reach those who read it.
//!
//! Where a message comes from: [`listeners`] turn a committed event into [`message`]s, the [`hub`] takes them in, each
//! open [`stream`] takes from the hub (or, while it catches up, from the log on disk by [`replay`]) what concerns it,
//! and [`handlers`] give a stream's bytes to its connection.
//!
//! How a stream begins: [`params`] reads the request, [`snapshot`] and [`overview`] share what many begin
//! with, [`opening`] puts the first frames together.

mod encode;
mod frame;
pub mod handlers;
pub mod hub;
pub mod listeners;
pub mod message;
pub mod metrics;
mod opening;
mod overview;
pub mod params;
mod refusal;
mod replay;
mod retry;
mod snapshot;
mod stream;
mod throttle;
pub mod topic;

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use self::{hub::Hub, metrics::Metrics, overview::OverviewFeed};
use crate::{clock::Clock, store::Store};

/// How often streams send what they send by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamOptions {
    /// Between two heartbeats.
    pub heartbeat: Duration,
    /// At least, between two whole states of a stream without patches.
    pub state_every: Duration,
    /// At least, between two overviews.
    pub overview_every: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            state_every: Duration::from_millis(250),
            overview_every: Duration::from_millis(150),
        }
    }
}

/// Everything that streams need. Its clones are the same thing.
#[derive(Clone, Debug)]
pub struct Streams(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    hub: Arc<Hub>,
    store: Store,
    clock: Clock,
    options: StreamOptions,
    metrics: Arc<Metrics>,
    overview: OverviewFeed,
}

impl Streams {
    /// Streams of what `hub` publishes, until `shutdown`, which ends each of them with a `bye`.
    ///
    /// It starts a task that keeps the dashboard's overview current and tells readers what waits, and so needs a runtime.
    #[must_use]
    pub fn start(
        hub: Arc<Hub>,
        store: Store,
        clock: Clock,
        options: StreamOptions,
        shutdown: CancellationToken,
    ) -> Self {
        let metrics = Arc::new(Metrics::default());
        let overview = OverviewFeed::new(
            store.clone(),
            clock.clone(),
            Arc::clone(&metrics),
            options.overview_every,
            Arc::clone(&hub),
        );
        let streams = Self(Arc::new(Parts { hub, store, clock, options, metrics, overview }));
        let running = streams.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = running.overview().run(shutdown) => {}
                () = running.hub().run() => {}
            }
            running.hub().end_all();
        });
        streams
    }

    /// Where the messages come from.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.0.hub
    }

    /// What the streams count.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn options(&self) -> &StreamOptions {
        &self.0.options
    }

    fn overview(&self) -> &OverviewFeed {
        &self.0.overview
    }
}
