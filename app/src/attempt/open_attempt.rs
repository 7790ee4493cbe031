//! The attempt that is shown: its conversation and its log, as the views share them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::attempt::AttemptLog;
use shared::conversation::{ConversationItem, ConversationItemChanged, ItemChange, ItemKind, Role};
use shared::ids::{AttemptId, EventId};
use shared::page::Page;
use shared::sse::{Decoded, Hello, Payload, SseMsg};

use super::log_lines::{self, LogLines};
use super::timeline::{Older, Step, Timeline};
use crate::api::{self, Answer, ApiFailure};
use crate::live::Told;
use crate::snapshot::Snapshot;

/// From how many bytes on a text is large.
const LARGE: usize = 16_000;
/// How long the rows of large texts wait.
const LATER: Duration = Duration::from_millis(250);

fn is_large(item: &ConversationItem) -> bool {
    item.growing_text().is_some_and(|text| text.len() > LARGE)
}

/// The attempt that is shown; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct OpenAttempt {
    id: StoredValue<AttemptId>,
    timeline: StoredValue<Timeline>,
    /// The ordinals of the items, from the first to the one after the last.
    rows: RwSignal<(i64, i64)>,
    state: RwSignal<State>,
    questions: RwSignal<Vec<i64>>,
    /// What to tell the rows that are rendered.
    marks: StoredValue<BTreeMap<i64, ArcTrigger>>,
    /// The large items that changed, whose rows are told a little later.
    late: StoredValue<BTreeSet<i64>>,
    /// The rows that were unfolded, and those that were folded again.
    unfolded: StoredValue<(BTreeSet<i64>, BTreeSet<i64>)>,
    /// Whether the browser has taken over: from then on, what can't be seen isn't rendered.
    mounted: RwSignal<bool>,
    log: RwSignal<LogLines>,
    /// Whether the views are told of the log in the next frame.
    log_is_due: StoredValue<bool>,
    worktree: StoredValue<Option<String>>,
}

/// What is known of a conversation, beside its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Whether anything is.
    pub is_known: bool,
    /// Why the newest items could not be read.
    pub failure: Option<String>,
    /// What is known of what came before.
    pub older: Older,
}

impl State {
    fn of(timeline: &Timeline) -> Self {
        Self {
            is_known: timeline.is_known(),
            failure: timeline.failure().map(str::to_owned),
            older: timeline.older().clone(),
        }
    }
}

impl OpenAttempt {
    pub(super) fn new(id: AttemptId, initial: Option<Snapshot<Page<ConversationItem>>>) -> Self {
        let timeline = Timeline::new(initial);
        let span = timeline.span();
        let open = Self {
            id: StoredValue::new(id),
            rows: RwSignal::new((span.start, span.end)),
            state: RwSignal::new(State::of(&timeline)),
            questions: RwSignal::new(timeline.open_questions()),
            timeline: StoredValue::new(timeline),
            marks: StoredValue::new(BTreeMap::new()),
            late: StoredValue::default(),
            unfolded: StoredValue::default(),
            mounted: RwSignal::new(false),
            log: RwSignal::new(LogLines::default()),
            log_is_due: StoredValue::new(false),
            worktree: StoredValue::new(None),
        };
        Effect::new(move || {
            open.mounted.set(true);
            open.step(Timeline::begin);
        });
        open
    }

    /// The attempt's id.
    pub fn id(self) -> AttemptId {
        self.id.get_value()
    }

    /// The ordinals of the items, from the first to the one after the last.
    pub fn rows(self) -> Signal<(i64, i64)> {
        self.rows.into()
    }

    /// The attempt's worktree, once it is known: paths are shown as they are in it.
    pub fn worktree(self) -> Option<String> {
        self.worktree.get_value()
    }

    /// Takes note of the attempt's worktree.
    pub fn set_worktree(self, worktree: Option<String>) {
        self.worktree.try_set_value(worktree);
    }

    /// What is known of the conversation, beside its items.
    pub fn state(self) -> Signal<State> {
        self.state.into()
    }

    /// The questions that nobody has answered, by their ordinals.
    pub fn questions(self) -> Signal<Vec<i64>> {
        self.questions.into()
    }

    /// Whether the browser has taken over.
    pub fn mounted(self) -> Signal<bool> {
        self.mounted.into()
    }

    /// The log. Tracks it.
    pub fn with_log<R>(self, look: impl FnOnce(&LogLines) -> R) -> R {
        self.log.with(look)
    }

