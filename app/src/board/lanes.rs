//! Where the columns and cards of a board lie on the screen, and what that means for a card in the hand. Pure geometry:
//! the page measures what it renders, this decides.

pub mod edges;

use shared::ids::{CardId, ColumnId};

use super::drag::places::Beside;

/// A stretch of the screen, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    /// Where it begins: its left or upper edge.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

impl Span {
    fn length(self) -> f64 {
        self.end - self.start
    }

    /// Halfway.
    pub(super) fn middle(self) -> f64 {
        f64::midpoint(self.start, self.end)
    }

    fn distance(self, at: f64) -> f64 {
        (self.start - at).max(at - self.end).max(0.0)
    }
}

/// A column on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The column.
    pub column: ColumnId,
    /// From its left edge to its right one.
    pub across: Span,
}

/// A card on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    /// The card.
    pub card: CardId,
    /// From its upper edge to its lower one.
    pub down: Span,
}

/// Whether a board from edge to edge has room for one column at a time only.
#[must_use]
pub fn is_one_at_a_time(lanes: &[Lane], board: Span) -> bool {
    lanes.iter().any(|lane| lane.across.length() > board.length() / 2.0)
}

/// The column that a pointer means: the nearest one. Where there is one at a time, it is the one that is shown.
///
/// `None` only on a board without columns: a hand that slips past an edge means the column there.
#[must_use]
pub fn lane(lanes: &[Lane], board: Span, x: f64) -> Option<usize> {
    let x = if is_one_at_a_time(lanes, board) { board.middle() } else { x };
    let by_distance = |one: &(usize, f64), other: &(usize, f64)| one.1.total_cmp(&other.1);
    let distances = lanes.iter().map(|lane| lane.across.distance(x)).enumerate();
    distances.min_by(by_distance).map(|(index, _)| index)
}

/// The gap at this height among the cards of a column that are on the screen, from top to bottom, without the one in the
/// hand: above the first one whose middle lies lower.
#[must_use]
pub fn gap(cards: &[Extent], y: f64) -> Beside {
    match (cards.iter().find(|card| card.down.middle() > y), cards.last()) {
        (Some(below), _) => Beside::Above(below.card.clone()),
        (None, Some(last)) => Beside::Below(last.card.clone()),
        (None, None) => Beside::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(width: f64) -> Vec<Lane> {
        let lane = |(index, column): (u32, &&str)| {
            let start = f64::from(index) * (width + 20.0);
            Lane { column: (*column).into(), across: Span { start, end: start + width } }
        };
        (0..).zip(&["todo", "doing", "done"]).map(lane).collect()
    }

    const BOARD: Span = Span { start: 0.0, end: 640.0 };

    #[test]
    fn a_card_goes_above_the_first_one_whose_middle_is_lower() {
        let card =
            |card: &str, start: f64| Extent { card: card.into(), down: Span { start, end: start + 90.0 } };
        let cards = [card("c1", 0.0), card("c2", 100.0)];
        assert_eq!(gap(&cards, -50.0), Beside::Above("c1".into()));
        assert_eq!(gap(&cards, 44.0), Beside::Above("c1".into()));
        assert_eq!(gap(&cards, 46.0), Beside::Above("c2".into()));
        assert_eq!(gap(&cards, 5_000.0), Beside::Below("c2".into()));
        assert_eq!(gap(&[], 50.0), Beside::Nothing);
    }

    #[test]
    fn beside_the_columns_the_nearest_one_counts() {
        let at = |x| lane(&lanes(200.0), BOARD, x);
        assert_eq!(at(-500.0), Some(0));
        assert_eq!(at(209.0), Some(0));
        assert_eq!(at(211.0), Some(1));
        assert_eq!(at(9_000.0), Some(2));
        assert_eq!(lane(&[], BOARD, 0.0), None);
    }

    #[test]
    fn where_there_is_one_column_at_a_time_the_one_that_is_shown_counts() {
        let mut lanes = lanes(600.0);
        assert!(is_one_at_a_time(&lanes, BOARD));
        assert_eq!(lane(&lanes, BOARD, 639.0), Some(0), "the next one shows at the edge");
        for lane in &mut lanes {
            lane.across.start -= 620.0;
            lane.across.end -= 620.0;
        }
        assert_eq!(lane(&lanes, BOARD, 639.0), Some(1));
    }
}
