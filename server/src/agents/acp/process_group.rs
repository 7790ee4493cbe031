//! A program in a process group of its own, so that it can be ended with everything that it started.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::own_variables::own_variables;

/// The one of this program's own variables that agents are given: strays are found by it.
const ATTEMPT: &str = "MAINSTAY_ATTEMPT";

/// A program to be started in a folder, with this program's environment but for its own variables.
pub(super) fn command(program: &OsStr, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for name in own_variables().filter(|name| name != ATTEMPT) {
        command.env_remove(name);
    }
    command
}

/// A running program, the leader of its process group. Dropping it kills the group.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    leader: Child,
    /// None once the leader is gone: its number may then be another's.
    id: Option<Pid>,
}

impl ProcessGroup {
    /// Starts a program.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let leader = command.process_group(0).spawn()?;
        let id = leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { leader, id })
    }

    /// The leader, for its pipes.
    pub fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// Waits until the leader has ended, and ends what it left behind. May be dropped and called again.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.leader.wait().await;
        // At once: as long as anyone of the group lives, its number is not given to another.
        self.kill();
        self.id = None;
        status
    }

    /// Asks all of the group to end.
    pub fn ask_to_end(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends all of the group by force.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Asks the group to end, and ends it by force if it has not after `patience`. None if even that did not help.
    pub async fn end(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.ask_to_end();
        if let Ok(status) = tokio::time::timeout(patience, self.ended()).await {
            return status.ok();
        }
        self.kill();
        tokio::time::timeout(patience, self.ended()).await.ok()?.ok()
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // The only failure there is: nobody is left.
            let _ = kill_process_group(id, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How a program ended, in words: `exit code 3`, `signal 9 (SIGKILL)`.
pub(super) fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => match signal_name(signal) {
            Some(name) => format!("signal {signal} ({name})"),
            None => format!("signal {signal}"),
        },
        (None, None) => "no exit code".to_owned(),
    }
}

/// The name of a signal that programs commonly end by.
pub(super) fn signal_name(signal: i32) -> Option<&'static str> {
    let named = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
    ];
    named.into_iter().find(|(known, _)| known.as_raw() == signal).map(|(_, name)| name)
}
