//! What happens to a connection, and what it wants done.

use std::time::Duration;

use shared::{ids::EventId, sse::ByeReason, time::Timestamp};

/// Names a stream, or a question to the JSON API, so that what an earlier one brings too late is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub(super) u64);

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A frame came, and what was known can still be trusted.
    Frame {
        /// The stream that brought it.
        stream: Ticket,
        /// The position that the stream has reached with it, if it says.
        id: Option<EventId>,
        /// What matters of it here.
        frame: Frame,
    },
    /// A frame came after which nothing that is known can be trusted: the next stream has to start from a snapshot.
    Distrusted {
        /// The stream that brought it.
        stream: Ticket,
    },
    /// The `EventSource` reported an error.
    Failed {
        /// The stream that failed.
        stream: Ticket,
    },
    /// A question to the JSON API was answered.
    Answered {
        /// The question.
        question: Ticket,
        /// The answer.
        verdict: Verdict,
    },
    /// The deadline has come.
    Tick,
    /// The page is no longer visible.
    Hidden,
    /// The page is visible.
    Shown,
    /// The page goes into the back-forward cache, or away.
    Left,
    /// The page came back from the back-forward cache.
    CameBack,
    /// The browser has a network again.
    Online,
    /// A person asked for a new stream.
    Reconnect,
    /// The page wants something else of its stream from now on: a new one takes the place of the one that is open.
    Readdressed,
    /// This page is now the one of its browser that keeps its stream while it is hidden.
    LockGained,
    /// It no longer is.
    LockLost,
    /// The view that needed the stream is gone.
    Released,
}

/// What matters of a frame to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The stream begins.
    Hello {
        /// The log's head: until the stream has reached it, it is catching up.
        head: EventId,
        /// How often a heartbeat comes.
        heartbeat: Duration,
    },
    /// The server ends the stream on purpose.
    Bye {
        /// Why.
        reason: ByeReason,
        /// How long to wait before the next attempt.
        retry: Option<Duration>,
    },
    /// Anything else: a sign of life.
    Other,
}

/// What the JSON API answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A snapshot, which is shown by now.
    Fresh,
    /// `401`.
    SignedOut,
    /// `404`: what the page shows was deleted.
    Gone,
    /// Anything else, or nothing.
    Failed,
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a stream at the position that is reached.
    Open(Ticket),
    /// Close the stream that is open.
    Close,
    /// Ask the JSON API for a snapshot, show it, and say what came of it.
    Ask(Ticket),
}

/// The moment of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The wall clock.
    pub now: Timestamp,
    /// A random number from 0 to 1.
    pub chance: f64,
}
