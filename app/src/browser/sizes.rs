//! The sizes of elements, told before they are painted.

use leptos::web_sys::Element;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{ResizeObserver, ResizeObserverEntry};

use super::Measured;

/// Tells of the sizes of elements; dropped, it no longer does.
pub struct Sizes {
    observer: Option<ResizeObserver>,
    _callback: Closure<dyn Fn(js_sys::Array)>,
}

impl Sizes {
    /// Tells `measured` whenever an element has another size.
    #[must_use]
    pub fn new(measured: impl Fn(Measured) + 'static) -> Self {
        let callback = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            measured(entries.iter().filter_map(|entry| height(&entry.unchecked_into())).collect());
        });
        // It only fails for an invalid callback.
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        Self { observer, _callback: callback }
    }

    /// Measures an element from now on.
    pub fn watch(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
    }

    /// No longer measures an element.
    pub fn leave(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.unobserve(element);
        }
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// The row that an element is, and its height. One that was taken off the page has none.
fn height(entry: &ResizeObserverEntry) -> Option<(Option<i64>, f64)> {
    let element = entry.target();
    let row = element.get_attribute("data-row").and_then(|row| row.parse().ok());
    element.is_connected().then(|| (row, element.get_bounding_client_rect().height()))
}
