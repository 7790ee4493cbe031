//! The integration tests: a whole server, spoken to over real sockets. A module for each subject, and first what they
//! all use: [`app`] starts a server in the test's own process, [`process`] the real binary, [`client`] talks to either,
//! [`sse_reader`] reads its streams.

mod app;
mod binary;
mod client;
mod http;
mod process;
mod sse_reader;

mod api_boards;
mod api_cards;
mod api_columns;
mod auth_checks;
mod auth_sign_in;
mod cli_link;
mod cli_serve;
mod sse_opening;
mod sse_request;
