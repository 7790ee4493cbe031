//! What is known of an attempt's conversation: its newest items first, older ones when someone asks for them, and what
//! the stream brings in between.
//!
//! An answer is as of a position in the message log, and the stream brings everything from another one on. Only where
//! the two meet is the conversation whole; where they don't, the newest items are asked for again. What is known stays
//! until then.

use std::collections::BTreeSet;
use std::ops::Range;

use shared::conversation::{Conversation, ConversationItem, ConversationOutcome, ItemChange, ItemKind};
use shared::ids::{EventId, ItemId, ToolCallId};
use shared::page::Page;

use crate::snapshot::Snapshot;

/// How many changes wait for an answer; if there are more, the answer is asked for again.
const MAX_WAITING: usize = 2_000;

/// What is known of a conversation. Its items are named by their ordinals: counted from the first that was ever known,
/// which is 0, so that older ones have negative ones and no ordinal ever changes.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    known: Conversation,
    /// The ordinal of the first item that is known.
    first: i64,
    /// The open questions among them.
    questions: BTreeSet<i64>,
    /// The uses of tools that a person was asked about.
    asked: BTreeSet<ToolCallId>,
    /// The position of the newest page.
    at: Option<EventId>,
    /// From where on the stream brings everything.
    carried: Option<EventId>,
    older: Older,
    question: Question,
    /// What came while something was asked for.
    waiting: Vec<Change>,
}

type Change = (Option<EventId>, ItemChange);

/// What is known of what came before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Older {
    /// There is nothing before.
    #[default]
    Nothing,
    /// There is more; this leads to it.
    More(String),
    /// It is being read.
    Reading(String),
    /// It could not be read, and why.
    Failed(String, String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    UnderWay {
        /// Once more when the answer is there.
        again: bool,
    },
    Failed {
        why: String,
        /// Something is missing: what comes belongs behind it.
        holds: bool,
    },
}

/// What a step changed, and what is to be asked for now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Step {
    /// Items came, at either end, or all are other ones.
    pub rows: bool,
    /// The items that changed.
    pub changed: Vec<i64>,
    /// Whether the newest page is to be asked for.
    pub ask: bool,
}

impl Step {
    fn ask() -> Self {
        Self { ask: true, ..Self::default() }
    }
}

impl Timeline {
    /// Begins with what the page brought along.
    #[must_use]
    pub fn new(initial: Option<Snapshot<Page<ConversationItem>>>) -> Self {
        let mut timeline = Self::default();
        if let Some(Snapshot { at, data }) = initial {
            timeline.replace(data);
            // Without a position it may be of any age.
            timeline.at = at;
        }
        timeline
    }

    /// Someone looks at it: the newest page is asked for unless it is here.
    pub fn begin(&mut self) -> Step {
        if self.at.is_none() { self.ask() } else { Step::default() }
    }

    /// The ordinals of the items that are known.
    #[must_use]
    pub fn span(&self) -> Range<i64> {
        let count = i64::try_from(self.known.items.len()).unwrap_or(i64::MAX);
        self.first..self.first.saturating_add(count)
    }

    /// An item that is known.
    #[must_use]
    pub fn item(&self, ordinal: i64) -> Option<&ConversationItem> {
        let index = usize::try_from(ordinal.checked_sub(self.first)?).ok()?;
        self.known.items.get(index)
    }

