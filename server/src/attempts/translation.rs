//! Placeholder until the translation is merged.
use shared::attempt::{LogLevel, Todos};
use shared::conversation::{ConversationItem, ItemAppend};
use shared::ids::{ItemId, RequestId, SessionId};
use shared::time::Timestamp;

use super::machine::TurnOutcome;
use crate::agents::update::Update;

pub enum Change {
    Item(Box<ConversationItem>),
    Append(ItemAppend),
    Todos(Todos),
    Log { level: LogLevel, message: String },
    Session { id: SessionId, is_continued: bool },
    Activity(String),
    Happened(Fact),
}
pub enum Fact {
    Asked(RequestId),
    Settled(RequestId),
    TurnEnded(TurnOutcome),
    AgentEnded { reason: String },
}
pub struct Translation;
impl Translation {
    pub fn restore(_: Vec<ConversationItem>) -> Self {
        Self
    }
    pub fn take(&mut self, _: &Update, _: Timestamp, _: &mut impl FnMut() -> ItemId) -> Vec<Change> {
        Vec::new()
    }
}
pub fn join(changes: Vec<Change>) -> Vec<Change> {
    changes
}
