//! Which rows of a long list are rendered: those near what can be seen, however many there are.
//!
//! A row's height is estimated until it was rendered and measured. Heights are kept by ordinal, which is never another
//! row's, so rows may come at either end.

use std::collections::VecDeque;
use std::ops::Range;

/// The heights of the rows, in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heights {
    first: i64,
    of: VecDeque<f64>,
}

/// The rows to render, and the room that the others take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// The ordinals of the rows to render.
    pub rows: Range<i64>,
    /// The room of the rows before, in pixels.
    pub before: f64,
    /// The room of the rows after, in pixels.
    pub after: f64,
}

/// Where a list is scrolled to, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// How much lies above what can be seen.
    pub top: f64,
    /// How much can be seen.
    pub viewport: f64,
    /// How much there is.
    pub height: f64,
}

impl Heights {
    /// Makes room for exactly these rows, new ones by estimate. Answers by how much the list grew in front of the rows
    /// that were there.
    pub fn cover(&mut self, rows: Range<i64>, estimate: impl Fn(i64) -> f64) -> f64 {
        let known = self.rows();
        if rows.start >= known.end || rows.end <= known.start || rows.start > known.start {
            self.first = rows.start;
            self.of = rows.map(estimate).collect();
            return 0.0;
        }
        let mut grown = 0.0;
        for row in (rows.start..known.start).rev() {
            let height = estimate(row);
            grown += height;
            self.of.push_front(height);
        }
        self.first = rows.start;
        self.of.extend((known.end..rows.end).map(&estimate));
        self.of.truncate(index(rows.start, rows.end));
        grown
    }

    /// Takes note of a row's height. Answers by how much it differs from what it was taken for. A row that is not shown
    /// has none, and keeps the one it had.
    pub fn measure(&mut self, row: i64, height: f64) -> f64 {
        if row < self.first || height <= 0.0 {
            return 0.0;
        }
        let Some(known) = self.of.get_mut(index(self.first, row)) else { return 0.0 };
        let difference = height - *known;
        *known = height;
        difference
    }

    /// The rows that there are.
    #[must_use]
    pub fn rows(&self) -> Range<i64> {
        self.first..self.first + i64::try_from(self.of.len()).unwrap_or_default()
    }

    /// The height of the list.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.of.iter().sum()
    }

    /// The rows within a stretch of the list, from `top` on, and those within `margin` around it.
    #[must_use]
    pub fn window(&self, top: f64, viewport: f64, margin: f64) -> Window {
        let (from, to) = (top - margin, top + viewport + margin);
        let mut window = Window { rows: self.first..self.first, before: 0.0, after: 0.0 };
        let mut offset = 0.0;
        for (row, height) in self.rows().zip(&self.of) {
            let end = offset + height;
            if end <= from {
                window.before = end;
                window.rows = row + 1..row + 1;
            } else if offset < to {
                window.rows.end = row + 1;
            } else {
                window.after += height;
            }
            offset = end;
        }
        window
    }

    /// As [`Self::window`], for who sees the end of the list.
    #[must_use]
    pub fn window_at_end(&self, viewport: f64, margin: f64) -> Window {
        self.window(self.total() - viewport, viewport, margin)
    }

    /// The first row of which something can be seen.
    #[must_use]
    pub fn first_seen(&self, top: f64) -> i64 {
        self.window(top, 0.0, 0.0).rows.start
    }
}

fn index(first: i64, row: i64) -> usize {
    usize::try_from(row - first).unwrap_or_default()
}

/// How near to its end a list counts as being there, in pixels.
const AT_END: f64 = 24.0;

impl Scroll {
    /// Whether anything can be seen: of a list that lies behind something else, nothing that the browser tells counts.
    #[must_use]
    pub fn is_shown(self) -> bool {
        self.viewport > 0.0
    }

    /// Whether the end can be seen.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        self.height - self.viewport - self.top <= AT_END
    }
}

