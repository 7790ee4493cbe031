//! Folding the stream's messages into what a reader knows.
//!
//! A fold takes every message of a stream in order and says what that changed. It never blanks: what was
//! known stays until something newer takes its place.

mod attempts;
mod board;
mod dashboard;
mod position;

use crate::patch::{Changes, PatchError};
use crate::sse::SseMsg;

pub use attempts::AttemptsFold;
pub use board::BoardFold;
pub use dashboard::DashboardFold;
pub use position::StreamPosition;

/// What a message meant to a fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: it was seen before, of an unknown type, or a mere sign of life.
    Ignored,
    /// It was folded in.
    Changed(Changed),
    /// It is new, and for others to use: the fold keeps nothing of it (statuses, logs, items, commits, `bye` and
    /// so on).
    Forward(Box<SseMsg>),
    /// What is known can't be trusted any more. The reader drops the stream and opens another one without an
    /// id; the fold's [`resume_from`](BoardFold::resume_from) is empty until a fresh snapshot came.
    NeedsSnapshot(SnapshotReason),
}

/// What a message changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// A stream began.
    pub hello: bool,
    /// The board was replaced as a whole; `board` still says what differs.
    pub replaced: bool,
    /// What changed on the board.
    pub board: Changes,
    /// The overview was replaced.
    pub overview: bool,
}

/// Why a fold needs a fresh snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotReason {
    /// A patch came before any state.
    #[error("there is no state to patch")]
    NoState,
    /// A patch does not fit the state.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// A payload is not what its type promises.
    #[error("malformed payload: {0}")]
    Malformed(String),
}
