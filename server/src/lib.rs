//! The server of Mainstay: JSON API, SSE hub, store and rendered pages, as a library that `main.rs` starts and the
//! tests drive.

pub mod assets;
pub mod cli;
pub mod router;
pub mod shell;
