//! Removing what is left of a worktree that nobody worked in: it was made in half, or its folder is gone.

use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::list::Entry;
use super::refusal::{RepositoryError, patiently};
use crate::git::run::{Git, git};

/// Removes such a worktree, and the branch that was made for it if that holds nothing.
pub(super) async fn clear(
    repository: &Path,
    entry: &Entry,
    time_limit: Duration,
    stop: &CancellationToken,
) -> Result<(), RepositoryError> {
    forget(repository, entry, time_limit, stop).await?;
    match &entry.branch {
        Some(branch) => remove_branch(repository, branch).await,
        None => Ok(()),
    }
}

/// Removes such a worktree, but not its branch. One that is stopped can be done again.
pub(super) async fn forget(
    repository: &Path,
    entry: &Entry,
    time_limit: Duration,
    stop: &CancellationToken,
) -> Result<(), RepositoryError> {
    let removed = patiently(|| {
        // Twice forced: it is locked, and what is in it is not what was committed.
        Git::at(repository)
            .args(["worktree", "remove", "--force", "--force"])
            .arg(&entry.path)
            .time_limit(time_limit)
            .until(stop)
            .run()
    });
    let removed = removed.await?;
    if removed.status.success() { Ok(()) } else { Err(RepositoryError::of(repository, &removed)) }
}

/// Removes a branch whose commits are all in other branches too.
pub(super) async fn remove_branch(repository: &Path, branch: &str) -> Result<(), RepositoryError> {
    let reference = format!("refs/heads/{branch}");
    let tip = git(repository, &["rev-parse", "--verify", "--quiet", &reference]).await?;
    let Some(commit) = tip.line() else { return Ok(()) };
    if unsaved_commits(repository, &commit, Some(branch)).await? > 0 {
        return Ok(());
    }
    // Only as long as it is what was looked at.
    let removed = patiently(|| Git::at(repository).args(["update-ref", "-d", &reference, &commit]).run());
    let removed = removed.await?;
    if removed.status.success() { Ok(()) } else { Err(RepositoryError::of(repository, &removed)) }
}

/// How many of a commit's ancestors, itself among them, are in no branch and no tag, this branch not counted.
pub(super) async fn unsaved_commits(
    repository: &Path,
    commit: &str,
    besides: Option<&str>,
) -> Result<u32, RepositoryError> {
    let exclude = besides.map(|branch| format!("--exclude={branch}"));
    let counted = Git::at(repository)
        .args(["rev-list", "--count", commit, "--not"])
        .args(exclude)
        .args(["--branches", "--tags", "--remotes"])
        .run()
        .await?;
    let count = counted.line().and_then(|line| line.parse().ok());
    count.ok_or_else(|| RepositoryError::of(repository, &counted))
}
