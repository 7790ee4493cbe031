//! Measures the stream against a floor and against peers. One binary in several roles, each a process of its own, so that
//! the time that one takes is never counted as another's.

mod floor;
mod http;
mod idiomatic;
mod publisher;
mod report;
mod roles;
mod run;
mod stamp;
mod subscriber;
mod targets;
mod usage;

use clap::Parser;

#[derive(Parser)]
#[command(about, version)]
enum Role {
    /// Measures everything and prints the tables as Markdown.
    Run(run::Options),
    /// Holds open streams, and tells when which event came.
    Subscriber(subscriber::Options),
    /// Publishes on a schedule of its own, however slow the answers are.
    Publisher(publisher::Options),
    /// The least that a server can do: raw writes of the same bytes to the same number of sockets.
    Floor(floor::Options),
    /// What everyone writes: axum's `Sse` over a broadcast channel.
    Idiomatic(idiomatic::Options),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Each stream is a file, here and in what is started.
    rlimit::increase_nofile_limit(u64::MAX)?;
    match Role::parse() {
        Role::Run(options) => run::run(&options)?,
        Role::Subscriber(options) => subscriber::run(&options)?,
        Role::Publisher(options) => publisher::run(&options)?,
        Role::Floor(options) => floor::run(&options)?,
        Role::Idiomatic(options) => idiomatic::run(&options)?,
    }
    Ok(())
}
