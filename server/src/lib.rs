//! The server of Mainstay: JSON API, SSE hub, store and rendered pages, as a library that `main.rs` starts and the
//! tests drive.
#![forbid(unsafe_code)]
// A page is one type, as deep as its elements are nested.
#![recursion_limit = "512"]

pub mod accept;
pub mod agents;
pub mod api;
pub mod arrival;
pub mod assets;
pub mod attempts;
pub mod auth;
pub mod board;
pub mod browser;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dashboard;
pub mod data_folder;
pub mod error;
pub mod events;
pub mod git;
pub mod hex;
pub mod ids;
pub mod listener;
pub mod own_variables;
pub mod pages;
pub mod process_group;
pub mod process_identity;
pub mod repositories;
pub mod router;
pub mod sample;
pub mod serve;
pub mod shell;
pub mod sse;
pub mod state;
pub mod store;
pub mod strays;
pub mod text_decoder;
pub mod upkeep;
