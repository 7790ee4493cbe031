//! One open stream: what it sends next, from its opening to its end.
//!
//! It pulls: nothing is queued for it, it takes from the log what its connection has room for. So a slow reader costs a
//! position, and one that is too slow for the log in memory starts over.

use std::collections::VecDeque;

use bytes::Bytes;
use shared::{
    ids::{BoardId, EventId},
    sse::{Bye, ByeReason, Heartbeat, Hello, SseMsg},
};
use tokio::time::Instant;

use super::{
    Streams,
    encode::encode,
    frame::{Frame, FrameKind},
    hub::{Subscription, Taken},
    metrics::Metrics,
    opening,
    overview::OverviewReader,
    params::{StreamRequest, Topic},
    refusal::Refusal,
    replay::{self, Portion, Resumption},
    retry,
    throttle::Throttle,
};
use crate::store::StoreError;

/// One open stream.
#[derive(Debug)]
pub struct Stream {
    streams: Streams,
    request: StreamRequest,
    subscription: Subscription,
    source: Source,
    /// What goes out next, in order.
    pending: VecDeque<Piece>,
    /// When a whole state is due, for a stream without patches.
    state: Throttle,
    /// The position of the newest state that was sent.
    state_seq: u64,
    /// The newest change that a state has to contain.
    newest_patch: u64,
    overview: Option<OverviewReader>,
    heartbeat_at: Instant,
    /// The log's head at the time of the newest `hello`: until it has an id as new, the reader counts as behind.
    promised: u64,
    /// The newest id that was sent.
    told: u64,
    end: End,
}

/// Where the stream takes its messages from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// From the log on disk, until it has caught up.
    Disk,
    /// From the log in memory.
    Memory,
}

/// Bytes to send, and when the message in them was published.
#[derive(Debug)]
struct Piece {
    bytes: Bytes,
    published_at: Option<Instant>,
}

/// How far a stream is from its end, and why it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It has not begun: until its opening is ready it is no stream.
    Unopened,
    /// It goes on until its reader leaves.
    Open,
    /// It ends when what is pending has been sent, after a `bye`.
    Bye(ByeReason),
    /// It ends without a word, because it can't be continued; its reader comes back.
    Failed,
}

impl Stream {
    /// Opens a stream: from here on it misses nothing, and its opening is ready to be sent.
    ///
    /// # Errors
    /// If there is no such board, no room for another stream, or the database can't be read.
    pub async fn open(
        streams: &Streams,
        request: StreamRequest,
        session: Option<String>,
    ) -> Result<Self, Refusal> {
        if streams.shutdown().is_cancelled() {
            return Err(Refusal::Stopping);
        }
        // First of all: what is read later contains what this misses.
        let subscription = streams.hub().subscribe(request.topic.clone(), session)?;
        let mut stream = Self {
            source: Source::Memory,
            pending: VecDeque::new(),
            state: Throttle::new(streams.options().state_every),
            state_seq: 0,
            newest_patch: 0,
            overview: request.overview.then(|| streams.overview().reader()),
            heartbeat_at: Instant::now() + streams.options().heartbeat,
            promised: 0,
            told: 0,
            end: End::Unopened,
            streams: streams.clone(),
            subscription,
            request,
        };
        if stream.resume().await? {
            stream.metrics().connects_resumed.increment();
        } else {
            stream.start_over().await?;
            stream.metrics().connects_fresh.increment();
        }
        stream.end = End::Open;
        Ok(stream)
    }

