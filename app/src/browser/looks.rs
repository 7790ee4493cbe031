//! How pages look to this reader: what the root element carries for the style sheets, and the cookies that keep it.

use leptos::ev::PointerEvent;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

use super::dom::document;

fn root() -> Option<Element> {
    document()?.document_element()
}

/// An attribute of the root element; empty if it has none of this name.
#[must_use]
pub fn root_attribute(name: &str) -> Option<String> {
    Some(root()?.get_attribute(name).unwrap_or_default())
}

/// Gives the root element an attribute, or takes it off.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = root() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// Sets a property of the root element's own style.
pub fn set_root_property(name: &str, value: &str) {
    if let Some(root) = root().and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(name, value);
    }
}

/// The width of the element of this id, in pixels.
#[must_use]
pub fn width_of(id: &str) -> Option<f64> {
    Some(document()?.get_element_by_id(id)?.get_bounding_client_rect().width())
}

/// Lets what follows of a pointer come to the element that it went down on.
pub fn capture(event: &PointerEvent) {
    let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(element) = element {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
