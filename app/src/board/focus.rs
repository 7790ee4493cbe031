//! Where the focus goes from card to card.

use shared::ids::CardId;

use super::lanes::Extent;

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

/// The card that lies in this direction on the screen, of columns of cards from top to bottom; sideways, the one at about the same height of the next column that
/// has any. From nowhere it is the first card of the board.
#[must_use]
pub fn next<'a>(
    columns: &'a [Vec<Extent>],
    from: Option<&CardId>,
    direction: Direction,
) -> Option<&'a CardId> {
    let place = from.and_then(|from| {
        columns.iter().enumerate().find_map(|(column, cards)| {
            cards.iter().position(|card| card.card == *from).map(|index| (column, index))
        })
    });
    let Some((column, index)) = place else {
        return columns.iter().find_map(|cards| cards.first()).map(|card| &card.card);
    };
    let cards = &columns[column];
    let step = match direction {
        Direction::Up => index.checked_sub(1).and_then(|above| cards.get(above)),
        Direction::Down => cards.get(index + 1),
        Direction::Left => {
            let left = columns[..column].iter().rev().find(|cards| !cards.is_empty());
            left.and_then(|left| at_height(left, cards[index].down.middle()))
        }
        Direction::Right => {
            let right = columns[column + 1..].iter().find(|cards| !cards.is_empty());
            right.and_then(|right| at_height(right, cards[index].down.middle()))
        }
    };
    step.map(|card| &card.card)
}

fn at_height(cards: &[Extent], height: f64) -> Option<&Extent> {
    let distance = |card: &Extent| (card.down.middle() - height).abs();
    cards.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Span;
    use super::*;

    fn column(cards: &[(&str, f64)]) -> Vec<Extent> {
        let extent = |(card, top): &(&str, f64)| Extent {
            card: CardId::new(*card),
            down: Span { start: *top, end: top + 90.0 },
        };
        cards.iter().map(extent).collect()
    }

    fn go(from: &str, direction: Direction) -> Option<String> {
        let columns = [
            column(&[("a1", 0.0), ("a2", 100.0), ("a3", 200.0)]),
            column(&[]),
            column(&[("c1", -50.0), ("c2", 60.0)]),
        ];
        next(&columns, Some(&from.into()), direction).map(ToString::to_string)
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
        let columns = [column(&[]), column(&[("b1", 0.0)])];
        assert_eq!(next(&columns, None, Direction::Up), Some(&"b1".into()));
        assert_eq!(next(&columns, Some(&"gone".into()), Direction::Left), Some(&"b1".into()));
        assert_eq!(next(&[], None, Direction::Up), None);
    }
}
