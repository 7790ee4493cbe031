//! Scrolling by a card that is carried to an edge: the nearer, the faster, also while the pointer rests there. Where there
//! is one column at a time, the next one comes after a moment at the edge.

use super::super::drag::Point;
use super::Span;

/// How near an edge the pointer starts to scroll, in CSS pixels.
const REACH: f64 = 56.0;
/// How near an edge it goes to the next column, where there is one at a time.
const MARGIN: f64 = 32.0;
/// The fastest scroll, in CSS pixels per second.
const FASTEST: f64 = 1_200.0;
/// How long a pointer rests at an edge before the next column comes, in milliseconds.
const REST: f64 = 450.0;
/// How much longer before the one after that: it takes a moment to see the one that came.
const PAUSE: f64 = 550.0;
/// The longest time between two frames that is made up for, in milliseconds: a page that stood still doesn't jump.
const LONGEST_FRAME: f64 = 50.0;

/// What scrolls, on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The board, from its left edge to its right one.
    pub across: Span,
    /// The cards of the column that the pointer means, from top to bottom.
    pub down: Option<Span>,
    /// Whether there is one column at a time.
    pub is_one_at_a_time: bool,
}

/// How a scroll goes on from frame to frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drift {
    /// When the last frame was, in milliseconds.
    last: Option<f64>,
    /// The parts of pixels that were not scrolled yet.
    rest: Point,
    /// Which edge the pointer is at, and since when; later, if a column has come since.
    edge: Option<(i32, f64)>,
}

/// What to scroll in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stride {
    /// The board, in CSS pixels; to the left if negative.
    pub right: i32,
    /// The column, in CSS pixels; up if negative.
    pub down: i32,
    /// The board, in columns; to the left if negative.
    pub columns: i32,
}

/// What to scroll in the frame at `now`, in milliseconds, with the pointer at a point.
#[must_use]
pub fn drift(drift: Drift, frame: &Frame, at: Point, now: f64) -> (Drift, Stride) {
    let seconds = drift.last.map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_FRAME)) / 1_000.0;
    let across = if frame.is_one_at_a_time { 0.0 } else { pull(at.x, frame.across) };
    let down = frame.down.map_or(0.0, |down| pull(at.y, down));
    let (right, rest_x) = whole(across, drift.rest.x, seconds);
    let (down, rest_y) = whole(down, drift.rest.y, seconds);
    let (edge, columns) =
        if frame.is_one_at_a_time { turn(drift.edge, frame.across, at.x, now) } else { (None, 0) };
    let drift = Drift { last: Some(now), rest: Point { x: rest_x, y: rest_y }, edge };
    (drift, Stride { right, down, columns })
}

/// How fast a pointer scrolls a box, in CSS pixels per second; negative is back.
fn pull(at: f64, span: Span) -> f64 {
    // In a small box both edges would pull; each gets at most a third.
    let reach = REACH.min(span.length() / 3.0);
    if reach <= 0.0 {
        return 0.0;
    }
    let back = ((span.start + reach - at) / reach).clamp(0.0, 1.0);
    let on = ((at - (span.end - reach)) / reach).clamp(0.0, 1.0);
    // Slow at first, so that a card can be put down near an edge.
    (on * on - back * back) * FASTEST
}

/// Whole pixels, and what is left of them for the next frame.
fn whole(speed: f64, rest: f64, seconds: f64) -> (i32, f64) {
    if speed == 0.0 {
        return (0, 0.0);
    }
    let way = speed * seconds + rest;
    // At most the way of the longest frame: the cast cuts off nothing but the fraction.
    (way.trunc() as i32, way.fract())
}

/// The edge that the pointer is at, and which column comes.
fn turn(edge: Option<(i32, f64)>, across: Span, x: f64, now: f64) -> (Option<(i32, f64)>, i32) {
    let side = i32::from(x > across.end - MARGIN) - i32::from(x < across.start + MARGIN);
    match edge {
        _ if side == 0 => (None, 0),
        Some((same, since)) if same == side && now - since < REST => (edge, 0),
        Some((same, _)) if same == side => (Some((side, now + PAUSE)), side),
        _ => (Some((side, now)), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Span = Span { start: 0.0, end: 1_000.0 };

    fn frame(is_one_at_a_time: bool) -> Frame {
        Frame { across: BOX, down: Some(BOX), is_one_at_a_time }
    }

    #[test]
    fn near_an_edge_it_scrolls_that_way_and_in_the_middle_not_at_all() {
        assert_eq!(pull(500.0, BOX), 0.0);
        assert_eq!(pull(0.0, BOX), -FASTEST);
        assert_eq!(pull(-80.0, BOX), -FASTEST);
        assert_eq!(pull(1_000.0, BOX), FASTEST);
        assert!(pull(990.0, BOX) > pull(960.0, BOX) && pull(960.0, BOX) > 0.0);
        assert_eq!(pull(15.0, Span { start: 0.0, end: 30.0 }), 0.0);
        assert_eq!(pull(0.0, Span::default()), 0.0);
    }

    #[test]
    fn a_pointer_that_rests_scrolls_as_far_in_many_frames_as_in_few() {
        let way = |millis: u32| {
            let mut state = Drift::default();
            let mut way = 0;
            for now in (0..=480).step_by(millis as usize) {
                let stride;
                (state, stride) = drift(state, &frame(false), Point { x: 500.0, y: 970.0 }, f64::from(now));
                assert_eq!((stride.right, stride.columns), (0, 0));
                way += stride.down;
            }
            way
        };
        assert!(way(8) > 50);
        assert!((way(8) - way(16)).abs() <= 1);
    }

    #[test]
    fn a_page_that_stood_still_does_not_jump() {
        let at = Point { x: 500.0, y: 2_000.0 };
        let (state, _) = drift(Drift::default(), &frame(false), at, 0.0);
        assert_eq!(drift(state, &frame(false), at, 60_000.0).1.down, 60);
    }

    #[test]
    fn where_there_is_one_column_at_a_time_the_next_one_comes_after_a_moment_at_the_edge() {
        let mut state = Drift::default();
        let mut step = |x: f64, now: f64| {
            let stride;
            (state, stride) = drift(state, &frame(true), Point { x, y: 500.0 }, now);
            assert_eq!(stride.right, 0);
            stride.columns
        };
        assert_eq!(step(990.0, 0.0), 0);
        assert_eq!(step(990.0, 440.0), 0);
        assert_eq!(step(990.0, 450.0), 1);
        assert_eq!(step(990.0, 460.0), 0);
        assert_eq!(step(990.0, 1_440.0), 0);
        assert_eq!(step(990.0, 1_450.0), 1);
        assert_eq!(step(10.0, 1_460.0), 0, "the other edge has its own moment");
        assert_eq!(step(10.0, 1_910.0), -1);
        assert_eq!(step(500.0, 1_920.0), 0);
        assert_eq!(step(10.0, 5_000.0), 0);
    }
}
