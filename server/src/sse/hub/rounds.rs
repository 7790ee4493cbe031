//! When readers are told of what was published: at once, or with what comes while many others are still being told.
//!
//! To tell a thousand readers takes a while. What is published meanwhile would begin another round before the one before
//! is over, and each reader would be written to for each message; so it waits for the end of that round, and all that has
//! come by then goes out in one write. Few readers never wait.

use std::{collections::HashSet, time::Duration};

use tokio::time::Instant;

use crate::sse::message::Channel;

/// So many are told at once, whatever else goes on.
const FEW: usize = 64;
/// About how long it takes to send something to one reader, and as long again for all else that is to be done.
const EACH: Duration = Duration::from_micros(20);
/// The longest that anybody waits for a round to be over.
const LONGEST: Duration = Duration::from_millis(25);

/// The rounds in which many readers are told.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// When the newest round is over, as far as can be told.
    over_at: Option<Instant>,
    /// What is told in the next one.
    waiting: HashSet<Channel>,
}

impl Rounds {
    /// Whether these have to wait for the next round; if not, theirs begins now.
    pub(super) fn puts_off(&mut self, channels: &HashSet<Channel>, readers: usize, now: Instant) -> bool {
        if readers <= FEW {
            return false;
        }
        let is_busy = self.over_at.is_some_and(|over_at| now < over_at);
        if is_busy {
            self.waiting.extend(channels.iter().cloned());
        } else {
            self.begin(readers, now);
        }
        is_busy
    }

    /// When the next round begins, if any has to.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.over_at.filter(|_| !self.waiting.is_empty())
    }

    /// What is told in the round that begins now.
    pub(super) fn next(&mut self) -> HashSet<Channel> {
        std::mem::take(&mut self.waiting)
    }

    /// Notes that a round begins.
    pub(super) fn begin(&mut self, readers: usize, now: Instant) {
        let takes = EACH * u32::try_from(readers).unwrap_or(u32::MAX);
        self.over_at = Some(now + takes.min(LONGEST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels() -> HashSet<Channel> {
        HashSet::from([Channel::Everyone])
    }

    #[test]
    fn few_readers_never_wait() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        assert!(!rounds.puts_off(&channels(), 1_000, now));
        assert!(!rounds.puts_off(&channels(), FEW, now));
        assert_eq!(rounds.next_at(), None);
    }

    #[test]
    fn many_wait_until_the_round_before_is_over_and_are_told_of_all_that_came_by_then() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        assert!(!rounds.puts_off(&channels(), 1_000, now));
        let board = HashSet::from([Channel::from_stored("a")]);
        for later in [1, 5, 19] {
            assert!(rounds.puts_off(&board, 1_000, now + Duration::from_millis(later)));
        }
        assert_eq!(rounds.next_at(), Some(now + EACH * 1_000));
        assert_eq!(rounds.next(), board);
        assert_eq!(rounds.next_at(), None);
        assert!(!rounds.puts_off(&board, 1_000, now + EACH * 1_000), "it is over");
    }

    #[test]
    fn nobody_waits_long_however_many_there_are() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        assert!(!rounds.puts_off(&channels(), usize::MAX, now));
        assert!(rounds.puts_off(&channels(), usize::MAX, now));
        assert_eq!(rounds.next_at(), Some(now + LONGEST));
    }
}
