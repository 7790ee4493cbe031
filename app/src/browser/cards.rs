//! A board's cards on the screen: what a pointer is over, and how the board scrolls under it. Only what is rendered is
//! measured; what it means for the order of the cards is decided elsewhere.

use leptos::web_sys::{DomRect, Element, EventTarget};
use shared::ids::{CardId, ColumnId};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::dom::{document, elements};
use super::{Grip, Pressed};
use crate::board::drag::{Gap, Point, PointerId};
use crate::board::lanes::edges::{Frame, Stride};
use crate::board::lanes::{self, Extent, Lane, Span};

/// Milliseconds since the page began.
#[must_use]
pub fn ticks() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |it| it.now())
}

/// Does something in the next frame, with its time in milliseconds since the page began.
pub fn next_frame(act: impl FnOnce(f64) + 'static) {
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(Closure::<dyn FnMut(f64)>::once_into_js(act).unchecked_ref());
    }
}

/// Whether the page is in the background.
#[must_use]
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Lets a pointer's events come to an element wherever it goes.
pub fn capture_pointer(element: &Element, pointer: PointerId) {
    let _ = element.set_pointer_capture(pointer);
}

/// The card that a pointer went down on, unless it hit a control of its own.
#[must_use]
pub fn pressed_card(target: &EventTarget, at: Point) -> Option<Pressed> {
    let target = target.dyn_ref::<Element>()?;
    let card = target.closest("[data-card]").ok()??;
    if target.closest("button, input, textarea").ok()?.is_some() {
        return None;
    }
    let rect = card.get_bounding_client_rect();
    let offset = Point { x: at.x - rect.left(), y: at.y - rect.top() };
    let card = CardId::new(card.get_attribute("data-card")?);
    Some(Pressed { card, grip: Grip { offset, width: rect.width() } })
}

/// The card whose link this is.
#[must_use]
pub fn card_of_link(target: &EventTarget) -> Option<CardId> {
    let target = target.dyn_ref::<Element>()?;
    let card = target.closest(".card__link").ok()??.closest("[data-card]").ok()??;
    card.get_attribute("data-card").map(CardId::new)
}

/// The gap between a board's cards that a point is over.
#[must_use]
pub fn gap_at(board: &Element, at: Point) -> Option<Gap> {
    let (columns, lanes) = measured_lanes(board);
    let index = lanes::lane(&lanes, across(&board.get_bounding_client_rect()), at.x)?;
    let beside = lanes::gap(&cards_of(columns.get(index)?), at.y);
    Some(Gap { column: lanes.get(index)?.column.clone(), beside })
}

/// The cards of each of a board's columns that are rendered, from top to bottom.
#[must_use]
pub fn rendered_cards(board: &Element) -> Vec<Vec<Extent>> {
    measured_lanes(board).0.iter().map(cards_of).collect()
}

fn cards_of(column: &Element) -> Vec<Extent> {
    // The one in the hand keeps an element in its list, but has no place there.
    let cards = elements(column, "[data-card]:not(.is-away)");
    let extent = |it: &web_sys::HtmlElement| {
        let card = CardId::new(it.get_attribute("data-card")?);
        Some(Extent { card, down: down(&it.get_bounding_client_rect()) })
    };
    cards.iter().filter_map(|it| extent(it)).collect()
}

/// What scrolls, for a pointer at a point.
#[must_use]
pub fn scroll_frame(board: &Element, at: Point) -> Frame {
    let (_, lanes) = measured_lanes(board);
    let across = across(&board.get_bounding_client_rect());
    let list = list_at(board, at).map(|list| down(&list.get_bounding_client_rect()));
    Frame { across, down: list, is_one_at_a_time: lanes::is_one_at_a_time(&lanes, across) }
}

/// Scrolls the board, and the column under a point. Says whether the pointer may be over something else by then.
pub fn scroll_by(board: &Element, at: Point, stride: Stride) -> bool {
    let Stride { right, down, columns } = stride;
    if columns != 0 {
        show_column(board, at, columns);
    }
    if right != 0 {
        board.set_scroll_left(board.scroll_left() + right);
    }
    if down != 0
        && let Some(list) = list_at(board, at)
    {
        list.set_scroll_top(list.scroll_top() + down);
    }
    // A column comes over several frames.
    stride != Stride::default() || is_one_at_a_time(board)
}

fn is_one_at_a_time(board: &Element) -> bool {
    lanes::is_one_at_a_time(&measured_lanes(board).1, across(&board.get_bounding_client_rect()))
}

/// Shows the column this many after the one that a point means.
fn show_column(board: &Element, at: Point, columns: i32) {
    let (elements, lanes) = measured_lanes(board);
    let Some(index) = lanes::lane(&lanes, across(&board.get_bounding_client_rect()), at.x) else { return };
    let next = isize::try_from(columns).ok().and_then(|columns| index.checked_add_signed(columns));
    if let Some(column) = next.and_then(|next| elements.get(next)) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Center);
        column.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The scrolling list of the column that a point means.
fn list_at(board: &Element, at: Point) -> Option<Element> {
    let (columns, lanes) = measured_lanes(board);
    let index = lanes::lane(&lanes, across(&board.get_bounding_client_rect()), at.x)?;
    columns.get(index)?.query_selector(".column__cards").ok().flatten()
}

/// The columns of a board, and where they are.
fn measured_lanes(board: &Element) -> (Vec<Element>, Vec<Lane>) {
    let measured = elements(board, "[data-column]").into_iter().filter_map(|it| {
        let column = ColumnId::new(it.get_attribute("data-column")?);
        let across = across(&it.get_bounding_client_rect());
        Some((Element::from(it), Lane { column, across }))
    });
    measured.unzip()
}

fn across(rect: &DomRect) -> Span {
    Span { start: rect.left(), end: rect.right() }
}

fn down(rect: &DomRect) -> Span {
    Span { start: rect.top(), end: rect.bottom() }
}
