//! What is known of a card's description: when to ask for it, and which answer counts.
//!
//! The board brings the card but not its description, so that is asked for whenever the card's revision changes. One
//! question is under way at a time; an answer that comes late never replaces a newer text.

use shared::card::CardDetail;
use shared::ids::{Epoch, EventId};

use super::edit::Version;
use crate::snapshot::Snapshot;

/// What is known of a card's description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    known: Option<Known>,
    /// The revision that the board showed last.
    shown: Option<u64>,
    question: Question,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    description: Version,
    /// The log that its revision counts in, if that was told.
    epoch: Option<Epoch>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    /// Asked when the board showed this revision.
    UnderWay { shown: Option<u64> },
    /// Not answered, and why.
    Failed(String),
}

/// Whether the card is to be asked for now.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// It is.
    Now,
    /// It is not: all is known, or a question is under way.
    No,
}

impl Detail {
    /// Begins with what the page brought along.
    #[must_use]
    pub fn new(initial: Option<Snapshot<CardDetail>>) -> Self {
        let mut detail = Self::default();
        if let Some(Snapshot { at, data }) = initial {
            detail.take(at.as_ref(), data);
        }
        detail
    }

    /// The newest description that is known.
    #[must_use]
    pub fn description(&self) -> Option<&Version> {
        self.known.as_ref().map(|known| &known.description)
    }

