//! The hub: takes what was committed, in the order of the commits, and hands it to those who listen.
//!
//! Publishing encodes a message once and never waits for a reader. A reader is a [`Subscription`]: a position in the
//! log, which it moves by itself. Whoever subscribes first and then reads a snapshot misses nothing: everything after
//! the snapshot's number is delivered, and nothing of it twice.

mod queue;
mod registry;
mod rounds;
mod seat;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use shared::{
    ids::{BoardId, Epoch, EventId},
    sse::ByeReason,
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until, timeout_at},
};

use self::{
    queue::Queue,
    registry::{Logged, Registry},
    rounds::Rounds,
    seat::Seat,
};
use super::{
    frame::Frame,
    message::{Channel, Published, Signal},
    snapshot::SnapshotCache,
    topic::Topic,
};

pub use queue::Place;
pub use registry::{Footing, Taken};

/// What bounds the log in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The most messages.
    pub messages: usize,
    /// The most bytes.
    pub bytes: usize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { messages: 32 * 1024, bytes: 16 * 1024 * 1024 }
    }
}

/// What bounds the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubLimits {
    /// The log in memory.
    pub memory: Memory,
    /// The most open streams.
    pub streams: usize,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self { memory: Memory::default(), streams: 16 * 1024 }
    }
}

/// The streams that are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Streams of boards.
    pub boards: usize,
    /// Streams of the dashboard.
    pub dashboards: usize,
    /// Channels that anybody listens to.
    pub channels: usize,
}

/// Why a reader was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJoined {
    /// There are as many streams as there may be.
    #[error("The server has as many streams open as it takes.")]
    Full,
    /// The session that it rests on has just ended.
    #[error("The session has ended.")]
    SignedOut,
    /// The server is about to end.
    #[error("The server is stopping.")]
    Stopping,
}

/// Where committed messages arrive, and where those who listen find them.
#[derive(Debug)]
pub struct Hub {
    epoch: Epoch,
    registry: Mutex<Registry>,
    rounds: Mutex<Rounds>,
    /// The changes whose messages are still to come.
    queue: Queue,
    /// Tells that something waits for the next round.
    put_off: Notify,
    /// Counts the changes of what the dashboard shows.
    overview_changes: watch::Sender<u64>,
}

impl Hub {
    /// A hub for the log `epoch`, whose newest message is number `head`, with the usual limits.
    #[must_use]
    pub fn new(head: u64, epoch: Epoch) -> Self {
        Self::with_limits(head, epoch, HubLimits::default())
    }

    /// A hub for the log `epoch`, whose newest message is number `head`.
    #[must_use]
    pub fn with_limits(head: u64, epoch: Epoch, limits: HubLimits) -> Self {
        let registry = Mutex::new(Registry::new(head, limits));
        Self {
            epoch,
            registry,
            rounds: Mutex::default(),
            queue: Queue::default(),
            put_off: Notify::new(),
            overview_changes: watch::Sender::new(0),
        }
    }

    /// Announces a change: what is published while it is under way may be told together with what it publishes.
    pub fn expect(&self) -> Place {
        self.queue.join()
    }

    /// Takes the messages of one commit. Commits arrive in the order of their numbers.
    pub fn publish(&self, messages: Vec<Published>) {
        let now = Instant::now();
        let log = |message: Published| {
            let frame = Arc::new(Frame::encode(&self.epoch, &message, Some(now)));
            Logged { channel: message.channel, frame }
        };
        let messages = messages.into_iter().map(log).collect();
        let (channels, concerned) = self.take_in(messages);
        if self.rounds().puts_off(&channels, concerned.len(), self.queue.goes_on(), now) {
            self.put_off.notify_one();
        } else {
            ring(&concerned);
        }
    }

    fn take_in(&self, messages: Vec<Logged>) -> (HashSet<Channel>, Vec<Arc<Seat>>) {
        let mut registry = self.registry();
        let channels = registry.publish(messages);
        let concerned = registry.readers_of(&channels);
        (channels, concerned)
    }

    /// Tells those who have to wait for it, as long as it is polled.
    pub async fn run(&self) {
        loop {
            let Some(next) = self.rounds().next_due() else {
                self.put_off.notified().await;
                continue;
            };
            sleep_until(next.over_at).await;
            // Those who wait to commit are not waited for longer than that.
            let _ = timeout_at(next.latest, self.queue.is_over()).await;
            let channels = self.rounds().next();
            let concerned = self.registry().readers_of(&channels);
            self.rounds().begin(concerned.len(), Instant::now());
            ring(&concerned);
        }
    }

