//! Which cards of a long column are rendered: those near what can be seen, however many there are.
//!
//! A face has a constant height, so a card's place follows from its index: nothing is estimated, and nothing has to be
//! measured but one step from a card to the next. What is not rendered leaves a gap of its height.

use std::ops::Range;

/// Past so many cards a column renders only some.
pub const MOST: usize = 100;
/// How far beyond what can be seen cards are rendered, in pixels.
const MARGIN: f64 = 800.0;
/// What can be seen is told in steps of so many pixels.
const STEP: f64 = 200.0;

/// What can be seen of a column, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// How much of it lies above, in whole steps.
    pub top: f64,
    /// How much can be seen.
    pub viewport: f64,
    /// From one card to the next.
    pub pitch: f64,
}

impl Default for Seen {
    /// Before it was measured: the beginning, on a large screen.
    fn default() -> Self {
        Self { top: 0.0, viewport: 1_600.0, pitch: 100.0 }
    }
}

impl Seen {
    /// What was measured, the place rounded: scrolling by less changes nothing.
    #[must_use]
    pub fn new(top: f64, viewport: f64, pitch: Option<f64>, before: Self) -> Self {
        let pitch = pitch.filter(|pitch| *pitch >= 1.0).unwrap_or(before.pitch);
        // A hidden column tells of no height.
        let viewport = if viewport > 0.0 { viewport } else { before.viewport };
        Self { top: (top / STEP).floor() * STEP, viewport, pitch }
    }

    /// The indices to render of so many cards, in order: those near what can be seen, the first and the last, and those
    /// at these indices, each with its neighbours, so that the focus has somewhere to go.
    #[must_use]
    pub fn of(self, count: usize, kept: impl IntoIterator<Item = usize>) -> Vec<Range<usize>> {
        if count <= MOST {
            return whole(count);
        }
        let near = index((self.top - MARGIN) / self.pitch)
            ..index((self.top + STEP + self.viewport + MARGIN) / self.pitch) + 1;
        let kept = kept.into_iter().map(|index| index.saturating_sub(1)..index + 2);
        let mut wanted: Vec<_> = kept.chain([0..1, near, count - 1..count]).collect();
        wanted.sort_by_key(|range| range.start);
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for range in wanted {
            let range = range.start.min(count)..range.end.min(count);
            match ranges.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ if range.is_empty() => {}
                _ => ranges.push(range),
            }
        }
        ranges
    }
}

/// All of so many cards.
#[must_use]
pub fn whole(count: usize) -> Vec<Range<usize>> {
    std::iter::once(0..count).collect()
}

/// A place in pixels counted in cards; the casts cut off fractions, and what is below 0 is 0.
fn index(cards: f64) -> usize {
    cards as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(top: f64) -> Seen {
        Seen::new(top, 600.0, Some(100.0), Seen::default())
    }

    #[test]
    fn a_short_column_is_rendered_whole() {
        assert_eq!(at(0.0).of(100, []), whole(100));
        assert_eq!(at(0.0).of(0, []), whole(0));
    }

    #[test]
    fn of_a_long_one_what_is_near_is_rendered_and_both_ends() {
        assert_eq!(at(0.0).of(5_000, []), [0..17, 4_999..5_000]);
        assert_eq!(at(100_050.0).of(5_000, []), [0..1, 992..1_017, 4_999..5_000]);
        assert_eq!(at(499_400.0).of(5_000, []), [0..1, 4_986..5_000]);
    }

    #[test]
    fn a_card_that_must_stay_stays_with_its_neighbours() {
        assert_eq!(
            at(100_000.0).of(5_000, [3_000, 0, 9_999]),
            [0..2, 992..1_017, 2_999..3_002, 4_999..5_000]
        );
        assert_eq!(at(0.0).of(5_000, [17]), [0..19, 4_999..5_000]);
    }

    #[test]
    fn small_scrolls_change_nothing_and_what_is_hidden_is_not_measured() {
        assert_eq!(at(399.0), at(200.0));
        let hidden = Seen::new(0.0, 0.0, None, at(0.0));
        assert_eq!(hidden, at(0.0));
    }

    proptest! {
        #[test]
        fn what_can_be_seen_is_rendered_in_order_and_once(
            count in 0..3_000_usize, top in -500.0..400_000.0_f64, viewport in 0.0..3_000.0_f64, pitch in 1.0..400.0_f64,
            kept in prop::collection::vec(0..4_000_usize, 0..4),
        ) {
            let seen = Seen::new(top, viewport, Some(pitch), Seen::default());
            let ranges = seen.of(count, kept.clone());
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start), "{:?}", ranges);
            prop_assert!(ranges.iter().all(|range| range.end <= count));
            let has = |index: usize| ranges.iter().any(|range| range.contains(&index));
            prop_assert!(kept.into_iter().filter(|index| *index < count).all(has));
            let (from, to) = ((top.max(0.0) / pitch) as usize, ((top.max(0.0) + viewport) / pitch) as usize);
            prop_assert!((from..=to).filter(|index| *index < count).all(has));
        }
    }
}
