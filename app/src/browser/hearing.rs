//! Events that are listened to on the page itself, for code that comes after it.

use leptos::web_sys::{Element, Event, EventTarget};
use wasm_bindgen::{JsCast, closure::Closure};

/// Events that are listened to; dropped, they no longer are.
pub struct Hearing {
    target: Option<EventTarget>,
    events: &'static [&'static str],
    callback: Closure<dyn Fn(Event)>,
}

/// Listens to events that reach an element.
#[must_use]
pub fn hear(element: &Element, events: &'static [&'static str], heard: impl Fn(&Event) + 'static) -> Hearing {
    Hearing::new(Some(element.clone().into()), events, heard)
}

/// Listens to events wherever they happen.
#[must_use]
pub fn hear_anywhere(events: &'static [&'static str], heard: impl Fn(&Event) + 'static) -> Hearing {
    Hearing::new(web_sys::window().map(EventTarget::from), events, heard)
}

impl Hearing {
    fn new(
        target: Option<EventTarget>,
        events: &'static [&'static str],
        heard: impl Fn(&Event) + 'static,
    ) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(move |event: Event| heard(&event));
        if let Some(target) = &target {
            for event in events {
                let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
            }
        }
        Self { target, events, callback }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        let Some(target) = &self.target else { return };
        for event in self.events {
            let _ = target.remove_event_listener_with_callback(event, self.callback.as_ref().unchecked_ref());
        }
    }
}
