//! A commit of all that a worktree holds, made beside the work: its files, its index and its branch stay as they are.
//!
//! It is kept by a reference `refs/mainstay/recovery/<attempt>/<time>`, which all worktrees of the repository see and which
//! git never throws away. Its tree is what the files are; its first parent is the last commit. If other things were staged
//! than the files say, they are its second parent, as in a stash.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::ids::AttemptId;
use shared::time::Timestamp;

use super::GitError;
use super::component::component;
use super::index_copy::IndexCopy;
use super::run::{Git, Output};
use super::status::{Status, StatusError, status};

/// Where recovery references are.
const PLACE: &str = "refs/mainstay/recovery";

/// How many references may be made in the same millisecond.
const MAX_VARIANTS: u32 = 100;

/// Who makes the commits, whoever the user is and whether or not git knows.
const AUTHOR: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Mainstay"),
    ("GIT_AUTHOR_EMAIL", "mainstay@localhost"),
    ("GIT_COMMITTER_NAME", "Mainstay"),
    ("GIT_COMMITTER_EMAIL", "mainstay@localhost"),
];

/// No hook refuses a snapshot, nor does anything that git is told to be strict about in commits of people.
const WITHOUT_OTHERS: [&str; 6] =
    ["-c", "core.hooksPath=/dev/null", "-c", "core.safecrlf=false", "-c", "add.ignoreErrors=false"];

/// A snapshot of a worktree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The reference that keeps it.
    pub reference: String,
    /// Its commit.
    pub commit: String,
    /// What it could not hold: repositories inside of the worktree, and submodules with work of their own.
    pub left_out: Vec<PathBuf>,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not known what there is.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// The disk would not take it, or a file can't be read.
    #[error("no snapshot of {} can be made: {reason}", .path.display())]
    Failed {
        /// The worktree.
        path: PathBuf,
        /// What git or the system says.
        reason: String,
    },
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Makes a snapshot of the worktree at `path`: of what is committed, staged, changed, or new and not ignored.
///
/// # Errors
/// If it can't be made as a whole; then there is no reference.
pub async fn take(
    path: &Path,
    attempt: &AttemptId,
    now: Timestamp,
    time_limit: Duration,
) -> Result<Snapshot, SnapshotError> {
    let found = status(path, time_limit).await?;
    Taking { path, attempt, now, time_limit }.take(found).await
}

struct Taking<'a> {
    path: &'a Path,
    attempt: &'a AttemptId,
    now: Timestamp,
    time_limit: Duration,
}

impl Taking<'_> {
    async fn take(&self, found: Status) -> Result<Snapshot, SnapshotError> {
        let index = IndexCopy::of(self.path, self.time_limit)
            .await
            .map_err(|error| self.failed(error.to_string()))?;
        // In a conflict there is no tree; both sides are commits already.
        let staged = if found.conflicted == 0 { Some(self.write_tree(&index).await?) } else { None };
        self.add_all(&index, &found.repositories).await?;
        let files = self.write_tree(&index).await?;
        let commit = self.commit(&found, staged, &files).await?;
        let reference = self.keep(&commit).await?;
        let left_out = [found.repositories, found.submodules].concat();
        Ok(Snapshot { reference, commit, left_out })
    }

    /// Stages every file in the copy, but those of repositories inside: of them a commit holds nothing but their number.
    async fn add_all(&self, index: &IndexCopy, repositories: &[PathBuf]) -> Result<(), SnapshotError> {
        let without = repositories.iter().map(|repository| {
            let mut pattern = OsString::from(":(exclude,top,literal)");
            pattern.push(repository);
            pattern
        });
        let adding =
            self.git_with(index).args(["add", "--all", "--sparse", "--"]).args(without).run().await?;
        self.succeeded(&adding)
    }

    async fn write_tree(&self, index: &IndexCopy) -> Result<String, SnapshotError> {
        self.line(self.git_with(index).arg("write-tree").run().await?)
    }

    async fn commit(
        &self,
        found: &Status,
        staged: Option<String>,
        files: &str,
    ) -> Result<String, SnapshotError> {
        let mut parents: Vec<String> = found.commit.iter().cloned().collect();
        if let Some(staged) = staged
            && staged != files
            && self.last_tree(found).await? != staged
        {
            let message = "Staged in a worktree, kept by Mainstay";
            parents.push(self.commit_tree(&staged, &parents, message).await?);
        }
        self.commit_tree(files, &parents, "State of a worktree, kept by Mainstay").await
    }

    /// The tree of the last commit; the empty one if there is none yet.
    async fn last_tree(&self, found: &Status) -> Result<String, SnapshotError> {
        let asked = match &found.commit {
            Some(commit) => self.git().args(["rev-parse", "--verify", &format!("{commit}^{{tree}}")]),
            // Standard input is empty.
            None => self.git().args(["hash-object", "-t", "tree", "--stdin"]),
        };
        self.line(asked.run().await?)
    }

    async fn commit_tree(
        &self,
        tree: &str,
        parents: &[String],
        message: &str,
    ) -> Result<String, SnapshotError> {
        let mut git = self.git().args(["commit-tree", "--no-gpg-sign", "-m", message]);
        for (name, value) in AUTHOR {
            git = git.variable(name, value);
        }
        for parent in parents {
            git = git.args(["-p", parent]);
        }
        self.line(git.arg(tree).run().await?)
    }

    /// Makes a reference that is not there yet.
    async fn keep(&self, commit: &str) -> Result<String, SnapshotError> {
        let base = format!("{PLACE}/{}/{}", component(self.attempt.as_str()), self.now.as_millis());
        for number in 1..=MAX_VARIANTS {
            let reference = if number == 1 { base.clone() } else { format!("{base}-{number}") };
            // An empty old value: there must be none.
            let made = self.git().args(["update-ref", &reference, commit, ""]).run().await?;
            if made.status.success() {
                return Ok(reference);
            }
            if !made.stderr.contains("already exists") {
                self.succeeded(&made)?;
            }
        }
        Err(self.failed(format!("{base} and {} more are taken", MAX_VARIANTS - 1)))
    }

    fn git(&self) -> Git {
        Git::at_top(self.path).args(WITHOUT_OTHERS).time_limit(self.time_limit)
    }

    fn git_with(&self, index: &IndexCopy) -> Git {
        // A split index would be written in part beside the original.
        self.git().args(["-c", "core.splitIndex=false"]).variable("GIT_INDEX_FILE", index.path())
    }

    fn line(&self, output: Output) -> Result<String, SnapshotError> {
        output.line().ok_or_else(|| self.failed(output.stderr))
    }

    fn succeeded(&self, output: &Output) -> Result<(), SnapshotError> {
        if output.status.success() { Ok(()) } else { Err(self.failed(output.stderr.clone())) }
    }

    fn failed(&self, reason: String) -> SnapshotError {
        SnapshotError::Failed { path: self.path.to_owned(), reason }
    }
}

#[cfg(test)]
mod tests;
