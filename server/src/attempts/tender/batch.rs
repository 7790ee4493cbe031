//! Updates of a host that go to the intake together: as many, and as many bytes, as may be on their way at once.

use serde_json::value::RawValue;

/// How many updates, and how many bytes of them, are on their way to the database; the host waits beyond that.
const MOST_UPDATES: usize = 512;
const MOST_BYTES: usize = 1 << 20;

/// Updates with their numbers, in their order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    updates: Vec<(u64, Box<RawValue>)>,
    bytes: usize,
}

impl Batch {
    /// Takes one more.
    pub fn push(&mut self, n: u64, update: Box<RawValue>) {
        self.bytes += update.get().len();
        self.updates.push((n, update));
    }

    /// Whether no more should be taken.
    pub fn is_full(&self) -> bool {
        self.updates.len() >= MOST_UPDATES || self.bytes >= MOST_BYTES
    }

    /// The updates, if there are any; the next ones begin a new batch.
    pub fn take(&mut self) -> Option<Vec<(u64, Box<RawValue>)>> {
        let Self { updates, .. } = std::mem::take(self);
        (!updates.is_empty()).then_some(updates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many updates of so many bytes are taken until it is full.
    fn taken(bytes: usize) -> usize {
        let mut batch = Batch::default();
        assert!(batch.take().is_none());
        let mut n = 0;
        while !batch.is_full() {
            n += 1;
            let update = format!("\"{}\"", "x".repeat(bytes - 2));
            batch.push(n, RawValue::from_string(update).unwrap());
        }
        let updates = batch.take().unwrap();
        assert!(!batch.is_full() && batch.take().is_none());
        assert!(updates.iter().map(|(number, _)| *number).eq(1..=n));
        updates.len()
    }

    #[test]
    fn small_updates_are_counted_and_large_ones_are_weighed() {
        assert_eq!(taken(10), MOST_UPDATES);
        assert_eq!(taken(MOST_BYTES / 4), 4);
        assert_eq!(taken(MOST_BYTES + 1), 1);
    }
}
