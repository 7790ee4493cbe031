//! The lines of an attempt's log that are known, and how many of them are shown.

use std::ops::Range;

use shared::attempt::AttemptLog;
use shared::ids::EventId;
use shared::page::Page;

use crate::snapshot::Snapshot;

/// How many lines are shown at first, and how many more each time someone asks.
const STEP: usize = 200;
/// The most lines that are kept; then the log is read anew.
const MAX_KEPT: usize = 10_000;

/// The lines of a log that are known, oldest first.
#[derive(Clone, Debug, Default)]
pub struct LogLines {
    lines: Vec<AttemptLog>,
    /// The number of the first line that is kept. No number is ever another line's.
    first: i64,
    at: Option<EventId>,
    cursor: Option<String>,
    shown: usize,
    question: Question,
    waiting: Vec<(Option<EventId>, AttemptLog)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    UnderWay,
    Failed(String),
}

/// What is to be asked for now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Ask {
    /// Nothing.
    No,
    /// The newest lines.
    Newest,
    /// Those that this leads to.
    Before(String),
}

impl LogLines {
    /// Someone looks at it: the newest lines are asked for.
    pub fn begin(&mut self) -> Ask {
        match self.question {
            Question::UnderWay => Ask::No,
            Question::None if self.at.is_some() => Ask::No,
            _ => {
                self.question = Question::UnderWay;
                Ask::Newest
            }
        }
    }

    /// The numbers of the lines to show.
    #[must_use]
    pub fn shown(&self) -> Range<i64> {
        let number = |index: usize| self.first.saturating_add(i64::try_from(index).unwrap_or(i64::MAX));
        number(self.hidden())..number(self.lines.len())
    }

    /// A line.
    #[must_use]
    pub fn line(&self, number: i64) -> Option<&AttemptLog> {
        self.lines.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// How many lines are known before those that are shown.
    fn hidden(&self) -> usize {
        self.lines.len().saturating_sub(self.shown.max(STEP))
    }

    /// Whether there are lines before those that are shown.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.hidden() > 0 || self.cursor.is_some()
    }

    /// Whether anything was read.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.at.is_some() || !self.lines.is_empty()
    }

    /// Whether lines are on their way.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.question == Question::UnderWay
    }

    /// Why the log could not be read.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.question {
            Question::Failed(why) => Some(why),
            Question::None | Question::UnderWay => None,
        }
    }

    /// Shows more of what came before.
    pub fn show_older(&mut self) -> Ask {
        if self.is_reading() {
            return Ask::No;
        }
        if self.hidden() < STEP
            && let Some(cursor) = self.cursor.clone()
        {
            self.question = Question::UnderWay;
            return Ask::Before(cursor);
        }
        self.shown = self.shown.max(STEP) + STEP;
        Ask::No
    }

    /// The server can be reached again, or a person wants it tried once more.
    pub fn retry(&mut self) -> Ask {
        match (self.failure().is_some(), &self.at) {
            (false, _) => Ask::No,
            (true, None) => self.begin(),
            (true, Some(_)) => self.show_older(),
        }
    }

    /// Something is missing between what is known and what the stream brings.
    pub fn read_anew(&mut self) -> Ask {
        if !self.is_known() {
            return Ask::No;
        }
        self.at = None;
        self.begin()
    }

    /// Takes a line that the stream brought.
    pub fn take(&mut self, id: Option<EventId>, line: AttemptLog) -> Ask {
        match (&self.question, &self.at) {
            // An answer takes seconds at most: what a flood brings beyond that is left out.
            (Question::UnderWay, _) if self.waiting.len() >= MAX_KEPT => return Ask::No,
            (Question::UnderWay, _) => self.waiting.push((id, line)),
            (_, None) => return Ask::No,
            (_, Some(at)) => {
                let is_known = id.as_ref().is_some_and(|id| id.epoch == at.epoch && id.seq <= at.seq);
                if !is_known {
                    self.lines.push(line);
                }
            }
        }
        if self.lines.len() > MAX_KEPT && !self.is_reading() { self.read_anew() } else { Ask::No }
    }

    /// Takes the newest lines, or those before (`older`). What came meanwhile may be more than is kept: then they are to be
    /// read anew.
    pub fn answered(&mut self, older: bool, answer: Result<Snapshot<Page<AttemptLog>>, String>) -> Ask {
        self.question = Question::None;
        let waiting = std::mem::take(&mut self.waiting);
        match answer {
            Err(why) => {
                self.question = Question::Failed(why);
                self.at = self.at.take().filter(|_| older);
            }
            Ok(Snapshot { data, .. }) if older => {
                self.shown = self.shown.max(STEP) + data.items.len();
                self.first = self.first.saturating_sub(i64::try_from(data.items.len()).unwrap_or_default());
                self.lines.splice(..0, data.items);
                self.cursor = data.next_cursor;
            }
            Ok(Snapshot { at, data }) => {
                self.at = at;
                self.first = self.shown().end;
                self.lines = data.items;
                self.cursor = data.next_cursor;
                self.shown = STEP;
            }
        }
        for (id, line) in waiting {
            let ask = self.take(id, line);
            if ask != Ask::No {
                // The rest of what came is in that answer.
                return ask;
            }
        }
        Ask::No
    }
}

#[cfg(test)]
mod tests {
    use shared::attempt::LogLevel;
    use shared::time::Timestamp;

    use super::*;

