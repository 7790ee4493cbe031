//! How long to wait before something is tried again: longer each time, so that what can't be now costs little.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(5);

/// The wait before the next try.
#[derive(Debug)]
pub(super) struct Pause(Duration);

impl Pause {
    /// Nothing has failed yet.
    pub fn new() -> Self {
        Self(FIRST)
    }

    /// How long to wait now; it is twice as long the next time.
    pub fn next(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(LONGEST);
        now
    }

    /// Something has gone well: the next failure is a first one.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_some_seconds_and_begins_anew_after_a_success() {
        let mut pause = Pause::new();
        let waits: Vec<u128> = (0..8).map(|_| pause.next().as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        pause.reset();
        assert_eq!(pause.next(), FIRST);
    }
}
