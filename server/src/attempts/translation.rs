//! What an agent's updates mean for its attempt: how the conversation grows, and what happened.
//!
//! A [`Translation`] is a pure state machine for one turn. All that it keeps in mind can be read off the items that it
//! made, so that a server which starts anew goes on where the last one was ([`Translation::restore`]).

mod change;
mod join;
pub(super) mod line;
mod speech;
mod tools;

use shared::attempt::LogLevel;
use shared::conversation::{ConversationItem, ItemKind, PermissionDecision, PermissionRequest, Role};
use shared::ids::{ItemId, OptionId, RequestId};
use shared::time::Timestamp;

use super::machine::TurnOutcome;
use crate::agents::acp::{read_question, read_said};
use crate::agents::said::{Question, Said};
use crate::agents::update::{TurnEnd, Update};
use speech::{Speech, Voice};
use tools::Tools;

pub use change::{Change, Fact};
pub use join::join;

/// What is reported again and again, where only the last counts: each has one item, which is replaced.
const STANDING: [&str; 5] = [
    "available_commands_update",
    "config_option_update",
    "current_mode_update",
    "session_info_update",
    "usage_update",
];

/// What is to be kept in mind of a turn's conversation.
#[derive(Debug, Default)]
pub struct Translation {
    /// What was said last, if it can go on.
    speech: Option<Speech>,
    tools: Tools,
    /// The questions that are open.
    questions: Vec<ConversationItem>,
    /// What is reported again and again.
    standing: Vec<ConversationItem>,
    /// The words that last told what goes on.
    activity: String,
}

/// What new items are made with.
pub(super) struct Making<'a> {
    /// The time.
    pub now: Timestamp,
    /// Ids that nothing else has.
    pub new_id: &'a mut dyn FnMut() -> ItemId,
}

impl Making<'_> {
    /// A new item.
    fn item(&mut self, kind: ItemKind) -> ConversationItem {
        ConversationItem { id: (self.new_id)(), timestamp: self.now, kind }
    }
}

impl Translation {
    /// The state that made these items: those since the last message of the person, oldest first. A turn begins with none.
    #[must_use]
    pub fn restore(items: impl IntoIterator<Item = ConversationItem>) -> Self {
        let mut translation = Self::default();
        for item in items {
            translation.recall(item);
        }
        translation
    }

    fn recall(&mut self, item: ConversationItem) {
        if is_standing(&item) {
            self.standing.push(item);
            return;
        }
        self.speech = Speech::of(&item);
        match &item.kind {
            ItemKind::Tool(_) => self.tools.recall(item),
            ItemKind::Permission(PermissionRequest { decision: None, .. }) => self.questions.push(item),
            _ => {}
        }
    }

    /// What an update changes, in this order.
    pub fn take(
        &mut self,
        update: &Update,
        now: Timestamp,
        mut new_id: impl FnMut() -> ItemId,
    ) -> Vec<Change> {
        let making = &mut Making { now, new_id: &mut new_id };
        match update {
            Update::Session { session_id, is_continued } => {
                vec![Change::Session { id: session_id.clone(), is_continued: *is_continued }]
            }
            Update::Said(said) => self.said(read_said(said), making),
            Update::Asked { request_id, question } => {
                self.asked(request_id.clone(), read_question(question), making)
            }
            Update::Settled { request_id, option_id } => self.settled(request_id, option_id.as_ref()),
            Update::Terminal { terminal_id, output } => self.printed(terminal_id, output, making),
            Update::TerminalEnded { terminal_id, exit_code } => self
                .tools
                .terminal_ended(terminal_id, *exit_code, now)
                .into_iter()
                .map(Change::item)
                .collect(),
            Update::Output(line) => vec![Change::Log { level: LogLevel::Info, message: line.clone() }],
            Update::Stderr(line) => vec![Change::Log { level: LogLevel::Warn, message: line.clone() }],
            Update::TurnEnded(end) => self.turn_ended(end, making),
            Update::Ended { reason } => {
                let mut changes = self.close(false, now);
                changes.push(Change::Happened(Fact::AgentEnded { reason: reason.clone() }));
                changes
            }
        }
    }

    fn said(&mut self, said: Said, making: &mut Making<'_>) -> Vec<Change> {
        match said {
            Said::Message { role: Role::Agent, text } => self.spoke(Voice::Agent, &text, making),
            Said::Thought { text } => self.spoke(Voice::Thought, &text, making),
            // Words of a person that the agent tells are an item each: they belong to no message of ours.
            Said::Message { role: Role::User, text } => {
                self.add(ItemKind::Message { role: Role::User, text }, making)
            }
            Said::Tool(change) => {
                let (changed, is_new) = self.tools.change(&change, making);
                if is_new {
                    self.speech = None;
                }
                let activity = self.tools.activity(&change.id);
                let mut changes = changed;
                changes.extend(activity.and_then(|line| self.shows(&line)));
                changes
            }
            Said::Plan(todos) => vec![Change::Todos(todos)],
            Said::Other { kind, json } => self.other(kind, json, making),
        }
    }

