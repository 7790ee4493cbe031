//! A reader's own changes, shown at once: a layer of operations on top of the folded state.
//!
//! The folded state holds only what the stream brought. What a person just did lies above it until the stream
//! has passed the position that the server's answer named, so it shows from the first moment and never
//! flickers back.

mod operation;

use std::borrow::Cow;

use crate::board::BoardState;
use crate::ids::EventId;

pub use operation::{Operation, Subject};

/// Names an operation of one [`Overlay`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpNumber(u64);

/// The operations that the folded state does not hold yet, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    entries: Vec<Entry>,
    next: u64,
    /// Where the stream is, as far as it was told.
    passed: Option<EventId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    number: OpNumber,
    /// What was done at once, in this order.
    operations: Vec<Operation>,
    /// The position that the server's answer named.
    confirmed: Option<EventId>,
}

impl Entry {
    fn covers(&self, earlier: &Self) -> bool {
        let own: Vec<Subject<'_>> = self.operations.iter().flat_map(Operation::subjects).collect();
        earlier.operations.iter().flat_map(Operation::subjects).any(|subject| own.contains(&subject))
    }
}

impl Overlay {
    /// Adds an operation that was just begun.
    pub fn push(&mut self, operation: Operation) -> OpNumber {
        self.push_all(vec![operation])
    }

    /// Adds operations that were begun as one: they are confirmed as one, or refused.
    pub fn push_all(&mut self, operations: Vec<Operation>) -> OpNumber {
        let number = OpNumber(self.next);
        self.next += 1;
        self.entries.push(Entry { number, operations, confirmed: None });
        number
    }

    /// The server answered: the operation will be part of the folded state from `at` on.
    ///
    /// Says whether anything left the overlay, which happens here if the stream was faster than the answer.
    pub fn confirm(&mut self, number: OpNumber, at: EventId) -> bool {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.number == number) {
            entry.confirmed = Some(at);
        }
        self.settle()
    }

    /// The server refused the operation, or it never got there.
    ///
    /// Says whether anything left the overlay.
    pub fn refuse(&mut self, number: OpNumber) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.number != number);
        self.settle() || self.entries.len() != before
    }

    /// The stream has passed this position. Says whether anything left the overlay.
    ///
    /// To be called in one step with the fold of the message that led there, before anything is rendered.
    pub fn retire(&mut self, passed: &EventId) -> bool {
        self.passed = Some(passed.clone());
        self.settle()
    }

    /// What a person should see: the folded state with the operations on it.
    #[must_use]
    pub fn view<'a>(&self, folded: &'a BoardState) -> Cow<'a, BoardState> {
        if self.entries.is_empty() {
            return Cow::Borrowed(folded);
        }
        let mut state = folded.clone();
        self.apply_to(&mut state);
        Cow::Owned(state)
    }

    /// Puts the operations on a state; one that no longer makes sense is skipped.
    pub fn apply_to(&self, state: &mut BoardState) {
        for operation in self.entries.iter().flat_map(|entry| &entry.operations) {
            operation.apply_to(state);
        }
    }

    /// Whether there is no operation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Lets go of what the folded state holds by now.
    fn settle(&mut self) -> bool {
        let Some(passed) = &self.passed else { return false };
        let before = self.entries.len();
        let mut kept: Vec<Entry> = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            let is_folded = entry.confirmed.as_ref().is_some_and(|at| at.is_passed_by(passed));
            // Answers may come out of order. An operation below would show again if the one that covers it
            // left first.
            let is_needed = kept.iter().any(|below| entry.covers(below));
            if !is_folded || is_needed {
                kept.push(entry);
            }
        }
        self.entries = kept;
        self.entries.len() != before
    }
}
