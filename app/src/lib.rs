//! Mainstay's pages: the same components rendered by the server and hydrated in the browser.
//!
//! `main.rs` starts the hydration, `routes` is the map of addresses. Code that touches the browser is
//! `cfg(target_arch = "wasm32")`; a view never reads the clock, random numbers or the browser while it renders.
#![recursion_limit = "512"]

pub mod api;
pub mod live;
pub mod routes;
pub mod shell;
pub mod snapshot;

pub use routes::App;
