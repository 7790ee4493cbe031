//! What it means when git refuses to change a repository.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::git::GitError;
use crate::git::run::Output;

/// Another program holds a repository's locks for moments only: how long to wait before each new try.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// Why a repository can't be worked with.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// It is gone, or broken.
    #[error("{} is not a git repository any more: {reason}", .path.display())]
    NotARepository {
        /// Where it was.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// It belongs to another user, and git was not told to trust it.
    #[error("{} belongs to another user, and git does not trust it", .0.display())]
    Untrusted(PathBuf),
    /// Another program changes it, or one was killed while it did.
    #[error("the repository is locked: another git may be at work, else remove {lock}")]
    Locked {
        /// The file that locks it.
        lock: String,
    },
    /// There is no room.
    #[error("the disk is full: {reason}")]
    DiskFull {
        /// What the system says.
        reason: String,
    },
    /// The server may not write there.
    #[error("the server lacks a permission: {reason}")]
    Denied {
        /// What the system says.
        reason: String,
    },
    /// Anything else.
    #[error("git could not do it: {reason}")]
    Failed {
        /// What git says.
        reason: String,
    },
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl RepositoryError {
    /// What it means that git, run in this repository, ended without success.
    pub(super) fn of(repository: &Path, output: &Output) -> Self {
        let said = output.stderr.as_str();
        let reason = || if said.is_empty() { output.status.to_string() } else { said.to_owned() };
        let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
        if has(&["dubious ownership"]) {
            Self::Untrusted(repository.to_owned())
        } else if has(&["not a git repository", "cannot change to"]) {
            Self::NotARepository { path: repository.to_owned(), reason: reason() }
        } else if has(&["No space left on device", "Disk quota exceeded"]) {
            Self::DiskFull { reason: reason() }
        } else if has(&["Permission denied", "Read-only file system", "Operation not permitted"]) {
            Self::Denied { reason: reason() }
        } else if let Some(lock) = lock_in_the_way(said) {
            Self::Locked { lock: lock.to_owned() }
        } else {
            Self::Failed { reason: reason() }
        }
    }

    /// What it means that the system refused something about a path.
    pub(super) fn of_system(path: &Path, error: &io::Error) -> Self {
        let reason = format!("{}: {error}", path.display());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { reason },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied { reason },
            _ => Self::Failed { reason },
        }
    }
}

/// Runs a command again, for a few seconds, while another program's lock is in its way.
pub(super) async fn patiently<F>(run: impl Fn() -> F) -> Result<Output, GitError>
where
    F: Future<Output = Result<Output, GitError>>,
{
    for pause in PAUSES {
        let output = run().await?;
        if output.status.success() || lock_in_the_way(&output.stderr).is_none() {
            return Ok(output);
        }
        tokio::time::sleep(pause).await;
    }
    run().await
}

/// The lock's file that git could not make because it is there.
fn lock_in_the_way(said: &str) -> Option<&str> {
    if let Some((_, rest)) = said.split_once("Unable to create '")
        && let Some((lock, rest)) = rest.split_once('\'')
    {
        return rest.starts_with(": File exists").then_some(lock);
    }
    // It is read while another git has only begun to make it.
    if said.contains("failed to read") && said.contains("commondir") {
        return Some("commondir");
    }
    // Git names no file here, but it is always this one.
    said.contains("could not lock config file").then_some(".git/config.lock")
}

/// Why a branch can't be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BranchInTheWay<'a> {
    /// There is one of that name, or one below it: `a/b` is in the way of `a`.
    Same,
    /// This one is, whatever is added to the name: `a` is in the way of `a/b`.
    Above(&'a str),
}

