//! Mainstay's wire and domain types, the messages of its stream, and the pure reducers over them.
//!
//! No I/O, no clock, no async, no framework: the server and the browser both build on this crate.
