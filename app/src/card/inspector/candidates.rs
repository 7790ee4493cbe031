//! Which cards a card can depend on.

use std::collections::BTreeSet;

use shared::board::BoardState;
use shared::card::Card;
use shared::ids::CardId;

/// The most cards that are offered at a time.
const MAX_OFFERS: usize = 8;

/// A card that another can depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The card.
    pub id: CardId,
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// The cards whose key and title contain each word that is typed: the one of that key first, then what is not done,
/// then what changed last. None for no word.
#[must_use]
pub fn matching(state: &BoardState, card: &CardId, typed: &str) -> Vec<Candidate> {
    let typed = typed.trim().to_lowercase();
    let Some(own) = state.cards.get(card).filter(|_| !typed.is_empty()) else { return Vec::new() };
    let is_offered = |other: &&Card| {
        let text = format!("{} {}", other.key, other.title).to_lowercase();
        let is_known = other.id == own.id || own.depends_on.contains(&other.id);
        let fits = typed.split_whitespace().all(|word| text.contains(word));
        // One that depends on this card already would close a circle.
        !is_known && fits && !depends_on(state, &other.id, &own.id)
    };
    let done: BTreeSet<_> = state.done_column().iter().flat_map(|column| &column.card_ids).collect();
    let mut found: Vec<&Card> = state.cards.values().filter(is_offered).collect();
    found.sort_by_key(|other| {
        let is_named = other.key.to_lowercase() == typed;
        (!is_named, done.contains(&other.id), std::cmp::Reverse(other.updated_at))
    });
    let as_candidate =
        |other: &Card| Candidate { id: other.id.clone(), key: other.key.clone(), title: other.title.clone() };
    found.into_iter().take(MAX_OFFERS).map(as_candidate).collect()
}

/// Why this card can't depend on the other one, if it can't.
#[must_use]
pub fn refusal(state: &BoardState, card: &CardId, other: &CardId) -> Option<String> {
    let key = |id: &CardId| state.cards.get(id).map_or("this card", |card| &card.key);
    if card == other {
        return Some(format!("{} can't depend on itself.", key(card)));
    }
    let (card_key, other_key) = (key(card), key(other));
    depends_on(state, other, card).then(|| {
        format!("{card_key} can't depend on {other_key}: {other_key} depends on {card_key} already.")
    })
}

/// Whether a card depends on another one, by way of others too.
fn depends_on(state: &BoardState, card: &CardId, other: &CardId) -> bool {
    let mut seen = BTreeSet::new();
    let mut ahead = vec![card];
    while let Some(next) = ahead.pop() {
        if next == other {
            return true;
        }
        if seen.insert(next) {
            ahead.extend(state.cards.get(next).iter().flat_map(|card| &card.depends_on));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{board, card};

    fn waiting(id: &str, title: &str, depends_on: &[&str]) -> Card {
        Card { depends_on: depends_on.iter().map(|id| CardId::new(*id)).collect(), ..card(id, title) }
    }

    fn state() -> BoardState {
        let open = vec![
            waiting("c1", "Draw the hull", &[]),
            waiting("c2", "Build the hull", &["c1"]),
            waiting("c3", "Launch", &["c2"]),
            waiting("c11", "Paint the hull", &[]),
        ];
        board(open, vec![card("c4", "Find a hull yard")])
    }

    fn keys(typed: &str) -> Vec<String> {
        matching(&state(), &"c3".into(), typed).into_iter().map(|it| it.key).collect()
    }

    #[test]
    fn cards_are_found_by_key_and_by_words_of_the_title() {
        assert_eq!(keys("mai-1"), ["MAI-1", "MAI-11"]);
        assert_eq!(keys("HULL paint"), ["MAI-11"]);
        assert_eq!(keys("hull"), ["MAI-1", "MAI-11", "MAI-4"], "what is done comes last");
        assert_eq!(keys(" "), Vec::<String>::new());
    }

    #[test]
    fn neither_the_card_itself_nor_what_it_depends_on_is_offered() {
        assert_eq!(keys("launch"), Vec::<String>::new());
        assert_eq!(keys("build"), Vec::<String>::new());
    }

    #[test]
    fn what_depends_on_the_card_already_is_not_offered() {
        let offered = matching(&state(), &"c1".into(), "hull");
        assert_eq!(offered.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["MAI-11", "MAI-4"]);
    }

    #[test]
    fn cards_that_would_depend_on_each_other_are_refused_in_a_sentence() {
        let refused = refusal(&state(), &"c1".into(), &"c3".into());
        assert_eq!(refused.as_deref(), Some("MAI-1 can't depend on MAI-3: MAI-3 depends on MAI-1 already."));
        assert_eq!(refusal(&state(), &"c3".into(), &"c1".into()), None);
        assert!(refusal(&state(), &"c1".into(), &"c1".into()).is_some());
    }

    #[test]
    fn a_circle_that_is_there_already_does_not_hold_up_the_search() {
        let circle = vec![waiting("c1", "One", &["c2"]), waiting("c2", "Two", &["c1"]), card("c3", "Three")];
        assert_eq!(refusal(&board(circle, vec![]), &"c3".into(), &"c1".into()), None);
    }
}
