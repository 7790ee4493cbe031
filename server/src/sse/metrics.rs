//! What the streams count, for those who watch the server and for the tests.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Counters of everything that streams do. They only grow, but for what is held; what is open right now, the hub knows.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Streams that began with a fresh snapshot.
    pub connects_fresh: Counter,
    /// Streams that went on where their reader was.
    pub connects_resumed: Counter,
    /// Requests that got no stream.
    pub connects_rejected: Counter,
    /// Streams whose reader hung up, or was given up by the connection.
    pub disconnects_left: Counter,
    /// Streams that ended because the server stops.
    pub disconnects_shutdown: Counter,
    /// Streams that ended because their session did.
    pub disconnects_signed_out: Counter,
    /// Streams that ended because their board is gone.
    pub disconnects_board_deleted: Counter,
    /// Streams that ended because the database could not be read.
    pub disconnects_failed: Counter,
    /// Frames handed to connections.
    pub deliveries: Counter,
    /// Bytes handed to connections.
    pub bytes: Counter,
    /// Bytes that streams have taken and not yet handed over.
    pub held: Gauge,
    /// Readers who fell behind the log in memory and were started over.
    pub lag_resets: Counter,
    /// Whole boards that were read and encoded; all else came from what readers share.
    pub snapshot_builds: Counter,
    /// Overviews that were computed.
    pub overview_builds: Counter,
    /// From the publication of a message to its hand-over to a connection.
    pub publish_to_write: Latencies,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// How far it has come.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(super) fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    pub(super) fn increment(&self) {
        self.add(1);
    }
}

/// A number that grows and shrinks.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Where it stands.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(super) fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    /// Takes away what was added before.
    pub(super) fn take(&self, less: u64) {
        self.0.fetch_sub(less, Relaxed);
    }
}

/// The upper bounds of the buckets: powers of two from 64 µs to about 8 s; one more takes the rest.
const BOUNDS: usize = 18;
const FIRST_BOUND_MICROS: u64 = 64;

/// A histogram of durations.
#[derive(Debug, Default)]
pub struct Latencies {
    buckets: [AtomicU64; BOUNDS + 1],
    sum_micros: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatencyCounts {
    /// For each upper bound, how many durations were at most that long; the last bound has no end.
    pub at_most: Vec<(Option<Duration>, u64)>,
    /// The sum of all durations.
    pub sum: Duration,
}

impl Latencies {
    pub(super) fn record(&self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.buckets[bucket(micros)].fetch_add(1, Relaxed);
        self.sum_micros.fetch_add(micros, Relaxed);
    }

    /// How many durations were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Relaxed)).sum()
    }

    /// The histogram as it is now.
    #[must_use]
    pub fn counts(&self) -> LatencyCounts {
        let mut so_far = 0;
        let at_most = self.buckets.iter().enumerate().map(|(index, bucket)| {
            so_far += bucket.load(Relaxed);
            let bound = (index < BOUNDS).then(|| Duration::from_micros(FIRST_BOUND_MICROS << index));
            (bound, so_far)
        });
        LatencyCounts {
            at_most: at_most.collect(),
            sum: Duration::from_micros(self.sum_micros.load(Relaxed)),
        }
    }
}

fn bucket(micros: u64) -> usize {
    (0..BOUNDS).find(|&index| micros <= FIRST_BOUND_MICROS << index).unwrap_or(BOUNDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_under_the_first_bound_that_it_does_not_exceed() {
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(64), 0);
        assert_eq!(bucket(65), 1);
        assert_eq!(bucket(64 << 17), 17);
        assert_eq!(bucket((64 << 17) + 1), BOUNDS);
        assert_eq!(bucket(u64::MAX), BOUNDS);
    }

    #[test]
    fn the_histogram_is_cumulative_and_its_last_bound_is_open() {
        let latencies = Latencies::default();
        for micros in [10, 100, 100, 60_000_000] {
            latencies.record(Duration::from_micros(micros));
        }
        let counts = latencies.counts();
        assert_eq!(counts.at_most[0], (Some(Duration::from_micros(64)), 1));
        assert_eq!(counts.at_most[1], (Some(Duration::from_micros(128)), 3));
        assert_eq!(counts.at_most.last(), Some(&(None, 4)));
        assert_eq!(counts.sum, Duration::from_micros(60_000_210));
        assert_eq!(latencies.count(), 4);
    }
}
