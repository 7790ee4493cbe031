//! What was typed and not saved, kept while the inspector shows other cards or is closed.

use std::collections::VecDeque;

use leptos::prelude::*;
use shared::ids::CardId;

use super::edit::Edit;

/// How many cards' drafts are kept; the oldest makes room.
const MAX_DRAFTS: usize = 20;

/// The drafts of all cards, in context; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct Drafts(StoredValue<VecDeque<(CardId, Draft)>>);

/// What was typed on a card and not saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Of its title.
    pub title: Option<Edit>,
    /// A message to its agent.
    pub message: String,
    /// Of its description.
    pub description: Option<Edit>,
}

impl Drafts {
    /// Makes a place for drafts, and gives it to the components below.
    pub fn provide() -> Self {
        let drafts = Self(StoredValue::new(VecDeque::new()));
        provide_context(drafts);
        drafts
    }

    /// Keeps what was typed on a card. Says whether there is anything to keep, and anywhere to keep it.
    pub fn keep(self, card: CardId, draft: Draft) -> bool {
        if draft == Draft::default() {
            return false;
        }
        let kept = self.0.try_update_value(|drafts| {
            drafts.retain(|(other, _)| *other != card);
            drafts.push_back((card, draft));
            if drafts.len() > MAX_DRAFTS {
                drafts.pop_front();
            }
        });
        kept.is_some()
    }

    /// Changes the message that is kept for a card's agent.
    pub fn update_message(self, card: CardId, change: impl FnOnce(&str) -> String) {
        let draft = self.take(&card);
        let message = change(&draft.message);
        self.keep(card, Draft { message, ..draft });
    }

    /// Takes out what was typed on a card.
    #[must_use]
    pub fn take(self, card: &CardId) -> Draft {
        let taken = self.0.try_update_value(|drafts| {
            let index = drafts.iter().position(|(other, _)| other == card)?;
            drafts.remove(index).map(|(_, draft)| draft)
        });
        taken.flatten().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit::Version;
    use super::*;

    fn draft(text: &str) -> Draft {
        let mut edit = Edit::of(Version { revision: 1, text: String::new() });
        edit.type_in(text.to_owned());
        Draft { description: Some(edit), ..Draft::default() }
    }

    #[test]
    fn a_draft_waits_for_its_card_and_is_taken_once() {
        let owner = Owner::new();
        owner.with(|| {
            let drafts = Drafts::provide();
            drafts.keep("c1".into(), draft("half a sentence"));
            drafts.keep("c2".into(), Draft::default());
            assert_eq!(drafts.take(&"c2".into()), Draft::default());
            assert_eq!(drafts.take(&"c1".into()), draft("half a sentence"));
            assert_eq!(drafts.take(&"c1".into()), Draft::default());
        });
    }

    #[test]
    fn a_message_that_was_sent_in_vain_is_kept_beside_what_else_was_typed() {
        let owner = Owner::new();
        owner.with(|| {
            let drafts = Drafts::provide();
            drafts.update_message("c1".into(), |kept| format!("Sent.{kept}"));
            assert_eq!(drafts.take(&"c1".into()).message, "Sent.");
            drafts.keep("c1".into(), draft("half a sentence"));
            drafts.update_message("c1".into(), |_| "Sent.".to_owned());
            let kept = drafts.take(&"c1".into());
            assert_eq!(
                (kept.message.as_str(), kept.description),
                ("Sent.", draft("half a sentence").description)
            );
        });
    }

    #[test]
    fn drafts_are_bounded_and_the_oldest_goes_first() {
        let owner = Owner::new();
        owner.with(|| {
            let drafts = Drafts::provide();
            for number in 0..=MAX_DRAFTS {
                drafts.keep(CardId::new(format!("c{number}")), draft("text"));
            }
            assert_eq!(drafts.take(&"c0".into()), Draft::default());
            assert_eq!(drafts.take(&"c1".into()), draft("text"));
        });
    }
}
