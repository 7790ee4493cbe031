//! One open stream: what it sends next, from its [`beginning`] through its life ([`live`]) to its end.
//!
//! It pulls: nothing is queued for it, it takes from the log what its connection has room for. So a slow reader costs a
//! position, and one that is too slow for the log in memory starts over.

mod beginning;
mod body;
mod live;

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use shared::sse::ByeReason;
use tokio::time::{Instant, Sleep};

use super::{
    Streams, hub::Subscription, metrics::Metrics, overview::OverviewReader, params::StreamRequest,
    refusal::Refusal, throttle::Throttle,
};
use crate::store::StoreError;

pub use body::StreamBody;

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
    /// Runs until then; made when it is first needed, because most streams have patches.
    state_due: Option<Pin<Box<Sleep>>>,
    /// The position of the newest state that was sent.
    state_seq: u64,
    /// The newest change that a state has to contain.
    newest_patch: u64,
    overview: Option<OverviewReader>,
    /// Runs until the next heartbeat.
    heartbeat: Pin<Box<Sleep>>,
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

/// What comes next.
enum Next {
    /// These bytes.
    Bytes(Bytes),
    /// Something that has to be read first.
    Errand(Errand),
    /// Nothing any more.
    End,
}

/// What takes a reading of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    /// The next of what was missed.
    Replay,
    /// A new start.
    Reset,
    /// The newest state.
    State,
}

/// Bytes to send, and when the message in them was published.
#[derive(Debug)]
struct Piece {
    bytes: Bytes,
    published_at: Option<Instant>,
}

impl Piece {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether a frame ends with it: the line that gives a shared frame its id is only a beginning.
    fn ends_a_frame(&self) -> bool {
        self.bytes.ends_with(b"\n\n")
    }
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
        // First of all: what is read later contains what this misses.
        let subscription = streams.hub().subscribe(request.topic.clone(), session)?;
        let mut stream = Self {
            source: Source::Memory,
            pending: VecDeque::new(),
            state: Throttle::new(streams.options().state_every),
            state_due: None,
            state_seq: 0,
            newest_patch: 0,
            overview: request.overview.then(|| streams.overview().reader()),
            heartbeat: Box::pin(tokio::time::sleep(streams.options().heartbeat)),
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

    /// Ready when there is something to send, or to be read for it.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            if let Some(piece) = self.pending.pop_front() {
                return Poll::Ready(Next::Bytes(self.hand_over(piece)));
            }
            if self.end != End::Open {
                return Poll::Ready(Next::End);
            }
            match ready!(self.poll_advance(cx)) {
                Ok(None) => {}
                Ok(Some(errand)) => return Poll::Ready(Next::Errand(errand)),
                Err(error) => self.fail(&error.into()),
            }
        }
    }

    fn fail(&mut self, error: &StoreError) {
        tracing::warn!(%error, "a stream ends because it could not be continued");
        self.end = End::Failed;
    }

    fn hand_over(&self, piece: Piece) -> Bytes {
        let metrics = self.metrics();
        metrics.held.take(piece.length());
        if piece.ends_a_frame() {
            metrics.deliveries.increment();
        }
        metrics.bytes.add(piece.length());
        if let Some(published_at) = piece.published_at {
            metrics.publish_to_write.record(published_at.elapsed());
        }
        piece.bytes
    }

    fn push(&mut self, bytes: Bytes, published_at: Option<Instant>) {
        let piece = Piece { bytes, published_at };
        self.metrics().held.add(piece.length());
        self.pending.push_back(piece);
    }

    fn push_all(&mut self, frames: Vec<Bytes>) {
        frames.into_iter().for_each(|bytes| self.push(bytes, None));
    }

    fn metrics(&self) -> &Metrics {
        self.streams.metrics()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let metrics = self.metrics();
        metrics.held.take(self.pending.iter().map(Piece::length).sum());
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
