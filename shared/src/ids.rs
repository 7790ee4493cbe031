//! Ids: opaque strings, one type per kind of thing, and positions in the message log.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most characters an id may have.
pub const MAX_ID_CHARS: usize = 64;

/// Whether `text` may name something at all: 1 to 64 characters, none of them a control character.
#[must_use]
pub fn is_valid_id(text: &str) -> bool {
    // A character takes at most four bytes, so an overlong text is refused without being walked.
    !text.is_empty()
        && text.len() <= MAX_ID_CHARS * 4
        && text.chars().count() <= MAX_ID_CHARS
        && !text.chars().any(char::is_control)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes any text as it is; [`is_valid_id`] says whether it can name anything.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// Names a board, and the project it belongs to: they share an id.
    BoardId
    /// Names a column of a board.
    ColumnId
    /// Names a card.
    CardId
    /// Names one agent's try at a card.
    AttemptId
    /// Names a profile: a way to run an agent.
    ProfileId
    /// Names an item of a conversation.
    ItemId
    /// An agent's name.
    AgentId
    /// The agent's own id of a conversation.
    SessionId
    /// Names a question that an agent asked.
    RequestId
    /// Names one use of a tool.
    ToolCallId
    /// Names one of the answers that an agent offers.
    OptionId
    /// Names a saved view of a board.
    ViewId
}

/// The most characters an epoch may have; an [`EventId`] then has at most 61 bytes.
const MAX_EPOCH_LEN: usize = 40;
/// The most bytes that are looked at as an [`EventId`].
const MAX_EVENT_ID_LEN: usize = 64;

/// Names a message log. It changes only when a database is created or restored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Epoch(String);

impl Epoch {
    /// The epoch's text: letters, digits and hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Epoch {
    type Err = EventIdError;

    fn from_str(text: &str) -> Result<Self, EventIdError> {
        if text.is_empty() || text.len() > MAX_EPOCH_LEN {
            return Err(EventIdError::Epoch);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(EventIdError::Epoch);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Epoch {
    type Error = EventIdError;

    fn try_from(text: String) -> Result<Self, EventIdError> {
        text.parse()
    }
}

impl From<Epoch> for String {
    fn from(epoch: Epoch) -> Self {
        epoch.0
    }
}

/// A position in the message log: everything up to here.
///
/// It is written `<epoch>.<seq>`, and each position has exactly one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId {
    /// The log that `seq` counts in.
    pub epoch: Epoch,
    /// The number of the last message that this position includes.
    pub seq: u64,
}

impl EventId {
    /// The position after message `seq` of the log `epoch`.
    #[must_use]
    pub fn new(epoch: Epoch, seq: u64) -> Self {
        Self { epoch, seq }
    }

    /// Whether a reader at `passed` has seen this position.
    ///
    /// Positions of two logs can't be compared; one of another epoch counts as seen, because nothing more of
    /// it will ever come.
    #[must_use]
    pub fn is_passed_by(&self, passed: &Self) -> bool {
        self.epoch != passed.epoch || self.seq <= passed.seq
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.seq)
    }
}

/// Why a text is not an [`EventId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventIdError {
    /// More bytes than any event id has.
    #[error("an event id has at most {MAX_EVENT_ID_LEN} bytes")]
    TooLong,
    /// No full stop between epoch and number.
    #[error("an event id has the form <epoch>.<seq>")]
    Form,
    /// The epoch is not one.
    #[error("an epoch has 1 to {MAX_EPOCH_LEN} ASCII letters, digits and hyphens")]
    Epoch,
    /// The number is not one.
    #[error("the part after the full stop is a whole number in plain digits")]
    Seq,
}

impl FromStr for EventId {
    type Err = EventIdError;

    fn from_str(text: &str) -> Result<Self, EventIdError> {
        if text.len() > MAX_EVENT_ID_LEN {
            return Err(EventIdError::TooLong);
        }
        let (epoch, seq) = text.split_once('.').ok_or(EventIdError::Form)?;
        Ok(Self { epoch: epoch.parse()?, seq: parse_seq(seq)? })
    }
}

/// Stricter than `u64::from_str`, which also takes a sign and leading zeros.
fn parse_seq(text: &str) -> Result<u64, EventIdError> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let padded = text.len() > 1 && text.starts_with('0');
    if !plain || padded {
        return Err(EventIdError::Seq);
    }
    text.parse().map_err(|_| EventIdError::Seq)
}

impl TryFrom<String> for EventId {
    type Error = EventIdError;

    fn try_from(text: String) -> Result<Self, EventIdError> {
        text.parse()
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.to_string()
    }
}
