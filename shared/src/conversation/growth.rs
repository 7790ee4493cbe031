//! How a conversation grows: items are added or replaced, and texts get longer.

use std::cmp::Ordering;

use super::{Automation, ConversationItem, ItemAppend, ItemChange, ItemKind, ToolUse};
use crate::ids::ItemId;

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The text grew.
    Applied,
    /// The text was there already.
    Ignored,
    /// Something in between is missing: the conversation has to be fetched again.
    Refetch,
}

impl ConversationItem {
    /// The text that appends make longer; `None` for an item that never grows.
    #[must_use]
    pub fn growing_text(&self) -> Option<&str> {
        match &self.kind {
            ItemKind::Message { text, .. } | ItemKind::Thinking { text } => Some(text),
            ItemKind::Tool(ToolUse { output, .. }) | ItemKind::Automation(Automation { output, .. }) => {
                Some(output.as_deref().unwrap_or_default())
            }
            ItemKind::Permission(_) | ItemKind::Error { .. } | ItemKind::Other { .. } => None,
        }
    }

    /// Makes the item longer, if the append continues exactly what is here.
    pub fn append(&mut self, more: &ItemAppend) -> Appended {
        let Some(here) = self.growing_text().filter(|_| self.id == more.item_id).map(str::len) else {
            return Appended::Refetch;
        };
        match here.cmp(&more.at) {
            Ordering::Greater => Appended::Ignored,
            Ordering::Less => Appended::Refetch,
            Ordering::Equal => {
                self.push_text(&more.append);
                Appended::Applied
            }
        }
    }

    fn push_text(&mut self, more: &str) {
        match &mut self.kind {
            ItemKind::Message { text, .. } | ItemKind::Thinking { text } => text.push_str(more),
            ItemKind::Tool(ToolUse { output, .. }) | ItemKind::Automation(Automation { output, .. }) => {
                output.get_or_insert_default().push_str(more);
            }
            ItemKind::Permission(_) | ItemKind::Error { .. } | ItemKind::Other { .. } => {}
        }
    }
}

/// The items of a conversation that a reader has, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The items.
    pub items: Vec<ConversationItem>,
}

/// What a change made of a [`Conversation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationOutcome {
    /// An item was added at this index, the last.
    Added(usize),
    /// The item at this index was replaced or grew.
    Changed(usize),
    /// Nothing is new.
    Ignored,
    /// Something is missing: the conversation has to be fetched again.
    Refetch,
}

impl Conversation {
    /// Applies one change.
    pub fn take(&mut self, change: ItemChange) -> ConversationOutcome {
        match change {
            ItemChange::Item { item } => self.put(*item),
            ItemChange::Append(more) => self.append(&more),
        }
    }

    fn put(&mut self, item: ConversationItem) -> ConversationOutcome {
        let Some(index) = self.index_of(&item.id) else {
            self.items.push(item);
            return ConversationOutcome::Added(self.items.len() - 1);
        };
        if self.items[index] == item {
            return ConversationOutcome::Ignored;
        }
        self.items[index] = item;
        ConversationOutcome::Changed(index)
    }

    fn append(&mut self, more: &ItemAppend) -> ConversationOutcome {
        let Some(index) = self.index_of(&more.item_id) else { return ConversationOutcome::Refetch };
        match self.items[index].append(more) {
            Appended::Applied => ConversationOutcome::Changed(index),
            Appended::Ignored => ConversationOutcome::Ignored,
            Appended::Refetch => ConversationOutcome::Refetch,
        }
    }

    fn index_of(&self, id: &ItemId) -> Option<usize> {
        // What changes is nearly always near the end.
        self.items.iter().rposition(|item| item.id == *id)
    }
}
