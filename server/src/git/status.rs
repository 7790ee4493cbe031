//! What a worktree holds that its last commit does not.

mod parse;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::GitError;
use super::run::Git;

/// The most that is read of a status. Beyond, about 100,000 files that git doesn't know, the counts are what was read.
const MAX_OUTPUT: u64 = 16 * 1024 * 1024;

/// How a worktree stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its last commit; none if there is none yet.
    pub commit: Option<String>,
    /// The branch that is checked out; none if it is a bare commit.
    pub branch: Option<String>,
    /// Files changed, but not staged.
    pub changed: u32,
    /// Files staged.
    pub staged: u32,
    /// Files that git doesn't know, and that it was not told to ignore.
    pub untracked: u32,
    /// Files in conflict.
    pub conflicted: u32,
    /// Submodules with other commits than were committed here, or with changes or files of their own.
    pub submodules: Vec<PathBuf>,
    /// Repositories that lie in it and that git doesn't know as submodules. They count as untracked, each as one.
    pub repositories: Vec<PathBuf>,
}

impl Status {
    /// Whether there is nothing that is not committed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.changed == 0 && self.staged == 0 && self.untracked == 0 && self.conflicted == 0
    }
}

/// Why the state of a worktree is not known.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The folder is not the top of a work tree, or its link to the repository is broken.
    #[error("{} is not a git worktree any more: {reason}", .path.display())]
    NotAWorktree {
        /// The folder.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// Git looked, and failed: a filter of the repository did, or a file can't be read.
    #[error("git can't say how {} stands: {reason}", .path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// How the worktree at `path` stands. Whatever its configuration hides is looked at too, but for what is ignored.
///
/// # Errors
/// If there is no worktree, or git can't say.
pub async fn status(path: &Path, time_limit: Duration) -> Result<Status, StatusError> {
    let output = Git::at_top(path)
        .args(["status", "--porcelain=v2", "-z", "--branch"])
        .args(["--untracked-files=all", "--ignore-submodules=none", "--no-renames"])
        .time_limit(time_limit)
        .max_output(MAX_OUTPUT)
        .run()
        .await?;
    // A git whose output nobody reads any more ends by a signal.
    if output.status.success() || output.is_cut {
        return Ok(parse::status(&output.stdout));
    }
    let (path, reason) = (path.to_owned(), output.stderr);
    let no_worktree = ["not a git repository", "cannot change to", "must be run in a work tree"];
    Err(if no_worktree.iter().any(|part| reason.contains(part)) {
        StatusError::NotAWorktree { path, reason }
    } else {
        StatusError::Failed { path, reason }
    })
}

fn path(bytes: &[u8]) -> PathBuf {
    let text: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    PathBuf::from(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::git::fixture::{Repository, run, text};

    const LIMIT: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn each_kind_of_change_is_counted() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        let clean = status(&root, LIMIT).await.unwrap();
        assert!(
            clean.is_clean() && clean.branch.as_deref() == Some("trunk") && clean.commit.is_some(),
            "{clean:?}"
        );

        fs::write(root.join("tracked"), "changed").unwrap();
        fs::write(root.join("staged\nfile"), "new").unwrap();
        run(&root, &["add", "staged\nfile"]).await;
        fs::create_dir(root.join("new folder")).unwrap();
        fs::write(root.join("new folder/a"), "").unwrap();
        fs::write(root.join("new folder/b"), "").unwrap();
        fs::write(root.join(".gitignore"), "ignored\n").unwrap();
        fs::write(root.join("ignored"), "").unwrap();
        let dirty = status(&root, LIMIT).await.unwrap();
        assert_eq!(
            (dirty.changed, dirty.staged, dirty.untracked, dirty.conflicted),
            (1, 1, 3, 0),
            "{dirty:?}"
        );
    }

    #[tokio::test]
    async fn what_the_configuration_hides_is_counted() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        run(&root, &["config", "status.showUntrackedFiles", "no"]).await;
        fs::write(root.join("new"), "").unwrap();
        assert_eq!(status(&root, LIMIT).await.unwrap().untracked, 1);
    }

    #[tokio::test]
    async fn files_in_conflict_are_counted() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        run(&root, &["checkout", "--quiet", "-b", "other"]).await;
        repository.commit_file("tracked", "theirs").await;
        run(&root, &["checkout", "--quiet", "trunk"]).await;
        repository.commit_file("tracked", "ours").await;
        let merge = crate::git::run::git(&root, &["merge", "--quiet", "other"]).await.unwrap();
        assert!(!merge.status.success());
        assert_eq!(status(&root, LIMIT).await.unwrap().conflicted, 1);
    }

    #[tokio::test]
    async fn a_repository_inside_is_told_by_its_name_even_without_a_commit() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        for name in ["empty one", "sub/full one"] {
            fs::create_dir_all(root.join(name)).unwrap();
            run(&root, &["init", "--quiet", name]).await;
        }
        crate::git::fixture::commit(&root.join("sub/full one")).await;
        let found = status(&root, LIMIT).await.unwrap();
        assert_eq!(
            found.repositories,
            [PathBuf::from("empty one"), PathBuf::from("sub/full one")],
            "{found:?}"
        );
        assert_eq!(found.untracked, 2);
    }

    #[tokio::test]
    async fn a_submodule_with_work_of_its_own_is_told_by_its_name() {
        let repository = Repository::with_submodule("part").await;
        let root = repository.root();
        assert!(status(&root, LIMIT).await.unwrap().is_clean());
        fs::write(root.join("part/new"), "").unwrap();
        let dirty = status(&root, LIMIT).await.unwrap();
        assert!(!dirty.is_clean() && dirty.submodules == [PathBuf::from("part")], "{dirty:?}");
    }

    #[tokio::test]
    async fn a_filter_that_fails_is_told_from_a_folder_that_is_no_worktree() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        repository.commit_file(".gitattributes", "new filter=odd\n").await;
        repository.commit_file("new", "first").await;
        run(&root, &["config", "filter.odd.clean", "exit 3"]).await;
        run(&root, &["config", "filter.odd.required", "true"]).await;
        fs::write(root.join("new"), "other").unwrap();
        let failed = status(&root, LIMIT).await;
        assert!(matches!(failed, Err(StatusError::Failed { .. })), "{failed:?}");
    }

    #[tokio::test]
    async fn a_folder_whose_link_is_gone_is_not_taken_for_a_part_of_the_repository_around_it() {
        let repository = Repository::with_commit().await;
        let inside = repository.root().join("inside");
        fs::create_dir(&inside).unwrap();
        let refused = status(&inside, LIMIT).await;
        assert!(matches!(refused, Err(StatusError::NotAWorktree { .. })), "{refused:?}");
        let gone = status(Path::new(text(&inside.join("gone"))), LIMIT).await;
        assert!(matches!(gone, Err(StatusError::NotAWorktree { .. })), "{gone:?}");
    }
}
