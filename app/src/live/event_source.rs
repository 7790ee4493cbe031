//! The browser's `EventSource`, held so that nothing of it outlives its stream.

use shared::sse::EVENT_TYPES;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// A stream that is open; dropped, it is closed.
pub(super) struct OpenStream {
    source: EventSource,
    /// One for all event types; each frame says its own.
    on_frame: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl OpenStream {
    /// Opens a stream; `on_frame` gets the last event id, the event type and the data of each frame.
    ///
    /// `None` if the browser refuses the address, which it does for no address on the page's own server.
    pub(super) fn open(
        address: &str,
        on_frame: impl Fn(&str, &str, &str) + 'static,
        on_error: impl Fn() + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let on_frame = Closure::<dyn Fn(MessageEvent)>::new(move |frame: MessageEvent| {
            // The data of an event stream is always text.
            let data = frame.data().as_string().unwrap_or_default();
            on_frame(&frame.last_event_id(), &frame.type_(), &data);
        });
        let on_error = Closure::<dyn Fn()>::new(on_error);
        for event in EVENT_TYPES {
            // It only fails for an invalid listener.
            let _ = source.add_event_listener_with_callback(event, on_frame.as_ref().unchecked_ref());
        }
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, on_frame, _on_error: on_error })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.source.close();
        self.source.set_onerror(None);
        for event in EVENT_TYPES {
            let listener = self.on_frame.as_ref().unchecked_ref();
            let _ = self.source.remove_event_listener_with_callback(event, listener);
        }
    }
}
