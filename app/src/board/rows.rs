//! What is in a column's list: cards, the slot for the one in the hand, and gaps for what is not rendered.

use std::ops::Range;

use shared::ids::CardId;

/// A place in a column's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// A card.
    Card(CardId),
    /// Where the card in the hand would go.
    Slot,
    /// Cards that are not rendered.
    Gap {
        /// How many cards lie above it.
        above: usize,
        /// How many they are.
        cards: usize,
    },
}

impl Row {
    /// What tells it from the others in its list.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Card(id) => id.into(),
            Self::Slot => String::new(),
            Self::Gap { above, cards } => format!("{above} {cards}"),
        }
    }
}

/// The cards of these ranges, with gaps for the others if they are to be had, and the slot above its card, or at the end.
#[must_use]
pub fn rows(
    shown: &[CardId],
    ranges: &[Range<usize>],
    has_gaps: bool,
    slot: Option<&Option<CardId>>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut end = 0;
    let gap = |rows: &mut Vec<Row>, above: usize, to: usize| {
        if has_gaps && above < to {
            rows.push(Row::Gap { above, cards: to - above });
        }
    };
    for range in ranges {
        gap(&mut rows, end, range.start);
        for id in shown.get(range.clone()).unwrap_or_default() {
            if slot.is_some_and(|before| before.as_ref() == Some(id)) {
                rows.push(Row::Slot);
            }
            rows.push(Row::Card(id.clone()));
        }
        end = range.end;
    }
    gap(&mut rows, end, shown.len());
    if slot.is_some() && !rows.contains(&Row::Slot) {
        rows.push(Row::Slot);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(ranges: &[Range<usize>], has_gaps: bool, slot: Option<&Option<CardId>>) -> String {
        let shown: Vec<_> = ["a", "b", "c", "d", "e"].map(CardId::new).into();
        let word = |row: &Row| match row {
            Row::Card(id) => id.to_string(),
            Row::Slot => "_".to_owned(),
            Row::Gap { cards, .. } => cards.to_string(),
        };
        rows(&shown, ranges, has_gaps, slot).iter().map(word).collect()
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "it is a range")]
    fn the_slot_opens_above_its_card_or_at_the_end_of_what_is_shown() {
        assert_eq!(drawn(&[0..2], false, None), "ab");
        assert_eq!(drawn(&[0..2], false, Some(&Some("b".into()))), "a_b");
        assert_eq!(drawn(&[0..2], false, Some(&None)), "ab_");
        assert_eq!(drawn(&[0..2], false, Some(&Some("c".into()))), "ab_");
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "it is a range")]
    fn what_is_not_rendered_leaves_a_gap() {
        assert_eq!(drawn(&[0..1, 3..4], true, None), "a2d1");
        assert_eq!(drawn(&[2..3], true, Some(&None)), "2c2_");
        assert_eq!(drawn(&[0..5], true, None), "abcde");
    }
}
