//! Notices on the desktop, where the browser has them.

use js_sys::Reflect;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use super::Notifying;

/// Whether somebody looks at this page.
#[must_use]
pub fn is_looked_at() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.has_focus().unwrap_or(true))
}

/// Whether the browser shows notices on the desktop.
#[must_use]
pub fn notifying() -> Option<Notifying> {
    let window = web_sys::window()?;
    let is_there = Reflect::has(&window, &"Notification".into()).unwrap_or_default();
    if !is_there || !window.is_secure_context() {
        return Some(Notifying::Impossible);
    }
    Some(match Notification::permission() {
        NotificationPermission::Granted => Notifying::Allowed,
        NotificationPermission::Denied => Notifying::Refused,
        _ => Notifying::Unasked,
    })
}

/// Asks the person whether it may show them, and tells the answer.
pub fn ask_to_notify(then: impl Fn(Option<Notifying>) + 'static) {
    let Ok(asking) = Notification::request_permission() else { return then(notifying()) };
    spawn_local(async move {
        // Whatever the answer, the browser knows it by then.
        let _ = JsFuture::from(asking).await;
        then(notifying());
    });
}

/// Shows a notice on the desktop, once for all that have the same name; pressed, it leads to an address.
pub fn notify(title: &str, text: &str, name: &str, address: &str) {
    if notifying() != Some(Notifying::Allowed) {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(name);
    // Some phones only let a worker show any.
    let Ok(notice) = Notification::new_with_options(title, &options) else { return };
    let (shown, address) = (notice.clone(), address.to_owned());
    let pressed = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        shown.close();
        super::leave_for(&address);
    });
    notice.set_onclick(Some(pressed.unchecked_ref()));
}