    /// Why the last question was not answered.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.question {
            Question::Failed(why) => Some(why),
            Question::None | Question::UnderWay { .. } => None,
        }
    }

    /// The board shows the card at this revision.
    pub fn show(&mut self, revision: u64) -> Ask {
        self.shown = Some(revision);
        // A card that only this browser knows so far has no revision: there is nobody to ask.
        if revision == 0 || self.is_known(revision) { Ask::No } else { self.ask() }
    }

    /// The server can be reached (again), or the person wants it tried once more.
    pub fn retry(&mut self) -> Ask {
        if matches!(self.question, Question::Failed(_)) { self.ask() } else { Ask::No }
    }

    /// Takes an answer to the question under way.
    pub fn answered(&mut self, answer: Result<(Option<EventId>, CardDetail), String>) -> Ask {
        let Question::UnderWay { shown } = std::mem::take(&mut self.question) else { return Ask::No };
        match answer {
            Ok((at, card)) => self.take(at.as_ref(), card),
            Err(why) => self.question = Question::Failed(why),
        }
        // Asked once more only for what came up in between: so this ends.
        match self.shown {
            Some(revision) if self.shown != shown => self.show(revision),
            _ => Ask::No,
        }
    }

    /// Takes a card as the server has it, from wherever; an older one than is known counts for nothing.
    pub fn take(&mut self, at: Option<&EventId>, card: CardDetail) {
        let epoch = at.map(|at| at.epoch.clone());
        let revision = card.card.revision;
        let is_newer = self.known.as_ref().is_none_or(|known| {
            // Revisions of two logs can't be compared: the log that answers now is the one that counts.
            let is_other_log = epoch.is_some() && known.epoch.is_some() && epoch != known.epoch;
            is_other_log || revision > known.description.revision
        });
        if is_newer {
            let epoch = epoch.or_else(|| self.known.take().and_then(|known| known.epoch));
            let text = card.description.unwrap_or_default();
            self.known = Some(Known { description: Version { revision, text }, epoch });
        }
    }

    fn is_known(&self, revision: u64) -> bool {
        self.description().is_some_and(|known| known.revision == revision)
    }

    fn ask(&mut self) -> Ask {
        if matches!(self.question, Question::UnderWay { .. }) {
            return Ask::No;
        }
        self.question = Question::UnderWay { shown: self.shown };
        Ask::Now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::card::Card;

    use super::*;
    use crate::samples;

    fn card(revision: u64, text: &str) -> CardDetail {
        let card = Card { revision, ..samples::card("c1", "First") };
        CardDetail { card, description: Some(text.to_owned()) }
    }

    fn at(position: &str) -> Option<EventId> {
        Some(position.parse().expect("a position"))
    }

    fn text(detail: &Detail) -> Option<&str> {
        detail.description().map(|version| version.text.as_str())
    }

    #[test]
    fn what_the_page_brought_along_is_not_asked_for_again() {
        let mut detail = Detail::new(Some(Snapshot { at: at("e.7"), data: card(3, "three") }));
        assert_eq!(detail.show(3), Ask::No);
        assert_eq!(text(&detail), Some("three"));
    }

    #[test]
    fn a_card_that_changed_is_asked_for() {
        let mut detail = Detail::new(Some(Snapshot { at: at("e.7"), data: card(3, "three") }));
        assert_eq!(detail.show(4), Ask::Now);
        assert_eq!(text(&detail), Some("three"), "what is known stays until then");
        assert_eq!(detail.answered(Ok((at("e.8"), card(4, "four")))), Ask::No);
        assert_eq!(text(&detail), Some("four"));
    }

    #[test]
    fn one_question_is_under_way_and_then_one_more_for_what_changed_meanwhile() {
        let mut detail = Detail::default();
        assert_eq!(detail.show(3), Ask::Now);
        assert_eq!((detail.show(4), detail.show(5)), (Ask::No, Ask::No));
        assert_eq!(detail.answered(Ok((at("e.8"), card(4, "four")))), Ask::Now);
        assert_eq!(detail.answered(Ok((at("e.9"), card(5, "five")))), Ask::No);
        assert_eq!(text(&detail), Some("five"));
    }

    #[test]
    fn an_answer_that_was_ahead_of_the_board_is_enough() {
        let mut detail = Detail::default();
        assert_eq!(detail.show(3), Ask::Now);
        assert_eq!(detail.show(5), Ask::No);
        assert_eq!(detail.answered(Ok((at("e.9"), card(5, "five")))), Ask::No);
    }

    #[test]
    fn an_answer_that_comes_late_replaces_nothing_newer() {
        let mut detail = Detail::default();
        assert_eq!(detail.show(3), Ask::Now);
        // The answer to a save, which carries the card too.
        detail.take(None, card(4, "saved"));
        assert_eq!(detail.answered(Ok((at("e.7"), card(3, "before")))), Ask::No);
        assert_eq!(text(&detail), Some("saved"));
    }

    #[test]
    fn an_answer_of_another_log_counts_whatever_its_revision() {
        let mut detail = Detail::new(Some(Snapshot { at: at("e.7"), data: card(9, "nine") }));
        assert_eq!(detail.show(2), Ask::Now);
        assert_eq!(detail.answered(Ok((at("restored.1"), card(2, "two")))), Ask::No);
        assert_eq!(text(&detail), Some("two"));
    }

    #[test]
    fn a_failure_leaves_what_is_known_and_can_be_tried_again() {
        let mut detail = Detail::new(Some(Snapshot { at: at("e.7"), data: card(3, "three") }));
        assert_eq!(detail.show(4), Ask::Now);
        assert_eq!(detail.answered(Err("no answer".to_owned())), Ask::No);
        assert_eq!((text(&detail), detail.failure()), (Some("three"), Some("no answer")));
        assert_eq!(detail.retry(), Ask::Now);
        assert_eq!((detail.retry(), detail.failure()), (Ask::No, None));
    }

    #[test]
    fn a_card_that_the_server_does_not_have_yet_is_not_asked_for() {
        let mut detail = Detail::default();
        assert_eq!(detail.show(0), Ask::No);
        assert_eq!(detail.show(1), Ask::Now);
    }

    proptest! {
        #[test]
        fn the_text_is_always_the_newest_that_came(revisions in proptest::collection::vec(1..50_u64, 1..20)) {
            let mut detail = Detail::default();
            for revision in &revisions {
                detail.take(at("e.1").as_ref(), card(*revision, &revision.to_string()));
            }
            let newest = revisions.iter().max().map(ToString::to_string);
            prop_assert_eq!(text(&detail), newest.as_deref());
        }
    }
}
