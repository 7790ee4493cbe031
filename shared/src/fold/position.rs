//! How far a reader has come in the message log.

use crate::ids::EventId;
use crate::sse::SseMsg;

/// How far a reader has come in the message log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamPosition {
    last: Option<EventId>,
    is_lost: bool,
}

impl StreamPosition {
    /// The position of a reader who has a snapshot, taken at `id`.
    #[must_use]
    pub fn starting_at(id: EventId) -> Self {
        Self { last: Some(id), is_lost: false }
    }

    /// Everything up to here has been folded in; `None` before the end of a stream's opening.
    #[must_use]
    pub fn passed(&self) -> Option<&EventId> {
        self.last.as_ref()
    }

    /// Where a new stream should go on; `None` asks for a fresh snapshot.
    #[must_use]
    pub fn resume_from(&self) -> Option<&EventId> {
        if self.is_lost { None } else { self.last.as_ref() }
    }

    /// Whether this message was folded in before.
    ///
    /// Only a message of the log can be: all others have no number of their own, and the id beside them says
    /// something about the messages before.
    #[must_use]
    pub fn is_repeat(&self, id: Option<&EventId>, msg: &SseMsg) -> bool {
        let (Some(id), Some(last)) = (id, &self.last) else { return false };
        msg.is_logged() && id.epoch == last.epoch && id.seq <= last.seq
    }

    /// A fresh snapshot begins.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    /// A message could not be folded in: the position stays before it until a fresh snapshot begins.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Takes note of the id beside a message that was folded in. Within a log it never goes back.
    pub fn advance_to(&mut self, id: Option<&EventId>) {
        let Some(id) = id.filter(|_| !self.is_lost) else { return };
        let is_behind = |last: &EventId| id.epoch == last.epoch && id.seq <= last.seq;
        if !self.last.as_ref().is_some_and(is_behind) {
            self.last = Some(id.clone());
        }
    }
}
