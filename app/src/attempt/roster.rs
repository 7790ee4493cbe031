//! What is known of a card's attempts: when to ask for them, which one is shown, and what the stream says meanwhile.
//!
//! The stream tells how each stands; all else of an attempt comes with its own answer, so whatever it tells is also a
//! reason to ask. One question is under way at a time.

use shared::attempt::{Attempt, AttemptStatus, AttemptStatusChanged, AttemptTodos};
use shared::ids::{AttemptId, EventId};

use crate::snapshot::Snapshot;

/// What is known of a card's attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Oldest first.
    known: Vec<Attempt>,
    at: Option<EventId>,
    /// The newest position that anything is known of.
    newest: Option<EventId>,
    shown: Option<AttemptId>,
    question: Question,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    UnderWay {
        /// Something came up meanwhile: the answer may be from before.
        again: bool,
    },
    Failed(String),
}

/// Whether the attempts are to be asked for now.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// They are.
    Now,
    /// They are not.
    No,
}

impl Roster {
    /// Begins with what the page brought along, and with the attempt that its address names.
    #[must_use]
    pub fn new(initial: Option<Snapshot<Vec<Attempt>>>, wanted: Option<AttemptId>) -> Self {
        let mut roster = Self { shown: wanted, ..Self::default() };
        if let Some(Snapshot { at, data }) = initial {
            roster.heard(at.as_ref());
            roster.at = at;
            roster.replace(data);
        }
        roster
    }

