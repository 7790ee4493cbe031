//! How long a host lives: while its agent has a turn, then for a while in case there is more to do; and how it ends.

use std::time::Instant;

use super::folder::Patience;

/// What keeps a host alive, as a pure function of what happened and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    patience: Patience,
    /// Whether the agent has no session yet; its driver sees to it that this ends.
    is_starting: bool,
    /// Whether the agent has a turn.
    in_turn: bool,
    /// Since when the server has everything; `None` while it lacks something.
    settled: Option<Instant>,
    /// Since when it should end.
    ending: Option<Instant>,
    /// Since when the agent is being ended.
    agent_ending: Option<Instant>,
    agent_ended: bool,
}

/// What a host has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Go on.
    Live,
    /// End the agent.
    EndAgent,
    /// Give up on the agent's driver, which should have ended by now.
    AbandonAgent,
    /// End.
    Leave,
}

impl Lifetime {
    /// A host that begins now.
    #[must_use]
    pub fn new(patience: Patience, now: Instant) -> Self {
        Self {
            patience,
            is_starting: true,
            in_turn: false,
            settled: Some(now),
            ending: None,
            agent_ending: None,
            agent_ended: false,
        }
    }

    /// The agent takes prompts.
    pub fn agent_begins(&mut self, now: Instant) {
        self.is_starting = false;
        self.settled = self.settled.map(|_| now);
    }

    /// A turn begins.
    pub fn turn_begins(&mut self) {
        self.in_turn = true;
    }

    /// The turn is over.
    pub fn turn_ends(&mut self, now: Instant) {
        self.in_turn = false;
        // Whoever is about to say more has as long from here on.
        self.settled = self.settled.map(|_| now);
    }

    /// Whether the server has everything by now.
    pub fn settle(&mut self, is_settled: bool, now: Instant) {
        self.settled = is_settled.then(|| self.settled.unwrap_or(now));
    }

    /// It was asked to end.
    pub fn end(&mut self, now: Instant) {
        self.ending.get_or_insert(now);
    }

    /// It has to end without waiting for anything.
    pub fn end_at_once(&mut self, now: Instant) {
        self.in_turn = false;
        self.end(now);
    }

    /// The agent was told to end.
    pub fn agent_ends(&mut self, now: Instant) {
        self.agent_ending.get_or_insert(now);
    }

    /// The agent is gone.
    pub fn agent_ended(&mut self) {
        self.agent_ended = true;
        self.in_turn = false;
    }

    /// What has to be done now.
    #[must_use]
    pub fn duty(&self, now: Instant) -> Duty {
        if self.agent_ended {
            // What the server lacks it can read in the journal, if it was the one that wanted an end.
            let may_leave = self.agent_ending.is_some() || self.ending.is_some() || self.settled.is_some();
            return if may_leave { Duty::Leave } else { Duty::Live };
        }
        let is_due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| now >= deadline);
        if self.agent_ending.is_some() {
            return if is_due(self.deadline()) { Duty::AbandonAgent } else { Duty::Live };
        }
        let ends_now = self.ending.is_some() && !self.in_turn;
        if ends_now || is_due(self.deadline()) { Duty::EndAgent } else { Duty::Live }
    }

    /// When there will be something to do although nothing happens.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        if self.agent_ended {
            return None;
        }
        // The driver asks, waits, and ends by force: twice as long is enough for it.
        let abandoned = self.agent_ending.map(|since| since + self.patience.stop * 4);
        let stopped = self.ending.map(|since| since + self.patience.stop);
        let idle = self
            .settled
            .filter(|_| !self.in_turn && !self.is_starting)
            .map(|since| since + self.patience.idle);
        abandoned.or(stopped).or(idle)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PATIENCE: Patience = Patience { idle: Duration::from_secs(60), stop: Duration::from_secs(5) };

    fn new() -> (Lifetime, Instant) {
        let now = Instant::now();
        let mut life = Lifetime::new(PATIENCE, now);
        life.agent_begins(now);
        (life, now)
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn an_agent_that_takes_its_time_to_begin_is_not_idle() {
        let start = Instant::now();
        let mut life = Lifetime::new(PATIENCE, start);
        assert_eq!((life.duty(after(start, 9999)), life.deadline()), (Duty::Live, None));
        life.agent_begins(after(start, 100));
        assert_eq!(life.duty(after(start, 159)), Duty::Live);
        assert_eq!(life.duty(after(start, 160)), Duty::EndAgent);
    }

    #[test]
    fn it_lives_while_a_turn_goes_on() {
        let (mut life, start) = new();
        life.turn_begins();
        assert_eq!((life.duty(after(start, 9999)), life.deadline()), (Duty::Live, None));
    }

    #[test]
    fn after_a_turn_it_waits_until_everything_is_acknowledged_and_then_as_long_as_it_has_patience() {
        let (mut life, start) = new();
        life.turn_begins();
        life.settle(false, start);
        life.turn_ends(after(start, 10));
        assert_eq!(life.duty(after(start, 9999)), Duty::Live);
        life.settle(true, after(start, 20));
        life.settle(true, after(start, 30));
        assert_eq!(life.duty(after(start, 79)), Duty::Live);
        assert_eq!(life.duty(after(start, 80)), Duty::EndAgent);
    }

    #[test]
    fn a_turn_in_the_meantime_keeps_it_alive() {
        let (mut life, start) = new();
        life.turn_begins();
        life.turn_ends(after(start, 59));
        assert_eq!(life.duty(after(start, 61)), Duty::Live);
        assert_eq!(life.duty(after(start, 119)), Duty::EndAgent);
    }

    #[test]
    fn asked_to_end_it_gives_the_turn_a_while_and_the_agent_longer() {
        let (mut life, start) = new();
        life.turn_begins();
        life.end(start);
        assert_eq!(life.duty(after(start, 4)), Duty::Live);
        assert_eq!(life.duty(after(start, 5)), Duty::EndAgent);
        life.agent_ends(after(start, 5));
        assert_eq!(life.duty(after(start, 24)), Duty::Live);
        assert_eq!(life.duty(after(start, 25)), Duty::AbandonAgent);
        life.agent_ended();
        assert_eq!(life.duty(after(start, 25)), Duty::Leave);
    }

    #[test]
    fn asked_to_end_without_a_turn_or_when_it_ends_it_does_so_at_once() {
        let (mut life, start) = new();
        life.end(start);
        assert_eq!(life.duty(start), Duty::EndAgent);
        let (mut life, start) = new();
        life.turn_begins();
        life.end(start);
        life.turn_ends(after(start, 1));
        assert_eq!(life.duty(after(start, 1)), Duty::EndAgent);
    }

    #[test]
    fn when_the_agent_ended_by_itself_it_stays_until_the_server_has_everything() {
        let (mut life, start) = new();
        life.turn_begins();
        life.settle(false, start);
        life.agent_ended();
        assert_eq!(life.duty(after(start, 9999)), Duty::Live);
        life.settle(true, after(start, 9999));
        assert_eq!(life.duty(after(start, 9999)), Duty::Leave);
    }
}
