//! What a page may load and run: what the server itself has sent, and nothing else.

use axum::http::HeaderValue;
use leptos::nonce::Nonce;

/// The policy of a document without any script.
pub const WITHOUT_SCRIPT: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
);

/// The policy of a page whose inline scripts and styles carry this nonce: what it starts from, what starts the client, and
/// how somebody has it look.
pub(super) fn with_nonce(nonce: &Nonce) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    // A nonce is base64, so the header is one whatever it is; without script a page is still readable.
    HeaderValue::try_from(policy).unwrap_or(WITHOUT_SCRIPT)
}
