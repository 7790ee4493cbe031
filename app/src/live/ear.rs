//! Who shows attempts, and is told what the board's stream brings of them.
//!
//! One inspector is open at a time, so there is one ear at most. Frames are handed on as they come: only who shows
//! attempts decodes what is told of them.

use std::sync::Arc;

use leptos::prelude::*;
use shared::ids::AttemptId;

/// What a board's stream tells who shows attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// A frame, as the browser hands it over.
    Frame {
        /// Its event id; empty if it has none.
        id: &'a str,
        /// Its type.
        event: &'a str,
        /// Its data.
        data: &'a str,
        /// The attempt whose details the stream brings.
        carries: Option<&'a AttemptId>,
    },
    /// The board was read anew and the stream goes on from there: what came in between is missing.
    Skipped,
}

// The server renders on many threads, though nobody is told anything there.
type Listener = Arc<dyn Fn(Told<'_>) + Send + Sync>;

/// The place for who shows attempts; a handle that is copied freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ear(StoredValue<Inner>);

#[derive(Default)]
struct Inner {
    listener: Option<(u64, Listener)>,
    last: u64,
    wanted: Option<AttemptId>,
    carried: Option<AttemptId>,
}

impl Ear {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(Inner::default()))
    }

    /// Tells this listener from now on, and no other. Answers what to take it off with.
    pub(super) fn listen(self, listener: Listener) -> u64 {
        let number = self.0.try_update_value(|inner| {
            inner.last += 1;
            inner.listener = Some((inner.last, listener));
            inner.last
        });
        number.unwrap_or_default()
    }

    /// Takes a listener off, unless another has come in its place, and with it the attempt that was wanted.
    pub(super) fn leave(self, number: u64) {
        self.0.try_update_value(|inner| {
            if inner.listener.as_ref().is_some_and(|(own, _)| *own == number) {
                inner.listener = None;
                inner.wanted = None;
            }
        });
    }

    /// The attempt whose details are wanted from now on.
    pub(super) fn want(self, attempt: Option<AttemptId>) {
        self.0.try_update_value(|inner| inner.wanted = attempt);
    }

    /// The attempt whose details the next stream brings.
    #[cfg_attr(
        not(any(target_arch = "wasm32", test)),
        expect(dead_code, reason = "streams are opened in browsers")
    )]
    pub(super) fn carry(self) -> Option<AttemptId> {
        let carried = self.0.try_update_value(|inner| {
            inner.carried.clone_from(&inner.wanted);
            inner.carried.clone()
        });
        carried.flatten()
    }

    /// Whether the stream brings something else than is wanted.
    #[cfg_attr(
        not(any(target_arch = "wasm32", test)),
        expect(dead_code, reason = "streams are opened in browsers")
    )]
    pub(super) fn is_elsewhere(self) -> bool {
        self.0.try_with_value(|inner| inner.wanted != inner.carried) == Some(true)
    }

    /// Hands on a frame.
    #[cfg_attr(
        not(any(target_arch = "wasm32", test)),
        expect(dead_code, reason = "streams are read in browsers")
    )]
    pub(super) fn tell_frame(self, id: &str, event: &str, data: &str) {
        // Whoever listens may want another attempt by what it hears: nothing is borrowed meanwhile.
        let Some((listener, carried)) = self.parts() else { return };
        listener(Told::Frame { id, event, data, carries: carried.as_ref() });
    }

    /// Says that something is missing.
    #[cfg_attr(
        not(any(target_arch = "wasm32", test)),
        expect(dead_code, reason = "streams are read in browsers")
    )]
    pub(super) fn tell_skipped(self) {
        if let Some((listener, _)) = self.parts() {
            listener(Told::Skipped);
        }
    }

    fn parts(self) -> Option<(Listener, Option<AttemptId>)> {
        let parts = self.0.try_with_value(|inner| {
            let (_, listener) = inner.listener.as_ref()?;
            Some((Arc::clone(listener), inner.carried.clone()))
        });
        parts.flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn heard() -> (Listener, Arc<Mutex<Vec<String>>>) {
        let journal = Arc::new(Mutex::new(Vec::new()));
        let writes = Arc::clone(&journal);
        let listener = move |told: Told<'_>| writes.lock().unwrap().push(format!("{told:?}"));
        (Arc::new(listener), journal)
    }

    #[test]
    fn a_frame_is_handed_on_with_what_its_stream_carries() {
        let owner = Owner::new();
        owner.set();
        let ear = Ear::new();
        ear.tell_frame("e.1", "attempt_log", "{}");
        let (listener, journal) = heard();
        ear.listen(listener);
        ear.want(Some("a1".into()));
        ear.tell_frame("e.2", "attempt_log", "{}");
        assert!(ear.is_elsewhere());
        assert_eq!(ear.carry(), Some("a1".into()));
        assert!(!ear.is_elsewhere());
        ear.tell_frame("e.3", "attempt_log", "{}");
        let journal = journal.lock().unwrap();
        assert_eq!(journal.len(), 2);
        assert!(journal[0].contains("carries: None") && journal[1].contains("a1"), "{journal:?}");
    }

    #[test]
    fn who_leaves_late_takes_nothing_from_who_came_after() {
        let owner = Owner::new();
        owner.set();
        let ear = Ear::new();
        let (first, _) = heard();
        let (second, journal) = heard();
        let first = ear.listen(first);
        let number = ear.listen(second);
        ear.want(Some("a2".into()));
        ear.leave(first);
        ear.tell_skipped();
        assert_eq!(journal.lock().unwrap().as_slice(), ["Skipped"]);
        assert_eq!(ear.carry(), Some("a2".into()));
        ear.leave(number);
        assert_eq!(ear.carry(), None, "nobody wants it any more");
    }
}
