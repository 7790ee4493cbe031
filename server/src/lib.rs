//! The server of Mainstay: JSON API, SSE hub, store and rendered pages, as a library that `main.rs` starts and the
//! tests drive.

pub mod assets;
pub mod board;
pub mod cli;
pub mod clock;
pub mod dashboard;
pub mod events;
pub mod git;
pub mod ids;
pub mod router;
pub mod shell;
pub mod sse;
pub mod store;
