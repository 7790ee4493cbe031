//! The integration tests: a whole server, spoken to over real sockets. A module for each subject, and first what they
//! all use: [`app`] starts a server in the test's own process, [`process`] the real binary, [`client`] talks to either,
//! [`sse_reader`] reads its streams.

mod app;
mod client;
mod process;
mod sse_reader;

mod sse_request;
