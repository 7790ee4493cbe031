//! What stands in for the browser on the server.

use leptos::web_sys::{Element, Event, EventTarget, KeyboardEvent};
use shared::ids::{CardId, ColumnId};
use shared::time::Timestamp;

use super::{Measured, Notifying, Step};
use crate::attempt::heights::Scroll;
use crate::board::drag::{Point, PointerId, Pressed};
use crate::board::lanes::Lane;
use crate::board::seen::Seen;
use crate::theme::Theme;

/// The present.
#[must_use]
pub fn now() -> Option<Timestamp> {
    None
}

/// What is to be added to a time in UTC for the reader's clock, in minutes.
#[must_use]
pub fn utc_offset_minutes(_at: Timestamp) -> Option<i64> {
    None
}

/// Leaves for another document.
pub fn leave_for(_address: &str) {}

/// Reads the page anew.
pub fn reload() {}

/// The theme that the page was rendered in.
#[must_use]
pub fn theme() -> Option<Theme> {
    None
}

/// Shows a theme and keeps it for the pages to come.
pub fn keep_theme(_theme: Theme) {}

/// Whether the focus is on the element of this id, or in it.
#[must_use]
pub fn is_focus_in(_id: &str) -> bool {
    false
}

/// Opens a menu beside what opened it, with its first item in focus.
pub fn open_menu(_menu: &Element, _anchor: &Element) {}

/// Closes a menu.
pub fn close_menu(_menu: &Element) {}

/// Whether a menu is open.
#[must_use]
pub fn is_open(_menu: &Element) -> bool {
    false
}

/// Moves the focus among the parts of an element that match.
pub fn step_focus(_within: &Element, _selector: &str, _step: Step) {}

/// Opens a dialog over the page.
pub fn open_dialog(_dialog: &Element) {}

/// Closes a dialog.
pub fn close_dialog(_dialog: &Element) {}

/// Puts the focus on the first element that matches, in the next frame.
pub fn focus(_selector: &str) {}

/// Puts the focus on the first element of the first of these that matches any, in the next frame, if it is nowhere by
/// then. Tells if it was.
pub fn catch_focus(_selectors: &'static [&'static str], _caught: impl FnOnce() + 'static) {}

/// Puts the focus on the element of this id, or on what in it matches, in the next frame.
pub fn focus_in(_id: &str, _selector: &str) {}

/// As [`focus_in`], unless the focus is by then in the element of another id.
pub fn focus_in_unless_within(_id: &str, _selector: &str, _other: &str) {}

/// Whether a press of Escape is meant for this part of the page.
#[must_use]
pub fn is_escape_meant_for(_part: &Element, _event: &KeyboardEvent) -> bool {
    false
}

/// Lets a pointer's events come to an element wherever it goes.
pub fn capture_pointer(_element: &Element, _pointer: PointerId) {}

/// Where the columns and cards of a board are.
#[must_use]
pub fn measure_lanes(_board: &Element) -> Vec<Lane> {
    Vec::new()
}

/// Scrolls the board, and the column under a point, if that is near an edge. Says whether anything moved.
pub fn scroll_towards(_board: &Element, _at: Point) -> bool {
    false
}

/// The card that a pointer went down on, unless it hit a control of its own.
#[must_use]
pub fn pressed_card(_target: &EventTarget, _at: Point) -> Option<Pressed> {
    None
}

/// Scrolls the element of this id into view, as little as it takes, in the next frame.
pub fn reveal(_id: &str) {}

/// Tells of the sizes of elements.
pub struct Sizes;

impl Sizes {
    /// Tells `measured` whenever an element has another size.
    #[must_use]
    pub fn new(_measured: impl Fn(Measured) + 'static) -> Self {
        Self
    }

    /// Measures an element from now on.
    pub fn watch(&self, _element: &Element) {}

    /// No longer measures an element.
    pub fn leave(&self, _element: &Element) {}
}

/// Hands on each column of a board, with what measures it.
pub fn measure_columns(_told: impl Fn(ColumnId, &dyn Fn(Seen) -> Seen)) {}

/// Tells of columns that are scrolled.
pub struct Scrolling;

impl Scrolling {
    /// Hands on each column that is scrolled, with what measures it.
    #[must_use]
    pub fn listen(_told: impl Fn(ColumnId, &dyn Fn(Seen) -> Seen) + 'static) -> Self {
        Self
    }
}

/// Numbers the rendered cards of a column, in the next frame; none where there are none to be numbered.
pub fn number_cards(_column: &ColumnId, _cards: Vec<(CardId, usize)>, _count: usize) {}

/// The card that an event happened in.
#[must_use]
pub fn card_around(_event: &Event) -> Option<CardId> {
    None
}

/// What was kept under a name.
#[must_use]
pub fn kept(_name: &str) -> Option<String> {
    None
}

/// Keeps a text under a name, for the pages to come.
pub fn keep(_name: &str, _text: &str) {}

/// Where an element is scrolled to, counted from the beginning of a list in it.
#[must_use]
pub fn scroll_of(_element: &Element, _list: &Element) -> Scroll {
    Scroll::default()
}

/// Scrolls an element to a place of a list in it, and tells where it is then.
pub fn scroll_to(_element: &Element, _list: &Element, _top: f64) -> Scroll {
    Scroll::default()
}

/// Where the element that an event of scrolling is about is scrolled to.
#[must_use]
pub fn scrolled_to(_event: &Event) -> Option<Scroll> {
    None
}

/// Scrolls an element to its end, in the next frame, if that is still wanted then.
pub fn scroll_to_end(_element: Element, _is_wanted: impl Fn() -> bool + 'static) {}

/// Makes room within an element, before and after what is in it, in pixels.
pub fn make_room(_element: &Element, _before: f64, _after: f64) {}

/// Whether the part that an event of folding is about is unfolded by now.
#[must_use]
pub fn is_unfolded(_event: &Event) -> bool {
    false
}

/// Whether a press of a key is a command of its own: nobody types, no other key is held, and nothing lies over the page.
#[must_use]
pub fn is_single_key(_event: &KeyboardEvent) -> bool {
    false
}

/// Whether somebody looks at this page.
#[must_use]
pub fn is_looked_at() -> bool {
    true
}

/// Whether the browser shows notices on the desktop.
#[must_use]
pub fn notifying() -> Option<Notifying> {
    None
}

/// Asks the person whether it may show them, and tells the answer.
pub fn ask_to_notify(_then: impl Fn(Option<Notifying>) + 'static) {}

/// Shows a notice on the desktop, once for all that have the same name; pressed, it leads to an address.
pub fn notify(_title: &str, _text: &str, _name: &str, _address: &str) {}
