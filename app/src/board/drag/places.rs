//! Places for a card: what the board holds, and a place in it that stays between its neighbours while others move.
//!
//! Places come from the board's data. What is on the screen only says beside which card a pointer is, so cards that are
//! not rendered have their places too.

use std::collections::BTreeSet;

use shared::ids::{CardId, ColumnId};

/// The board, as far as it matters for moving cards.
pub trait Places {
    /// The columns, from left to right.
    fn columns(&self) -> Vec<ColumnId>;
    /// The cards of a column that are shown, from top to bottom.
    fn cards(&self, column: &ColumnId) -> Vec<CardId>;
    /// The column that a card is in, shown or not.
    fn column_of(&self, card: &CardId) -> Option<ColumnId>;
    /// What a column is called.
    fn title(&self, column: &ColumnId) -> String;
    /// What a card is called.
    fn name(&self, card: &CardId) -> Option<Name>;
    /// Whether a column is collapsed, so that its cards are not seen.
    fn is_collapsed(&self, column: &ColumnId) -> bool;
}

/// What a card is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// A place for a card: above another one, or at the end of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The column.
    pub column: ColumnId,
    /// The card it lies above; `None` at the end.
    pub before: Option<CardId>,
}

/// A gap between cards, as a pointer shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The column.
    pub column: ColumnId,
    /// Where in it.
    pub beside: Beside,
}

/// Where in a column a gap is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Above this card.
    Above(CardId),
    /// Below this card, which is the last one on the screen and may have others below it.
    Below(CardId),
    /// No card of the column is on the screen.
    Nothing,
}

/// A place that is open for a card, among the others of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The column.
    pub column: ColumnId,
    /// The cards that are shown there, as they were last looked at, without the one that the place is for.
    others: Vec<CardId>,
    /// How many of them lie above it.
    index: usize,
}

impl Slot {
    /// The place where a card is. One that the filter hides is taken to be at the end of what is shown.
    #[must_use]
    pub fn home(places: &dyn Places, card: &CardId) -> Option<Self> {
        let column = places.column_of(card)?;
        let mut others = places.cards(&column);
        let index = others.iter().position(|other| other == card).unwrap_or(others.len());
        others.retain(|other| other != card);
        Some(Self { column, others, index })
    }

    /// A place below this many cards of a column, or at its end if it has fewer.
    pub(super) fn below(count: usize, column: ColumnId, places: &dyn Places, card: &CardId) -> Self {
        let others = others(places, &column, card);
        let index = count.min(others.len());
        Self { column, others, index }
    }

    /// This place in the same column, below this many cards or at the end.
    pub(super) fn at(&self, index: usize) -> Self {
        Self { index: index.min(self.others.len()), ..self.clone() }
    }

    /// The place of a gap, if that is another one.
    pub(super) fn moved_to(&self, gap: &Gap, places: &dyn Places, card: &CardId) -> Option<Self> {
        // What was looked at last is true until the machine is told of a change: no need to list the cards for each
        // step of a pointer.
        let elsewhere = (gap.column != self.column).then(|| others(places, &gap.column, card));
        let cards = elsewhere.as_ref().unwrap_or(&self.others);
        let index_of = |card: &CardId| cards.iter().position(|other| other == card);
        let index = match &gap.beside {
            Beside::Above(other) => index_of(other)?,
            Beside::Below(other) => index_of(other)? + 1,
            Beside::Nothing => cards.len(),
        };
        match elsewhere {
            Some(others) => Some(Self { column: gap.column.clone(), others, index }),
            None => (index != self.index).then(|| self.at(index)),
        }
    }

    /// The same place on the board as it is now: between the cards that it was between, as far as they are still there.
    /// If its column is gone, the card's own place.
    pub(super) fn refreshed(&self, places: &dyn Places, card: &CardId) -> Self {
        if !places.columns().contains(&self.column) {
            return Self::home(places, card).unwrap_or_else(|| self.clone());
        }
        let others = others(places, &self.column, card);
        let (above, below) = self.others.split_at(self.index.min(self.others.len()));
        let index = between(above, below, &others);
        Self { column: self.column.clone(), others, index }
    }

    /// How many cards lie above it.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// How many cards there are with the one that it is for.
    #[must_use]
    pub fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// The place, as the server takes it.
    #[must_use]
    pub fn spot(&self) -> Spot {
        Spot { column: self.column.clone(), before: self.others.get(self.index).cloned() }
    }
}

fn others(places: &dyn Places, column: &ColumnId, card: &CardId) -> Vec<CardId> {
    let mut cards = places.cards(column);
    cards.retain(|other| other != card);
    cards
}

/// The place among `cards` that leaves as many as possible of those that were above it above, and of those below below;
/// the last one of several, so that what comes in between lies above it.
pub(crate) fn between<T: Ord>(above: &[T], below: &[T], cards: &[T]) -> usize {
    let above: BTreeSet<&T> = above.iter().collect();
    let below: BTreeSet<&T> = below.iter().collect();
    // At the top, all that were above it are on the wrong side. Each step down brings one over.
    let mut wrong = cards.iter().filter(|card| above.contains(card)).count();
    let mut best = (wrong, 0);
    for (index, card) in cards.iter().enumerate() {
        wrong -= usize::from(above.contains(card));
        wrong += usize::from(below.contains(card));
        if wrong <= best.0 {
            best = (wrong, index + 1);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(text: &str) -> Vec<CardId> {
        text.chars().map(|id| CardId::new(id.to_string())).collect()
    }

    fn place(above: &str, below: &str, cards: &str) -> String {
        let cards = ids(cards);
        let (upper, lower) = cards.split_at(between(&ids(above), &ids(below), &cards));
        let text = |cards: &[CardId]| cards.iter().map(CardId::as_str).collect::<String>();
        format!("{}|{}", text(upper), text(lower))
    }

    #[test]
    fn a_place_stays_between_its_neighbours() {
        assert_eq!(place("ab", "cd", "abcd"), "ab|cd");
        assert_eq!(place("ab", "cd", "xabcd"), "xab|cd", "a card came on top");
        assert_eq!(place("ab", "cd", "abxcd"), "abx|cd", "a card came in between");
        assert_eq!(place("ab", "cd", "abd"), "ab|d", "the one below is gone");
        assert_eq!(place("ab", "cd", "acd"), "a|cd", "the one above is gone");
        assert_eq!(place("abx", "cde", "cabxde"), "cabx|de", "the one below was moved to the top");
        assert_eq!(place("ab", "", "abx"), "abx|", "the end stays the end");
        assert_eq!(place("", "ab", ""), "|");
    }

    proptest! {
        #[test]
        fn on_a_board_that_did_not_change_a_place_is_where_it_was(count in 0..20_usize, index in 0..20_usize) {
            let cards: Vec<CardId> = (0..count).map(|card| CardId::new(card.to_string())).collect();
            let index = index.min(count);
            prop_assert_eq!(between(&cards[..index], &cards[index..], &cards), index);
        }
    }
}
