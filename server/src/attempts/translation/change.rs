//! What an update changes.

use shared::attempt::{LogLevel, Todos};
use shared::conversation::{ConversationItem, ItemAppend};
use shared::ids::{RequestId, SessionId};

use crate::attempts::machine::TurnOutcome;

/// Something that an update changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An item is new, or takes the place of the one with its id.
    Item(Box<ConversationItem>),
    /// An item grew at its end.
    Append(ItemAppend),
    /// The plan is another one.
    Todos(Todos),
    /// A line for the log.
    Log {
        /// How serious it is.
        level: LogLevel,
        /// What it says.
        message: String,
    },
    /// The agent has a session.
    Session {
        /// Its own id of the conversation.
        id: SessionId,
        /// Whether it is the one that was asked for.
        is_continued: bool,
    },
    /// Something happened to the attempt.
    Happened(Fact),
    /// What goes on, for the card: words as they came of an update, one short line once changes are joined. Only the
    /// last that says something counts.
    Activity(String),
}

impl Change {
    pub(super) fn item(item: ConversationItem) -> Self {
        Self::Item(Box::new(item))
    }
}

/// What happened to an attempt, as its machine will hear of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The agent asked something.
    Asked(RequestId),
    /// A question is open no more.
    Settled(RequestId),
    /// The agent ended its turn.
    TurnEnded(TurnOutcome),
    /// The agent's process ended.
    AgentEnded {
        /// How, in words for a person.
        reason: String,
    },
}
