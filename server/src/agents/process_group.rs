//! A program in a process group of its own: with all that it starts, it can be signalled, waited for and ended.
//!
//! The system gives the number of a group away again once nobody is in it. So the first process is left unburied (a
//! zombie) while anything may still be signalled: its number is the group's, and stays taken until then.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

use super::environment;

pub use rustix::process::Signal;

/// How long a process that was killed may take to be gone. Only one that hangs in the system takes longer.
const KILLED: Duration = Duration::from_secs(5);

/// A program to be started, and what it is given.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// The program and its arguments.
    pub command: &'a [String],
    /// Variables on top of those that every agent gets.
    pub env: &'a BTreeMap<String, String>,
    /// The folder that it starts in.
    pub folder: &'a Path,
}

/// Why a program could not be started, in words for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The command is empty.
    #[error("the agent's definition names no program to run")]
    NoProgram,
    /// The program is nowhere.
    #[error("`{program}` is not installed, or not on the PATH")]
    Missing {
        /// Its name.
        program: String,
    },
    /// A file is there, but it is no program.
    #[error("`{program}` can't be executed: {source}")]
    NotExecutable {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is nowhere.
    #[error("the folder {} is not there any more", folder.display())]
    NoFolder {
        /// The folder that it should start in.
        folder: PathBuf,
    },
    /// The arguments and the environment are too long for the system.
    #[error("`{program}` can't take a command line as long as this; a prompt fits on its standard input")]
    TooLong {
        /// Its name.
        program: String,
    },
    /// The system has another reason.
    #[error("`{program}` could not be started: {source}")]
    Failed {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
}

/// What a program is spoken to with.
#[derive(Debug)]
pub struct Pipes {
    /// What it reads, if it was given something to read.
    pub stdin: Option<ChildStdin>,
    /// What it prints.
    pub stdout: ChildStdout,
    /// What it prints as errors.
    pub stderr: ChildStderr,
}

/// A running program, with all that it started and that has not left its group. Dropped, they are killed.
#[derive(Debug)]
pub struct ProcessGroup {
    leader: Child,
    id: Pid,
    ended_children: tokio::signal::unix::Signal,
    is_buried: bool,
}

impl ProcessGroup {
    /// Starts a program in a group of its own.
    ///
    /// # Errors
    /// Why it could not be started.
    pub fn start(program: &Program<'_>, stdin: Stdio) -> Result<(Self, Pipes), StartError> {
        let [name, arguments @ ..] = program.command else { return Err(StartError::NoProgram) };
        let mut command = Command::new(name);
        command
            .args(arguments)
            .current_dir(program.folder)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        environment::give(&mut command, program.env);
        Self::spawn(command).map_err(|error| StartError::of(error, name, program.folder))
    }

    fn spawn(mut command: Command) -> io::Result<(Self, Pipes)> {
        // The program may end at once, and must not do so unheard.
        let ended_children = signal(SignalKind::child())?;
        let mut leader = command.spawn()?;
        let id = leader.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        let id = id.ok_or_else(|| io::Error::other("it has no process id"))?;
        let pipes = Pipes {
            stdin: leader.stdin.take(),
            stdout: leader.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?,
            stderr: leader.stderr.take().ok_or_else(|| io::Error::other("it has no error output"))?,
        };
        Ok((Self { leader, id, ended_children, is_buried: false }, pipes))
    }

    /// The number of the group, which is that of its first process.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.id.as_raw_nonzero().get()
    }

    /// Sends a signal to all of the group.
    pub fn signal(&self, signal: Signal) {
        if !self.is_buried {
            // Nobody may be left to hear it.
            _ = kill_process_group(self.id, signal);
        }
    }

    /// Waits until the program has ended; what it started may live on.
    pub async fn exited(&mut self) {
        while !self.has_exited() {
            if self.ended_children.recv().await.is_none() {
                // Without news of children, looking again has to do.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }

    fn has_exited(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // A child that the system knows nothing of has ended.
        self.is_buried || !matches!(waitid(WaitId::Pid(self.id), look), Ok(None))
    }

    /// Asks the group to end, and kills it if the program has not ended in that time.
    pub async fn end(&mut self, patience: Duration) {
        self.signal(Signal::TERM);
        if timeout(patience, self.exited()).await.is_err() {
            self.signal(Signal::KILL);
            // One that hangs in the system can't be waited for.
            _ = timeout(KILLED, self.exited()).await;
        }
    }

    /// Kills whatever is left of the group, and says how the program ended: `None` if it hangs in the system.
    pub async fn close(mut self) -> Option<ExitStatus> {
        self.signal(Signal::KILL);
        // From here on the number may be another group's.
        self.is_buried = true;
        timeout(KILLED, self.leader.wait()).await.ok()?.ok()
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

impl StartError {
    fn of(error: io::Error, program: &str, folder: &Path) -> Self {
        let program = program.to_owned();
        match error.kind() {
            // The system says the same of the folder and of the program.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if !folder.is_dir() => {
                Self::NoFolder { folder: folder.to_owned() }
            }
            // A script's interpreter may be what is missing.
            io::ErrorKind::NotFound if Path::new(&program).is_file() => {
                Self::NotExecutable { program, source: error }
            }
            io::ErrorKind::NotFound => Self::Missing { program },
            io::ErrorKind::PermissionDenied => Self::NotExecutable { program, source: error },
            io::ErrorKind::ArgumentListTooLong => Self::TooLong { program },
            _ => Self::Failed { program, source: error },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn start(command: &[&str], folder: &Path) -> Result<(ProcessGroup, Pipes), StartError> {
        let command: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
        let program = Program { command: &command, env: &BTreeMap::new(), folder };
        ProcessGroup::start(&program, Stdio::null())
    }

    fn shell(script: &str) -> (ProcessGroup, Pipes) {
        start(&["sh", "-c", script], Path::new("/")).unwrap()
    }

    /// Waits until the program has said that it is up.
    async fn is_up(pipes: &mut Pipes) {
        let mut up = [0; 3];
        timeout(PATIENCE, pipes.stdout.read_exact(&mut up)).await.unwrap().unwrap();
        assert_eq!(&up, b"up\n");
    }

    /// Waits until nobody is left who holds the output.
    async fn is_gone(mut pipes: Pipes) {
        let mut rest = Vec::new();
        timeout(PATIENCE, pipes.stdout.read_to_end(&mut rest)).await.expect("all of them end").unwrap();
    }

    #[tokio::test]
    async fn a_program_says_how_it_ended() {
        let (mut group, _pipes) = shell("exit 3");
        timeout(PATIENCE, group.exited()).await.unwrap();
        assert_eq!(group.close().await.and_then(|status| status.code()), Some(3));
    }

    #[tokio::test]
    async fn what_a_program_leaves_behind_is_ended() {
        let (mut group, mut pipes) = shell("trap '' TERM; sleep 600 & echo up");
        is_up(&mut pipes).await;
        timeout(PATIENCE, group.exited()).await.unwrap();
        assert!(group.close().await.unwrap().success());
        is_gone(pipes).await;
    }

    #[tokio::test]
    async fn a_group_that_is_dropped_is_killed() {
        let (group, mut pipes) = shell("trap '' TERM; sleep 600 & echo up; wait");
        is_up(&mut pipes).await;
        drop(group);
        is_gone(pipes).await;
    }

    #[tokio::test]
    async fn a_group_that_is_asked_ends_by_itself() {
        let (mut group, mut pipes) = shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done");
        is_up(&mut pipes).await;
        group.end(PATIENCE).await;
        assert_eq!(group.close().await.and_then(|status| status.code()), Some(7));
        is_gone(pipes).await;
    }

    #[tokio::test]
    async fn a_group_that_will_not_end_is_killed() {
        let (mut group, mut pipes) = shell("trap '' TERM; echo up; while :; do sleep 0.01; done");
        is_up(&mut pipes).await;
        group.end(Duration::from_millis(50)).await;
        assert_eq!(group.close().await.and_then(|status| status.signal()), Some(9));
        is_gone(pipes).await;
    }

    #[tokio::test]
    async fn what_can_not_be_started_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let why = |command: &[&str], folder: &Path| start(command, folder).unwrap_err().to_string();
        let missing = why(&["no-such-agent"], folder.path());
        assert_eq!(missing, "`no-such-agent` is not installed, or not on the PATH");
        assert_eq!(why(&[], folder.path()), "the agent's definition names no program to run");
        let gone = folder.path().join("gone");
        assert!(why(&["sh"], &gone).ends_with("is not there any more"));
        let file = folder.path().join("notes");
        std::fs::write(&file, "text").unwrap();
        let no_program = why(&[file.to_str().unwrap()], folder.path());
        assert!(no_program.contains("can't be executed"), "{no_program}");
        let long = "x".repeat(8 << 20);
        assert!(why(&["echo", &long], folder.path()).contains("fits on its standard input"));
    }
}
