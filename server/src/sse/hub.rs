//! The hub: takes what was committed, in the order of the commits.

use std::sync::atomic::{AtomicU64, Ordering};

use shared::ids::Epoch;

use super::message::{Published, Signal};

/// Where committed messages arrive.
#[derive(Debug)]
pub struct Hub {
    epoch: Epoch,
    head: AtomicU64,
}

impl Hub {
    /// A hub for the log `epoch`, whose newest message is number `head`.
    #[must_use]
    pub fn new(head: u64, epoch: Epoch) -> Self {
        Self { epoch, head: AtomicU64::new(head) }
    }

    /// Takes the messages of one commit.
    pub fn publish(&self, rows: Vec<Published>) {
        if let Some(last) = rows.last() {
            self.head.store(last.seq, Ordering::SeqCst);
        }
    }

    /// Takes a hint that belongs to the commit whose messages were just published.
    pub fn signal(&self, _signal: Signal) {}

    /// The newest message that was published.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.head.load(Ordering::SeqCst)
    }

    /// The log whose messages these are.
    #[must_use]
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }
}
