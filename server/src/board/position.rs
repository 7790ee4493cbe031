//! Places in a column as numbers: there is nearly always room for one more between two of them.

/// How far apart neighbours are at first: twenty cards fit between two before the column has to be spread anew.
pub(super) const GAP: i64 = 1 << 20;

/// A position between two neighbours, either of which may be missing; `None` if there is no room.
pub(super) fn between(above: Option<i64>, below: Option<i64>) -> Option<i64> {
    match (above, below) {
        (None, None) => Some(GAP),
        (Some(above), None) => above.checked_add(GAP),
        (None, Some(below)) => below.checked_sub(GAP),
        (Some(above), Some(below)) => {
            // By halves, so that no sum can overflow.
            let middle = above.midpoint(below);
            (above < middle && middle < below).then_some(middle)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_lies_strictly_between_its_neighbours() {
        let cases = [
            (None, None),
            (Some(GAP), None),
            (None, Some(GAP)),
            (Some(GAP), Some(2 * GAP)),
            (Some(-GAP), Some(GAP)),
            (Some(-3), Some(-1)),
            (Some(i64::MIN), Some(i64::MAX)),
        ];
        for (above, below) in cases {
            let position = between(above, below).unwrap();
            assert!(above.is_none_or(|above| above < position), "{above:?} {position}");
            assert!(below.is_none_or(|below| position < below), "{position} {below:?}");
        }
    }

    #[test]
    fn where_there_is_no_room_there_is_no_position() {
        for (above, below) in
            [(Some(1), Some(2)), (Some(-1), Some(0)), (Some(i64::MAX), None), (None, Some(i64::MIN))]
        {
            assert_eq!(between(above, below), None, "{above:?} {below:?}");
        }
    }

    #[test]
    fn twenty_cards_fit_into_a_fresh_gap() {
        let mut below = 2 * GAP;
        for _ in 0..20 {
            below = between(Some(GAP), Some(below)).unwrap();
        }
        assert_eq!(between(Some(GAP), Some(below)), None);
    }
}