/// Which branch was in the way of another, if one was.
pub(super) fn branch_in_the_way<'a>(said: &'a str, branch: &str) -> Option<BranchInTheWay<'a>> {
    let other =
        said.split_once("' exists; cannot create").and_then(|(before, _)| before.rsplit_once("'refs/heads/"));
    if let Some((_, other)) = other {
        let is_above = branch.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
        return Some(if is_above { BranchInTheWay::Above(other) } else { BranchInTheWay::Same });
    }
    ["already exists", "reference already exists"]
        .iter()
        .any(|part| said.contains(part))
        .then_some(BranchInTheWay::Same)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const LOCKED: &str = "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process";

    fn output(code: i32, stderr: &str) -> Output {
        let status = ExitStatus::from_raw(code << 8);
        Output { status, stdout: Vec::new(), is_cut: false, stderr: stderr.to_owned() }
    }

    fn of(stderr: &str) -> RepositoryError {
        RepositoryError::of(Path::new("/r"), &output(128, stderr))
    }

    #[test]
    fn what_git_says_is_told_apart() {
        assert!(matches!(
            of("fatal: not a git repository (or any of …)"),
            RepositoryError::NotARepository { .. }
        ));
        assert!(matches!(
            of("fatal: cannot change to '/r': No such file"),
            RepositoryError::NotARepository { .. }
        ));
        assert!(matches!(
            of("fatal: detected dubious ownership in repository"),
            RepositoryError::Untrusted(_)
        ));
        assert!(matches!(
            of("error: unable to write file a: No space left on device"),
            RepositoryError::DiskFull { .. }
        ));
        assert!(matches!(
            of("fatal: could not create directory: Permission denied"),
            RepositoryError::Denied { .. }
        ));
        assert!(matches!(
            of("fatal: Unable to create '/r/x.lock': Permission denied"),
            RepositoryError::Denied { .. }
        ));
        assert!(matches!(of(LOCKED), RepositoryError::Locked { lock } if lock == "/r/.git/index.lock"));
        assert!(matches!(of("fatal: something else"), RepositoryError::Failed { .. }));
        assert!(matches!(of(""), RepositoryError::Failed { reason } if reason.contains("128")));
    }

    #[test]
    fn what_the_system_says_is_told_apart() {
        let of = |kind: io::ErrorKind| RepositoryError::of_system(Path::new("/w"), &kind.into());
        assert!(matches!(of(io::ErrorKind::StorageFull), RepositoryError::DiskFull { .. }));
        assert!(matches!(of(io::ErrorKind::PermissionDenied), RepositoryError::Denied { .. }));
        assert!(matches!(of(io::ErrorKind::Other), RepositoryError::Failed { .. }));
    }

    #[test]
    fn a_branch_in_the_way_is_the_same_or_one_above() {
        let said =
            "fatal: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'";
        assert_eq!(branch_in_the_way(said, "a/b"), Some(BranchInTheWay::Above("a")));
        let said =
            "fatal: cannot lock ref 'refs/heads/a': 'refs/heads/a/b' exists; cannot create 'refs/heads/a'";
        assert_eq!(branch_in_the_way(said, "a"), Some(BranchInTheWay::Same));
        assert_eq!(
            branch_in_the_way("fatal: a branch named 'a' already exists", "a"),
            Some(BranchInTheWay::Same)
        );
        assert_eq!(branch_in_the_way(LOCKED, "a"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_that_goes_away_is_waited_for_and_one_that_stays_is_told() {
        let tries = AtomicUsize::new(0);
        let done = patiently(|| async {
            let is_third = tries.fetch_add(1, Ordering::Relaxed) == 2;
            Ok(if is_third { output(0, "") } else { output(128, LOCKED) })
        });
        assert!(done.await.unwrap().status.success());

        tries.store(0, Ordering::Relaxed);
        let refused = patiently(|| async {
            tries.fetch_add(1, Ordering::Relaxed);
            Ok(output(128, LOCKED))
        });
        assert!(!refused.await.unwrap().status.success());
        assert_eq!(tries.load(Ordering::Relaxed), PAUSES.len() + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_about_locks_is_not_tried_again() {
        let tries = AtomicUsize::new(0);
        let refused = patiently(|| async {
            tries.fetch_add(1, Ordering::Relaxed);
            Ok(output(128, "fatal: something else"))
        });
        refused.await.unwrap();
        assert_eq!(tries.load(Ordering::Relaxed), 1);
    }
}
