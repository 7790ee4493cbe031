//! Where the focus is among what a page shows, and where it goes when that is taken off the page.

use leptos::web_sys::{Element, FocusOptions, HtmlElement};
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

/// Whether any of an element is seen in the window and in what it is scrolled in.
#[must_use]
pub fn is_in_view(id: &str) -> bool {
    let Some(element) = document().and_then(|document| document.get_element_by_id(id)) else { return false };
    let rect = element.get_bounding_client_rect();
    let around = std::iter::successors(element.parent_element(), |it| it.parent_element());
    let mut boxes = around.map(|it| it.get_bounding_client_rect());
    boxes.all(|it| {
        let is_beside = rect.right() <= it.left() || it.right() <= rect.left();
        !is_beside && it.top() < rect.bottom() && rect.top() < it.bottom()
    })
}

/// Puts the focus on the first of these that is on the page: what matches in the element of an id, or anywhere where no
/// id is given. Tells which.
pub fn focus_first(ways: &[(String, &str)]) -> Option<usize> {
    focus_first_of(ways, &FocusOptions::new())
}

/// As [`focus_first`], but what is in view stays: a reader may have scrolled away from where the focus is.
pub fn focus_first_in_place(ways: &[(String, &str)]) -> Option<usize> {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    focus_first_of(ways, &options)
}

fn focus_first_of(ways: &[(String, &str)], options: &FocusOptions) -> Option<usize> {
    let document = document()?;
    let found = |(id, selector): &(String, &str)| {
        let element = match id.as_str() {
            "" => document.query_selector(selector),
            id => document.get_element_by_id(id)?.query_selector(selector),
        };
        element.ok().flatten()?.dyn_into::<HtmlElement>().ok()
    };
    let (index, element) = ways.iter().enumerate().find_map(|(index, way)| Some((index, found(way)?)))?;
    let _ = element.focus_with_options(options);
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
