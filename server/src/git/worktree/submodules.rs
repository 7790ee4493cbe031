//! The submodules of a worktree: their repositories lie in git's own folder of the worktree, and go with it.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::refusal::RepositoryError;
use crate::git::run::{Git, git};

/// How many folders to look at for repositories; their names may have slashes in them.
const MAX_FOLDERS: usize = 10_000;

/// Whether any submodule of a worktree was ever checked out there.
pub(super) async fn are_there(worktree: &Path) -> Result<bool, RepositoryError> {
    Ok(!repositories(worktree).await?.is_empty())
}

/// The submodules that hold commits which their remotes lack, by the names that git has for them.
pub(super) async fn with_unsaved_commits(worktree: &Path) -> Result<Vec<PathBuf>, RepositoryError> {
    let mut unsaved = Vec::new();
    for (name, repository) in repositories(worktree).await? {
        let commits =
            git(&repository, &["rev-list", "--max-count=1", "--all", "--not", "--remotes", "--tags"]).await?;
        // One that can't be read is not known to be elsewhere either.
        if !commits.status.success() || commits.line().is_some() {
            unsaved.push(name);
        }
    }
    Ok(unsaved)
}

/// Names and folders of the submodules' repositories, those inside of submodules included.
async fn repositories(worktree: &Path) -> Result<Vec<(PathBuf, PathBuf)>, RepositoryError> {
    let modules = modules(worktree).await?;
    let mut found = Vec::new();
    let mut folders = vec![modules.clone()];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        looked_at += 1;
        if looked_at > MAX_FOLDERS {
            let reason = format!("{} holds too many folders to look at", modules.display());
            return Err(RepositoryError::Failed { reason });
        }
        let failed = |error: io::Error| RepositoryError::of_system(&folder, &error);
        if tokio::fs::try_exists(folder.join("HEAD")).await.map_err(failed)? {
            folders.push(folder.join("modules"));
            let name = folder.strip_prefix(&modules).unwrap_or(&folder).to_owned();
            found.push((name, folder));
            continue;
        }
        let mut entries = match tokio::fs::read_dir(&folder).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            if entry.file_type().await.map_err(failed)?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(found)
}

/// The folder of a worktree's submodules.
async fn modules(worktree: &Path) -> Result<PathBuf, RepositoryError> {
    let asked = Git::at_top(worktree)
        .args(["rev-parse", "--path-format=absolute", "--git-path", "modules"])
        .run()
        .await?;
    match asked.stdout.strip_suffix(b"\n") {
        Some(path) if asked.status.success() => Ok(OsString::from_vec(path.to_vec()).into()),
        _ => Err(RepositoryError::of(worktree, &asked)),
    }
}
