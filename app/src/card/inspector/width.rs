//! How wide the inspector is: what somebody has chosen, and how far that may go.
//!
//! The choice lies in a cookie, so that the server renders a page with it. Where the window has no room for it, the style
//! sheet holds it to the same limits as are told here.

use crate::cookie;

/// The cookie's name.
pub const COOKIE: &str = "mainstay_inspector";
/// The property of the root element that the style sheet goes by.
pub const PROPERTY: &str = "--inspector-chosen";
/// The narrowest that it gets, in pixels.
const LEAST: u16 = 352;
/// What it leaves to the board, in pixels: a column and a little more.
const FOR_THE_BOARD: f64 = 320.0;
/// No screen is wider, in pixels.
const MOST: u16 = 16_000;
/// How far an arrow key goes, in pixels.
const STEP: f64 = 16.0;

/// A width that somebody has chosen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Width(u16);

impl Width {
    /// Reads the `Cookie` header of a request; none for what can't be a width.
    #[must_use]
    pub fn from_cookies(header: &str) -> Option<Self> {
        let pixels = cookie::value(header, COOKIE)?.parse().ok()?;
        (LEAST..=MOST).contains(&pixels).then_some(Self(pixels))
    }

    /// The cookie that keeps a choice, or that there is none, as a page sets it.
    #[must_use]
    pub fn cookie(choice: Option<Self>) -> String {
        cookie::kept(COOKIE, &choice.map_or_else(|| "usual".to_owned(), |width| width.0.to_string()))
    }

    /// The value of [`PROPERTY`]. Without a choice it is none, whatever was rendered.
    #[must_use]
    pub fn property(choice: Option<Self>) -> String {
        choice.map_or_else(|| "initial".to_owned(), |Self(pixels)| format!("{pixels}px"))
    }
}

/// How wide it may be in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The narrowest.
    pub least: Width,
    /// The widest.
    pub most: Width,
}

impl Bounds {
    /// For a board and an inspector that have so many pixels together.
    #[must_use]
    pub fn within(both: f64) -> Self {
        let most = whole(both - FOR_THE_BOARD).clamp(LEAST, MOST);
        Self { least: Width(LEAST), most: Width(most) }
    }

    /// The width that is nearest to so many pixels.
    #[must_use]
    pub fn nearest(self, pixels: f64) -> Width {
        Width(whole(pixels)).clamp(self.least, self.most)
    }

    /// The width after a key, from so many pixels; none for a key that means nothing here.
    #[must_use]
    pub fn after(self, key: &str, pixels: f64) -> Option<Width> {
        match key {
            // Its edge is on the left, and goes where the arrow points.
            "ArrowLeft" => Some(self.nearest(pixels + STEP)),
            "ArrowRight" => Some(self.nearest(pixels - STEP)),
            "Home" => Some(self.least),
            "End" => Some(self.most),
            _ => None,
        }
    }
}

/// In whole pixels; the cast holds what is no such number to the nearest one that is.
fn whole(pixels: f64) -> u16 {
    pixels.round() as u16
}

impl From<Width> for u16 {
    fn from(Width(pixels): Width) -> Self {
        pixels
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: &str) -> Option<u16> {
        Width::from_cookies(&format!("a=1; {COOKIE}={value}")).map(u16::from)
    }

    #[test]
    fn a_choice_is_kept_in_a_cookie_and_read_back() {
        let width = Bounds::within(1_200.0).nearest(500.4);
        let cookie = Width::cookie(Some(width));
        assert_eq!(Width::from_cookies(&cookie), Some(width));
        assert_eq!(Width::property(Some(width)), "500px");
        assert_eq!(Width::from_cookies(&Width::cookie(None)), None);
        assert_eq!(Width::property(None), "initial");
    }

    #[test]
    fn what_can_be_no_width_is_not_read() {
        assert_eq!(read("352"), Some(352));
        for odd in ["", "351", "-400", "400px", "99999", "4e2", "}*{"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn keys_move_its_edge_within_what_the_window_has_room_for() {
        let bounds = Bounds::within(1_000.0);
        let after = |key: &str, from: f64| bounds.after(key, from).map(u16::from);
        assert_eq!(after("ArrowLeft", 500.0), Some(516));
        assert_eq!(after("ArrowRight", 500.0), Some(484));
        assert_eq!(after("ArrowLeft", 675.0), Some(680));
        assert_eq!(after("ArrowRight", 355.0), Some(352));
        assert_eq!((after("Home", 500.0), after("End", 500.0)), (Some(352), Some(680)));
        assert_eq!((after("Enter", 500.0), after("ArrowUp", 500.0)), (None, None));
    }

    #[test]
    fn where_there_is_room_for_neither_the_inspector_has_its_least() {
        let bounds = Bounds::within(400.0);
        assert_eq!(bounds.least, bounds.most);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_the_board_stays_usable(
            both in prop::num::f64::ANY, pixels in prop::num::f64::ANY, key in "ArrowLeft|ArrowRight|Home|End",
        ) {
            let bounds = Bounds::within(both);
            for width in [bounds.nearest(pixels), bounds.after(&key, pixels).expect("a key that means something")] {
                prop_assert!(width >= bounds.least && width <= bounds.most);
                prop_assert!(both.is_nan() || f64::from(u16::from(width)) <= (both - FOR_THE_BOARD + 0.5).max(f64::from(LEAST)));
            }
        }
    }
}
