//! The live half of a page: the hooks that keep it in step with the server, and what they are made of.
//!
//! - [`use_kanban_sse`] and [`use_dashboard_sse`] are what views call. On the server they only show the snapshot that
//!   the page was rendered from; in the browser they go on from its position.
//! - [`connection`] decides when a stream is opened, closed and given up, and [`backoff`] how long to wait in between:
//!   pure functions of what happened and when.
//! - [`board_signals`] hands the folded board to views in pieces, so that a change renders only what it touched.
//! - `wire`, `event_source` and `browser` are the thin shells around them, in the browser alone.
#![cfg_attr(
    not(any(target_arch = "wasm32", test)),
    expect(
        dead_code,
        reason = "the server shows snapshots; what keeps them up to date runs in browsers and in tests"
    )
)]

pub mod backoff;
mod board_reader;
pub mod board_signals;
#[cfg(target_arch = "wasm32")]
mod browser;
pub mod connection;
mod dashboard;
mod ear;
#[cfg(target_arch = "wasm32")]
mod event_source;
#[cfg(test)]
mod fixture;
mod freshness;
mod kanban;
mod outbox;
mod page_stream;
mod reader;
#[cfg(target_arch = "wasm32")]
mod wire;

pub use board_signals::BoardSignals;
pub use dashboard::{DashboardLive, use_dashboard_sse};
pub use ear::Told;
pub use freshness::Freshness;
pub use kanban::{Done, Failure, Kanban, Sending, Witness, use_kanban_sse};
pub use page_stream::provide_page_stream;
pub use shared::overlay::Operation;

/// The browser's clock.
#[cfg(target_arch = "wasm32")]
pub(crate) fn now() -> shared::time::Timestamp {
    // Whole milliseconds of a date fit an i64; the cast cuts off nothing but a fraction.
    shared::time::Timestamp::from_millis(js_sys::Date::now() as i64)
}
