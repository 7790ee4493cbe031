//! Making a worktree with a branch of its own, in such a way that it can be done again after a crash in the middle.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::refusal::{BranchInTheWay, RepositoryError, branch_in_the_way, patiently};
use super::{base, folder, leftover, list, turn};
use crate::git::GitError;
use crate::git::branch::BranchName;
use crate::git::run::Git;

/// How many names to try for a branch.
const MAX_VARIANTS: usize = 100;

/// How long to take back what was made in half: then it is left for the next call, which has more time.
const TAKING_BACK: Duration = Duration::from_secs(60);

/// A worktree that is to be made.
#[derive(Clone, Debug)]
pub struct NewWorktree<'a> {
    /// The top folder of a work tree of the repository.
    pub repository: &'a Path,
    /// What it starts from: a branch, here or of a remote, a tag, a whole commit id, or `HEAD`.
    pub base: &'a str,
    /// The branch to make for it; if that is taken, one of its variants is made.
    pub branch: &'a BranchName,
    /// Its folder. No two that are made at once may have the same.
    pub path: &'a Path,
    /// How long the checkout may take.
    pub time_limit: Duration,
    /// Once this is cancelled, nothing more is made, and what was made is taken back.
    pub stop: &'a CancellationToken,
}

/// A worktree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worktree {
    /// Its folder, without symbolic links.
    pub path: PathBuf,
    /// Its branch.
    pub branch: BranchName,
    /// The commit that is checked out.
    pub commit: String,
    /// What git complained about though it is whole: a hook of the repository failed.
    pub complaint: Option<String>,
}

/// Why there is no worktree.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There is nothing to start from.
    #[error("the repository {} has no commit yet: make a first one, for agents to start from", .0.display())]
    NoCommit(PathBuf),
    /// The base is not there.
    #[error("the repository {} has no branch {base} to start from", .repository.display())]
    BaseMissing {
        /// The repository.
        repository: PathBuf,
        /// What was to be started from.
        base: String,
    },
    /// There is a branch where git would need a folder.
    #[error(
        "the branch {branch} can't be made while there is a branch {other}: rename it, or change the template"
    )]
    BranchBlocked {
        /// The branch that was wanted.
        branch: String,
        /// The branch that is in its way.
        other: String,
    },
    /// All variants of the name are taken.
    #[error("{branch} and {} more branches of that name exist already", MAX_VARIANTS - 1)]
    NoFreeBranch {
        /// The branch that was wanted.
        branch: String,
    },
    /// There is something of somebody else in its place.
    #[error("there is something at {} already", .0.display())]
    Occupied(PathBuf),
    /// The repository can't be worked with.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Makes a worktree.
///
/// If it was made before, it is given again as it is. One that was made in half is made anew.
///
/// # Errors
/// If it can't be made, or is not wanted any more; then nothing of it is left, as far as that is possible.
pub async fn create(wanted: &NewWorktree<'_>) -> Result<Worktree, CreateError> {
    let Some(_turn) = wanted.stop.run_until_cancelled(turn::at(wanted.repository)).await else {
        return Err(RepositoryError::Git(GitError::Stopped).into());
    };
    let path = prepare(wanted.path).await?;
    let wanted = NewWorktree { path: &path, ..wanted.clone() };
    if let Some(worktree) = made_before(&wanted).await? {
        return Ok(worktree);
    }
    if !folder::is_free(&path).await? {
        return Err(CreateError::Occupied(path));
    }
    let commit = base::commit(wanted.repository, wanted.base).await?;
    let branch = make_branch(&wanted, &commit).await?;
    check_out(&wanted, branch, commit).await
}

/// The path by the name that git gives it; the folder above is made.
async fn prepare(path: &Path) -> Result<PathBuf, CreateError> {
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(CreateError::Occupied(path.to_owned()));
    };
    let failed = |error| RepositoryError::of_system(above, &error);
    tokio::fs::create_dir_all(above).await.map_err(failed)?;
    Ok(tokio::fs::canonicalize(above).await.map_err(failed)?.join(name))
}