    /// Whether anything is known: an empty conversation is.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.at.is_some() || !self.known.items.is_empty()
    }

    /// Why the newest items could not be read.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.question {
            Question::Failed { why, .. } => Some(why),
            Question::None | Question::UnderWay { .. } => None,
        }
    }

    /// What is known of what came before.
    #[must_use]
    pub fn older(&self) -> &Older {
        &self.older
    }

    /// The questions for permission that nobody has answered, oldest first.
    #[must_use]
    pub fn open_questions(&self) -> Vec<i64> {
        self.questions.iter().copied().collect()
    }

    /// Whether an item is the use of a tool that a person was asked about.
    #[must_use]
    pub fn has_asked(&self, ordinal: i64) -> bool {
        let kind = self.item(ordinal).map(|item| &item.kind);
        matches!(kind, Some(ItemKind::Tool(tool)) if self.asked.contains(&tool.tool_call_id))
    }

    /// Takes note of whether this item is a question, and an open one: to look at all of them for each word would be much
    /// work.
    fn note_question(&mut self, ordinal: i64) {
        let tool = self.item(ordinal).and_then(asked_about).cloned();
        self.asked.extend(tool);
        if self.item(ordinal).is_some_and(is_open_question) {
            self.questions.insert(ordinal);
        } else {
            self.questions.remove(&ordinal);
        }
    }

    /// Looks at all items: they may be other ones.
    fn find_questions(&mut self) {
        self.asked = self.known.items.iter().filter_map(asked_about).cloned().collect();
        let items = self.span().zip(&self.known.items);
        self.questions =
            items.filter(|(_, item)| is_open_question(item)).map(|(ordinal, _)| ordinal).collect();
    }

    /// A frame came on a stream that carries this conversation; `anew` if it begins with a snapshot of its own.
    pub fn hear(&mut self, id: Option<&EventId>, anew: bool) -> Step {
        if anew {
            self.carried = None;
        }
        if self.carried.is_some() {
            return Step::default();
        }
        self.carried = id.cloned();
        if self.is_whole() { Step::default() } else { self.ask() }
    }

    /// The stream goes on from elsewhere: its next frame says from where.
    pub fn skip(&mut self) {
        self.carried = None;
    }

    /// Whether nothing is missing between what was read and what the stream brings, as far as both are known.
    fn is_whole(&self) -> bool {
        match (&self.at, &self.carried) {
            (Some(at), Some(carried)) => at.epoch == carried.epoch && at.seq >= carried.seq,
            (None, Some(_)) => false,
            (_, None) => true,
        }
    }

    fn holds(&self) -> bool {
        matches!(self.question, Question::UnderWay { .. } | Question::Failed { holds: true, .. })
    }

    /// Takes what the stream brought. While something before it is missing, because the answer is still to come or there
    /// was none, it waits: put behind what is known it would stay there, in the wrong place.
    pub fn take(&mut self, id: Option<EventId>, change: ItemChange) -> Step {
        if self.holds() || self.at.is_none() {
            self.wait(id, change);
            return Step::default();
        }
        if self.is_older_item(&change) {
            if matches!(self.older, Older::Reading(_)) {
                self.wait(id, change);
            }
            return Step::default();
        }
        if is_covered(self.at.as_ref(), id.as_ref()) {
            return Step::default();
        }
        self.apply(change)
    }

    fn wait(&mut self, id: Option<EventId>, change: ItemChange) {
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push((id, change));
            return;
        }
        self.waiting.clear();
        if let Question::UnderWay { again } = &mut self.question {
            *again = true;
        }
    }

    /// Whether it is about an item from before those that are known.
    fn is_older_item(&self, change: &ItemChange) -> bool {
        let is_known = |id: &ItemId| self.known.items.iter().rev().any(|item| item.id == *id);
        let Some(first) = self.known.items.first().filter(|_| self.older != Older::Nothing) else {
            return false;
        };
        match change {
            // Ids sort by when they were made: of two items of one moment they tell which came first.
            ItemChange::Item { item } => {
                (item.timestamp, &item.id) < (first.timestamp, &first.id) && !is_known(&item.id)
            }
            ItemChange::Append(more) => !is_known(&more.item_id),
        }
    }

    fn apply(&mut self, change: ItemChange) -> Step {
        let first = self.first;
        let ordinal = |index: usize| first.saturating_add(i64::try_from(index).unwrap_or(i64::MAX));
        match self.known.take(change) {
            ConversationOutcome::Added(index) => {
                self.note_question(ordinal(index));
                Step { rows: true, ..Step::default() }
            }
            ConversationOutcome::Changed(index) => {
                self.note_question(ordinal(index));
                Step { changed: vec![ordinal(index)], ..Step::default() }
            }
            ConversationOutcome::Ignored => Step::default(),
            ConversationOutcome::Refetch => self.ask(),
        }
    }

    /// Asks for the newest page, unless it is being asked for.
    pub fn ask(&mut self) -> Step {
        if let Question::UnderWay { again } = &mut self.question {
            *again = true;
            return Step::default();
        }
        self.question = Question::UnderWay { again: false };
        Step::ask()
    }

    /// The server can be reached again, or the person wants it tried once more.
    pub fn retry(&mut self) -> Step {
        if self.failure().is_some() { self.ask() } else { Step::default() }
    }

    /// Takes the answer to the question for the newest page.
    pub fn answered(&mut self, answer: Result<Snapshot<Page<ConversationItem>>, String>) -> Step {
        let Question::UnderWay { again } = std::mem::take(&mut self.question) else { return Step::default() };
        let Snapshot { at, data } = match answer {
            Ok(page) => page,
            Err(why) => return self.unanswered(why, again),
        };
        let waiting = std::mem::take(&mut self.waiting);
        let mut step = self.merge(data);
        // A proxy may have dropped the position: then what is read counts as newer than all that came.
        self.at = at.or_else(|| self.carried.clone());
        if again || !self.is_whole() {
            // What came since belongs after what is still missing.
            self.waiting = waiting;
            step.ask = self.ask().ask;
            return step;
        }
        self.apply_all(waiting, &mut step);
        step
    }

    /// There was no answer: what came meanwhile waits on, unless nothing is missing before it.
    fn unanswered(&mut self, why: String, again: bool) -> Step {
        let mut step = Step::default();
        let holds = again || !self.is_whole() || self.at.is_none();
        if !holds {
            let waiting = std::mem::take(&mut self.waiting);
            self.apply_all(waiting, &mut step);
            // What could not be read a moment ago is not asked for again at once.
            step.ask = false;
        }
        self.question = Question::Failed { why, holds };
        step
    }

    fn apply_all(&mut self, waiting: Vec<Change>, step: &mut Step) {
        for (id, change) in waiting {
            if !is_covered(self.at.as_ref(), id.as_ref()) {
                let next = self.apply(change);
                step.rows |= next.rows;
                step.changed.extend(next.changed);
                step.ask |= next.ask;
            }
        }
    }

    /// Puts a newest page in: from where it meets what is known, its items are those that there are, in its order.
    fn merge(&mut self, page: Page<ConversationItem>) -> Step {
        let oldest = page.items.first().map(|item| &item.id);
        let meets = oldest.and_then(|oldest| self.known.items.iter().position(|item| item.id == *oldest));
        let Some(meets) = meets else {
            self.replace(page);
            return Step { rows: true, ..Step::default() };
        };
        let before = self.known.items.split_off(meets);
        self.known.items.extend(page.items);
        self.known.items.extend(newer_than_page(&before, &self.known.items[meets..]));
        self.find_questions();
        let now = &self.known.items[meets..];
        let is_other = |index: &usize| before.get(*index) != now.get(*index);
        let ordinal =
            |index: usize| self.first.saturating_add(i64::try_from(meets + index).unwrap_or(i64::MAX));
        let changed = (0..before.len().min(now.len())).filter(is_other).map(ordinal).collect();
        Step { rows: before.len() != now.len(), changed, ask: false }
    }

    fn replace(&mut self, page: Page<ConversationItem>) {
        // None of the new items has the ordinal of another one.
        if !self.known.items.is_empty() {
            self.first = self.span().end;
        }
        self.older = page.next_cursor.map_or(Older::Nothing, Older::More);
        self.known = Conversation { items: page.items };
        self.find_questions();
    }

    /// Begins to read what came before; answers what leads there, if it is to be asked for.
    #[must_use]
    pub fn read_older(&mut self) -> Option<String> {
        let (Older::More(cursor) | Older::Failed(cursor, _)) = &self.older else { return None };
        let cursor = cursor.clone();
        self.older = Older::Reading(cursor.clone());
        Some(cursor)
    }

    /// Takes what came before.
    pub fn older_answered(
        &mut self,
        cursor: &str,
        answer: Result<Snapshot<Page<ConversationItem>>, String>,
    ) -> Step {
        // All may have become other items meanwhile.
        if self.older != Older::Reading(cursor.to_owned()) {
            return Step::default();
        }
        let Snapshot { at, data } = match answer {
            Ok(page) => page,
            Err(why) => {
                self.older = Older::Failed(cursor.to_owned(), why);
                return Step::default();
            }
        };
        self.older = data.next_cursor.map_or(Older::Nothing, Older::More);
        let items: Vec<_> = data.items.into_iter().filter(|item| !self.knows(&item.id)).collect();
        self.first = self.first.saturating_sub(i64::try_from(items.len()).unwrap_or_default());
        self.known.items.splice(..0, items);
        self.find_questions();
        let mut step = Step { rows: true, ..Step::default() };
        if !self.holds() {
            for (id, change) in std::mem::take(&mut self.waiting) {
                if !is_covered(at.as_ref(), id.as_ref()) && !self.is_older_item(&change) {
                    step.changed.extend(self.apply(change).changed);
                }
            }
        }
        step
    }

    fn knows(&self, id: &ItemId) -> bool {
        self.known.items.iter().any(|item| item.id == *id)
    }
}

/// The use of a tool that an item asks about.
fn asked_about(item: &ConversationItem) -> Option<&ToolCallId> {
    match &item.kind {
        ItemKind::Permission(question) => question.tool_call_id.as_ref(),
        _ => None,
    }
}

fn is_open_question(item: &ConversationItem) -> bool {
    matches!(&item.kind, ItemKind::Permission(question) if question.decision.is_none())
}

/// What is known after all that is in a page: the page is from before it came.
fn newer_than_page(known: &[ConversationItem], page: &[ConversationItem]) -> Vec<ConversationItem> {
    let is_in_page = |item: &ConversationItem| page.iter().any(|other| other.id == item.id);
    let end = known.iter().rposition(is_in_page).map_or(0, |last| last + 1);
    known[end..].to_vec()
}

/// Whether what the stream brings at `id` is part of what was read at `at`.
fn is_covered(at: Option<&EventId>, id: Option<&EventId>) -> bool {
    at.zip(id).is_some_and(|(at, id)| at.epoch == id.epoch && id.seq <= at.seq)
}

#[cfg(test)]
mod tests;
