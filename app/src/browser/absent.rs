//! What stands in for the browser on the server.

use leptos::ev::PointerEvent;
use leptos::web_sys::{Element, Event, EventTarget, KeyboardEvent};
use shared::ids::{CardId, ColumnId};
use shared::time::Timestamp;

use super::{FocusPlace, Measured, Notifying, Pressed, Step};
use crate::attempt::heights::Scroll;
use crate::board::drag::{Gap, Point, PointerId};
use crate::board::lanes::edges::{Frame, Stride};
use crate::board::lanes::{Extent, Span};
use crate::board::seen::Seen;
use crate::keys::press::Surroundings;

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

/// Changes what changes the height of cards; each column stays where it was scrolled to, counted in cards.
pub fn keep_columns_in_place(change: impl FnOnce()) {
    change();
}

/// An attribute of the root element; empty if it has none of this name.
#[must_use]
pub fn root_attribute(_name: &str) -> Option<String> {
    None
}

/// Gives the root element an attribute, or takes it off.
pub fn set_root_attribute(_name: &str, _value: Option<&str>) {}

/// Sets a property of the root element's own style.
pub fn set_root_property(_name: &str, _value: &str) {}

/// The width of the element of this id, in pixels.
#[must_use]
pub fn width_of(_id: &str) -> Option<f64> {
    None
}

/// Lets what follows of a pointer come to the element that it went down on.
pub fn capture(_event: &PointerEvent) {}

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

/// Moves the focus among the parts of the page that match.
pub fn step_focus_of_page(_selector: &str, _step: Step) {}

/// Moves the focus among the parts of an element that match.
pub fn step_focus(_within: &Element, _selector: &str, _step: Step) {}

/// Opens a dialog over the page.
pub fn open_dialog(_dialog: &Element) {}

/// Closes a dialog.
pub fn close_dialog(_dialog: &Element) {}

/// Puts the focus on the first element that matches, in the next frame.
pub fn focus(_selector: &str) {}

/// Puts the focus on the first element of the first of these that matches any, in the next frame, if it is nowhere by
/// then. Tells when it has looked.
pub fn catch_focus(_selectors: &'static [&'static str], _looked: impl FnOnce() + 'static) {}

/// Puts the focus on the element of this id, or on what in it matches, in the next frame.
pub fn focus_in(_id: &str, _selector: &str) {}

/// As [`focus_in`], unless the focus is by then in the element of another id.
pub fn focus_in_unless_within(_id: &str, _selector: &str, _other: &str) {}

/// Whether a press of Escape is meant for this part of the page.
#[must_use]
pub fn is_escape_meant_for(_part: &Element, _event: &KeyboardEvent) -> bool {
    false
}

/// Puts the focus on what matches in the element of this id, in the next frame, if it is nowhere by then.
pub fn keep_focus(_id: &str, _selector: &str) {}

/// Where the focus is, as seen from the element of this id.
#[must_use]
pub fn focus_place(_id: &str) -> FocusPlace {
    FocusPlace::Nowhere
}

/// Milliseconds since the page began.
#[must_use]
pub fn ticks() -> f64 {
    0.0
}

/// Does something in the next frame, with its time in milliseconds since the page began.
pub fn next_frame(_act: impl FnOnce(f64) + 'static) {}

/// Whether the page is in the background.
#[must_use]
pub fn is_hidden() -> bool {
    false
}

/// Events that are listened to.
pub struct Hearing;

/// Listens to events that reach an element.
#[must_use]
pub fn hear(
    _element: &Element,
    _events: &'static [&'static str],
    _heard: impl Fn(&Event) + 'static,
) -> Hearing {
    Hearing
}

/// Listens to events wherever they happen.
#[must_use]
pub fn hear_anywhere(_events: &'static [&'static str], _heard: impl Fn(&Event) + 'static) -> Hearing {
    Hearing
}

/// Lets a pointer's events come to an element wherever it goes.
pub fn capture_pointer(_element: &Element, _pointer: PointerId) {}

/// The gap between a board's cards that a point is over.
#[must_use]
pub fn gap_at(_board: &Element, _at: Point) -> Option<Gap> {
    None
}

/// What scrolls, for a pointer at a point.
#[must_use]
pub fn scroll_frame(_board: &Element, _at: Point) -> Frame {
    Frame { across: Span::default(), down: None, is_one_at_a_time: false }
}

/// Scrolls the board, and the column under a point. Says whether the pointer may be over something else by then.
pub fn scroll_by(_board: &Element, _at: Point, _stride: Stride) -> bool {
    false
}

/// The card that a pointer went down on, unless it hit a control of its own.
#[must_use]
pub fn pressed_card(_target: &EventTarget, _at: Point) -> Option<Pressed> {
    None
}

/// The card whose link this is.
#[must_use]
pub fn card_of_link(_target: &EventTarget) -> Option<CardId> {
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

/// The page at the moment of a press.
#[must_use]
pub fn surroundings(_event: &KeyboardEvent) -> Surroundings {
    Surroundings::default()
}

/// The card that the focus is on.
#[must_use]
pub fn focused_card() -> Option<CardId> {
    None
}

/// The card of the board that an element belongs to.
#[must_use]
pub fn card_around(_element: &Element) -> Option<CardId> {
    None
}

/// Presses the first button that matches. Says whether there was one.
pub fn press_button(_selector: &str) -> bool {
    false
}

/// What the browser keeps under a name for this server.
#[must_use]
pub fn kept(_name: &str) -> Option<String> {
    None
}

/// Has the browser keep something under a name.
pub fn keep(_name: &str, _value: &str) {}

/// Whether the machine is one of Apple's, where ⌘ takes the place of Ctrl.
#[must_use]
pub fn is_apple() -> bool {
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

/// The cards of each of a board's columns that are rendered, from top to bottom.
#[must_use]
pub fn rendered_cards(_board: &Element) -> Vec<Vec<Extent>> {
    Vec::new()
}

/// The cards beside one that is rendered.
#[must_use]
pub fn cards_beside(_id: &str, _most: usize) -> Vec<CardId> {
    Vec::new()
}

/// Puts the focus on the first of these that is on the page. Tells which.
pub fn focus_first(_ways: &[(String, &str)]) -> Option<usize> {
    None
}

/// Whether any of an element is seen in the window and in what it is scrolled in.
#[must_use]
pub fn is_in_view(_id: &str) -> bool {
    false
}

/// As [`focus_first`], but what is in view stays: a reader may have scrolled away from where the focus is.
pub fn focus_first_in_place(_ways: &[(String, &str)]) -> Option<usize> {
    None
}

/// The index of what has the focus among what matches.
#[must_use]
pub fn focus_index(_selector: &str) -> Option<usize> {
    None
}

/// Puts the focus on what has this index among what matches, or on the last of them. Says whether there is any.
pub fn focus_nth(_selector: &str, _index: usize) -> bool {
    false
}

/// The cookies, as a request's `Cookie` header has them.
#[must_use]
pub fn cookies() -> String {
    String::new()
}

/// Keeps a cookie.
pub fn keep_cookie(_cookie: &str) {}
