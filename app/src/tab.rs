//! What a tab remembers while its pages come and go: what can be undone, and what was looked for last.

use leptos::prelude::*;
use shared::ids::CardId;

use crate::board::undo::Steps;

/// How many of the things that were looked for are kept.
const MAX_RECENT: usize = 6;

/// A tab's memory, in context; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct TabMemory(StoredValue<Memory>);

#[derive(Debug, Default)]
struct Memory {
    steps: Steps,
    /// What was found in the palette, the newest first.
    recent: Vec<String>,
    described: Option<(CardId, String)>,
}

impl TabMemory {
    /// Gives the memory to the components below.
    pub fn provide() {
        provide_context(Self(StoredValue::default()));
    }

    /// Does something with what can be undone.
    pub fn with_steps<R>(self, act: impl FnOnce(&mut Steps) -> R) -> Option<R> {
        self.0.try_update_value(|memory| act(&mut memory.steps))
    }

    /// Notes the description that a card has before a change of it is asked for: the board doesn't know it.
    pub fn note_description(self, description: Option<(CardId, String)>) {
        self.0.try_update_value(|memory| memory.described = description);
    }

    /// The description that was noted, if it is this card's.
    #[must_use]
    pub fn description_of(self, card: &CardId) -> Option<String> {
        let of_card = |memory: &Memory| memory.described.clone().filter(|(of, _)| of == card);
        self.0.try_with_value(of_card).flatten().map(|(_, text)| text)
    }

    /// What was looked for and found last, the newest first, by its name in the palette.
    #[must_use]
    pub fn recent(self) -> Vec<String> {
        self.0.try_with_value(|memory| memory.recent.clone()).unwrap_or_default()
    }

    /// Notes what was found.
    pub fn found(self, name: String) {
        self.0.try_update_value(|memory| {
            memory.recent.retain(|other| *other != name);
            memory.recent.insert(0, name);
            memory.recent.truncate(MAX_RECENT);
        });
    }
}