    /// The next bytes to send; `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(piece) = self.pending.pop_front() {
                return Some(self.hand_over(piece));
            }
            if self.end != End::Open {
                return None;
            }
            if let Err(error) = self.advance().await {
                tracing::warn!(%error, "a stream ends because it could not be continued");
                self.end = End::Failed;
            }
        }
    }

    fn hand_over(&self, piece: Piece) -> Bytes {
        let metrics = self.metrics();
        metrics.deliveries.increment();
        metrics.bytes.add(piece.bytes.len() as u64);
        if let Some(published_at) = piece.published_at {
            metrics.publish_to_write.record(published_at.elapsed());
        }
        piece.bytes
    }

    /// Finds out what goes out next, or waits until there may be something.
    async fn advance(&mut self) -> Result<(), StoreError> {
        if self.streams.shutdown().is_cancelled() {
            return self.say_bye(ByeReason::Shutdown);
        }
        match self.source {
            Source::Disk => self.take_from_disk().await?,
            Source::Memory => self.take_from_memory().await?,
        }
        if self.end == End::Open {
            self.send_what_is_due().await?;
        }
        if self.pending.is_empty() && self.source == Source::Memory {
            self.wait().await;
        }
        Ok(())
    }

    async fn take_from_memory(&mut self) -> Result<(), StoreError> {
        match self.subscription.take() {
            Taken::Frames(frames) => {
                for frame in frames {
                    self.pass(&frame);
                }
                Ok(())
            }
            Taken::Lagged => self.reset().await,
            Taken::Ended(reason) => self.say_bye(reason),
        }
    }

    async fn take_from_disk(&mut self) -> Result<(), StoreError> {
        if let Some(reason) = self.subscription.ending() {
            return self.say_bye(reason);
        }
        let after = self.subscription.passed().seq;
        match replay::portion(self.streams.store(), &self.request.topic, after).await? {
            Some(portion) => self.pass_portion(portion),
            // What comes next has been removed meanwhile: better a new start than a hole.
            None => self.reset().await,
        }
    }

    fn pass_portion(&mut self, portion: Portion) -> Result<(), StoreError> {
        for frame in &portion.frames {
            self.pass(frame);
        }
        self.subscription.go_on_after(portion.through);
        self.source = if portion.complete { Source::Memory } else { Source::Disk };
        // What lies between may concern others, and then nothing else would tell the reader that it has caught up.
        if portion.complete && self.told < self.promised { self.send_heartbeat() } else { Ok(()) }
    }

    /// Sends a message, or notes what it asks for, or leaves it out.
    fn pass(&mut self, frame: &Frame) {
        if self.request.carries(&frame.kind) {
            self.told = frame.seq;
            self.push(frame.bytes.clone(), frame.published_at);
        } else if frame.kind == FrameKind::Patch && frame.seq > self.state_seq {
            self.newest_patch = frame.seq;
            self.state.trigger();
        }
    }

    async fn send_what_is_due(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        if self.state.is_due(now) {
            self.send_state().await?;
        }
        if let Some(overview) = self.overview.as_mut().and_then(OverviewReader::take) {
            self.push(overview.frame.clone(), None);
        }
        if self.heartbeat_at <= now {
            self.heartbeat_at = now + self.streams.options().heartbeat;
            self.send_heartbeat()?;
        }
        Ok(())
    }

    /// Sends the newest state. It carries no id: what it contains may be ahead of what else was sent.
    async fn send_state(&mut self) -> Result<(), StoreError> {
        let Topic::Board(board) = self.request.topic.clone() else { return Ok(()) };
        // If the board is gone, the stream is about to learn it.
        match self.read_state(&board, self.newest_patch).await {
            Ok(state) => self.push(state, None),
            Err(CantOpen::Gone) => {}
            Err(CantOpen::Store(error)) => return Err(error),
        }
        Ok(())
    }

    fn send_heartbeat(&mut self) -> Result<(), StoreError> {
        let ts = self.streams.clock().now();
        let position = self.subscription.passed();
        self.told = position.seq;
        let id = position.to_string();
        let frame = encode(Some(&id), &SseMsg::Heartbeat(Heartbeat { ts }), None)?;
        self.push(frame, None);
        Ok(())
    }

    /// Starts over in the middle, because the reader has fallen behind what can be sent.
    async fn reset(&mut self) -> Result<(), StoreError> {
        self.metrics().lag_resets.increment();
        self.subscription.rejoin();
        match self.start_over().await {
            Ok(()) => Ok(()),
            Err(CantOpen::Gone) => self.say_bye(ByeReason::BoardDeleted),
            Err(CantOpen::Store(error)) => Err(error),
        }
    }

    fn say_bye(&mut self, reason: ByeReason) -> Result<(), StoreError> {
        let retry_ms = (reason == ByeReason::Shutdown).then(retry::individual_ms);
        let id = self.subscription.passed().to_string();
        let frame = encode(Some(&id), &SseMsg::Bye(Bye { reason, retry_ms }), None)?;
        self.push(frame, None);
        self.end = End::Bye(reason);
        Ok(())
    }

    /// Waits for whatever may be the reason to send something.
    async fn wait(&mut self) {
        let timer = match self.state.due_at(Instant::now()) {
            Some(state_at) => state_at.min(self.heartbeat_at),
            None => self.heartbeat_at,
        };
        let overview = async {
            match &mut self.overview {
                Some(reader) => reader.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.subscription.wait() => {}
            () = overview => {}
            () = tokio::time::sleep_until(timer) => {}
            () = self.streams.shutdown().cancelled() => {}
        }
    }

    fn push(&mut self, bytes: Bytes, published_at: Option<Instant>) {
        self.pending.push_back(Piece { bytes, published_at });
    }

    fn push_all(&mut self, frames: Vec<Bytes>) {
        frames.into_iter().for_each(|bytes| self.push(bytes, None));
    }

    fn metrics(&self) -> &Metrics {
        self.streams.metrics()
    }
}

