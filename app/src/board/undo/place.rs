//! Where a card or a column was, by what was around it: an index means something else once others have moved.

use std::collections::BTreeSet;

use shared::board::BoardState;
use shared::ids::{CardId, ColumnId};

use crate::board::drag::places::between;

/// How many cards are noted on each side: so many may leave before the place is only about where it was.
const NOTED: usize = 8;

/// Where a card was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its column.
    pub column: ColumnId,
    index: usize,
    above: Vec<CardId>,
    below: Vec<CardId>,
}

impl Place {
    /// Where a card is.
    #[must_use]
    pub fn of(card: &CardId, state: &BoardState) -> Option<Self> {
        let column = state.column_of(card)?;
        let index = column.card_ids.iter().position(|it| it == card)?;
        let (above, below) = (&column.card_ids[..index], &column.card_ids[index + 1..]);
        Some(Self {
            column: column.id.clone(),
            index,
            above: above[index.saturating_sub(NOTED)..].to_vec(),
            below: below[..below.len().min(NOTED)].to_vec(),
        })
    }

    /// The card that this place is above by now; `None` if it is at the column's end. Without a column there is no such
    /// place.
    #[must_use]
    pub fn before(&self, card: &CardId, state: &BoardState) -> Option<CardId> {
        let lane = &state.columns.get(&self.column)?.card_ids;
        let lane: Vec<&CardId> = lane.iter().filter(|it| *it != card).collect();
        let noted = |side: &[CardId]| lane.iter().any(|it| side.contains(it));
        let index = match (noted(&self.above), noted(&self.below)) {
            // Nothing tells that it was not the end, unless it had cards below that have all left.
            (true, false) if !self.below.is_empty() => {
                lane.iter().rposition(|it| self.above.contains(it)).map_or(0, |last| last + 1)
            }
            (false, false) if !self.below.is_empty() => self.index,
            _ => {
                let (above, below): (Vec<_>, Vec<_>) =
                    (self.above.iter().collect(), self.below.iter().collect());
                between(&above, &below, &lane)
            }
        };
        lane.get(index).copied().cloned()
    }
}

/// How a column was put elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reorder {
    before: Vec<ColumnId>,
    after: Vec<ColumnId>,
}

impl Reorder {
    /// From one order of the columns to another.
    #[must_use]
    pub fn new(before: Vec<ColumnId>, after: Vec<ColumnId>) -> Self {
        Self { before, after }
    }

    /// The index that takes the column back, in the present order; `None` if somebody has moved columns past it since:
    /// its revision does not tell.
    #[must_use]
    pub fn back(&self, column: &ColumnId, now: &[ColumnId]) -> Option<usize> {
        let known: BTreeSet<&ColumnId> = self.after.iter().filter(|it| now.contains(it)).collect();
        let left_of = |order: &[ColumnId]| -> BTreeSet<ColumnId> {
            let left = order.iter().take_while(|it| *it != column);
            left.filter(|it| known.contains(it)).cloned().collect()
        };
        if !now.contains(column) || left_of(&self.after) != left_of(now) {
            return None;
        }
        let index = self.before.iter().position(|it| it == column)?;
        let others: Vec<ColumnId> = now.iter().filter(|it| *it != column).cloned().collect();
        Some(between(&self.before[..index], &self.before[index + 1..], &others))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn board(first: &str, second: &str) -> BoardState {
        let cards = |ids: &str| ids.chars().map(|id| samples::card(&id.to_string(), "A card")).collect();
        samples::board(cards(first), cards(second))
    }

    /// Where `x` of this lane goes back to, when its column is this one by then and `x` is elsewhere.
    fn back(lane: &str, now: &str) -> String {
        let card = CardId::from("x");
        let place = Place::of(&card, &board(lane, "")).expect("a place");
        let state = board(now, "x");
        let before = place.before(&card, &state);
        let at = before.map_or(now.len(), |before| now.find(before.as_str()).expect("it is there"));
        format!("{}x{}", &now[..at], &now[at..])
    }

    #[test]
    fn a_card_goes_back_between_its_neighbours_or_beside_the_one_that_is_left() {
        assert_eq!(back("axb", "ab"), "axb");
        assert_eq!(back("axbc", "ac"), "axc", "the one below has left");
        assert_eq!(back("abxc", "ac"), "axc", "the one above has left");
        assert_eq!(back("axb", "cad"), "caxd", "only the one above is left, and it was not the end");
        assert_eq!(back("axb", "cbd"), "cxbd");
        assert_eq!(back("axbcd", "bacd"), "baxcd", "the one below went to the top");
        assert_eq!(back("xa", "bc"), "xbc", "the top stays the top");
        assert_eq!(back("ax", "abc"), "abcx", "the end stays the end");
        assert_eq!(back("x", "ab"), "abx");
        assert_eq!(back("axb", "cde"), "cxde", "nothing is left but its number");
    }

    #[test]
    fn a_column_goes_back_among_the_others_unless_somebody_moved_them_past_it() {
        let order = |text: &str| text.chars().map(|id| ColumnId::new(id.to_string())).collect::<Vec<_>>();
        let step = Reorder::new(order("abcd"), order("bcad"));
        let back = |now: &str| step.back(&"a".into(), &order(now));
        assert_eq!(back("bcad"), Some(0));
        assert_eq!(back("cbad"), Some(0), "what lies left of it may change places");
        assert_eq!(back("bcaed"), Some(0), "a new one is none that was moved");
        assert_eq!(back("cad"), Some(0), "one was deleted");
        assert_eq!(back("bacd"), None);
        assert_eq!(back("bcda"), None);
        assert_eq!(back("bcd"), None, "it was deleted itself");
        let step = Reorder::new(order("abcd"), order("acbd"));
        assert_eq!(step.back(&"b".into(), &order("eacbd")), Some(2), "not the number that it had");
    }
}
