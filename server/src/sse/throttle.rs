//! "At most every so often, never dropping the last": when something that was asked for may be done.

use std::time::Duration;

use tokio::time::Instant;

/// Spaces out the answers to triggers, and keeps one trigger open until it is answered.
#[derive(Clone, Debug)]
pub struct Throttle {
    every: Duration,
    answered: Option<Instant>,
    open: bool,
}

impl Throttle {
    /// Answers lie at least `every` apart.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        Self { every, answered: None, open: false }
    }

    /// Asks for an answer; further triggers before it change nothing.
    pub fn trigger(&mut self) {
        self.open = true;
    }

    /// Whether a trigger is open.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.open
    }

    /// When the open trigger may be answered, which may be past; `None` if none is open.
    #[must_use]
    pub fn due_at(&self, now: Instant) -> Option<Instant> {
        let free_at = self.answered.map_or(now, |answered| answered + self.every);
        self.open.then_some(free_at)
    }

    /// Notes that an answer begins now, which covers every trigger so far.
    pub fn answer(&mut self, now: Instant) {
        self.answered = Some(now);
        self.open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_millis(250);

    fn is_due(throttle: &Throttle, now: Instant) -> bool {
        throttle.due_at(now).is_some_and(|due_at| due_at <= now)
    }

    #[test]
    fn the_first_trigger_is_answered_at_once_and_a_storm_at_most_every_so_often() {
        let start = Instant::now();
        let mut throttle = Throttle::new(EVERY);
        let mut answers = Vec::new();
        for millis in 0..1000 {
            let now = start + Duration::from_millis(millis);
            throttle.trigger();
            if is_due(&throttle, now) {
                throttle.answer(now);
                answers.push(millis);
            }
        }
        assert_eq!(answers, [0, 250, 500, 750]);
    }

    #[test]
    fn the_last_trigger_is_never_dropped() {
        let start = Instant::now();
        let mut throttle = Throttle::new(EVERY);
        throttle.answer(start);
        assert_eq!(throttle.due_at(start), None, "nothing was asked for");
        throttle.trigger();
        assert_eq!(throttle.due_at(start), Some(start + EVERY));
        assert!(!is_due(&throttle, start + EVERY - Duration::from_millis(1)));
        assert!(is_due(&throttle, start + EVERY * 100), "it stays open until it is answered");
    }
}