    /// A line of the log, which never changes.
    pub fn log_line(self, number: i64) -> Option<AttemptLog> {
        self.log.with_untracked(|log| log.line(number).cloned())
    }

    /// Something of an item, which follows the item until the calling view unmounts.
    pub fn memo<T>(self, ordinal: i64, of: fn(&ConversationItem) -> T) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let mark = self.mark(ordinal);
        Memo::new(move |_| {
            mark.track();
            self.look(ordinal, of)
        })
    }

    /// Whether an item is the use of a tool that a person was asked about.
    pub fn has_asked(self, ordinal: i64) -> bool {
        self.timeline.try_with_value(|timeline| timeline.has_asked(ordinal)) == Some(true)
    }

    /// Looks at an item as it is now.
    pub fn look<R>(self, ordinal: i64, look: impl FnOnce(&ConversationItem) -> R) -> Option<R> {
        self.timeline.try_with_value(|timeline| timeline.item(ordinal).map(look)).flatten()
    }

    fn mark(self, ordinal: i64) -> ArcTrigger {
        let mark = self.marks.try_update_value(|marks| marks.entry(ordinal).or_default().clone());
        mark.unwrap_or_default()
    }

    /// Whether a row is unfolded; `usually` unless a person has said otherwise.
    pub fn is_unfolded(self, ordinal: i64, usually: bool) -> bool {
        let said = self.unfolded.try_with_value(|(unfolded, folded)| {
            if usually { !folded.contains(&ordinal) } else { unfolded.contains(&ordinal) }
        });
        said.unwrap_or(usually)
    }

    /// A person has unfolded or folded a row.
    pub fn fold(self, ordinal: i64, is_open: bool) {
        self.unfolded.try_update_value(|(unfolded, folded)| {
            let (to, from) = if is_open { (unfolded, folded) } else { (folded, unfolded) };
            to.insert(ordinal);
            from.remove(&ordinal);
        });
    }

    // What the stream tells.

    /// Takes what the stream tells. Says whether somebody's message became part of the conversation.
    pub(super) fn hear(self, told: Told<'_>) -> bool {
        let Told::Frame { id, event, data, carries } = told else {
            self.timeline.try_update_value(Timeline::skip);
            self.step_log(LogLines::read_anew);
            return false;
        };
        if self.id.try_with_value(|own| carries == Some(own)) != Some(true) {
            return false;
        }
        let id: Option<EventId> = id.parse().ok();
        let is_anew = event == Hello::EVENT
            && matches!(Hello::decode(data), Decoded::Msg(SseMsg::Hello(hello)) if !hello.resumed);
        self.step(|timeline| timeline.hear(id.as_ref(), is_anew));
        if is_anew {
            self.step_log(LogLines::read_anew);
        }
        let decoded = match event {
            ConversationItemChanged::EVENT => ConversationItemChanged::decode(data),
            AttemptLog::EVENT => AttemptLog::decode(data),
            _ => return false,
        };
        match decoded {
            Decoded::Msg(SseMsg::ConversationItem(told)) if self.is_of(&told.attempt_id) => {
                let is_prompt = is_prompt(&told.change);
                self.step(|timeline| timeline.take(id, told.change));
                return is_prompt;
            }
            Decoded::Msg(SseMsg::AttemptLog(line)) if self.is_of(&line.attempt_id) => {
                self.step_log(|log| log.take(id, line));
            }
            _ => {}
        }
        false
    }

    fn is_of(self, attempt: &AttemptId) -> bool {
        self.id.try_with_value(|own| own == attempt) == Some(true)
    }

    // What is asked of the server.

    /// Asks again for what could not be read.
    pub fn retry(self) {
        self.step(Timeline::retry);
        self.retry_log();
    }

    /// Reads the newest items again: something may have been missed.
    pub fn refresh(self) {
        self.step(Timeline::ask);
    }

    fn step(self, step: impl FnOnce(&mut Timeline) -> Step) {
        // Rows look at the timeline as soon as they are told: it must not be borrowed meanwhile.
        let Some(step) = self.timeline.try_update_value(step) else { return };
        self.show(&step);
        if step.ask {
            self.ask();
        }
    }

    // Not part of `step`, of which there is one for each way to call it.
    fn ask(self) {
        spawn_local(async move {
            let answer = self.read(None).await;
            self.step(|timeline| timeline.answered(answer));
        });
    }

    fn show(self, step: &Step) {
        let now = self
            .timeline
            .try_with_value(|timeline| (timeline.span(), State::of(timeline), timeline.open_questions()));
        let Some((span, state, questions)) = now else { return };
        set_if_other(self.rows, (span.start, span.end));
        set_if_other(self.state, state);
        // A question that is still open may be asked in other words: its own row tells.
        set_if_other(self.questions, questions);
        for ordinal in &step.changed {
            if self.look(*ordinal, is_large) == Some(true) {
                self.tell_later(*ordinal);
            } else {
                self.tell(*ordinal);
            }
        }
    }

    fn tell(self, ordinal: i64) {
        let mark = self.marks.try_with_value(|marks| marks.get(&ordinal).cloned()).flatten();
        if let Some(mark) = mark {
            mark.notify();
        }
    }

    /// A large text that grows word by word is not rendered anew for each word.
    fn tell_later(self, ordinal: i64) {
        let is_first = self.late.try_update_value(|late| {
            let is_first = late.is_empty();
            late.insert(ordinal);
            is_first
        });
        if is_first == Some(true) {
            set_timeout(move || self.tell_late(), LATER);
        }
    }

    fn tell_late(self) {
        for ordinal in self.late.try_update_value(std::mem::take).unwrap_or_default() {
            self.tell(ordinal);
        }
    }

    async fn read(self, before: Option<&str>) -> Result<Snapshot<Page<ConversationItem>>, String> {
        let id = self.id.try_get_value().ok_or_else(gone)?;
        snapshot(api::conversation(&id, before).await)
    }

    /// Reads what came before, unless there is nothing or it is being read.
    pub fn read_older(self) {
        let Some(cursor) = self.timeline.try_update_value(Timeline::read_older).flatten() else { return };
        self.show(&Step::default());
        spawn_local(async move {
            let answer = self.read(Some(&cursor)).await;
            self.step(|timeline| timeline.older_answered(&cursor, answer));
        });
    }

    /// Someone looks at the log.
    pub fn begin_log(self) {
        self.step_log(LogLines::begin);
    }

    /// Shows more of the log.
    pub fn older_log(self) {
        self.step_log(LogLines::show_older);
    }

    /// Asks again for the lines that could not be read.
    pub fn retry_log(self) {
        self.step_log(LogLines::retry);
    }

    fn step_log(self, step: impl FnOnce(&mut LogLines) -> log_lines::Ask) {
        let Some(ask) = self.log.try_update_untracked(step) else { return };
        // Nobody is told of lines that nobody looks at.
        if self.log.try_with_untracked(|log| log.is_known() || log.is_reading()) == Some(true) {
            self.tell_of_log();
        }
        self.ask_for_lines(ask);
    }

    fn ask_for_lines(self, ask: log_lines::Ask) {
        match ask {
            log_lines::Ask::Newest => self.ask_log(None),
            log_lines::Ask::Before(cursor) => self.ask_log(Some(cursor)),
            log_lines::Ask::No => {}
        }
    }

    fn ask_log(self, before: Option<String>) {
        spawn_local(async move {
            let Some(id) = self.id.try_get_value() else { return };
            let answer = snapshot(api::log(&id, before.as_deref()).await);
            let Some(ask) = self.log.try_update(|log| log.answered(before.is_some(), answer)) else { return };
            self.ask_for_lines(ask);
        });
    }

    /// However many lines a frame brings, what shows them is brought up to date once.
    fn tell_of_log(self) {
        if self.log_is_due.try_get_value() == Some(false) {
            self.log_is_due.set_value(true);
            request_animation_frame(move || {
                self.log_is_due.try_set_value(false);
                let _ = self.log.try_update(|_| ());
            });
        }
    }
}

fn is_prompt(change: &ItemChange) -> bool {
    match change {
        ItemChange::Item { item } => matches!(item.kind, ItemKind::Message { role: Role::User, .. }),
        ItemChange::Append(_) => false,
    }
}

fn snapshot<T>(answer: Result<Answer<T>, ApiFailure>) -> Result<Snapshot<T>, String> {
    answer.map(|Answer { at, value }| Snapshot { at, data: value }).map_err(|failure| failure.sentence)
}

/// Nobody is there to be told.
fn gone() -> String {
    String::new()
}

fn set_if_other<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|shown| *shown != value) == Some(true) {
        signal.set(value);
    }
}
