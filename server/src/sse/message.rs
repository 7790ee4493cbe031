//! What the hub is handed: messages of the log, and hints that are not in it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use shared::ids::{AttemptId, BoardId};

/// Whom a message reaches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// The streams of this board.
    Board(BoardId),
    /// Every stream, of boards and of the dashboard.
    Everyone,
}

impl Channel {
    /// How the log spells [`Channel::Everyone`]; no board's id looks like it.
    const EVERYONE: &str = "*";

    /// The channel as the log spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Board(board) => board.as_str(),
            Self::Everyone => Self::EVERYONE,
        }
    }

    /// Reads what [`Channel::as_str`] wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        if text == Self::EVERYONE { Self::Everyone } else { Self::Board(BoardId::from(text)) }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A message of the log, as it is committed, kept and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its number in the log, the same for all its readers.
    pub seq: u64,
    /// Whom it reaches.
    pub channel: Channel,
    /// The frame's `event`. A log may hold types of a newer server, which are passed on as they are.
    pub event: Cow<'static, str>,
    /// The attempt that this is a detail of; only details may be left out of a stream.
    pub attempt_id: Option<AttemptId>,
    /// The frame's `data`: one line of JSON.
    pub payload: Arc<str>,
}

/// What the hub is told after a commit beside the messages. It is not in the log: who misses it has missed nothing that
/// a fresh connection would not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// What the dashboard shows may have changed.
    OverviewChanged,
    /// A board is gone, and so its streams end.
    BoardDeleted(BoardId),
}