    /// The attempts, oldest first.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.known
    }

    /// The attempt that is shown: the one that was chosen, or else the newest at the time.
    #[must_use]
    pub fn shown(&self) -> Option<&Attempt> {
        let chosen = self.shown.as_ref().and_then(|id| self.attempt(id));
        chosen.or_else(|| self.known.last())
    }

    /// The attempt that is shown, by its id: before anything was read, the one that is wanted.
    #[must_use]
    pub fn shown_id(&self) -> Option<&AttemptId> {
        if self.is_known() { self.shown().map(|attempt| &attempt.attempt_id) } else { self.shown.as_ref() }
    }

    /// An attempt.
    #[must_use]
    pub fn attempt(&self, id: &AttemptId) -> Option<&Attempt> {
        self.known.iter().find(|attempt| attempt.attempt_id == *id)
    }

    /// The attempt that is not over.
    #[must_use]
    pub fn active(&self) -> Option<&Attempt> {
        self.known.iter().rev().find(|attempt| attempt.status.is_active())
    }

    /// Whether an attempt can be started: none is under way, nor does the card's face show one that is.
    #[must_use]
    pub fn can_start(&self, face: Option<AttemptStatus>) -> bool {
        self.active().is_none() && !face.is_some_and(AttemptStatus::is_active)
    }

    /// Whether anything was read.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.at.is_some() || !self.known.is_empty()
    }

    /// Why the attempts could not be read.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.question {
            Question::Failed(why) => Some(why),
            Question::None | Question::UnderWay { .. } => None,
        }
    }

    /// A person wants to see this one.
    pub fn choose(&mut self, id: AttemptId) {
        self.shown = Some(id);
    }

    /// The card's face shows this attempt, or none.
    pub fn face(&mut self, newest: Option<&AttemptId>) -> Ask {
        match newest {
            Some(newest) if self.attempt(newest).is_none() => self.ask(),
            _ => Ask::No,
        }
    }

    /// A stream begins at this position: what is not messages may have changed before.
    pub fn hello(&mut self, from: Option<&EventId>) -> Ask {
        let is_newer =
            self.at.as_ref().zip(from).is_some_and(|(at, from)| at.epoch == from.epoch && at.seq >= from.seq);
        if is_newer || (self.known.is_empty() && self.question == Question::None) {
            Ask::No
        } else {
            self.ask()
        }
    }

    /// The stream tells how an attempt stands.
    pub fn status(&mut self, id: Option<&EventId>, told: &AttemptStatusChanged) -> Ask {
        if self.covers(id) {
            return Ask::No;
        }
        self.heard(id);
        if let Some(attempt) = self.known.iter_mut().find(|attempt| attempt.attempt_id == told.attempt_id) {
            attempt.status = told.status;
            attempt.reason.clone_from(&told.reason);
            attempt.ended_at = told.ended_at;
        }
        self.ask()
    }

    /// The stream tells of an agent's plan.
    pub fn todos(&mut self, id: Option<&EventId>, told: AttemptTodos) {
        if self.covers(id) {
            return;
        }
        self.heard(id);
        if let Some(attempt) = self.known.iter_mut().find(|attempt| attempt.attempt_id == told.attempt_id) {
            attempt.todos = Some(told.todos);
        }
    }

    /// Something else of an attempt is another one.
    pub fn changed(&mut self, id: Option<&EventId>) -> Ask {
        if self.covers(id) { Ask::No } else { self.ask() }
    }

    /// An answer tells of an attempt: one that was started, or that somebody wrote to. What is known from after it stays.
    pub fn put(&mut self, Snapshot { at, data: attempt }: Snapshot<Attempt>) {
        let is_from_before = self.is_newer_than(at.as_ref());
        match self.known.iter_mut().find(|known| known.attempt_id == attempt.attempt_id) {
            Some(_) if is_from_before => return,
            Some(known) => *known = attempt,
            None => self.known.push(attempt),
        }
        self.heard(at.as_ref());
        self.settle();
    }

    /// Asks, unless somebody does.
    pub fn ask(&mut self) -> Ask {
        if let Question::UnderWay { again } = &mut self.question {
            *again = true;
            return Ask::No;
        }
        self.question = Question::UnderWay { again: false };
        Ask::Now
    }

    /// The server can be reached again, or the person wants it tried once more.
    pub fn retry(&mut self) -> Ask {
        if self.failure().is_some() { self.ask() } else { Ask::No }
    }

    /// Takes the answer.
    pub fn answered(&mut self, answer: Result<Snapshot<Vec<Attempt>>, String>) -> Ask {
        let Question::UnderWay { again } = std::mem::take(&mut self.question) else { return Ask::No };
        match answer {
            // What was told meanwhile must not be taken back.
            Ok(Snapshot { at, .. })
                if !self.known.is_empty() && (again || self.is_newer_than(at.as_ref())) =>
            {
                return self.ask();
            }
            Ok(Snapshot { at, data }) => {
                self.heard(at.as_ref());
                self.at = at;
                self.replace(data);
            }
            Err(why) => self.question = Question::Failed(why),
        }
        if again { self.ask() } else { Ask::No }
    }

    fn replace(&mut self, attempts: Vec<Attempt>) {
        self.known = attempts;
        self.settle();
    }

    /// In order; and whatever comes later, the one that is shown stays.
    fn settle(&mut self) {
        self.known.sort_by_key(|attempt| attempt.number);
        if self.shown.as_ref().is_none_or(|id| self.attempt(id).is_none()) {
            self.shown = self.known.last().map(|newest| newest.attempt_id.clone());
        }
    }

    fn heard(&mut self, at: Option<&EventId>) {
        if let Some(at) = at
            && !self.is_newer_than(Some(at))
        {
            self.newest = Some(at.clone());
        }
    }

    /// Whether anything is known from after a position.
    fn is_newer_than(&self, at: Option<&EventId>) -> bool {
        self.newest.as_ref().zip(at).is_some_and(|(own, at)| own.epoch == at.epoch && own.seq > at.seq)
    }

    /// Whether what the stream tells was part of what is known.
    fn covers(&self, id: Option<&EventId>) -> bool {
        self.at.as_ref().zip(id).is_some_and(|(at, id)| at.epoch == id.epoch && id.seq <= at.seq)
    }
}

