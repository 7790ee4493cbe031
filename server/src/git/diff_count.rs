//! How large the change is that a worktree holds: all that was done since it left its base, committed or not.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::card::DiffCount;

use super::GitError;
use super::index_copy::IndexCopy;
use super::run::{Git, Output};
use super::status::{StatusError, status};
use super::worktree::base_commit;

/// Why the size of a change is not known.
#[derive(Debug, thiserror::Error)]
pub enum DiffCountError {
    /// It is not known how the worktree stands.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The base is gone, or has nothing in common with the worktree; or git failed.
    #[error("git can't compare {} with {base}: {reason}", .path.display())]
    Failed {
        /// The worktree.
        path: PathBuf,
        /// What it was to be compared with.
        base: String,
        /// What git or the system says.
        reason: String,
    },
}

/// A worktree that is compared with the commit at which it left its base.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The top folder of a work tree of the repository, which knows the base.
    pub repository: &'a Path,
    /// The worktree.
    pub path: &'a Path,
    /// What it was started from: a branch, a tag, a whole commit id, or `HEAD`.
    pub base: &'a str,
    /// How long each step may take.
    pub time_limit: Duration,
}

impl Comparison<'_> {
    /// Counts files and lines. New files count with all their lines, unless they are ignored; a renamed file is one file.
    /// Binary files have no lines, and what lies in repositories inside of the worktree is not looked at.
    ///
    /// # Errors
    /// If git can't compare them.
    pub async fn count(&self) -> Result<DiffCount, DiffCountError> {
        let found = status(self.path, self.time_limit).await?;
        let base = base_commit(self.repository, self.base).await.map_err(|error| self.failed(error))?;
        let parting = self.line(self.git().args(["merge-base", "HEAD", &base]).run().await?)?;
        let mut comparing = self
            .git()
            .args(["diff", "--shortstat", "--find-renames", "--no-ext-diff", "--no-textconv"])
            .args(["--ignore-submodules=dirty", "--end-of-options", &parting, "--"]);
        // Git compares files that it knows of.
        let index;
        if found.untracked > 0 {
            index = self.with_new_files(&found.repositories).await?;
            comparing = comparing.variable("GIT_INDEX_FILE", index.path());
        }
        let compared = comparing.run().await?;
        self.succeeded(&compared)?;
        Ok(parse(&String::from_utf8_lossy(&compared.stdout)))
    }

    /// A copy of the index in which new files are announced, though not read.
    async fn with_new_files(&self, repositories: &[PathBuf]) -> Result<IndexCopy, DiffCountError> {
        let index = IndexCopy::of(self.path, self.time_limit).await.map_err(|error| self.failed(error))?;
        let without = repositories.iter().map(|repository| {
            let mut pattern = OsString::from(":(exclude,top,literal)");
            pattern.push(repository);
            pattern
        });
        let announced = self
            .git()
            .args(["-c", "core.splitIndex=false", "-c", "core.safecrlf=false"])
            .args(["add", "--intent-to-add", "--sparse", "--", "."])
            .args(without)
            .variable("GIT_INDEX_FILE", index.path())
            .run()
            .await?;
        self.succeeded(&announced)?;
        Ok(index)
    }

    fn git(&self) -> Git {
        Git::at_top(self.path).time_limit(self.time_limit)
    }

    fn line(&self, output: Output) -> Result<String, DiffCountError> {
        output.line().ok_or_else(|| self.failed(output.stderr))
    }

    fn succeeded(&self, output: &Output) -> Result<(), DiffCountError> {
        if output.status.success() { Ok(()) } else { Err(self.failed(&output.stderr)) }
    }

    fn failed(&self, reason: impl ToString) -> DiffCountError {
        let (path, base) = (self.path.to_owned(), self.base.to_owned());
        DiffCountError::Failed { path, base, reason: reason.to_string() }
    }
}

