//! Which cards are selected, for what is then done to all of them.

use std::collections::BTreeSet;

use shared::ids::CardId;

/// The cards that are selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    cards: BTreeSet<CardId>,
    /// Where a range begins: the card that was chosen last by itself.
    anchor: Option<CardId>,
    /// The cards of the last range: another end makes it another range.
    range: Vec<CardId>,
}

impl Selection {
    /// Whether a card is selected.
    #[must_use]
    pub fn contains(&self, card: &CardId) -> bool {
        self.cards.contains(card)
    }

    /// The cards, in no order that means anything.
    pub fn cards(&self) -> impl Iterator<Item = &CardId> {
        self.cards.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// Selects a card, or no longer; a range goes on from it.
    pub fn toggle(&mut self, card: &CardId) {
        if !self.cards.remove(card) {
            self.cards.insert(card.clone());
        }
        self.anchor = Some(card.clone());
        self.range.clear();
    }

    /// Selects from where a range begins up to a card of the same lane, in place of the last range. Where it begins
    /// elsewhere or nowhere, it begins at `from`, if that is in the lane, or else at the card itself.
    pub fn extend(&mut self, lane: &[CardId], from: Option<&CardId>, to: &CardId) {
        let place = |card: &CardId| lane.iter().position(|it| it == card);
        let Some(end) = place(to) else { return self.toggle(to) };
        let is_new = self.anchor.as_ref().and_then(place).is_none();
        if is_new {
            self.anchor = Some(from.filter(|from| place(from).is_some()).unwrap_or(to).clone());
            self.range.clear();
        }
        let start = self.anchor.as_ref().and_then(place).unwrap_or(end);
        for card in std::mem::take(&mut self.range) {
            self.cards.remove(&card);
        }
        self.range = lane[start.min(end)..=start.max(end)].to_vec();
        self.cards.extend(self.range.iter().cloned());
    }

    /// Lets go of the cards that are not there any more.
    pub fn keep(&mut self, is_there: impl Fn(&CardId) -> bool) {
        self.cards.retain(is_there);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Vec<CardId> {
        ids.iter().map(|id| CardId::new(*id)).collect()
    }

    fn names(selection: &Selection) -> String {
        selection.cards().map(CardId::as_str).collect()
    }

    #[test]
    fn a_card_is_selected_and_no_longer() {
        let mut selection = Selection::default();
        selection.toggle(&"a".into());
        selection.toggle(&"b".into());
        assert_eq!(names(&selection), "ab");
        selection.toggle(&"a".into());
        assert_eq!((names(&selection).as_str(), selection.len()), ("b", 1));
    }

    #[test]
    fn a_range_goes_from_the_last_card_to_another_and_can_be_made_anew() {
        let lane = ids(&["a", "b", "c", "d"]);
        let mut selection = Selection::default();
        selection.toggle(&"b".into());
        selection.extend(&lane, None, &"d".into());
        assert_eq!(names(&selection), "bcd");
        selection.extend(&lane, None, &"c".into());
        assert_eq!(names(&selection), "bc");
        selection.extend(&lane, None, &"a".into());
        assert_eq!(names(&selection), "ab");
    }

    #[test]
    fn what_was_selected_beside_a_range_stays() {
        let mut selection = Selection::default();
        selection.toggle(&"z".into());
        selection.toggle(&"a".into());
        selection.extend(&ids(&["a", "b", "c"]), None, &"b".into());
        assert_eq!(names(&selection), "abz");
    }

    #[test]
    fn where_nothing_was_chosen_a_range_begins_where_the_focus_was() {
        let lane = ids(&["a", "b", "c"]);
        let mut selection = Selection::default();
        selection.extend(&lane, Some(&"a".into()), &"b".into());
        assert_eq!(names(&selection), "ab");
        let mut selection = Selection::default();
        selection.toggle(&"elsewhere".into());
        selection.extend(&lane, None, &"c".into());
        assert_eq!(names(&selection), "celsewhere");
    }

    #[test]
    fn what_is_gone_is_let_go_of() {
        let mut selection = Selection::default();
        selection.toggle(&"a".into());
        selection.toggle(&"b".into());
        selection.keep(|card| card.as_str() == "b");
        assert_eq!(names(&selection), "b");
    }
}
