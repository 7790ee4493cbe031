//! Messages and thoughts, which come in small pieces.

use shared::conversation::{ConversationItem, ItemAppend, ItemKind, Role};
use shared::ids::ItemId;

use super::Making;
use super::change::Change;

/// The most bytes of a text; what follows is an item of its own.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// How much of a line is kept to be shown.
const LINE: usize = 1000;

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    Agent,
    Thought,
}

/// A message or thought that may go on.
#[derive(Debug)]
pub(super) struct Speech {
    id: ItemId,
    voice: Voice,
    /// How many bytes it has.
    length: usize,
    /// Its last line, or the beginning of it.
    last_line: String,
}

impl Speech {
    /// What this item says, if it can go on.
    pub fn of(item: &ConversationItem) -> Option<Self> {
        let (voice, text) = match &item.kind {
            ItemKind::Message { role: Role::Agent, text } => (Voice::Agent, text),
            ItemKind::Thinking { text } => (Voice::Thought, text),
            _ => return None,
        };
        let mut speech = Self { id: item.id.clone(), voice, length: text.len(), last_line: String::new() };
        speech.heard(text);
        Some(speech)
    }

    /// Its last line, or the beginning of it.
    pub fn last_line(&self) -> String {
        self.last_line.clone()
    }

    fn heard(&mut self, text: &str) {
        self.last_line.push_str(text);
        // The line before is shown until the next one says something.
        let said = self.last_line.trim_end();
        let begin = said.rfind('\n').map_or(0, |end| end + 1);
        self.last_line.drain(..begin);
        // The beginning of a long line is kept, and whether it has ended.
        let has_ended = self.last_line.ends_with('\n');
        if self.last_line.len() > LINE {
            self.last_line.truncate(self.last_line.floor_char_boundary(LINE));
            if has_ended {
                self.last_line.push('\n');
            }
        }
    }
}

/// Goes on with what was said last, or begins something new.
pub(super) fn go_on(
    speech: &mut Option<Speech>,
    voice: Voice,
    text: &str,
    making: &mut Making<'_>,
) -> Vec<Change> {
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(last) = speech.as_mut().filter(|it| it.voice == voice && it.length + text.len() <= MAX_TEXT) {
        let more = ItemAppend { item_id: last.id.clone(), at: last.length, append: text.to_owned() };
        last.length += text.len();
        last.heard(text);
        return vec![Change::Append(more)];
    }
    let mut changes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(MAX_TEXT));
        let text = head.to_owned();
        let item = making.item(match voice {
            Voice::Agent => ItemKind::Message { role: Role::Agent, text },
            Voice::Thought => ItemKind::Thinking { text },
        });
        *speech = Speech::of(&item);
        changes.push(Change::item(item));
        rest = tail;
    }
    changes
}
