//! Columns that are scrolled, and what can be seen of them.

use leptos::prelude::request_animation_frame;
use leptos::web_sys::{Document, Element, Event};
use shared::ids::{CardId, ColumnId};
use wasm_bindgen::{JsCast, closure::Closure};

use crate::board::seen::Seen;

/// What measures a column: what was known of it before, and what is known then.
type Measure<'a> = &'a dyn Fn(Seen) -> Seen;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Hands on each column of a board, with what measures it.
pub fn measure_columns(told: impl Fn(ColumnId, Measure<'_>)) {
    let lists = document().and_then(|document| document.query_selector_all(".column__cards").ok());
    let Some(lists) = lists else { return };
    for index in 0..lists.length() {
        if let Some(list) = lists.item(index).and_then(|list| list.dyn_into().ok()) {
            tell(&list, &told);
        }
    }
}

/// Tells of columns that are scrolled; dropped, it no longer does.
pub struct Scrolling(Closure<dyn Fn(Event)>);

impl Scrolling {
    /// Hands on each column that is scrolled, with what measures it.
    #[must_use]
    pub fn listen(told: impl Fn(ColumnId, Measure<'_>) + 'static) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some(list) = event.target().and_then(|target| target.dyn_into().ok()) {
                tell(&list, &told);
            }
        });
        // Scrolling is told to the element alone, and on the way down to it.
        if let Some(document) = document() {
            let listener = callback.as_ref().unchecked_ref();
            let _ = document.add_event_listener_with_callback_and_bool("scroll", listener, true);
        }
        Self(callback)
    }
}

impl Drop for Scrolling {
    fn drop(&mut self) {
        if let Some(document) = document() {
            let listener = self.0.as_ref().unchecked_ref();
            let _ = document.remove_event_listener_with_callback_and_bool("scroll", listener, true);
        }
    }
}

fn tell(list: &Element, told: &impl Fn(ColumnId, Measure<'_>)) {
    if !list.matches(".column__cards").unwrap_or_default() {
        return;
    }
    let column = list.closest("[data-column]").ok().flatten().and_then(|it| it.get_attribute("data-column"));
    if let Some(column) = column {
        told(ColumnId::new(column), &|before| measure(list, before));
    }
}

fn measure(list: &Element, before: Seen) -> Seen {
    // The one in the hand is out of sight, and lies nowhere in particular.
    let two = list.query_selector("[data-card]:not(.is-away) + [data-card]:not(.is-away)").ok().flatten();
    let pitch = two.and_then(|card| {
        let above = card.previous_element_sibling()?.get_bounding_client_rect();
        Some(card.get_bounding_client_rect().top() - above.top()).filter(|_| above.height() > 0.0)
    });
    Seen::new(f64::from(list.scroll_top()), f64::from(list.client_height()), pitch, before)
}

/// Changes what changes the height of cards; each column stays where it was scrolled to, counted in cards.
pub fn keep_columns_in_place(change: impl FnOnce()) {
    let lists = document().and_then(|document| document.query_selector_all(".column__cards").ok());
    let lists = (0..lists.as_ref().map_or(0, |lists| lists.length()))
        .filter_map(|index| lists.as_ref()?.item(index)?.dyn_into::<Element>().ok());
    let before: Vec<_> = lists.map(|list| (list.scroll_top(), list.scroll_height(), list)).collect();
    change();
    for (top, height, list) in before.into_iter().filter(|(top, height, _)| *top > 0 && *height > 0) {
        let ratio = f64::from(list.scroll_height()) / f64::from(height);
        // It is within the list's height, which fits.
        list.set_scroll_top((f64::from(top) * ratio).round() as i32);
    }
}

/// Numbers the rendered cards of a column, in the next frame; none where there are none to be numbered.
pub fn number_cards(column: &ColumnId, cards: Vec<(CardId, usize)>, count: usize) {
    let column = column.clone();
    request_animation_frame(move || {
        let Some(document) = document() else { return };
        if cards.is_empty() {
            forget(&document, &column);
        }
        for (card, number) in cards {
            if let Some(card) = document.get_element_by_id(&format!("card-{card}")) {
                let _ = card.set_attribute("aria-posinset", &number.to_string());
                let _ = card.set_attribute("aria-setsize", &count.to_string());
            }
        }
    });
}

fn forget(document: &Document, column: &ColumnId) {
    let list =
        document.get_element_by_id(&format!("head-{column}")).and_then(|head| head.next_element_sibling());
    let Some(numbered) = list.and_then(|list| list.query_selector_all("[aria-posinset]").ok()) else {
        return;
    };
    for card in (0..numbered.length()).filter_map(|index| numbered.item(index)?.dyn_into::<Element>().ok()) {
        let _ = card.remove_attribute("aria-posinset");
        let _ = card.remove_attribute("aria-setsize");
    }
}
