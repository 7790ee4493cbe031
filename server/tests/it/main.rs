//! The integration tests: a whole server, spoken to over real sockets. A module for each subject, and first what they
//! all use: [`app`] starts a server in the test's own process, [`process`] the real binary, [`client`] talks to either,
//! [`sse_reader`] reads its streams.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop, in its helpers too")]

mod app;
mod binary;
mod client;
mod http;
mod process;
mod project;
mod random;
mod scripted_agent;
mod sources;
mod sse_reader;
mod tools;
mod workshop;

mod agents_api;
mod agents_command;
mod agents_demo;
mod api_anything;
mod api_boards;
mod api_bodies;
mod api_bulk;
mod api_cards;
mod api_columns;
mod api_faults;
mod api_initialize;
mod api_later;
mod api_repositories;
mod api_requests;
mod api_search;
mod api_texts;
mod api_views;
mod attempts_at_once;
mod attempts_restart;
mod attempts_run;
mod attempts_strange_agents;
mod attempts_turns;
mod attempts_worktree;
mod auth_checks;
mod auth_ended;
mod auth_files;
mod auth_guesses;
mod auth_secrets;
mod auth_sign_in;
mod cli_allow_host;
mod cli_demo;
mod cli_link;
mod cli_open;
mod cli_output;
mod cli_serve;
mod contract;
mod invariants;
mod metrics;
mod own_variables;
mod pages;
mod sse_board_changes;
mod sse_convergence;
mod sse_failed;
mod sse_listeners;
mod sse_live;
mod sse_liveness;
mod sse_opening;
mod sse_proxy;
mod sse_race;
mod sse_request;
mod sse_restart;
mod sse_resume;
mod sse_schedules;
mod sse_strangers;
mod upkeep;
