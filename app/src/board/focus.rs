//! Where the focus goes from card to card.

use shared::ids::CardId;

use super::lanes::Lane;

/// A way on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the card above.
    Up,
    /// To the card below.
    Down,
    /// To the column on the left.
    Left,
    /// To the column on the right.
    Right,
}

/// The card that lies in this direction on the screen; sideways, the one at about the same height of the next column that
/// has any. From nowhere it is the first card of the board.
#[must_use]
pub fn next<'a>(lanes: &'a [Lane], from: Option<&CardId>, direction: Direction) -> Option<&'a CardId> {
    let place = from.and_then(|from| {
        lanes.iter().enumerate().find_map(|(lane, it)| {
            it.cards.iter().position(|card| card.card == *from).map(|index| (lane, index))
        })
    });
    let Some((lane, index)) = place else {
        return lanes.iter().find_map(|lane| lane.cards.first()).map(|card| &card.card);
    };
    let cards = &lanes[lane].cards;
    let step = match direction {
        Direction::Up => index.checked_sub(1).and_then(|above| cards.get(above)),
        Direction::Down => cards.get(index + 1),
        Direction::Left => {
            let left = lanes[..lane].iter().rev().find(|lane| !lane.cards.is_empty());
            left.and_then(|lane| at_height(lane, middle(&cards[index])))
        }
        Direction::Right => {
            let right = lanes[lane + 1..].iter().find(|lane| !lane.cards.is_empty());
            right.and_then(|lane| at_height(lane, middle(&cards[index])))
        }
    };
    step.map(|card| &card.card)
}

fn middle(card: &super::lanes::Extent) -> f64 {
    f64::midpoint(card.top, card.bottom)
}

fn at_height(lane: &Lane, height: f64) -> Option<&super::lanes::Extent> {
    let distance = |card: &super::lanes::Extent| (middle(card) - height).abs();
    lane.cards.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Extent;
    use super::*;

    fn lane(column: &str, cards: &[(&str, f64)]) -> Lane {
        let extent =
            |(card, top): &(&str, f64)| Extent { card: CardId::new(*card), top: *top, bottom: top + 90.0 };
        Lane { column: column.into(), left: 0.0, right: 200.0, cards: cards.iter().map(extent).collect() }
    }

    fn go(from: &str, direction: Direction) -> Option<String> {
        let lanes = [
            lane("a", &[("a1", 0.0), ("a2", 100.0), ("a3", 200.0)]),
            lane("b", &[]),
            lane("c", &[("c1", -50.0), ("c2", 60.0)]),
        ];
        next(&lanes, Some(&from.into()), direction).map(ToString::to_string)
    }

    #[test]
    fn the_focus_goes_up_and_down_a_column_and_stays_at_its_ends() {
        assert_eq!(go("a2", Direction::Up).as_deref(), Some("a1"));
        assert_eq!(go("a2", Direction::Down).as_deref(), Some("a3"));
        assert_eq!(go("a1", Direction::Up), None);
        assert_eq!(go("a3", Direction::Down), None);
    }

    #[test]
    fn sideways_it_goes_to_about_the_same_height_past_empty_columns() {
        assert_eq!(go("a1", Direction::Right).as_deref(), Some("c1"));
        assert_eq!(go("a3", Direction::Right).as_deref(), Some("c2"));
        assert_eq!(go("c2", Direction::Left).as_deref(), Some("a2"));
        assert_eq!(go("c1", Direction::Right), None);
    }

    #[test]
    fn from_nowhere_it_goes_to_the_first_card() {
        let lanes = [lane("a", &[]), lane("b", &[("b1", 0.0)])];
        assert_eq!(next(&lanes, None, Direction::Up), Some(&"b1".into()));
        assert_eq!(next(&lanes, Some(&"gone".into()), Direction::Left), Some(&"b1".into()));
        assert_eq!(next(&[], None, Direction::Up), None);
    }
}
