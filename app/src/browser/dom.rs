//! The browser itself. What it refuses is left undone: nothing here is worth an error that a person could act on.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::{request_animation_frame, request_idle_callback_with_handle, set_timeout};
use leptos::web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent, Node};
use shared::time::Timestamp;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{HtmlDialogElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{FocusPlace, Step};
use crate::attempt::heights::Scroll;
use crate::chunk::ChunkName;

/// When a browser that doesn't tell when it is idle most likely is.
const SOON: Duration = Duration::from_secs(1);

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The present.
#[must_use]
pub fn now() -> Option<Timestamp> {
    // Whole milliseconds of a date fit an i64; the cast cuts off nothing but a fraction.
    Some(Timestamp::from_millis(Date::now() as i64))
}

/// What is to be added to a time in UTC for the reader's clock, in minutes.
#[must_use]
pub fn utc_offset_minutes(at: Timestamp) -> Option<i64> {
    let date = Date::new(&JsValue::from_f64(at.as_millis() as f64));
    // The browser counts the other way round. Less than a day, so the cast is exact.
    Some(-(date.get_timezone_offset() as i64))
}

/// Leaves for another document.
pub fn leave_for(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(address);
    }
}

/// Reads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Names the document.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// The chunks that made elements of the rendered page.
#[must_use]
pub fn rendered_chunks() -> Vec<ChunkName> {
    let Some(body) = document().and_then(|document| document.body()) else { return Vec::new() };
    let names = elements(&body, "[data-chunk]").into_iter().filter_map(|it| it.get_attribute("data-chunk"));
    names.filter_map(|name| ChunkName::parse(&name)).collect()
}

/// Whether the focus is on the element of this id, or in it.
#[must_use]
pub fn is_focus_in(id: &str) -> bool {
    let Some(document) = document() else { return false };
    let active = document.active_element();
    let around = document.get_element_by_id(id);
    around.is_some_and(|around| around.contains(active.as_deref().map(AsRef::as_ref)))
}

/// Does something when the browser has nothing else to do, or soon where it doesn't tell.
pub fn when_idle(act: fn()) {
    if request_idle_callback_with_handle(act).is_err() {
        set_timeout(act, SOON);
    }
}

/// Opens a menu beside what opened it, with its first item in focus.
pub fn open_menu(menu: &Element, anchor: &Element) {
    let Some(panel) = menu.dyn_ref::<HtmlElement>() else { return };
    if panel.show_popover().is_err() {
        return;
    }
    place_beside(panel, anchor);
    step_focus(menu, "[role^=menuitem]", Step::First);
}

/// Below the anchor, its end below the anchor's end; above it where there is no room; always inside the window.
fn place_beside(panel: &HtmlElement, anchor: &Element) {
    const GAP: f64 = 4.0;
    let Some(window) = web_sys::window() else { return };
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|it| it.as_f64()).unwrap_or_default();
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (own, beside) = (panel.get_bounding_client_rect(), anchor.get_bounding_client_rect());
    let left = (beside.right() - own.width()).min(width - own.width() - GAP).max(GAP);
    let below = beside.bottom() + GAP;
    let fits_below = below + own.height() + GAP <= height;
    let top = if fits_below { below } else { (beside.top() - own.height() - GAP).max(GAP) };
    let style = panel.style();
    let _ = style.set_property("inset", &format!("{top}px auto auto {left}px"));
}

/// Closes a menu.
pub fn close_menu(menu: &Element) {
    if let Some(panel) = menu.dyn_ref::<HtmlElement>() {
        let _ = panel.hide_popover();
    }
}

/// Whether a menu is open.
#[must_use]
pub fn is_open(menu: &Element) -> bool {
    menu.matches(":popover-open").unwrap_or_default()
}

/// Moves the focus among the parts of the page that match.
pub fn step_focus_of_page(selector: &str, step: Step) {
    if let Some(body) = document().and_then(|document| document.body()) {
        step_focus(&body, selector, step);
    }
}

/// Moves the focus among the parts of an element that match.
pub fn step_focus(within: &Element, selector: &str, step: Step) {
    let all = elements(within, selector);
    let active = document().and_then(|document| document.active_element());
    let current = active.and_then(|active| all.iter().position(|it| **it == active));
    if let Some(target) = step.from(current, all.len()).and_then(|index| all.get(index)) {
        let _ = target.focus();
    }
}

