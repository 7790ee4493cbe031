//! A program in a process group of its own: with all that it starts, it can be signalled, waited for and ended.
//!
//! The system gives the number of a group away again once nobody is in it. So the first process is left unburied (a
//! zombie) while anything may still be signalled: its number is the group's, and stays taken until then.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

pub use rustix::process::Signal;

/// How long a process that was killed may take to be gone. Only one that hangs in the system takes longer.
const KILLED: Duration = Duration::from_secs(5);

/// How often to look at what nobody tells of.
const LOOKING: Duration = Duration::from_millis(20);

/// A running program that leads a process group. Dropped, all of the group is killed.
///
/// A process that left the group, as a daemon does, is out of reach.
#[derive(Debug)]
pub struct ProcessGroup {
    leader: Child,
    /// `None` once nobody is left, or they are let go: the number may be another group's by then.
    id: Option<Pid>,
    ended_children: tokio::signal::unix::Signal,
}

impl ProcessGroup {
    /// Starts a program in a group of its own.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        // The program may end at once, and must not do so unheard.
        let ended_children = signal(SignalKind::child())?;
        let leader = command.process_group(0).kill_on_drop(true).spawn()?;
        let id = leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let id = Some(id.ok_or_else(|| io::Error::other("it has no process id"))?);
        Ok(Self { leader, id, ended_children })
    }

    /// The program that was started, for its pipes.
    pub fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// Sends a signal to all of the group. If nobody is left in it, this changes nothing.
    pub fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // The only errors are that nobody is left, and that none of them may be signalled: they changed their user.
            if let Err(error) = kill_process_group(id, signal)
                && error != Errno::SRCH
            {
                tracing::warn!("process group {}: {error}", id.as_raw_nonzero());
            }
        }
    }

    /// Kills all of the group.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Waits until the program has ended; what it started may live on. May be dropped and called again.
    pub async fn exited(&mut self) {
        while !self.has_exited() {
            if self.ended_children.recv().await.is_none() {
                // Without news of children, looking again has to do.
                sleep(LOOKING).await;
            }
        }
    }

    fn has_exited(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // A child that the system knows nothing of has ended.
        self.id.is_none_or(|id| !matches!(waitid(WaitId::Pid(id), look), Ok(None)))
    }

    /// Waits until the program has ended, kills what it left behind, and says how it ended. May be dropped and called
    /// again.
    ///
    /// # Errors
    /// If the system does not say how it ended.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.exited().await;
        self.kill();
        let status = self.leader.wait().await;
        self.id = None;
        status
    }

    /// Asks all of the group to end, and kills what is left of it after a while.
    pub async fn end(&mut self, grace: Duration) {
        self.signal(Signal::TERM);
        if timeout(grace, self.all_ended()).await.is_err() {
            self.kill();
            _ = timeout(KILLED, self.ended()).await;
        }
    }

    /// Waits until nobody of the group is left.
    async fn all_ended(&mut self) {
        self.exited().await;
        // A group can be seen to be empty only when its first process is buried. Its number is looked at so often that it
        // can't have become another's in between.
        _ = self.leader.wait().await;
        while self.id.is_some_and(|id| test_kill_process_group(id).is_ok()) {
            sleep(LOOKING).await;
        }
        self.id = None;
    }

    /// Kills all that is left of the group, and says how the program ended.
    ///
    /// # Errors
    /// If the system does not say how: the program hangs in it, for one.
    pub async fn close(mut self) -> io::Result<ExitStatus> {
        self.kill();
        let ended = timeout(KILLED, self.ended()).await;
        ended.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "it was killed, but does not end"))
        })
    }

    /// Waits until the program has ended, and says how; what it started lives on.
    ///
    /// # Errors
    /// If the system does not say how it ended.
    pub async fn let_go(mut self) -> io::Result<ExitStatus> {
        self.exited().await;
        self.id = None;
        self.leader.wait().await
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests;
