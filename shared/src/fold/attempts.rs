//! How the recent attempts of a board stand, for readers who want to know: a board shows what is on its cards' faces.

use std::collections::{BTreeMap, BTreeSet};

use super::StreamPosition;
use crate::attempt::AttemptStatusChanged;
use crate::ids::{AttemptId, EventId};
use crate::sse::SseMsg;

/// How the recent attempts of a board stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptsFold {
    /// The last word on each.
    pub statuses: BTreeMap<AttemptId, AttemptStatusChanged>,
    position: StreamPosition,
    /// The statuses of an opening that is not complete; they replace `statuses` at its end, all at once.
    opening: Option<BTreeMap<AttemptId, AttemptStatusChanged>>,
}

impl AttemptsFold {
    /// Takes the next message of a board's stream. Answers the attempts whose status is another one, or no longer known.
    pub fn take(&mut self, id: Option<&EventId>, msg: &SseMsg) -> BTreeSet<AttemptId> {
        if self.position.is_repeat(id, msg) {
            return BTreeSet::new();
        }
        if msg.is_fresh_hello() {
            self.position.restart();
            self.opening = Some(BTreeMap::new());
            return BTreeSet::new();
        }
        let ends_opening = id.is_some() && !matches!(msg, SseMsg::Hello(_));
        self.position.advance_to(id);
        let mut changed = BTreeSet::new();
        match msg {
            SseMsg::Hello(_) => self.opening = None,
            SseMsg::AttemptStatus(status) => changed.extend(self.put(status)),
            _ => {}
        }
        if ends_opening {
            changed.extend(self.end_opening());
        }
        changed
    }

    fn put(&mut self, status: &AttemptStatusChanged) -> Option<AttemptId> {
        let attempt = status.attempt_id.clone();
        if let Some(opening) = &mut self.opening {
            opening.insert(attempt, status.clone());
            return None;
        }
        if self.statuses.get(&attempt) == Some(status) {
            return None;
        }
        self.statuses.insert(attempt.clone(), status.clone());
        Some(attempt)
    }

    /// The first id with a value after a fresh `hello` ends the opening: its statuses are all there are.
    fn end_opening(&mut self) -> BTreeSet<AttemptId> {
        let Some(opening) = self.opening.take() else { return BTreeSet::new() };
        let before = std::mem::replace(&mut self.statuses, opening);
        let mut changed = BTreeSet::new();
        changed.extend(before.keys().chain(self.statuses.keys()).cloned());
        changed.retain(|id| before.get(id) != self.statuses.get(id));
        changed
    }
}
