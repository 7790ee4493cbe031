//! Mainstay's wire and domain types, the messages of its stream, and the pure reducers over them.
//!
//! No I/O, no clock, no async, no framework: the server and the browser both build on this crate.
//!
//! - What things are: [`board`], [`card`], [`view`], [`repository`], [`attempt`], [`conversation`], [`git`], [`agent`], [`dashboard`],
//!   with [`ids`] and [`time`] below them.
//! - What people choose: [`board_settings`] for a board's attempts, [`settings`] for the whole server.
//! - What travels: [`sse`] (the messages of the stream), [`patch`] (changes of a board), [`requests`] and
//!   [`problem`] (the JSON API).
//! - What a reader makes of it: [`fold`] (messages into state), [`overlay`] (the reader's own changes on
//!   top), and [`plain`] (a line in Markdown as plain words).
#![forbid(unsafe_code)]

pub mod agent;
pub mod attempt;
pub mod board;
pub mod board_settings;
pub mod card;
pub mod conversation;
pub mod dashboard;
pub mod fold;
pub mod git;
pub mod ids;
pub mod overlay;
pub mod page;
pub mod patch;
pub mod plain;
pub mod problem;
pub mod repository;
pub mod requests;
pub mod settings;
pub mod sse;
pub mod time;
pub mod view;
pub mod words;
