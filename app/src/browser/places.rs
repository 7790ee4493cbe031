//! Where the focus is among what a page shows, and where it goes when that is taken off the page.

use leptos::web_sys::{Element, HtmlElement};
use shared::ids::CardId;
use wasm_bindgen::JsCast;

use super::dom::{document, elements};

/// The cards beside one that is rendered: those below it, nearest first, then those above, as far as `most` on each side.
#[must_use]
pub fn cards_beside(id: &str, most: usize) -> Vec<CardId> {
    let Some(element) = document().and_then(|document| document.get_element_by_id(id)) else {
        return Vec::new();
    };
    let card = |element: &Element| element.get_attribute("data-card").map(CardId::new);
    let below = std::iter::successors(element.next_element_sibling(), Element::next_element_sibling);
    let above = std::iter::successors(element.previous_element_sibling(), Element::previous_element_sibling);
    let below = below.filter_map(|it| card(&it)).take(most);
    below.chain(above.filter_map(|it| card(&it)).take(most)).collect()
}

/// Puts the focus on the first of these that is on the page: what matches in the element of an id, or anywhere where no
/// id is given. Tells which.
pub fn focus_first(ways: &[(String, &str)]) -> Option<usize> {
    let document = document()?;
    let found = |(id, selector): &(String, &str)| {
        let element = match id.as_str() {
            "" => document.query_selector(selector),
            id => document.get_element_by_id(id)?.query_selector(selector),
        };
        element.ok().flatten()?.dyn_into::<HtmlElement>().ok()
    };
    let (index, element) = ways.iter().enumerate().find_map(|(index, way)| Some((index, found(way)?)))?;
    let _ = element.focus();
    Some(index)
}

/// The index of what has the focus among what matches.
#[must_use]
pub fn focus_index(selector: &str) -> Option<usize> {
    let document = document()?;
    let active = document.active_element()?;
    let body = document.body()?;
    elements(&body, selector).iter().position(|it| **it == active)
}

/// Puts the focus on what has this index among what matches, or on the last of them. Says whether there is any.
pub fn focus_nth(selector: &str, index: usize) -> bool {
    let Some(body) = document().and_then(|document| document.body()) else { return false };
    let all = elements(&body, selector);
    let target = all.get(index).or(all.last());
    target.is_some_and(|target| target.focus().is_ok())
}
