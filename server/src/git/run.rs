//! Running git: without a shell, without questions, with an end.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::own_variables::own_variables;
use crate::process_group::ProcessGroup;

/// How long a command that only looks may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes that are read of what a command prints, if it does not say otherwise.
const MAX_OUTPUT: u64 = 1024 * 1024;

/// How long a command that took too long may tidy up: git removes its locks, and a work tree that it did not finish.
const TIDYING: Duration = Duration::from_secs(5);

/// How long to wait for the end of the output after the end of the command: what a hook left running may hold it open.
const DRAINING: Duration = Duration::from_secs(1);

/// What would point git at another repository than the one it is run in, as inside a hook.
pub const REDIRECTIONS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// What no command may be led astray by: a daemon that knows of changes by hearsay, and submodules that follow along.
const SETTINGS: [&str; 4] = ["-c", "core.fsmonitor=false", "-c", "submodule.recurse=false"];

/// Why git gave no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("git is not installed, or not on the server's PATH")]
    Missing,
    /// It did not end in this time.
    #[error("git did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// Nobody wanted its answer any more.
    #[error("git was stopped")]
    Stopped,
    /// It could not be run.
    #[error("git could not be run: {0}")]
    Failed(#[source] io::Error),
}

/// How a command ended, and what it printed.
#[derive(Debug)]
pub(super) struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    /// Whether it printed more than was read.
    pub is_cut: bool,
    pub stderr: String,
}

impl Output {
    /// The one line that was printed, if the command succeeded and printed one.
    pub fn line(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.stdout).ok()?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        (self.status.success() && !line.is_empty()).then(|| line.to_owned())
    }
}

/// Runs git in a folder, to look at something.
pub(super) async fn git(folder: &Path, args: &[&str]) -> Result<Output, GitError> {
    Git::at(folder).args(args).run().await
}

/// A git command that is about to run.
#[derive(Debug)]
pub(super) struct Git {
    command: Command,
    time_limit: Duration,
    max_output: u64,
    stop: CancellationToken,
}

impl Git {
    /// A command in a folder.
    pub fn at(folder: &Path) -> Self {
        Self::of(OsStr::new("git"), folder)
    }

    /// A command in the top folder of a work tree. If it is none, git looks for none above it.
    pub fn at_top(folder: &Path) -> Self {
        let above = folder.parent().map(Path::as_os_str).unwrap_or_default();
        Self::at(folder).variable("GIT_CEILING_DIRECTORIES", above)
    }

    fn of(program: &OsStr, folder: &Path) -> Self {
        let mut command = Command::new(program);
        for name in REDIRECTIONS {
            command.env_remove(name);
        }
        // Git runs hooks, filters and helpers of the repository.
        for name in own_variables() {
            command.env_remove(name);
        }
        command
            .arg("-C")
            .arg(folder)
            .args(SETTINGS)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            // What git says is read by this program, too.
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command, time_limit: TIMEOUT, max_output: MAX_OUTPUT, stop: CancellationToken::new() }
    }

    /// With one more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// With more arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// With a variable in its environment.
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// With another time to end in.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// With more, or less, to say.
    pub fn max_output(mut self, bytes: u64) -> Self {
        self.max_output = bytes;
        self
    }

    /// Ended before its time once this is cancelled.
    pub fn until(mut self, stop: &CancellationToken) -> Self {
        self.stop = stop.clone();
        self
    }

    /// Runs it. One that takes too long, or is stopped, is asked to end, so that it takes its locks with it, before it is
    /// killed with all that it started.
    pub async fn run(mut self) -> Result<Output, GitError> {
        if self.stop.is_cancelled() {
            return Err(GitError::Stopped);
        }
        let mut git = ProcessGroup::start(&mut self.command).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::Missing,
            _ => GitError::Failed(error),
        })?;
        let answer = tokio::select! {
            answer = timeout(self.time_limit, printed(&mut git, self.max_output)) => {
                answer.map_err(|_| GitError::TimedOut(self.time_limit))
            }
            () = self.stop.cancelled() => Err(GitError::Stopped),
        };
        let printed = match answer {
            Ok(printed) => printed,
            Err(given_up) => {
                git.end(TIDYING).await;
                return Err(given_up);
            }
        };
        // What it left running is meant to, such as a cache for credentials.
        let status = git.let_go().await;
        output(status, printed, self.max_output).map_err(GitError::Failed)
    }
}

