//! Mainstay's pages: the same components rendered by the server and hydrated in the browser.
//!
//! `main.rs` starts the hydration, `routes` is the map of addresses. Code that touches the browser is
//! `cfg(target_arch = "wasm32")`; a view never reads the clock, random numbers or the browser while it renders.
#![recursion_limit = "512"]
// A closure that is written out in a view is erased to one type per result; one that is passed by its name is a type of
// its own, and each type costs some 2 kB of client.
#![allow(clippy::redundant_closure, reason = "see above")]

pub mod address;
pub mod agent_names;
pub mod api;
pub mod attempt;
pub mod board;
pub mod browser;
pub mod card;
pub mod chunk;
pub mod cookie;
pub mod dashboard;
pub mod density;
pub mod frame;
pub mod keys;
pub mod live;
pub mod missing;
mod occurrences;
mod palette;
mod percent;
pub mod projects;
pub mod routes;
#[cfg(test)]
mod samples;
pub mod shell;
pub mod sign_in;
mod sign_out;
pub mod snapshot;
#[cfg(target_arch = "wasm32")]
pub mod start;
pub mod tab;
pub mod theme;
mod title;
mod topbar;
pub mod ui;
mod words;

pub use routes::App;
