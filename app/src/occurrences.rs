//! What happened that a person should hear of while they look elsewhere: once each, by a notice on their desktop.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::card::AttentionReason;
use shared::dashboard::{DashboardOverview, NeedsYou};

use crate::address;
use crate::browser;
use crate::card::face::reason_words;

/// What has been seen of what needs a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen(Option<BTreeSet<String>>);

impl Seen {
    /// What is new since the last look. On the first look nothing is: it was there before this page.
    fn look(&mut self, needs_you: &[NeedsYou]) -> Vec<NeedsYou> {
        let now: BTreeSet<_> = needs_you.iter().map(name).collect();
        let before = self.0.replace(now);
        let Some(before) = before else { return vec![] };
        needs_you
            .iter()
            .filter(|need| is_told(need.reason) && !before.contains(&name(need)))
            .cloned()
            .collect()
    }
}

/// Names an occurrence, the same on all pages of a browser: it shows what has the same name once.
fn name(need: &NeedsYou) -> String {
    format!("{} {:?} {}", need.card_id, need.reason, need.since)
}

/// Whether a person is told on their desktop: of what they can do something about, and don't see coming.
fn is_told(reason: AttentionReason) -> bool {
    matches!(reason, AttentionReason::Ask | AttentionReason::Failed | AttentionReason::Review)
}

/// Tells of what happens while nobody looks at this page, if the browser was allowed to.
pub fn tell_of_occurrences(overview: impl Fn() -> Option<DashboardOverview> + Send + Sync + 'static) {
    let seen = StoredValue::new(Seen::default());
    Effect::new(move || {
        let Some(overview) = overview() else { return };
        let new = seen.try_update_value(|seen| seen.look(&overview.needs_you)).unwrap_or_default();
        for need in new.iter().filter(|_| !browser::is_looked_at()) {
            let href = match &need.attempt_id {
                Some(attempt) => address::attempt(&need.board_id, &need.card_id, attempt),
                None => address::card(&need.board_id, &need.card_id),
            };
            let title = format!("{}: {}", need.card_key, reason_words(need.reason));
            browser::notify(&title, &need.title, &name(need), &href);
        }
    });
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::*;

    fn need(card: &str, reason: AttentionReason, since: i64) -> NeedsYou {
        NeedsYou {
            board_id: "b1".into(),
            card_id: card.into(),
            attempt_id: None,
            card_key: "MAI-1".to_owned(),
            title: "First".to_owned(),
            reason,
            since: Timestamp::from_millis(since),
        }
    }

    #[test]
    fn what_was_there_before_the_page_is_no_news() {
        let mut seen = Seen::default();
        let old = need("c1", AttentionReason::Ask, 1);
        assert_eq!(seen.look(std::slice::from_ref(&old)), []);
        assert_eq!(seen.look(&[old]), []);
    }

    #[test]
    fn each_occurrence_is_told_once() {
        let mut seen = Seen::default();
        assert_eq!(seen.look(&[]), []);
        let first = need("c1", AttentionReason::Ask, 1);
        assert_eq!(seen.look(std::slice::from_ref(&first)), std::slice::from_ref(&first));
        assert_eq!(seen.look(&[first.clone(), need("c2", AttentionReason::Stalled, 2)]), []);
        assert_eq!(seen.look(&[]), [], "it was answered");
        let again = need("c1", AttentionReason::Ask, 9);
        assert_eq!(seen.look(std::slice::from_ref(&again)), [again], "it asks something else");
    }

    #[test]
    fn only_what_a_person_should_see_to_now_is_told() {
        use AttentionReason::{Ask, Conflict, Failed, LandReady, Review, Stalled};
        let told = [Ask, Failed, Stalled, Review, Conflict, LandReady].map(is_told);
        assert_eq!(told, [true, true, false, true, false, false]);
    }
}
