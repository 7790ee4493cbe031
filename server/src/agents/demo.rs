//! `mainstay demo-agent`: a small agent that needs no model, for trying things out and for tests.
//!
//! It speaks the Agent Client Protocol over its standard input and output, and does for a given prompt always the same. A
//! line `scenario: NAME` in the prompt picks what. It writes its messages by hand and shares no code with the client side:
//! so it is an independent witness of what goes over the wire.

mod agent;
mod client;
mod edit;
mod pace;
mod scenario;
mod script;
mod stubbornness;
mod voice;
mod wire;

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use self::agent::Agent;
use self::stubbornness::Stubbornness;

/// Speaks with the client until it is gone, or a signal comes.
///
/// # Errors
/// If the signal can't be waited for.
pub async fn run() -> io::Result<()> {
    let terminate = signal(SignalKind::terminate())?;
    let stubbornness = Stubbornness::default();
    let agent = Agent::new(stubbornness.clone());
    tokio::select! {
        // A client that has closed the pipes wants nothing more.
        _ = agent.serve() => {}
        () = asked_to_end(terminate, &stubbornness) => {}
    }
    Ok(())
}

async fn asked_to_end(mut terminate: Signal, stubbornness: &Stubbornness) {
    terminate.recv().await;
    stubbornness.ended().await;
}