    fn spoke(&mut self, voice: Voice, text: &str, making: &mut Making<'_>) -> Vec<Change> {
        let mut changes = speech::go_on(&mut self.speech, voice, text, making);
        let line = self.speech.as_ref().map(Speech::last_line).unwrap_or_default();
        changes.extend(self.shows(&line));
        changes
    }

    fn other(&mut self, kind: String, json: serde_json::Value, making: &mut Making<'_>) -> Vec<Change> {
        if !STANDING.contains(&kind.as_str()) {
            return self.add(ItemKind::Other { kind, json }, making);
        }
        let is_known = |item: &&mut ConversationItem| matches!(&item.kind, ItemKind::Other { kind: of, .. } if *of == kind);
        let known = self.standing.iter_mut().find(is_known);
        let kind = ItemKind::Other { kind, json };
        match known {
            Some(item) if item.kind == kind => Vec::new(),
            Some(item) => {
                item.kind = kind;
                vec![Change::item(item.clone())]
            }
            None => {
                let item = making.item(kind);
                self.standing.push(item.clone());
                vec![Change::item(item)]
            }
        }
    }

    fn asked(&mut self, request_id: RequestId, question: Question, making: &mut Making<'_>) -> Vec<Change> {
        let Question { tool, options } = question;
        let mut changes = Vec::new();
        let mut title = None;
        if let Some(change) = &tool {
            changes.extend(self.tools.change(change, making).0);
            title = self.tools.name(&change.id).map(str::to_owned);
        }
        let title = title.unwrap_or_else(|| "The agent asks for permission".to_owned());
        changes.extend(self.shows(&title));
        let item = making.item(ItemKind::Permission(PermissionRequest {
            request_id: request_id.clone(),
            tool_call_id: tool.map(|tool| tool.id),
            title,
            options,
            decision: None,
        }));
        self.speech = None;
        self.questions.push(item.clone());
        changes.push(Change::item(item));
        changes.push(Change::Happened(Fact::Asked(request_id)));
        changes
    }

    fn settled(&mut self, request_id: &RequestId, option_id: Option<&OptionId>) -> Vec<Change> {
        let decision = option_id.map_or(PermissionDecision::Cancelled, |option_id| {
            PermissionDecision::Selected { option_id: option_id.clone() }
        });
        let place = self.questions.iter().position(
            |item| matches!(&item.kind, ItemKind::Permission(question) if question.request_id == *request_id),
        );
        let decided = place.map(|place| decided(self.questions.remove(place), decision));
        let fact = Change::Happened(Fact::Settled(request_id.clone()));
        decided.into_iter().map(Change::item).chain([fact]).collect()
    }

    fn printed(&mut self, terminal_id: &str, output: &str, making: &mut Making<'_>) -> Vec<Change> {
        let (changes, is_new) = self.tools.printed(terminal_id, output, making);
        if is_new {
            self.speech = None;
        }
        changes
    }

    fn turn_ended(&mut self, end: &TurnEnd, making: &mut Making<'_>) -> Vec<Change> {
        let mut changes = self.close(*end == TurnEnd::Done, making.now);
        let outcome = match end {
            TurnEnd::Done => TurnOutcome::Done,
            TurnEnd::Cancelled => TurnOutcome::Cancelled,
            TurnEnd::Failed { reason } => {
                changes.extend(self.add(ItemKind::Error { text: reason.clone() }, making));
                TurnOutcome::Failed { reason: reason.clone() }
            }
        };
        changes.push(Change::Happened(Fact::TurnEnded(outcome)));
        changes
    }

    /// Closes what is open: nobody will. A tool of which no end was told has done its work if the turn is done.
    pub(super) fn close(&mut self, is_done: bool, now: Timestamp) -> Vec<Change> {
        let cancelled = |item| decided(item, PermissionDecision::Cancelled);
        let questions = std::mem::take(&mut self.questions).into_iter().map(cancelled);
        self.tools.close(is_done, now).into_iter().chain(questions).map(Change::item).collect()
    }

    fn add(&mut self, kind: ItemKind, making: &mut Making<'_>) -> Vec<Change> {
        self.speech = None;
        vec![Change::item(making.item(kind))]
    }

    /// Words that tell what goes on, if they are others than before.
    fn shows(&mut self, words: &str) -> Option<Change> {
        if words.trim().is_empty() || words == self.activity {
            return None;
        }
        words.clone_into(&mut self.activity);
        Some(Change::Activity(words.to_owned()))
    }
}

fn decided(mut item: ConversationItem, decision: PermissionDecision) -> ConversationItem {
    if let ItemKind::Permission(question) = &mut item.kind {
        question.decision = Some(decision);
    }
    item
}

fn is_standing(item: &ConversationItem) -> bool {
    matches!(&item.kind, ItemKind::Other { kind, .. } if STANDING.contains(&kind.as_str()))
}

#[cfg(test)]
mod tests;
