//! Where the columns and cards of a board lie on the screen, and what that means for a card in the hand. Pure geometry:
//! the page measures, this decides.

use shared::ids::{CardId, ColumnId};

use super::drag::{Point, Spot};

/// A column on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The column.
    pub column: ColumnId,
    /// Its left edge, in CSS pixels of the window.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// The cards in it that are shown, from top to bottom, without the one in the hand.
    pub cards: Vec<Extent>,
}

/// A card on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    /// The card.
    pub card: CardId,
    /// Its upper edge.
    pub top: f64,
    /// Its lower edge.
    pub bottom: f64,
}

/// The place under a point: in the column that is nearest to it, above the first card whose middle lies lower.
///
/// `None` only on a board without columns: a hand that slips past an edge means the column there.
#[must_use]
pub fn spot(lanes: &[Lane], at: Point) -> Option<Spot> {
    let distance = |lane: &Lane| (lane.left - at.x).max(at.x - lane.right).max(0.0);
    let lane = lanes.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))?;
    let below = lane.cards.iter().find(|card| (card.top + card.bottom) / 2.0 > at.y);
    Some(Spot { column: lane.column.clone(), before: below.map(|card| card.card.clone()) })
}

/// How near an edge the pointer starts to scroll, in CSS pixels.
const REACH: f64 = 48.0;
/// The fastest scroll, in CSS pixels per frame.
const FASTEST: f64 = 16.0;

/// How far to scroll in this frame, with the pointer at `at` in a box from `start` to `end`; negative is back.
#[must_use]
pub fn scroll(at: f64, start: f64, end: f64) -> f64 {
    // In a small box both edges would pull; each gets at most a third.
    let reach = REACH.min((end - start) / 3.0);
    if reach <= 0.0 {
        return 0.0;
    }
    let back = ((start + reach - at) / reach).clamp(0.0, 1.0);
    let on = ((at - (end - reach)) / reach).clamp(0.0, 1.0);
    (on - back) * FASTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(column: &str, left: f64, cards: &[&str]) -> Lane {
        let extent = |(index, card): (u32, &&str)| {
            let top = f64::from(index) * 100.0;
            Extent { card: CardId::new(*card), top, bottom: top + 90.0 }
        };
        Lane {
            column: column.into(),
            left,
            right: left + 200.0,
            cards: (0..).zip(cards).map(extent).collect(),
        }
    }

    fn found(x: f64, y: f64) -> Option<Spot> {
        spot(&[lane("todo", 0.0, &["c1", "c2"]), lane("done", 220.0, &[])], Point { x, y })
    }

    fn at(column: &str, before: Option<&str>) -> Option<Spot> {
        Some(Spot { column: column.into(), before: before.map(Into::into) })
    }

    #[test]
    fn a_card_goes_above_the_first_one_whose_middle_is_lower() {
        assert_eq!(found(100.0, -50.0), at("todo", Some("c1")));
        assert_eq!(found(100.0, 44.0), at("todo", Some("c1")));
        assert_eq!(found(100.0, 46.0), at("todo", Some("c2")));
        assert_eq!(found(100.0, 5_000.0), at("todo", None));
    }

    #[test]
    fn beside_the_columns_the_nearest_one_counts() {
        assert_eq!(found(-500.0, 5_000.0), at("todo", None));
        assert_eq!(found(209.0, 5_000.0), at("todo", None));
        assert_eq!(found(211.0, 5_000.0), at("done", None));
        assert_eq!(found(9_000.0, 10.0), at("done", None));
        assert_eq!(spot(&[], Point::default()), None);
    }

    #[test]
    fn near_an_edge_it_scrolls_that_way_and_in_the_middle_not_at_all() {
        assert_eq!(scroll(500.0, 0.0, 1_000.0), 0.0);
        assert_eq!(scroll(0.0, 0.0, 1_000.0), -FASTEST);
        assert_eq!(scroll(-80.0, 0.0, 1_000.0), -FASTEST);
        assert_eq!(scroll(1_000.0, 0.0, 1_000.0), FASTEST);
        assert!(scroll(30.0, 0.0, 1_000.0) > scroll(10.0, 0.0, 1_000.0));
        assert_eq!(scroll(15.0, 0.0, 30.0), 0.0);
        assert_eq!(scroll(0.0, 0.0, 0.0), 0.0);
    }
}