/// The worktree that an earlier call made, if it got so far. What it left unfinished is removed.
async fn made_before(wanted: &NewWorktree<'_>) -> Result<Option<Worktree>, CreateError> {
    let Some(entry) = list::find(wanted.repository, wanted.path).await? else { return Ok(None) };
    let branch = entry.branch.as_deref().and_then(BranchName::parse);
    let ours = branch.filter(|branch| branch.is_variant_of(wanted.branch));
    if entry.is_half_made() || !folder::is_there(wanted.path).await? {
        leftover::clear(wanted.repository, &entry, wanted.time_limit, wanted.stop).await?;
        return Ok(None);
    }
    match (ours, entry.commit) {
        (Some(branch), Some(commit)) if !entry.is_gone => {
            Ok(Some(Worktree { path: wanted.path.to_owned(), branch, commit, complaint: None }))
        }
        _ => Err(CreateError::Occupied(wanted.path.to_owned())),
    }
}

/// Makes the first variant of the branch that is not there. That git makes each once decides between several who want it.
async fn make_branch(wanted: &NewWorktree<'_>, commit: &str) -> Result<BranchName, CreateError> {
    for branch in wanted.branch.variants().take(MAX_VARIANTS) {
        let made = patiently(|| {
            // Work is not to be pushed onto the branch that it started from.
            Git::at(wanted.repository).args(["branch", "--no-track", branch.as_str(), commit]).run()
        });
        let made = made.await.map_err(RepositoryError::Git)?;
        if made.status.success() {
            return Ok(branch);
        }
        match branch_in_the_way(&made.stderr, branch.as_str()) {
            Some(BranchInTheWay::Same) => {}
            Some(BranchInTheWay::Above(other)) => {
                return Err(CreateError::BranchBlocked {
                    branch: branch.to_string(),
                    other: other.to_owned(),
                });
            }
            None => return Err(RepositoryError::of(wanted.repository, &made).into()),
        }
    }
    Err(CreateError::NoFreeBranch { branch: wanted.branch.to_string() })
}

async fn check_out(
    wanted: &NewWorktree<'_>,
    branch: BranchName,
    commit: String,
) -> Result<Worktree, CreateError> {
    let added = patiently(|| {
        Git::at(wanted.repository)
            .args(["worktree", "add", "--quiet"])
            .arg(wanted.path)
            .arg(branch.as_str())
            .time_limit(wanted.time_limit)
            .until(wanted.stop)
            .run()
    });
    let error = match added.await {
        Ok(output) if output.status.success() => {
            return Ok(Worktree { path: wanted.path.to_owned(), branch, commit, complaint: None });
        }
        Ok(output) => {
            // A hook that fails after the checkout makes git fail.
            if is_whole(wanted, &branch).await {
                let complaint = Some(output.stderr);
                return Ok(Worktree { path: wanted.path.to_owned(), branch, commit, complaint });
            }
            RepositoryError::of(wanted.repository, &output)
        }
        Err(error) => RepositoryError::Git(error),
    };
    take_back(wanted, &branch).await;
    Err(error.into())
}

async fn is_whole(wanted: &NewWorktree<'_>, branch: &BranchName) -> bool {
    let entry = list::find(wanted.repository, wanted.path).await;
    entry.ok().flatten().is_some_and(|entry| {
        !entry.is_half_made() && !entry.is_gone && entry.branch.as_deref() == Some(branch.as_str())
    })
}

/// Removes what was made of a worktree that could not be checked out. The next call does it if this one can't.
async fn take_back(wanted: &NewWorktree<'_>, branch: &BranchName) {
    let time_limit = wanted.time_limit.min(TAKING_BACK);
    // This is what a stop brings about.
    let stop = CancellationToken::new();
    let cleared = match list::find(wanted.repository, wanted.path).await {
        Ok(Some(entry)) => leftover::clear(wanted.repository, &entry, time_limit, &stop).await,
        Ok(None) => leftover::remove_branch(wanted.repository, branch.as_str()).await,
        Err(error) => Err(error),
    };
    if let Err(error) = cleared {
        tracing::warn!("what was made of the worktree {} is left: {error}", wanted.path.display());
    }
}

#[cfg(test)]
mod tests;