/// Whether who reads stays at the end while more comes. Only a person scrolls up; a list that grows does not.
#[must_use]
pub fn stays_at_end(stayed: bool, before: Scroll, now: Scroll) -> bool {
    if now.is_at_end() {
        return true;
    }
    let is_scrolled_up = now.top < before.top - 1.0;
    stayed && !is_scrolled_up
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(count: i64) -> Heights {
        let mut heights = Heights::default();
        heights.cover(0..count, |_| 10.0);
        heights
    }

    #[test]
    fn only_the_rows_near_what_can_be_seen_are_rendered() {
        let heights = rows(10_000);
        let window = heights.window(5_000.0, 100.0, 20.0);
        assert_eq!(window, Window { rows: 498..512, before: 4_980.0, after: 94_880.0 });
        assert_eq!(heights.window(0.0, 100.0, 20.0).rows, 0..12);
        assert_eq!(heights.window_at_end(100.0, 20.0).rows, 9_988..10_000);
    }

    #[test]
    fn a_row_that_is_higher_than_all_that_can_be_seen_is_rendered_alone() {
        let mut heights = rows(100);
        assert_eq!(heights.measure(50, 5_000.0), 4_990.0);
        assert_eq!(heights.window(1_000.0, 100.0, 0.0).rows, 50..51);
        assert_eq!(heights.first_seen(5_499.0), 50);
        assert_eq!(heights.first_seen(5_500.0), 51);
    }

    #[test]
    fn rows_come_at_both_ends_and_keep_what_was_measured() {
        let mut heights = rows(3);
        heights.measure(1, 25.0);
        assert_eq!(heights.cover(-2..4, |_| 7.0), 14.0);
        assert_eq!((heights.rows(), heights.total()), (-2..4, 7.0 * 3.0 + 10.0 * 2.0 + 25.0));
        assert_eq!(heights.measure(-9, 3.0), 0.0);
        assert_eq!(heights.measure(9, 3.0), 0.0);
    }

    #[test]
    fn a_row_that_is_not_shown_keeps_its_height() {
        let mut heights = rows(3);
        assert_eq!((heights.measure(1, 0.0), heights.total()), (0.0, 30.0));
        assert!(!Scroll::default().is_shown() && Scroll { viewport: 1.0, ..Scroll::default() }.is_shown());
    }

    #[test]
    fn other_rows_begin_anew() {
        let mut heights = rows(3);
        assert_eq!(heights.cover(10..12, |_| 7.0), 0.0);
        assert_eq!((heights.rows(), heights.total()), (10..12, 14.0));
        heights.cover(10..10, |_| 7.0);
        assert_eq!(heights.window(0.0, 100.0, 20.0).rows, 10..10);
    }

    #[test]
    fn who_reads_at_the_end_stays_there_until_they_scroll_up() {
        let scroll = |top, height| Scroll { top, viewport: 100.0, height };
        assert!(stays_at_end(true, scroll(400.0, 500.0), scroll(400.0, 900.0)), "the list has grown");
        assert!(!stays_at_end(true, scroll(400.0, 500.0), scroll(300.0, 500.0)));
        assert!(!stays_at_end(false, scroll(300.0, 900.0), scroll(400.0, 900.0)), "down, but not to the end");
        assert!(stays_at_end(false, scroll(300.0, 500.0), scroll(390.0, 500.0)));
        assert!(stays_at_end(true, scroll(400.0, 500.0), scroll(0.0, 80.0)), "the list has shrunk");
    }

    proptest! {
        #[test]
        fn the_rows_and_the_room_around_them_make_up_the_list(
            heights in prop::collection::vec(0.0..300.0_f64, 0..60),
            top in -50.0..9_000.0_f64,
            viewport in 0.0..900.0_f64,
            margin in 0.0..500.0_f64,
        ) {
            let mut list = Heights::default();
            list.cover(-7..heights.len() as i64 - 7, |row| heights[(row + 7) as usize]);
            let window = list.window(top, viewport, margin);
            let rendered: f64 = window.rows.clone().map(|row| heights[(row + 7) as usize]).sum();
            prop_assert!((window.before + rendered + window.after - list.total()).abs() < 0.001);
            prop_assert!(list.rows().start <= window.rows.start && window.rows.end <= list.rows().end);
            // What can be seen is rendered.
            let end = window.before + rendered;
            prop_assert!(window.before <= top.max(0.0) + 0.001);
            prop_assert!(end + 0.001 >= (top + viewport).min(list.total()));
        }
    }
}
