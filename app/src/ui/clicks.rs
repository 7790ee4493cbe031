//! Clicks that follow one another so quickly that they are one: the second half of a double click must not answer the
//! question that has taken the place of the first. The browser's own count begins anew with another element.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// How soon a click is the second half of another, in milliseconds: what desktops take for a double click.
const DOUBLE: f64 = 500.0;
/// How far apart the two may be, in CSS pixels each way.
const APART: i32 = 8;

/// A click of a pointer.
#[derive(Clone, Copy, Debug)]
struct Click {
    /// In milliseconds since the page began.
    at: f64,
    x: i32,
    y: i32,
}

impl Click {
    /// Whether it is the second half of this one.
    fn doubles(self, before: Self) -> bool {
        let is_near = |a: i32, b: i32| (a - b).abs() <= APART;
        self.at - before.at < DOUBLE && is_near(self.x, before.x) && is_near(self.y, before.y)
    }
}

/// The clicks on buttons that come and go; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Clicks(StoredValue<Option<Click>>);

impl Clicks {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Whether a click stands for itself. One that a key made always does.
    pub fn is_meant(self, event: &MouseEvent) -> bool {
        let click = Click { at: event.time_stamp(), x: event.client_x(), y: event.client_y() };
        let before = self.0.try_update_value(|last| last.replace(click)).flatten();
        event.detail() == 0 || before.is_none_or(|before| !click.doubles(before))
    }
}

impl Default for Clicks {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_half_of_a_double_click_is_soon_after_the_first_and_near_it() {
        let first = Click { at: 1000.0, x: 50, y: 50 };
        assert!(Click { at: 1200.0, x: 52, y: 49 }.doubles(first));
        assert!(!Click { at: 1600.0, ..first }.doubles(first), "later");
        assert!(!Click { at: 1200.0, x: 90, y: 50 }.doubles(first), "elsewhere");
    }
}
