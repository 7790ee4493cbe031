//! The integration tests: a whole server, spoken to over real sockets. A module for each subject, and first what they
//! all use: [`app`] starts a server in the test's own process, [`process`] the real binary, [`client`] talks to either,
//! [`sse_reader`] reads its streams.

mod app;
mod client;
mod process;
mod random;
mod sse_reader;

mod sse_convergence;
mod sse_live;
mod sse_liveness;
mod sse_opening;
mod sse_race;
mod sse_request;
mod sse_restart;
mod sse_resume;
mod sse_strangers;
