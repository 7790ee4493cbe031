//! What the hub keeps of one reader, and the bell that tells it to look.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use shared::sse::ByeReason;

/// One reader's seat in a channel.
#[derive(Debug)]
pub(super) struct Seat {
    /// The sign-in that it rests on, if it is one that can end.
    session: Option<String>,
    /// Set when its stream is to end.
    ending: Mutex<Option<ByeReason>>,
    pub(super) bell: Bell,
}

impl Seat {
    pub(super) fn new(session: Option<String>) -> Self {
        Self { session, ending: Mutex::default(), bell: Bell::default() }
    }

    pub(super) fn rests_on(&self, session: &str) -> bool {
        self.session.as_deref() == Some(session)
    }

    /// Has its stream end. The end of a board waits for its last message, so it gives way to what ends at once.
    pub(super) fn end(&self, reason: ByeReason) {
        let mut ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        if reason != ByeReason::BoardDeleted || ending.is_none() {
            *ending = Some(reason);
        }
    }

    pub(super) fn ending(&self) -> Option<ByeReason> {
        *self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rings for one reader, and is heard whenever that listens: also if it rang before.
#[derive(Debug)]
pub(super) struct Bell {
    has_rung: AtomicBool,
    listener: AtomicWaker,
}

impl Default for Bell {
    /// One that has rung: who comes looks first.
    fn default() -> Self {
        Self { has_rung: AtomicBool::new(true), listener: AtomicWaker::new() }
    }
}

impl Bell {
    pub(super) fn ring(&self) {
        self.has_rung.store(true, Ordering::Release);
        self.listener.wake();
    }

    /// Forgets that it has rung.
    pub(super) fn quieten(&self) {
        self.has_rung.store(false, Ordering::Release);
    }

    /// As if it had rung, said by whoever listens: there is more than it looks at now.
    pub(super) fn go_on(&self) {
        self.has_rung.store(true, Ordering::Release);
    }

    /// Ready once it has rung since it was quietened.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        if self.has_rung() {
            return Poll::Ready(());
        }
        self.listener.register(cx.waker());
        // It may have rung just before there was somebody to hear it.
        if self.has_rung() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn has_rung(&self) -> bool {
        self.has_rung.load(Ordering::Acquire)
    }
}