pub(super) fn elements(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = within.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// Opens a dialog over the page. A menu that led to it is closed first: the focus goes back to what opened that.
pub fn open_dialog(dialog: &Element) {
    let menu =
        document().and_then(|document| document.query_selector("[popover]:popover-open").ok().flatten());
    if let Some(menu) = menu {
        close_menu(&menu);
    }
    if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>() {
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog.
pub fn close_dialog(dialog: &Element) {
    if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>() {
        dialog.close();
    }
}

/// Puts the focus on the first element that matches, in the next frame.
pub fn focus(selector: &str) {
    let selector = selector.to_owned();
    request_animation_frame(move || {
        let found = document().and_then(|document| document.query_selector(&selector).ok().flatten());
        focus_element(found);
    });
}

/// Puts the focus on the first element of the first of these that matches any, in the next frame, if it is nowhere by
/// then: what had it is gone. Tells when it has looked.
pub fn catch_focus(selectors: &'static [&'static str], looked: impl FnOnce() + 'static) {
    request_animation_frame(move || {
        looked();
        let Some(document) = document() else { return };
        let body = document.body().map(Element::from);
        let active = document.active_element();
        if active.is_none() || active == body {
            focus_element(selectors.iter().find_map(|it| document.query_selector(it).ok().flatten()));
        }
    });
}

/// Puts the focus on the element of this id, or on what in it matches, in the next frame.
pub fn focus_in(id: &str, selector: &str) {
    let (id, selector) = (id.to_owned(), selector.to_owned());
    request_animation_frame(move || {
        let found = document().and_then(|document| document.get_element_by_id(&id));
        focus_element(found.and_then(|it| it.query_selector(&selector).ok().flatten().or(Some(it))));
    });
}

/// As [`focus_in`], unless the focus is by then in the element of another id.
pub fn focus_in_unless_within(id: &str, selector: &str, other: &str) {
    let (id, selector, other) = (id.to_owned(), selector.to_owned(), other.to_owned());
    request_animation_frame(move || {
        if !is_focus_in(&other) {
            let found = document().and_then(|document| document.get_element_by_id(&id));
            focus_element(found.and_then(|it| it.query_selector(&selector).ok().flatten().or(Some(it))));
        }
    });
}

/// Puts the focus on what matches in the element of this id, in the next frame, if it is nowhere by then.
pub fn keep_focus(id: &str, selector: &str) {
    let (id, selector) = (id.to_owned(), selector.to_owned());
    request_animation_frame(move || {
        if focus_place(&id) == FocusPlace::Nowhere {
            let found = document().and_then(|document| document.get_element_by_id(&id));
            focus_element(found.and_then(|it| it.query_selector(&selector).ok().flatten()));
        }
    });
}

/// Where the focus is, as seen from the element of this id.
#[must_use]
pub fn focus_place(id: &str) -> FocusPlace {
    let Some(document) = document() else { return FocusPlace::Nowhere };
    let body = document.body().map(Element::from);
    match document.active_element() {
        _ if is_focus_in(id) => FocusPlace::There,
        Some(active) if Some(&active) != body.as_ref() => FocusPlace::Elsewhere,
        _ => FocusPlace::Nowhere,
    }
}

fn focus_element(element: Option<Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Whether a press of Escape is meant for this part of the page: it was pressed in it, or nowhere in particular, and
/// nothing that Escape closes first is open.
#[must_use]
pub fn is_escape_meant_for(part: &Element, event: &KeyboardEvent) -> bool {
    let target = event.target();
    let target = target.as_ref().and_then(|target| target.dyn_ref::<Node>());
    let body = document().and_then(|document| document.body());
    let is_nowhere = target.is_none() || target == body.as_deref().map(AsRef::as_ref);
    let finds = |selector| document().is_some_and(|it| matches!(it.query_selector(selector), Ok(Some(_))));
    let is_taken = event.default_prevented() || event.is_composing();
    !is_taken
        && (is_nowhere || part.contains(target))
        && !finds(":popover-open")
        && !finds("dialog[open], .is-dragging")
}

/// Scrolls the element of this id into view, as little as it takes, in the next frame.
pub fn reveal(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        if let Some(element) = document().and_then(|document| document.get_element_by_id(&id)) {
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// Where an element is scrolled to, counted from the beginning of a list in it.
#[must_use]
pub fn scroll_of(element: &Element, list: &Element) -> Scroll {
    // As a number it may have a fraction, which web-sys cuts off.
    let top = js_sys::Reflect::get(element, &"scrollTop".into()).ok().and_then(|top| top.as_f64());
    let top = top.unwrap_or_default();
    let lead = list.get_bounding_client_rect().top() - element.get_bounding_client_rect().top() + top;
    Scroll {
        top: top - lead,
        viewport: f64::from(element.client_height()),
        height: f64::from(element.scroll_height()) - lead,
    }
}

/// Scrolls an element to a place of a list in it, and tells where it is then.
pub fn scroll_to(element: &Element, list: &Element, top: f64) -> Scroll {
    let rects = (list.get_bounding_client_rect(), element.get_bounding_client_rect());
    // The browser holds it to what there is.
    element.scroll_by_with_x_and_y(0.0, rects.0.top() - rects.1.top() + top.min(1e9));
    scroll_of(element, list)
}

/// Where the element that an event of scrolling is about is scrolled to.
#[must_use]
pub fn scrolled_to(event: &Event) -> Option<Scroll> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let pixels = |of: i32| f64::from(of);
    Some(Scroll {
        top: pixels(element.scroll_top()),
        viewport: pixels(element.client_height()),
        height: pixels(element.scroll_height()),
    })
}

/// Scrolls an element to its end, in the next frame, if that is still wanted then.
pub fn scroll_to_end(element: Element, is_wanted: impl Fn() -> bool + 'static) {
    request_animation_frame(move || {
        if is_wanted() {
            element.set_scroll_top(element.scroll_height());
        }
    });
}

/// Makes room within an element, before and after what is in it, in pixels.
pub fn make_room(element: &Element, before: f64, after: f64) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property("padding-block", &format!("{before}px {after}px"));
    }
}

/// Whether the part that an event of folding is about is unfolded by now.
#[must_use]
pub fn is_unfolded(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.has_attribute("open"))
}
