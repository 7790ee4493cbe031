//! What the browser keeps in cookies, as far as scripts may read them.

use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use super::dom::document;

fn html_document() -> Option<HtmlDocument> {
    document()?.dyn_into().ok()
}

/// The cookies, as a request's `Cookie` header has them.
#[must_use]
pub fn cookies() -> String {
    html_document().and_then(|document| document.cookie().ok()).unwrap_or_default()
}

/// Keeps a cookie.
pub fn keep_cookie(cookie: &str) {
    if let Some(document) = html_document() {
        let _ = document.set_cookie(cookie);
    }
}
