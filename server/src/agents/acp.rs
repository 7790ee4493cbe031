//! The driver of agents that speak the Agent Client Protocol, version 1, over their standard input and output.
//!
//! Only this file and those below it know the protocol; its types stay here. The agent is served from here, too: the files
//! of its worktree, the commands it runs, and the answers to its questions as far as the policy gives them.

mod connection;
mod decoder;
mod files;
mod lines;
mod policy;
mod process_group;
mod questions;
mod reading;
mod serving;
mod stderr;
mod terminals;
mod wire;

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::sync::mpsc;

use super::driver::{Launch, Order};
use super::update::Update;
use connection::{Connection, End};
use process_group::{ProcessGroup, in_words};
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
    launch: Launch,
    patience: Patience,
    orders: mpsc::Receiver<Order>,
    updates: mpsc::Sender<Update>,
) {
    let reason = match start(&launch) {
        Ok(agent) => attend(agent, &launch, patience, orders, &updates).await,
        Err(reason) => reason,
    };
    // Whoever listens no more has let go of the agent, too.
    let _ = updates.send(Update::Ended { reason }).await;
}

fn start(launch: &Launch) -> Result<ProcessGroup, String> {
    let [program, args @ ..] = launch.command.as_slice() else {
        return Err("The agent has no command: give it one in its settings.".to_owned());
    };
    if !launch.worktree.is_dir() {
        return Err(format!("The worktree {} does not exist.", launch.worktree.display()));
    }
    let mut command = process_group::command(program.as_ref(), &launch.worktree);
    command.args(args).envs(&launch.env);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    ProcessGroup::spawn(&mut command).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            format!("{program} is not installed, or not on the PATH.")
        }
        io::ErrorKind::PermissionDenied => format!("{program} may not be run: it is not executable."),
        _ => format!("{program} could not be started: {error}."),
    })
}

/// Speaks with an agent until it ends, and says why it did.
async fn attend(
    mut agent: ProcessGroup,
    launch: &Launch,
    patience: Patience,
    orders: mpsc::Receiver<Order>,
    updates: &mpsc::Sender<Update>,
) -> String {
    let leader = agent.leader();
    let pipes = (leader.stdin.take(), leader.stdout.take(), leader.stderr.take());
    let (Some(input), Some(output), Some(errors)) = pipes else {
        return "The agent has no pipes to speak by.".to_owned();
    };
    let stderr = Stderr::read(errors, updates.clone());
    let mut connection = Connection::new(launch, patience, updates.clone());
    let end = connection.hold(&mut agent, input, output, orders).await;
    let status = match end {
        End::Exited(status) => Some(status),
        _ => agent.end(patience.end).await,
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
