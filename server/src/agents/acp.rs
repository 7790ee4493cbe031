//! The driver of agents that speak the Agent Client Protocol, version 1, over their standard input and output.
//!
//! Only this file and those below it know the protocol; its types stay here. The agent is served from here, too: the files
//! of its worktree, the commands it runs, and the answers to its questions as far as the policy gives them.

mod connection;
mod files;
mod policy;
mod questions;
mod reading;
mod serving;
mod stderr;
mod terminals;
mod wire;

use std::process::Stdio;
use std::time::Duration;

use tokio::sync::mpsc;

use super::driver::{Launch, Order};
use super::ending::in_words;
use super::program::{Pipes, Program};
use super::update::Update;
use crate::process_group::ProcessGroup;
use connection::{Connection, End};
use stderr::Stderr;

pub use reading::{read_question, read_said};

/// The most bytes of a line that an agent sends.
const MAX_LINE: usize = 16 << 20;
/// How long what an agent printed last is waited for after its end: somebody who left its group may hold the pipe open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long an agent is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For it to answer, until its session is there.
    pub answer: Duration,
    /// For it, or a command of its, to end when it was asked to, before it is made to.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(60), end: Duration::from_secs(5) }
    }
}

/// Runs an agent until it ends, or `orders` is closed, which ends it.
///
/// `updates` has to be read on until [`Update::Ended`]: nothing more is read from the agent than was told. Dropping this
/// kills the agent at once, with all that it started.
pub async fn run(
    mut launch: Launch,
    patience: Patience,
    orders: mpsc::Receiver<Order>,
    updates: mpsc::Sender<Update>,
) {
    // Where it lies now: whatever the agent makes of its folder, it is held to this one. If there is none, the start says so.
    if let Ok(worktree) = launch.worktree.canonicalize() {
        launch.worktree = worktree;
    }
    let reason = match start(&launch) {
        Ok((agent, pipes)) => attend(agent, pipes, &launch, patience, orders, &updates).await,
        Err(reason) => reason,
    };
    // Whoever listens no more has let go of the agent, too.
    let _ = updates.send(Update::Ended { reason }).await;
}

fn start(launch: &Launch) -> Result<(ProcessGroup, Pipes), String> {
    let program = Program { command: &launch.command, env: &launch.env, folder: &launch.worktree };
    program.start(Stdio::piped()).map_err(|error| format!("The agent can't be run: {error}."))
}

/// Speaks with an agent until it ends, and says why it did.
async fn attend(
    mut agent: ProcessGroup,
    pipes: Pipes,
    launch: &Launch,
    patience: Patience,
    orders: mpsc::Receiver<Order>,
    updates: &mpsc::Sender<Update>,
) -> String {
    let Some(input) = pipes.stdin else {
        return "The agent has no pipe to speak by.".to_owned();
    };
    let stderr = Stderr::read(pipes.stderr, updates.clone());
    let mut connection = Connection::new(launch, patience, updates.clone());
    let end = connection.hold(&mut agent, input, pipes.stdout, orders).await;
    let status = match end {
        End::Exited(status) => Some(status),
        _ => {
            agent.end(patience.end).await;
            agent.close().await.ok()
        }
    };
    connection.close().await;
    let last_lines = stderr.last_lines(LAST_WORDS).await;
    let is_told = matches!(end, End::Told);
    let reason = match (end, status) {
        (End::Exited(status), _) => format!("The agent ended by itself: {}.", in_words(status)),
        (other, Some(_)) => other.to_string(),
        (other, None) => format!("{other} Its process could not be ended."),
    };
    if last_lines.is_empty() || is_told {
        return reason;
    }
    format!("{reason} Its last words:\n{}", last_lines.join("\n"))
}

#[cfg(test)]
mod tests;