/// Whether an attempt that stands so can be taken up again where it broke off.
#[must_use]
pub fn can_resume(status: AttemptStatus) -> bool {
    matches!(status, AttemptStatus::Failed | AttemptStatus::Stopped | AttemptStatus::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::attempt;

    fn at(seq: u64) -> Option<EventId> {
        Some(format!("e.{seq}").parse().unwrap())
    }

    fn roster(seq: u64, numbers: &[u32]) -> Roster {
        Roster::new(Some(snapshot(seq, numbers)), None)
    }

    fn snapshot(seq: u64, numbers: &[u32]) -> Snapshot<Vec<Attempt>> {
        let data = numbers.iter().map(|number| attempt(*number, AttemptStatus::Running)).collect();
        Snapshot { at: at(seq), data }
    }

    fn told(number: u32, status: AttemptStatus) -> AttemptStatusChanged {
        AttemptStatusChanged {
            attempt_id: AttemptId::new(format!("a{number}")),
            card_id: "c1".into(),
            board_id: "b1".into(),
            status,
            previous_status: None,
            reason: Some("The agent gave up.".to_owned()),
            ended_at: None,
        }
    }

    fn shown(roster: &Roster) -> Option<u32> {
        roster.shown().map(|attempt| attempt.number)
    }

    #[test]
    fn the_newest_is_shown_and_stays_when_another_begins() {
        let mut roster = roster(7, &[2, 1]);
        assert_eq!(shown(&roster), Some(2));
        assert_eq!(roster.face(Some(&"a3".into())), Ask::Now);
        assert_eq!(roster.answered(Ok(snapshot(8, &[1, 2, 3]))), Ask::No);
        assert_eq!((shown(&roster), roster.attempts().len()), (Some(2), 3));
        roster.choose("a1".into());
        assert_eq!(shown(&roster), Some(1));
    }

    #[test]
    fn an_address_that_names_no_attempt_of_the_card_shows_the_newest() {
        let named = |id: &str| Roster::new(Some(snapshot(7, &[1, 2])), Some(id.into()));
        assert_eq!(shown(&named("a1")), Some(1));
        assert_eq!(shown(&named("other")), Some(2));
    }

    #[test]
    fn a_status_shows_at_once_and_is_a_reason_to_ask() {
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.status(at(7).as_ref(), &told(1, AttemptStatus::Failed)), Ask::No, "it is known");
        assert_eq!(roster.status(at(8).as_ref(), &told(1, AttemptStatus::Failed)), Ask::Now);
        assert_eq!(roster.attempts()[0].status, AttemptStatus::Failed);
        assert!(roster.active().is_none());
    }

    #[test]
    fn an_answer_from_before_takes_nothing_back() {
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.changed(at(8).as_ref()), Ask::Now);
        assert_eq!(roster.status(at(9).as_ref(), &told(1, AttemptStatus::Failed)), Ask::No);
        assert_eq!(roster.answered(Ok(snapshot(8, &[1]))), Ask::Now);
        assert_eq!(roster.attempts()[0].status, AttemptStatus::Failed);
    }

    #[test]
    fn an_answer_to_a_command_takes_nothing_newer_back() {
        let stopping = |seq| Snapshot { at: at(seq), data: attempt(1, AttemptStatus::Stopping) };
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.status(at(9).as_ref(), &told(1, AttemptStatus::Stopped)), Ask::Now);
        roster.put(stopping(8));
        assert_eq!(roster.attempts()[0].status, AttemptStatus::Stopped, "the stream was faster");
        roster.put(stopping(10));
        assert_eq!(roster.attempts()[0].status, AttemptStatus::Stopping);
    }

    #[test]
    fn an_attempt_that_was_started_stays_when_an_older_list_comes() {
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.ask(), Ask::Now);
        roster.put(Snapshot { at: at(9), data: attempt(2, AttemptStatus::Queued) });
        roster.choose("a2".into());
        assert_eq!(roster.answered(Ok(snapshot(8, &[1]))), Ask::Now, "it is asked for once more");
        assert_eq!(shown(&roster), Some(2));
        assert_eq!(roster.answered(Ok(snapshot(9, &[1, 2]))), Ask::No);
        assert_eq!((shown(&roster), roster.attempts().len()), (Some(2), 2));
    }

    #[test]
    fn none_is_started_beside_one_that_the_face_shows_at_work() {
        let unread = Roster::default();
        assert!(unread.can_start(None) && unread.can_start(Some(AttemptStatus::Failed)));
        assert!(!unread.can_start(Some(AttemptStatus::Running)));
        assert!(!roster(7, &[1]).can_start(None), "it is under way");
    }

    #[test]
    fn a_failure_can_be_tried_again_and_leaves_what_is_known() {
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.ask(), Ask::Now);
        assert_eq!(roster.answered(Err("no answer".to_owned())), Ask::No);
        assert_eq!((roster.failure(), shown(&roster)), (Some("no answer"), Some(1)));
        assert_eq!((roster.retry(), roster.retry()), (Ask::Now, Ask::No));
    }

    #[test]
    fn a_stream_that_begins_before_what_was_read_is_no_reason_to_ask() {
        let mut roster = roster(7, &[1]);
        assert_eq!(roster.hello(at(6).as_ref()), Ask::No);
        assert_eq!(roster.hello(at(9).as_ref()), Ask::Now);
        assert_eq!(Roster::default().hello(at(9).as_ref()), Ask::No, "a card without attempts");
    }
}
