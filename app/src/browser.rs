//! The few things that only a browser can do.
//!
//! Event handlers and effects compile for the server too, though it never runs them: there each of these does nothing.

#[cfg(not(target_arch = "wasm32"))]
mod absent;
#[cfg(target_arch = "wasm32")]
mod cards;
#[cfg(target_arch = "wasm32")]
mod columns;
#[cfg(target_arch = "wasm32")]
mod cookies;
#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod hearing;
#[cfg(target_arch = "wasm32")]
mod keys;
#[cfg(target_arch = "wasm32")]
mod looks;
#[cfg(target_arch = "wasm32")]
mod notices;
#[cfg(target_arch = "wasm32")]
mod places;
#[cfg(target_arch = "wasm32")]
mod sizes;

#[cfg(not(target_arch = "wasm32"))]
pub use absent::*;
#[cfg(target_arch = "wasm32")]
pub use cards::*;
#[cfg(target_arch = "wasm32")]
pub use columns::{Scrolling, keep_columns_in_place, measure_columns, number_cards};
#[cfg(target_arch = "wasm32")]
pub use cookies::{cookies, keep_cookie};
#[cfg(target_arch = "wasm32")]
pub use dom::*;
#[cfg(target_arch = "wasm32")]
pub use hearing::{Hearing, hear, hear_anywhere};
#[cfg(target_arch = "wasm32")]
pub use keys::{card_around, focused_card, is_apple, keep, kept, press_button, surroundings};
#[cfg(target_arch = "wasm32")]
pub use looks::*;
#[cfg(target_arch = "wasm32")]
pub use notices::{ask_to_notify, is_looked_at, notify, notifying};
#[cfg(target_arch = "wasm32")]
pub use places::{cards_beside, focus_first, focus_first_in_place, focus_index, focus_nth, is_in_view};
#[cfg(target_arch = "wasm32")]
pub use sizes::Sizes;

use shared::ids::CardId;

use crate::board::drag::Point;

/// What was measured: the ordinals of rows, and `None` for anything else, with their heights in pixels.
pub type Measured = Vec<(Option<i64>, f64)>;

/// Whether the browser shows notices on the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifying {
    /// It was allowed to.
    Allowed,
    /// It was told not to.
    Refused,
    /// Nobody has asked for it.
    Unasked,
    /// It can't: over plain HTTP from another machine there are none.
    Impossible,
}

/// Where the focus is, as seen from an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusPlace {
    /// On it or in it.
    There,
    /// Nowhere: what had it is gone.
    Nowhere,
    /// On something else.
    Elsewhere,
}

/// A card that a pointer went down on.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    /// The card.
    pub card: CardId,
    /// How it is held.
    pub grip: Grip,
}

/// How a pointer holds a card.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Grip {
    /// From the card's top left to where it was pressed.
    pub offset: Point,
    /// The card's width, in CSS pixels.
    pub width: f64,
}

/// Where a focus goes among several elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the first.
    First,
    /// To the last.
    Last,
    /// To the one after the present one, after the last to the first.
    Next,
    /// To the one before.
    Previous,
}

impl Step {
    /// From one index of several to another; `None` if there are none.
    #[cfg(any(target_arch = "wasm32", test))]
    fn from(self, current: Option<usize>, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        Some(match (self, current) {
            (Self::First, _) | (Self::Next, None) => 0,
            (Self::Last, _) | (Self::Previous, None) => last,
            (Self::Next, Some(index)) => {
                if index >= last {
                    0
                } else {
                    index + 1
                }
            }
            (Self::Previous, Some(index)) => index.checked_sub(1).unwrap_or(last),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_goes_round() {
        assert_eq!(Step::Next.from(None, 3), Some(0));
        assert_eq!(Step::Next.from(Some(2), 3), Some(0));
        assert_eq!(Step::Previous.from(Some(0), 3), Some(2));
        assert_eq!(Step::Last.from(Some(0), 3), Some(2));
        assert_eq!(Step::First.from(None, 0), None);
    }
}
