//! The scripts that a person lets run around an agent's work: before it, to set a worktree up, and after it.
//!
//! A script is that person's own command line, so a shell is what it is meant for: `sh -c`, in the worktree. Its standard
//! input is empty. It has the server's environment without Mainstay's own variables, and the variables of
//! [`Surroundings`]. When it ends, whatever it left running is ended too, unless that has left its process group, as
//! daemons do; those end with the attempt's other processes, unless they were started without `MAINSTAY_ATTEMPT`.

mod log;
mod surroundings;
mod tail;
mod transcript;

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::git::REDIRECTIONS;
use crate::own_variables::own_variables;
use crate::process_group::ProcessGroup;
use log::Log;
use transcript::Transcript;

pub use log::MAX_LOG;
pub use surroundings::Surroundings;
pub use transcript::MAX_PIECE;

/// How long a script that is to end may take to tidy up before it is killed.
const TIDYING: Duration = Duration::from_secs(5);

/// How long to wait for the end of the output after a script's end: what it left running may hold it open.
const OUTLIVING: Duration = Duration::from_secs(1);

/// How much is read at once.
const BUFFER: usize = 16 * 1024;

/// The most that is read of what a pipe holds still when nothing may write to it any more. Pipes hold less.
const MAX_REST: usize = 1024 * 1024;

/// A script that is about to run.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// The command line, of any number of lines.
    pub command: &'a str,
    /// Where it runs.
    pub surroundings: &'a Surroundings,
    /// The file to which all its output is appended, up to [`MAX_LOG`] bytes.
    pub log: &'a Path,
    /// How long it may run.
    pub time_limit: Duration,
}

/// How a script went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Its last lines: at most twenty, and 4 KiB.
    pub tail: String,
    /// Why its log is not whole.
    pub log_failure: Option<String>,
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Exited {
        /// What it ended with; zero is success.
        code: i32,
    },
    /// A signal ended it, not one of ours.
    Signalled {
        /// Its number.
        signal: i32,
    },
    /// It took too long.
    TimedOut {
        /// How long it was allowed to.
        limit: Duration,
    },
    /// It was stopped.
    Stopped,
    /// It could not be started.
    NotStarted {
        /// What the system says.
        reason: String,
    },
}

impl Ending {
    /// Whether it did what it should.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Exited { code: 0 })
    }

    /// What it ended with, if it ended by itself.
    #[must_use]
    pub fn exit_code(&self) -> Option<i32> {
        match self {
            Self::Exited { code } => Some(*code),
            _ => None,
        }
    }

    fn of(status: io::Result<ExitStatus>) -> Self {
        match status {
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => Self::Exited { code },
                (None, Some(signal)) => Self::Signalled { signal },
                (None, None) => Self::NotStarted { reason: status.to_string() },
            },
            Err(error) => Self::NotStarted { reason: error.to_string() },
        }
    }
}

impl fmt::Display for Ending {
    /// What the script did, to stand after its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code: 0 } => f.write_str("succeeded"),
            Self::Exited { code } => write!(f, "failed with exit code {code}"),
            Self::Signalled { signal } => write!(f, "was ended by signal {signal}"),
            Self::TimedOut { limit } => write!(f, "took longer than {} s and was ended", limit.as_secs()),
            Self::Stopped => f.write_str("was stopped"),
            Self::NotStarted { reason } => write!(f, "could not be started: {reason}"),
        }
    }
}

/// Runs a script until its end, or until `stop`.
///
/// What it prints comes out of `pieces` while it is printed: standard output and standard error in the order in which they
/// were written, in pieces of at most [`MAX_PIECE`] bytes, some 50 ms after their first byte. A script waits for whoever
/// takes the pieces; if nobody does for long, or the receiver is gone, it goes on without.
pub async fn run(script: &Script<'_>, pieces: mpsc::Sender<String>, stop: &CancellationToken) -> Outcome {
    let mut transcript = Transcript::new(Log::open(script.log).await, pieces);
    let ending = match start(script) {
        Ok((group, output)) => follow(group, output, &mut transcript, script.time_limit, stop).await,
        Err(error) => Ending::NotStarted { reason: reason(script, &error) },
    };
    let (tail, log_failure) = transcript.finish().await;
    Outcome { ending, tail, log_failure }
}

/// Starts a script, and gives the pipe to which it writes.
fn start(script: &Script<'_>) -> io::Result<(ProcessGroup, Receiver)> {
    // One pipe for both, so that what was written first is read first.
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new("sh");
    for name in own_variables() {
        command.env_remove(name);
    }
    // A script works with the worktree's repository, not with one of whoever started the server.
    for name in REDIRECTIONS {
        command.env_remove(name);
    }
    command
        .args(["-c", "--", script.command])
        .current_dir(&script.surroundings.worktree)
        .envs(script.surroundings.variables())
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let group = ProcessGroup::start(&mut command)?;
    Ok((group, Receiver::from_owned_fd(OwnedFd::from(reader))?))
}

/// What it means that a script could not be started.
fn reason(script: &Script<'_>, error: &io::Error) -> String {
    let worktree = &script.surroundings.worktree;
    match error.kind() {
        io::ErrorKind::NotFound if !worktree.is_dir() => format!("there is no folder {}", worktree.display()),
        io::ErrorKind::NotFound => "sh is not on the server's PATH".to_owned(),
        _ => error.to_string(),
    }
}

/// Waits for a script's end while its output is read, then ends what it left running.
async fn follow(
    mut group: ProcessGroup,
    mut output: Receiver,
    transcript: &mut Transcript,
    limit: Duration,
    stop: &CancellationToken,
) -> Ending {
    let over = CancellationToken::new();
    let mut printing = pin!(print(&mut output, transcript, &over));
    let mut is_read = false;
    let brought_about = {
        let mut living = pin!(live(&mut group, limit, stop));
        loop {
            tokio::select! {
                brought_about = &mut living => break brought_about,
                () = &mut printing, if !is_read => is_read = true,
            }
        }
    };
    is_read = is_read || timeout(OUTLIVING, &mut printing).await.is_ok();
    let ended = group.close().await;
    over.cancel();
    if !is_read {
        printing.await;
    }
    brought_about.unwrap_or_else(|| Ending::of(ended))
}

/// Waits for a script's end, and brings it about if it is time; `None` if it came by itself.
async fn live(group: &mut ProcessGroup, limit: Duration, stop: &CancellationToken) -> Option<Ending> {
    let ending = tokio::select! {
        () = group.exited() => return None,
        () = sleep(limit) => Ending::TimedOut { limit },
        () = stop.cancelled() => Ending::Stopped,
    };
    group.end(TIDYING).await;
    Some(ending)
}

/// Reads until the end of the output; or, once the script is over, until there is nothing more to read for now.
async fn print(output: &mut Receiver, transcript: &mut Transcript, over: &CancellationToken) {
    let mut buffer = vec![0; BUFFER];
    let mut rest = MAX_REST;
    while rest > 0 {
        let read = tokio::select! {
            biased;
            read = output.read(&mut buffer) => read,
            () = transcript.is_due() => {
                transcript.flush().await;
                continue;
            }
            () = over.cancelled() => return,
        };
        // An error means as little as an end: there is no more.
        let Ok(length @ 1..) = read else { return };
        if over.is_cancelled() {
            rest = rest.saturating_sub(length);
        }
        transcript.take(&buffer[..length]).await;
    }
}

#[cfg(test)]
mod tests;
