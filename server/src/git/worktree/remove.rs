//! Removing a worktree, but nothing that somebody made in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::ids::AttemptId;
use shared::time::Timestamp;
use tokio_util::sync::CancellationToken;

use super::list::{self, Entry};
use super::refusal::{RepositoryError, patiently};
use super::{folder, leftover, submodules};
use crate::git::run::Git;
use crate::git::snapshot::{self, Snapshot, SnapshotError};
use crate::git::status::{Status, StatusError, status};

/// A worktree that is to be removed. Whoever works in it has ended.
#[derive(Clone, Debug)]
pub struct Removal<'a> {
    /// The top folder of a work tree of the repository, another one.
    pub repository: &'a Path,
    /// The worktree's folder.
    pub path: &'a Path,
    /// What to do if it holds work that is not committed.
    pub on_work: OnWork<'a>,
    /// How long each step may take.
    pub time_limit: Duration,
}

/// What to do with work that is not committed.
#[derive(Clone, Copy, Debug)]
pub enum OnWork<'a> {
    /// Leave it, and the worktree with it.
    Refuse,
    /// Remove it after a snapshot of it was made.
    SnapshotFirst {
        /// The attempt that it belongs to.
        attempt: &'a AttemptId,
        /// What time it is.
        now: Timestamp,
    },
}

/// What would be lost with a worktree. Ignored files don't count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Files changed, but not staged.
    pub changed: u32,
    /// Files staged.
    pub staged: u32,
    /// Files that git doesn't know.
    pub untracked: u32,
    /// Files in conflict.
    pub conflicted: u32,
    /// Commits that are in no branch and no tag.
    pub commits: u32,
    /// Repositories in the worktree, and submodules, with work that no snapshot holds.
    pub repositories: Vec<PathBuf>,
}

/// Why a worktree was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// It holds work.
    #[error("{} holds work that would be lost: {work}", .path.display())]
    HoldsWork {
        /// The worktree.
        path: PathBuf,
        /// The work.
        work: Box<Work>,
    },
    /// It holds work that a snapshot would not keep.
    #[error("{} holds repositories with work that no snapshot keeps: {}", .path.display(), names(.repositories))]
    HoldsRepositories {
        /// The worktree.
        path: PathBuf,
        /// The repositories.
        repositories: Vec<PathBuf>,
    },
    /// It is none of the repository's, or its main one.
    #[error("{} is no worktree that was made for {}", .path.display(), .repository.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// The repository.
        repository: PathBuf,
    },
    /// Somebody locked it.
    #[error("{} was locked by `git worktree lock`: {reason}", .path.display())]
    Locked {
        /// The worktree.
        path: PathBuf,
        /// Why, as far as they said.
        reason: String,
    },
    /// It is not known what it holds.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// There is no snapshot, so it stays.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The repository can't be worked with.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Removes a worktree, but not its branch. It gives the snapshot of its work if there had to be one.
///
/// One that is gone already is no error, and neither is one that was never checked out as a whole.
///
/// # Errors
/// If it holds work, or can't be removed; then it is there as before, as far as that is possible.
pub async fn remove(removal: &Removal<'_>) -> Result<Option<Snapshot>, RemoveError> {
    let Some(path) = folder::canonical(removal.path).await? else { return Ok(None) };
    let removal = Removal { path: &path, ..removal.clone() };
    match removal.find().await? {
        Found::Nothing => Ok(None),
        Found::Leftover(entry) => {
            leftover::forget(removal.repository, &entry, removal.time_limit, &CancellationToken::new())
                .await?;
            Ok(None)
        }
        Found::Worktree(work) if work == Work::default() => {
            removal.remove(Force::No).await?;
            Ok(None)
        }
        Found::Worktree(work) => {
            let snapshot = removal.save(work).await?;
            removal.remove(Force::Yes).await?;
            Ok(Some(snapshot))
        }
    }
}

/// Looks whether a worktree can be removed as it is now, and changes nothing.
///
/// # Errors
/// If it can't be removed.
pub async fn check(removal: &Removal<'_>) -> Result<(), RemoveError> {
    let Some(path) = folder::canonical(removal.path).await? else { return Ok(()) };
    let removal = Removal { path: &path, ..removal.clone() };
    match removal.find().await? {
        Found::Worktree(work) if work != Work::default() => removal.refuse(work).map(drop),
        Found::Nothing | Found::Leftover(_) | Found::Worktree(_) => Ok(()),
    }
}

/// What there is to be removed.
enum Found {
    Nothing,
    /// It was never checked out as a whole, or its folder is gone.
    Leftover(Entry),
    /// A worktree, with what would be lost.
    Worktree(Work),
}

