//! Moving a card without a pointer: one step, or all the way, among the cards that are shown.

use shared::board::Place;
use shared::ids::CardId;

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

/// The place that a card gets by going this way; `None` if it is there already.
///
/// `lane` is the whole column, `shown` what the filter leaves of it: a step goes past one card that is seen.
#[must_use]
pub fn place(lane: &[CardId], shown: &[CardId], card: &CardId, direction: Direction) -> Option<Place> {
    let index = shown.iter().position(|it| it == card)?;
    match direction {
        Direction::Top => lane.first().filter(|first| *first != card).cloned().map(Place::Before),
        Direction::Up => shown[..index].last().cloned().map(Place::Before),
        Direction::Down => {
            let passed = shown.get(index + 1)?;
            let below = lane.iter().skip_while(|it| *it != passed).skip(1).find(|it| *it != card);
            Some(below.map_or(Place::End, |it| Place::Before(it.clone())))
        }
        Direction::Bottom => lane.last().filter(|last| *last != card).map(|_| Place::End),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Vec<CardId> {
        ids.iter().map(|id| CardId::new(*id)).collect()
    }

    fn before(card: &str) -> Option<Place> {
        Some(Place::Before(card.into()))
    }

    #[test]
    fn a_card_goes_a_step_or_all_the_way() {
        let lane = ids(&["a", "b", "c", "d"]);
        let go = |card: &str, direction| place(&lane, &lane, &card.into(), direction);
        assert_eq!(go("c", Direction::Up), before("b"));
        assert_eq!(go("b", Direction::Down), before("d"));
        assert_eq!(go("c", Direction::Down), Some(Place::End));
        assert_eq!(go("c", Direction::Top), before("a"));
        assert_eq!(go("a", Direction::Bottom), Some(Place::End));
    }

    #[test]
    fn where_it_is_already_it_does_not_go() {
        let lane = ids(&["a", "b"]);
        let go = |card: &str, direction| place(&lane, &lane, &card.into(), direction);
        assert_eq!((go("a", Direction::Top), go("a", Direction::Up)), (None, None));
        assert_eq!((go("b", Direction::Bottom), go("b", Direction::Down)), (None, None));
    }

    #[test]
    fn a_step_passes_one_card_that_is_seen() {
        let (lane, shown) = (ids(&["a", "x", "b", "y", "c"]), ids(&["a", "b", "c"]));
        let go = |card: &str, direction| place(&lane, &shown, &card.into(), direction);
        assert_eq!(go("b", Direction::Up), before("a"));
        assert_eq!(go("a", Direction::Down), before("y"));
        assert_eq!(go("b", Direction::Down), Some(Place::End));
    }
}
