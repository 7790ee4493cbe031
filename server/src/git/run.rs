//! Running git: without a shell, without questions, with an end.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::own_variables::own_variables;

/// How long a command that only looks may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes that are read of what a command prints.
const MAX_OUTPUT: u64 = 1024 * 1024;

/// What would point git at another repository than the one it is run in, as inside a hook.
const REDIRECTIONS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Why git gave no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("git is not installed, or not on the server's PATH")]
    Missing,
    /// It did not end in time.
    #[error("git did not answer within {} s", TIMEOUT.as_secs())]
    TimedOut,
    /// It could not be run.
    #[error("git could not be run: {0}")]
    Failed(#[source] io::Error),
}

/// How a command ended, and what it printed.
#[derive(Debug)]
pub(super) struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
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

/// Runs git in a folder.
pub(super) async fn git(folder: &Path, args: &[&str]) -> Result<Output, GitError> {
    run(OsStr::new("git"), folder, args, TIMEOUT).await
}

async fn run(program: &OsStr, folder: &Path, args: &[&str], timeout: Duration) -> Result<Output, GitError> {
    let mut command = Command::new(program);
    command
        .arg("-C")
        .arg(folder)
        .args(args)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        // What git says is read by this program, too.
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    for name in REDIRECTIONS {
        command.env_remove(name);
    }
    // Git runs hooks, filters and helpers of the repository.
    for name in own_variables() {
        command.env_remove(name);
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Failed(error),
    })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let all = async {
        let (stdout, stderr, status) = tokio::join!(read(stdout), read(stderr), child.wait());
        Ok(Output {
            status: status?,
            stdout: stdout?,
            stderr: String::from_utf8_lossy(&stderr?).trim().to_owned(),
        })
    };
    match tokio::time::timeout(timeout, all).await {
        Ok(output) => output.map_err(GitError::Failed),
        Err(_) => Err(GitError::TimedOut),
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MAX_OUTPUT).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told_from_one_that_fails() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = run(OsStr::new("no-such-git"), folder.path(), &[], TIMEOUT).await;
        assert!(matches!(outcome, Err(GitError::Missing)), "{outcome:?}");
        let failed = git(folder.path(), &["rev-parse"]).await.unwrap();
        assert!(!failed.status.success() && failed.stderr.contains("not a git repository"), "{failed:?}");
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("sleeper");
        std::fs::write(&script, "#!/bin/sh\nexec sleep 600\n").unwrap();
        let mut rights = std::fs::metadata(&script).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o700);
        std::fs::set_permissions(&script, rights).unwrap();
        let outcome = run(script.as_os_str(), folder.path(), &[], Duration::from_millis(50)).await;
        assert!(matches!(outcome, Err(GitError::TimedOut)), "{outcome:?}");
    }
}