/// What a command prints until it ends.
#[derive(Default)]
struct Printed {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

async fn printed(git: &mut ProcessGroup, max_output: u64) -> io::Result<Printed> {
    let (stdout, stderr) = (git.leader().stdout.take(), git.leader().stderr.take());
    let mut printed = Printed::default();
    {
        let mut reading = pin!(async {
            tokio::try_join!(
                read(stdout, max_output, &mut printed.stdout),
                read(stderr, MAX_OUTPUT, &mut printed.stderr)
            )
        });
        let mut is_read = false;
        loop {
            tokio::select! {
                () = git.exited() => break,
                done = &mut reading, if !is_read => {
                    done?;
                    is_read = true;
                }
            }
        }
        if !is_read && let Ok(done) = timeout(DRAINING, reading).await {
            done?;
        }
    }
    Ok(printed)
}

fn output(
    status: io::Result<ExitStatus>,
    printed: io::Result<Printed>,
    max_output: u64,
) -> io::Result<Output> {
    let Printed { stdout, stderr } = printed?;
    Ok(Output {
        status: status?,
        is_cut: u64::try_from(stdout.len()).is_ok_and(|length| length >= max_output),
        stdout,
        stderr: String::from_utf8_lossy(&stderr).trim().to_owned(),
    })
}

async fn read(pipe: Option<impl AsyncRead + Unpin>, max: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    if let Some(pipe) = pipe {
        pipe.take(max).read_to_end(bytes).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process_group::Signal;

    /// A program that stands in for git.
    fn program(folder: &Path, script: &str) -> Git {
        let path = folder.join("program");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        let mut rights = std::fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o700);
        std::fs::set_permissions(&path, rights).unwrap();
        Git::of(path.as_os_str(), folder)
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told_from_one_that_fails() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = Git::of(OsStr::new("no-such-git"), folder.path()).run().await;
        assert!(matches!(outcome, Err(GitError::Missing)), "{outcome:?}");
        let failed = git(folder.path(), &["rev-parse"]).await.unwrap();
        assert!(!failed.status.success() && failed.stderr.contains("not a git repository"), "{failed:?}");
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_is_given_up_and_may_tidy_up() {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("cd {}; trap 'touch tidy; exit' TERM; sleep 60 & wait", folder.path().display());
        let outcome = program(folder.path(), &script).time_limit(Duration::from_secs(1)).run().await;
        assert!(matches!(outcome, Err(GitError::TimedOut(_))), "{outcome:?}");
        assert!(folder.path().join("tidy").exists());
    }

    #[tokio::test]
    async fn a_program_that_is_stopped_may_tidy_up_and_one_that_was_before_is_not_started() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        let script = format!("cd {place}; trap 'touch tidy; exit' TERM; touch begun; sleep 60 & wait");
        let stop = CancellationToken::new();
        let stopping = async {
            while !folder.path().join("begun").exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            stop.cancel();
        };
        let (outcome, ()) = tokio::join!(program(folder.path(), &script).until(&stop).run(), stopping);
        assert!(matches!(outcome, Err(GitError::Stopped)), "{outcome:?}");
        assert!(folder.path().join("tidy").exists());
        let outcome = program(folder.path(), "touch again").until(&stop).run().await;
        assert!(matches!(outcome, Err(GitError::Stopped)) && !folder.path().join("again").exists());
    }

    #[tokio::test]
    async fn what_a_command_leaves_running_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let script = "sleep 60 & echo $!";
        let output = program(folder.path(), script).run().await.unwrap();
        assert!(output.status.success());
        let left = rustix::process::Pid::from_raw(output.line().unwrap().parse().unwrap()).unwrap();
        rustix::process::kill_process(left, Signal::KILL).expect("it is left to live");
    }

    #[tokio::test]
    async fn of_endless_output_only_the_beginning_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let output = program(folder.path(), "exec yes").max_output(100).run().await.unwrap();
        assert!(output.is_cut && output.stdout.len() == 100, "{output:?}");
        let short = program(folder.path(), "echo yes").max_output(100).run().await.unwrap();
        assert!(!short.is_cut && short.line().as_deref() == Some("yes"), "{short:?}");
    }
}