    /// Takes a hint that belongs to the commit whose messages were just published.
    pub fn signal(&self, signal: Signal) {
        match signal {
            Signal::OverviewChanged => {
                self.overview_changes.send_modify(|changes| *changes += 1);
            }
            Signal::BoardDeleted(board) => self.end_board(&board),
        }
    }

    /// Ends the streams that rest on a session which is no more.
    pub fn end_session(&self, session: &str) {
        let concerned = self.registry().end_session(session);
        ring(&concerned);
    }

    /// Ends all streams, because the server stops. Nobody joins any more.
    pub fn end_all(&self) {
        let concerned = self.registry().end_all();
        ring(&concerned);
    }

    /// Has all readers look: there is something that is not of the log.
    pub fn ring(&self) {
        let everyone = self.registry().everyone();
        ring(&everyone);
    }

    fn end_board(&self, board: &BoardId) {
        let concerned = self.registry().end_board(board);
        ring(&concerned);
    }

    /// The newest message that was published.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.registry().head()
    }

    /// The log whose messages these are.
    #[must_use]
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// What bounds it.
    #[must_use]
    pub fn limits(&self) -> HubLimits {
        self.registry().limits()
    }

    /// The bytes of the messages in memory.
    #[must_use]
    pub fn bytes_in_memory(&self) -> usize {
        self.registry().bytes()
    }

    /// The streams that are open.
    #[must_use]
    pub fn open(&self) -> Open {
        self.registry().open()
    }

    /// Counts how often what the dashboard shows may have changed.
    #[must_use]
    pub fn overview_changes(&self) -> watch::Receiver<u64> {
        self.overview_changes.subscribe()
    }

    /// Listens to a topic from now on, on the ground of a session if that can end.
    ///
    /// # Errors
    /// If as many streams are open as there may be, the session has just ended, or the server stops.
    pub fn subscribe(
        self: &Arc<Self>,
        topic: Topic,
        session: Option<String>,
    ) -> Result<Subscription, NotJoined> {
        let joined = self.registry().join(&topic, session)?;
        Ok(Subscription {
            hub: Arc::clone(self),
            topic,
            reader: joined.reader,
            seat: joined.seat,
            passed: joined.footing.head,
            footing: joined.footing,
            snapshots: joined.snapshots,
        })
    }

    fn rounds(&self) -> MutexGuard<'_, Rounds> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing that holds the lock leaves the registry half changed, so a panic elsewhere does not make it unusable.
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Done without the lock: waking runs code of the executor.
fn ring(concerned: &[Arc<Seat>]) {
    concerned.iter().for_each(|seat| seat.bell.ring());
}

/// One reader's place in the log. Dropping it is leaving.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    topic: Topic,
    reader: u64,
    seat: Arc<Seat>,
    passed: u64,
    footing: Footing,
    snapshots: Arc<SnapshotCache>,
}

impl Subscription {
    /// What it listens to.
    #[must_use]
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Everything up to here was taken, or does not concern it, or is in the snapshot that it started from.
    #[must_use]
    pub fn passed(&self) -> EventId {
        EventId::new(self.hub.epoch.clone(), self.passed)
    }

    /// Goes on after message `seq`, because a snapshot or a replay covers everything up to it.
    pub fn go_on_after(&mut self, seq: u64) {
        self.passed = seq;
    }

    /// Takes what there is, without waiting.
    pub fn take(&mut self) -> Taken {
        self.hub.registry().take(&self.topic, &self.seat, &mut self.passed)
    }

    /// Ready when there may be something to take.
    pub fn poll_wait(&self, cx: &Context<'_>) -> Poll<()> {
        self.seat.bell.poll(cx)
    }

    /// The snapshots that the readers of this channel share.
    #[must_use]
    pub fn snapshots(&self) -> Arc<SnapshotCache> {
        Arc::clone(&self.snapshots)
    }

    /// Where it joined, or joined again.
    #[must_use]
    pub fn footing(&self) -> Footing {
        self.footing
    }

    /// Joins again at the newest message, for a new start after a lag.
    pub fn rejoin(&mut self) {
        self.footing = self.hub.registry().footing(&self.topic);
        self.passed = self.footing.head;
    }

    /// Why its stream is to end, if it is; for a reader that takes from elsewhere at the moment.
    #[must_use]
    pub fn ending(&self) -> Option<ByeReason> {
        self.seat.ending()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.registry().leave(&self.topic, self.reader);
    }
}