/// Why a stream has no opening.
#[derive(Debug, thiserror::Error)]
enum CantOpen {
    #[error("the board is gone")]
    Gone,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<serde_json::Error> for CantOpen {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<CantOpen> for Refusal {
    fn from(error: CantOpen) -> Self {
        match error {
            CantOpen::Gone => Self::NoSuchBoard,
            CantOpen::Store(error) => Self::Store(error),
        }
    }
}

/// The opening.
impl Stream {
    /// Goes on where the reader was, if that is possible.
    async fn resume(&mut self) -> Result<bool, CantOpen> {
        let Some(from) = self.request.last_event.take() else { return Ok(false) };
        let portion = match replay::resume(self.streams.store(), &self.request.topic, &from).await? {
            Resumption::Resumed(portion) => portion,
            Resumption::Fresh => return Ok(false),
            Resumption::Gone => return Err(CantOpen::Gone),
        };
        let footing = self.subscription.footing();
        let mut frames = Vec::new();
        if let (Topic::Board(board), false) = (self.request.topic.clone(), self.request.patches) {
            frames.push(self.read_state(&board, footing.newest).await?);
        }
        frames.extend(self.read_overview().await?);
        let hello = self.hello(footing.head.max(portion.through), true);
        (self.promised, self.told) = (hello.seq, from.seq);
        self.push_all(opening::resumed(hello, &from, frames)?);
        self.pass_portion(portion)?;
        Ok(true)
    }

    /// Begins with a fresh snapshot, at the beginning or after a lag.
    async fn start_over(&mut self) -> Result<(), CantOpen> {
        let footing = self.subscription.footing();
        let mut seq = footing.head;
        let mut frames = Vec::new();
        if let Topic::Board(board) = self.request.topic.clone() {
            // A snapshot with this channel's newest message is as good as one of the head: nothing of it lies between.
            frames.push(self.read_state(&board, footing.newest).await?);
            seq = seq.max(self.state_seq);
        }
        frames.extend(self.read_overview().await?);
        let position = EventId::new(self.streams.hub().epoch().clone(), seq);
        (self.promised, self.told) = (seq, seq);
        self.push_all(opening::fresh(self.hello(seq, false), &position, frames)?);
        self.subscription.go_on_after(seq);
        self.source = Source::Memory;
        Ok(())
    }

    /// The board's `state`, with everything up to `seq` in it.
    async fn read_state(&mut self, board: &BoardId, seq: u64) -> Result<Bytes, CantOpen> {
        let snapshots = self.subscription.snapshots();
        let snapshot = snapshots.at_least(seq, self.streams.store(), board, self.metrics()).await?;
        let snapshot = snapshot.ok_or(CantOpen::Gone)?;
        self.state.answer(Instant::now());
        self.state_seq = snapshot.seq;
        Ok(snapshot.state.clone())
    }

    async fn read_overview(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some(reader) = &mut self.overview else { return Ok(None) };
        let overview = self.streams.overview().at_least(self.subscription.footing().head).await?;
        reader.has_shown(&overview);
        Ok(Some(overview.frame.clone()))
    }

    fn hello(&self, seq: u64, resumed: bool) -> Hello {
        Hello {
            server_time: self.streams.clock().now(),
            epoch: self.streams.hub().epoch().clone(),
            seq,
            resumed,
            heartbeat_ms: u64::try_from(self.streams.options().heartbeat.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let metrics = self.metrics();
        let counter = match self.end {
            End::Unopened => return,
            End::Open => &metrics.disconnects_left,
            End::Failed => &metrics.disconnects_failed,
            End::Bye(ByeReason::Shutdown) => &metrics.disconnects_shutdown,
            End::Bye(ByeReason::SignedOut) => &metrics.disconnects_signed_out,
            End::Bye(ByeReason::BoardDeleted) => &metrics.disconnects_board_deleted,
        };
        counter.increment();
    }
}
