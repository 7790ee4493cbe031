//! What a tab remembers while its pages come and go: what can be undone, what was looked for last, what the rail
//! showed, and what has still to be said.

use leptos::prelude::*;
use shared::dashboard::BoardOverview;
use shared::ids::CardId;

use crate::board::undo::Steps;
use crate::ui::notices::Notices;

/// How many of the things that were looked for are kept.
const MAX_RECENT: usize = 6;

/// A tab's memory, in context; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct TabMemory {
    kept: StoredValue<Memory>,
    /// What came to nothing after its page was left, for the next one to say.
    late: RwSignal<Vec<String>>,
}

#[derive(Debug, Default)]
struct Memory {
    steps: Steps,
    /// What was found in the palette, the newest first.
    recent: Vec<String>,
    described: Option<(CardId, String)>,
    /// The projects that the last page had in its rail.
    projects: Vec<BoardOverview>,
}

impl TabMemory {
    /// Gives the memory to the components below.
    pub fn provide() {
        provide_context(Self { kept: StoredValue::default(), late: RwSignal::default() });
    }

    /// Does something with what can be undone.
    pub fn with_steps<R>(self, act: impl FnOnce(&mut Steps) -> R) -> Option<R> {
        self.kept.try_update_value(|memory| act(&mut memory.steps))
    }

    /// Notes the description that a card has before a change of it is asked for: the board doesn't know it.
    pub fn note_description(self, description: Option<(CardId, String)>) {
        self.kept.try_update_value(|memory| memory.described = description);
    }

    /// The description that was noted, if it is this card's.
    #[must_use]
    pub fn description_of(self, card: &CardId) -> Option<String> {
        let of_card = |memory: &Memory| memory.described.clone().filter(|(of, _)| of == card);
        self.kept.try_with_value(of_card).flatten().map(|(_, text)| text)
    }

    /// The projects that the last page had in its rail; none before there was one.
    #[must_use]
    pub fn projects(self) -> Vec<BoardOverview> {
        self.kept.try_with_value(|memory| memory.projects.clone()).unwrap_or_default()
    }

    /// Notes the projects that a page has in its rail.
    pub fn note_projects(self, projects: Vec<BoardOverview>) {
        self.kept.try_update_value(|memory| memory.projects = projects);
    }

    /// Says that something came to nothing: on the page where it was asked for, or on the one that is shown by now.
    pub fn tell_failure(self, notices: Notices, words: String) {
        if notices.are_shown() {
            notices.failed(words);
        } else {
            self.late.update(|late| late.push(words));
        }
    }

    /// Says what went wrong beside the field that it is about or, once that is gone, as [`Self::tell_failure`] does, in
    /// the words of `elsewhere`.
    pub fn tell_beside(
        self,
        field: RwSignal<Option<String>>,
        notices: Notices,
        why: String,
        elsewhere: impl FnOnce(&str) -> String,
    ) {
        if let Some(Some(why)) = field.try_set(Some(why)) {
            self.tell_failure(notices, elsewhere(&why));
        }
    }

    /// Has a page say what came to nothing after another one was left.
    pub fn tell_late_failures(self, notices: Notices) {
        Effect::new(move || {
            if self.late.with(|late| !late.is_empty()) {
                self.late
                    .try_update(std::mem::take)
                    .unwrap_or_default()
                    .into_iter()
                    .for_each(|words| notices.failed_for_good(words, None));
            }
        });
    }

    /// What was looked for and found last, the newest first, by its name in the palette.
    #[must_use]
    pub fn recent(self) -> Vec<String> {
        self.kept.try_with_value(|memory| memory.recent.clone()).unwrap_or_default()
    }

    /// Notes what was found.
    pub fn found(self, name: String) {
        self.kept.try_update_value(|memory| {
            memory.recent.retain(|other| *other != name);
            memory.recent.insert(0, name);
            memory.recent.truncate(MAX_RECENT);
        });
    }
}
