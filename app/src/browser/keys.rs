//! What a press of a key finds on the page, and what it does there.

use leptos::web_sys::{Element, HtmlElement, KeyboardEvent};
use shared::ids::CardId;
use wasm_bindgen::JsCast;

use crate::keys::press::{Focus, Surroundings};

/// What lies over the page and has keys of its own.
const COVERS: &str = "dialog[open], :popover-open";
/// A card in the hand, be it the pointer's or the keyboard's: whoever carries it says so by one of these.
const CARRIES: &str = ".is-dragging, [data-lifted]";
const FIELDS: &str = "input, textarea, select, [contenteditable]";

fn find(selector: &str) -> Option<HtmlElement> {
    let found = web_sys::window()?.document()?.query_selector(selector).ok()??;
    found.dyn_into().ok()
}

fn active() -> Option<Element> {
    web_sys::window()?.document()?.active_element()
}

fn is_in(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}

/// The page at the moment of a press.
#[must_use]
pub fn surroundings(event: &KeyboardEvent) -> Surroundings {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let focus = match active() {
        None => Focus::Nowhere,
        Some(active) if active.tag_name() == "BODY" => Focus::Nowhere,
        Some(active) if is_in(&active, ".board [data-card]") => Focus::Card,
        Some(active) if is_in(&active, "#inspector") => Focus::Inspector,
        Some(_) => Focus::Elsewhere,
    };
    Surroundings {
        focus,
        is_typing: event.is_composing() || target.is_some_and(|target| is_in(&target, FIELDS)),
        is_covered: find(COVERS).is_some(),
        is_carrying: find(CARRIES).is_some(),
    }
}

/// The card that the focus is on.
#[must_use]
pub fn focused_card() -> Option<CardId> {
    card_around(&active()?)
}

/// The card of the board that an element belongs to.
#[must_use]
pub fn card_around(element: &Element) -> Option<CardId> {
    let card = element.closest(".board [data-card]").ok()??;
    card.get_attribute("data-card").map(CardId::new)
}

/// Presses the first button that matches. Says whether there was one.
pub fn press_button(selector: &str) -> bool {
    let found = find(selector);
    if let Some(button) = &found {
        button.click();
    }
    found.is_some()
}

/// What the browser keeps under a name for this server.
#[must_use]
pub fn kept(name: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(name).ok()?
}

/// Has the browser keep something under a name. Where it keeps nothing, it is for this page alone.
pub fn keep(name: &str, value: &str) {
    if let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
        let _ = storage.set_item(name, value);
    }
}

/// Whether the machine is one of Apple's, where ⌘ takes the place of Ctrl.
#[must_use]
pub fn is_apple() -> bool {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}
