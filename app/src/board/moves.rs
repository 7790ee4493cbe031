//! Moving a card without a pointer: one step, or all the way, among the cards that are shown.

use shared::ids::{CardId, ColumnId};

use super::drag::Spot;

/// Where to, within its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Above all others.
    Top,
    /// Above the card above it.
    Up,
    /// Below the card below it.
    Down,
    /// Below all others.
    Bottom,
}

/// A column, as a card in it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The column.
    pub column: ColumnId,
    /// All its cards.
    pub all: Vec<CardId>,
    /// Those that the filter shows.
    pub shown: Vec<CardId>,
}

/// The place that a card gets by going this way; `None` if it is there already. A step goes past one card that is seen.
#[must_use]
pub fn spot(lane: &Lane, card: &CardId, direction: Direction) -> Option<Spot> {
    let Lane { column, all, shown } = lane;
    let index = shown.iter().position(|it| it == card)?;
    let before = match direction {
        Direction::Top => Some(all.first().filter(|first| *first != card)?),
        Direction::Up => Some(shown[..index].last()?),
        Direction::Down => {
            let passed = shown.get(index + 1)?;
            all.iter().skip_while(|it| *it != passed).skip(1).find(|it| *it != card)
        }
        Direction::Bottom => {
            all.last().filter(|last| *last != card)?;
            None
        }
    };
    Some(Spot { column: column.clone(), before: before.cloned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Vec<CardId> {
        ids.iter().map(|id| CardId::new(*id)).collect()
    }

    /// Where a card goes: the card below it, `end`, or `stays`.
    fn go(all: &[&str], shown: &[&str], card: &str, direction: Direction) -> String {
        let lane = Lane { column: "todo".into(), all: ids(all), shown: ids(shown) };
        match spot(&lane, &card.into(), direction) {
            Some(spot) => spot.before.map_or_else(|| "end".to_owned(), String::from),
            None => "stays".to_owned(),
        }
    }

    #[test]
    fn a_card_goes_a_step_or_all_the_way() {
        let go = |card, direction| go(&["a", "b", "c", "d"], &["a", "b", "c", "d"], card, direction);
        assert_eq!(go("c", Direction::Up), "b");
        assert_eq!(go("b", Direction::Down), "d");
        assert_eq!(go("c", Direction::Down), "end");
        assert_eq!(go("c", Direction::Top), "a");
        assert_eq!(go("a", Direction::Bottom), "end");
    }

    #[test]
    fn where_it_is_already_it_does_not_go() {
        for (card, direction) in [
            ("a", Direction::Top),
            ("a", Direction::Up),
            ("b", Direction::Down),
            ("b", Direction::Bottom),
            ("elsewhere", Direction::Top),
        ] {
            assert_eq!(go(&["a", "b"], &["a", "b"], card, direction), "stays");
        }
    }

    #[test]
    fn a_step_passes_one_card_that_is_seen() {
        let go = |card, direction| go(&["a", "x", "b", "y", "c"], &["a", "b", "c"], card, direction);
        assert_eq!(go("b", Direction::Up), "a");
        assert_eq!(go("a", Direction::Down), "y");
        assert_eq!(go("b", Direction::Down), "end");
    }
}
