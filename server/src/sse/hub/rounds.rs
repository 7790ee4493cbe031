//! When readers are told of what was published: at once, or with what comes while many others are still being told.
//!
//! To tell a thousand readers takes a while. What is published meanwhile would begin another round before the one before
//! is over, and each reader would be written to for each message; so it waits for the end of that round, and all that has
//! come by then goes out in one write. So does what is committed while others wait to commit: more is about to come. Few
//! readers never wait.

use std::{collections::HashSet, time::Duration};

use tokio::time::Instant;

use crate::sse::message::Channel;

/// So many are told at once, whatever else goes on.
const FEW: usize = 64;
/// About how long it takes to send something to one reader, and as long again for all else that is to be done.
const EACH: Duration = Duration::from_micros(20);
/// The longest that anybody waits for a round to be over, or for others to commit.
const LONGEST: Duration = Duration::from_millis(25);

/// The rounds in which many readers are told.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// When the newest round is over, as far as can be told.
    over_at: Option<Instant>,
    /// What is told in the next one.
    waiting: HashSet<Channel>,
    /// Since when something waits for it.
    since: Option<Instant>,
}

/// When the next round begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Not before the one before is over.
    pub(super) over_at: Instant,
    /// And not later than this, whoever else is about to commit.
    pub(super) latest: Instant,
}

impl Rounds {
    /// Whether these have to wait for the next round; if not, theirs begins now.
    pub(super) fn puts_off(
        &mut self,
        channels: &HashSet<Channel>,
        readers: usize,
        more_follow: bool,
        now: Instant,
    ) -> bool {
        if readers <= FEW {
            return false;
        }
        let is_busy = self.over_at.is_some_and(|over_at| now < over_at);
        let waits = is_busy || more_follow || !self.waiting.is_empty();
        if waits {
            self.waiting.extend(channels.iter().cloned());
            self.since.get_or_insert(now);
        } else {
            self.begin(readers, now);
        }
        waits
    }

    /// When the next round begins, if any has to.
    pub(super) fn next_due(&self) -> Option<Due> {
        let since = self.since?;
        Some(Due { over_at: self.over_at.unwrap_or(since), latest: since + LONGEST })
    }

    /// What is told in the round that begins now.
    pub(super) fn next(&mut self) -> HashSet<Channel> {
        self.since = None;
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
        assert!(!rounds.puts_off(&channels(), 1_000, false, now));
        assert!(!rounds.puts_off(&channels(), FEW, true, now));
        assert_eq!(rounds.next_due(), None);
    }

    #[test]
    fn many_wait_until_the_round_before_is_over_and_are_told_of_all_that_came_by_then() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        assert!(!rounds.puts_off(&channels(), 1_000, false, now));
        let board = HashSet::from([Channel::from_stored("a")]);
        for later in [1, 5, 19] {
            assert!(rounds.puts_off(&board, 1_000, false, now + Duration::from_millis(later)));
        }
        let over_at = now + EACH * 1_000;
        assert_eq!(rounds.next_due().map(|due| due.over_at), Some(over_at));
        assert_eq!(rounds.next(), board);
        assert_eq!(rounds.next_due(), None);
        assert!(!rounds.puts_off(&board, 1_000, false, over_at), "it is over");
    }

    #[test]
    fn many_wait_for_those_who_are_about_to_commit_and_the_last_goes_with_them() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        let (a, b) = (HashSet::from([Channel::from_stored("a")]), HashSet::from([Channel::from_stored("b")]));
        assert!(rounds.puts_off(&a, 1_000, true, now));
        assert!(rounds.puts_off(&b, 1_000, false, now + Duration::from_millis(1)));
        assert_eq!(rounds.next_due(), Some(Due { over_at: now, latest: now + LONGEST }));
        assert_eq!(rounds.next(), &a | &b);
    }

    #[test]
    fn nobody_waits_long_however_many_there_are() {
        let (mut rounds, now) = (Rounds::default(), Instant::now());
        assert!(!rounds.puts_off(&channels(), usize::MAX, false, now));
        assert!(rounds.puts_off(&channels(), usize::MAX, true, now));
        assert_eq!(rounds.next_due(), Some(Due { over_at: now + LONGEST, latest: now + LONGEST }));
        rounds.next();
        // Others follow for ever: what came first sets the time.
        assert!(rounds.puts_off(&channels(), 1_000, true, now + LONGEST));
        assert!(rounds.puts_off(&channels(), 1_000, true, now + LONGEST * 2));
        assert_eq!(rounds.next_due().map(|due| due.latest), Some(now + LONGEST * 2));
    }
}