    fn line(number: usize) -> AttemptLog {
        AttemptLog {
            attempt_id: "a1".into(),
            card_id: "c1".into(),
            board_id: "b1".into(),
            level: LogLevel::Info,
            message: number.to_string(),
            ts: Timestamp::UNIX_EPOCH,
        }
    }

    fn page(seq: u64, numbers: Range<usize>, cursor: Option<&str>) -> Snapshot<Page<AttemptLog>> {
        let items = numbers.map(line).collect();
        Snapshot { at: at(seq), data: Page { items, next_cursor: cursor.map(str::to_owned) } }
    }

    fn at(seq: u64) -> Option<EventId> {
        Some(format!("e.{seq}").parse().unwrap())
    }

    fn ends(log: &LogLines) -> (String, String) {
        let shown = log.shown();
        let text = |number| log.line(number).map(|line| line.message.clone()).unwrap_or_default();
        (text(shown.start), text(shown.end - 1))
    }

    #[test]
    fn the_newest_lines_are_read_when_someone_looks_and_the_stream_adds_to_them() {
        let mut log = LogLines::default();
        assert_eq!(log.take(at(1), line(0)), Ask::No, "nobody looks");
        assert_eq!((log.begin(), log.begin()), (Ask::Newest, Ask::No));
        let _ = log.take(at(9), line(3));
        let _ = log.answered(false, Ok(page(8, 0..3, None)));
        let _ = log.take(at(8), line(2));
        let _ = log.take(at(10), line(4));
        assert_eq!(ends(&log), ("0".to_owned(), "4".to_owned()));
        assert!(!log.has_older() && log.shown() == (0..5));
    }

    #[test]
    fn older_lines_come_from_what_is_kept_and_then_from_the_server() {
        let mut log = LogLines::default();
        let _ = log.begin();
        let _ = log.answered(false, Ok(page(8, 100..200, Some("100"))));
        for number in 200..600 {
            let _ = log.take(at(9), line(number));
        }
        assert_eq!(ends(&log).0, "400");
        assert_eq!(log.show_older(), Ask::No);
        assert_eq!(ends(&log).0, "200");
        assert_eq!(log.show_older(), Ask::Before("100".to_owned()));
        let _ = log.answered(true, Ok(page(9, 0..100, None)));
        assert_eq!(ends(&log).0, "100");
        assert_eq!(log.show_older(), Ask::No);
        assert_eq!((ends(&log).0.as_str(), log.has_older()), ("0", false));
    }

    #[test]
    fn a_flood_of_lines_is_bounded() {
        let mut log = LogLines::default();
        let _ = log.begin();
        let _ = log.answered(false, Ok(page(8, 0..1, None)));
        let asks =
            (0..=MAX_KEPT).map(|number| log.take(at(9), line(number))).filter(|ask| *ask != Ask::No).count();
        assert_eq!(asks, 1);
    }

    #[test]
    fn more_lines_than_are_kept_while_older_ones_were_asked_for_are_read_anew() {
        let mut log = LogLines::default();
        let _ = log.begin();
        let _ = log.answered(false, Ok(page(8, 0..STEP, Some("older"))));
        let _ = log.show_older();
        for number in 0..MAX_KEPT {
            assert_eq!(log.take(at(9), line(number)), Ask::No, "an answer is under way");
        }
        assert_eq!(log.answered(true, Ok(page(9, 0..STEP, None))), Ask::Newest);
        assert_eq!(log.answered(false, Ok(page(10, 0..STEP, Some("older")))), Ask::No);
        let shown = log.shown();
        assert_eq!(shown.end - shown.start, i64::try_from(STEP).unwrap());
    }

    #[test]
    fn a_log_that_could_not_be_read_can_be_tried_again() {
        let mut log = LogLines::default();
        assert_eq!(log.retry(), Ask::No, "nobody looks");
        let _ = log.begin();
        let _ = log.answered(false, Err("no answer".to_owned()));
        assert_eq!(log.failure(), Some("no answer"));
        assert_eq!(log.retry(), Ask::Newest);
    }

    #[test]
    fn a_log_that_could_not_be_read_anew_goes_on_once_it_was() {
        let mut log = LogLines::default();
        let _ = log.begin();
        let _ = log.answered(false, Ok(page(8, 0..3, None)));
        assert_eq!(log.read_anew(), Ask::Newest);
        let _ = log.answered(false, Err("no answer".to_owned()));
        assert_eq!((ends(&log).1.as_str(), log.retry()), ("2", Ask::Newest));
        let _ = log.answered(false, Ok(page(12, 0..6, None)));
        let _ = log.take(at(13), line(6));
        assert_eq!(ends(&log), ("0".to_owned(), "6".to_owned()));
        assert_eq!(log.shown(), 3..10, "what was read anew has other numbers");
    }

    #[test]
    fn older_lines_that_could_not_be_read_are_asked_for_again() {
        let mut log = LogLines::default();
        let _ = log.begin();
        let _ = log.answered(false, Ok(page(8, 100..200, Some("100"))));
        assert_eq!(log.show_older(), Ask::Before("100".to_owned()));
        let _ = log.answered(true, Err("no answer".to_owned()));
        let _ = log.take(at(9), line(200));
        assert_eq!((ends(&log).1.as_str(), log.retry()), ("200", Ask::Before("100".to_owned())));
        let _ = log.answered(true, Ok(page(9, 0..100, None)));
        assert_eq!((ends(&log), log.shown()), (("0".to_owned(), "200".to_owned()), -100..101));
    }
}
