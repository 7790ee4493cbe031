//! What a tab remembers while its pages come and go: what can be undone, and what was looked for last.

use leptos::prelude::*;

use crate::board::undo::Steps;

/// How many of the things that were looked for are kept.
const MAX_RECENT: usize = 6;

/// A tab's memory, in context; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct TabMemory {
    /// What can be undone.
    pub steps: StoredValue<Steps>,
    recent: StoredValue<Vec<String>>,
}

impl TabMemory {
    /// Gives the memory to the components below.
    pub fn provide() {
        provide_context(Self { steps: StoredValue::default(), recent: StoredValue::default() });
    }

    /// What was looked for and found last, the newest first, by its name in the palette.
    #[must_use]
    pub fn recent(self) -> Vec<String> {
        self.recent.try_get_value().unwrap_or_default()
    }

    /// Notes what was found.
    pub fn found(self, name: String) {
        self.recent.try_update_value(|recent| {
            recent.retain(|other| *other != name);
            recent.insert(0, name);
            recent.truncate(MAX_RECENT);
        });
    }
}