/// Reads ` 2 files changed, 10 insertions(+), 1 deletion(-)` (git-diff(1), `--shortstat`), where what is zero may be missing.
fn parse(line: &str) -> DiffCount {
    let mut count = DiffCount { files: 0, additions: 0, deletions: 0 };
    for part in line.trim().split(", ") {
        let Some((number, what)) = part.split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        if what.starts_with("file") {
            count.files = number;
        } else if what.starts_with("insertion") {
            count.additions = number;
        } else if what.starts_with("deletion") {
            count.deletions = number;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::git::fixture::{Repository, commit, run, text};

    async fn count(repository: &Repository, path: &Path, base: &str) -> Result<[u32; 3], DiffCountError> {
        let root = repository.root();
        let time_limit = Duration::from_secs(20);
        let counted = Comparison { repository: &root, path, base, time_limit }.count().await?;
        Ok([counted.files, counted.additions, counted.deletions])
    }

    /// A worktree beside the repository, on a branch of its own.
    async fn worktree(repository: &Repository) -> PathBuf {
        let path = repository.beside("worktree");
        run(&repository.root(), &["worktree", "add", "--quiet", "-b", "work", text(&path), "trunk"]).await;
        path
    }

    #[tokio::test]
    async fn what_is_committed_staged_changed_and_new_is_counted_together() {
        let repository = Repository::with_commit().await;
        let path = worktree(&repository).await;
        assert_eq!(count(&repository, &path, "trunk").await.unwrap(), [0, 0, 0]);
        fs::write(path.join("committed"), "1\n2\n").unwrap();
        run(&path, &["add", "committed"]).await;
        commit(&path).await;
        fs::write(path.join("staged"), "1\n").unwrap();
        run(&path, &["add", "staged"]).await;
        fs::write(path.join("tracked"), "another\n").unwrap();
        fs::create_dir(path.join("new folder")).unwrap();
        fs::write(path.join("new folder/new"), "1\n2\n3\n").unwrap();
        fs::write(path.join("binary"), [0, 1, 2]).unwrap();
        let ignored = repository.root().join(".git/info/exclude");
        fs::write(ignored, "ignored\n").unwrap();
        fs::write(path.join("ignored"), "1\n").unwrap();
        assert_eq!(count(&repository, &path, "trunk").await.unwrap(), [5, 7, 1]);
        let staged = run(&path, &["diff", "--cached", "--name-only"]).await;
        assert_eq!(staged, "staged", "the index is as it was");
    }

    #[tokio::test]
    async fn what_others_did_on_the_base_meanwhile_is_not_counted() {
        let repository = Repository::with_commit().await;
        let path = worktree(&repository).await;
        repository.commit_file("theirs", "1\n2\n").await;
        fs::write(path.join("mine"), "1\n").unwrap();
        assert_eq!(count(&repository, &path, "trunk").await.unwrap(), [1, 1, 0]);
    }

    #[tokio::test]
    async fn a_renamed_file_is_one_file_and_a_deleted_one_is_counted() {
        let repository = Repository::with_commit().await;
        repository.commit_file("long", &"line\n".repeat(20)).await;
        let path = worktree(&repository).await;
        run(&path, &["mv", "long", "longer"]).await;
        fs::remove_file(path.join("tracked")).unwrap();
        assert_eq!(count(&repository, &path, "trunk").await.unwrap(), [2, 0, 1]);
    }

    #[tokio::test]
    async fn repositories_inside_and_settings_of_the_user_do_not_disturb() {
        let repository = Repository::with_commit().await;
        let path = worktree(&repository).await;
        run(&repository.root(), &["config", "diff.external", "false"]).await;
        run(&repository.root(), &["config", "diff.noprefix", "true"]).await;
        run(&repository.root(), &["config", "status.showUntrackedFiles", "no"]).await;
        run(&path, &["init", "--quiet", "inside"]).await;
        fs::write(path.join("inside/file"), "1\n").unwrap();
        fs::write(path.join("mine"), "1\n").unwrap();
        assert_eq!(count(&repository, &path, "trunk").await.unwrap(), [1, 1, 0]);
    }

    #[tokio::test]
    async fn a_base_or_worktree_that_is_gone_is_told() {
        let repository = Repository::with_commit().await;
        let path = worktree(&repository).await;
        let gone = count(&repository, &path, "no-such-branch").await.unwrap_err();
        assert!(gone.to_string().contains("no-such-branch"), "{gone}");
        fs::remove_dir_all(&path).unwrap();
        assert!(matches!(count(&repository, &path, "trunk").await, Err(DiffCountError::Status(_))));
    }

    #[test]
    fn what_git_leaves_out_is_zero() {
        let parsed = |line| {
            let DiffCount { files, additions, deletions } = parse(line);
            [files, additions, deletions]
        };
        assert_eq!(parsed(" 1 file changed, 1 insertion(+)\n"), [1, 1, 0]);
        assert_eq!(parsed(" 12 files changed, 3 deletions(-)\n"), [12, 0, 3]);
        assert_eq!(parsed(" 1 file changed, 0 insertions(+), 0 deletions(-)\n"), [1, 0, 0]);
        assert_eq!(parsed(""), [0, 0, 0]);
    }
}