/// Whether git removes what it would rather not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Force {
    No,
    Yes,
}

impl Removal<'_> {
    async fn find(&self) -> Result<Found, RemoveError> {
        let is_there = folder::is_there(self.path).await?;
        let Some(entry) = list::find(self.repository, self.path).await? else {
            return if is_there { Err(self.not_ours()) } else { Ok(Found::Nothing) };
        };
        if !is_there || entry.is_half_made() {
            return Ok(Found::Leftover(entry));
        }
        self.check(&entry).await?;
        let found = status(self.path, self.time_limit).await?;
        Ok(Found::Worktree(self.work(&entry, found).await?))
    }

    async fn check(&self, entry: &Entry) -> Result<(), RemoveError> {
        // A project may be a worktree itself.
        if folder::canonical(self.repository).await?.as_deref() == Some(self.path) {
            return Err(self.not_ours());
        }
        match &entry.lock {
            Some(reason) => Err(RemoveError::Locked { path: self.path.to_owned(), reason: reason.clone() }),
            None => Ok(()),
        }
    }

    async fn work(&self, entry: &Entry, found: Status) -> Result<Work, RemoveError> {
        let commits = match (&entry.branch, &entry.commit) {
            (None, Some(commit)) => leftover::unsaved_commits(self.repository, commit, None).await?,
            _ => 0,
        };
        let mut repositories = [found.repositories, found.submodules].concat();
        repositories.extend(submodules::with_unsaved_commits(self.path).await?);
        repositories.sort_unstable();
        repositories.dedup();
        let Status { changed, staged, untracked, conflicted, .. } = found;
        Ok(Work { changed, staged, untracked, conflicted, commits, repositories })
    }

    /// Makes a snapshot of the work, if that is what shall be.
    async fn save(&self, work: Work) -> Result<Snapshot, RemoveError> {
        let (attempt, now) = self.refuse(work)?;
        Ok(snapshot::take(self.path, attempt, now, self.time_limit).await?)
    }

    /// Refuses work that shall stay, or that a snapshot would not keep; else says what the snapshot is called by.
    fn refuse(&self, work: Work) -> Result<(&AttemptId, Timestamp), RemoveError> {
        let path = self.path.to_owned();
        match self.on_work {
            OnWork::Refuse => Err(RemoveError::HoldsWork { path, work: Box::new(work) }),
            OnWork::SnapshotFirst { .. } if !work.repositories.is_empty() => {
                Err(RemoveError::HoldsRepositories { path, repositories: work.repositories })
            }
            OnWork::SnapshotFirst { attempt, now } => Ok((attempt, now)),
        }
    }

    async fn remove(&self, force: Force) -> Result<(), RemoveError> {
        // Git never removes submodules unforced, and looks no closer; they were looked at here.
        let has_submodules = submodules::are_there(self.path).await?;
        let is_forced = force == Force::Yes || has_submodules;
        let removed = patiently(async || {
            Git::at(self.repository)
                // Else git's own last look could miss new files.
                .args(["-c", "status.showUntrackedFiles=all", "worktree", "remove"])
                .args(is_forced.then_some("--force"))
                .arg(self.path)
                .time_limit(self.time_limit)
                .run()
                .await
        });
        let removed = removed.await.map_err(RepositoryError::Git)?;
        if removed.status.success() {
            return Ok(());
        }
        // What git could not delete, it has forgotten all the same.
        if list::find(self.repository, self.path).await?.is_none() {
            return Ok(folder::delete(self.path).await?);
        }
        if removed.stderr.contains("contains modified or untracked files") {
            return Err(self.changed_meanwhile().await?);
        }
        Err(RepositoryError::of(self.repository, &removed).into())
    }

    async fn changed_meanwhile(&self) -> Result<RemoveError, RemoveError> {
        let Status { changed, staged, untracked, conflicted, .. } =
            status(self.path, self.time_limit).await?;
        let work = Work { changed, staged, untracked, conflicted, ..Work::default() };
        Ok(RemoveError::HoldsWork { path: self.path.to_owned(), work: Box::new(work) })
    }

    fn not_ours(&self) -> RemoveError {
        RemoveError::NotOurs { path: self.path.to_owned(), repository: self.repository.to_owned() }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repositories = u32::try_from(self.repositories.len()).unwrap_or(u32::MAX);
        let counts = [
            (self.changed, "changed"),
            (self.staged, "staged"),
            (self.untracked, "new"),
            (self.conflicted, "in conflict"),
            (self.commits, "commits on no branch"),
            (repositories, "repositories inside"),
        ];
        let parts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        f.write_str(&parts.join(", "))
    }
}

fn names(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
