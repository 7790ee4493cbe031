//! A copy of a worktree's index, for git to work with in place of the original.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::GitError;
use super::run::Git;

/// A copy of an index. It goes when this is dropped.
#[derive(Debug)]
pub(super) struct IndexCopy {
    folder: TempDir,
}

/// Why an index can't be copied.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexCopyError {
    /// Git does not say where it is.
    #[error("{0}")]
    Unknown(String),
    /// The disk refused.
    #[error("git's index can't be copied: {0}")]
    Copy(#[source] io::Error),
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl IndexCopy {
    /// Copies the index of the worktree at `path`.
    pub async fn of(path: &Path, time_limit: Duration) -> Result<Self, IndexCopyError> {
        let asking = ["rev-parse", "--path-format=absolute", "--git-path", "index"];
        let mut asked = Git::at_top(path).args(asking).time_limit(time_limit).run().await?;
        if !asked.status.success() {
            return Err(IndexCopyError::Unknown(asked.stderr));
        }
        if asked.stdout.ends_with(b"\n") {
            asked.stdout.pop();
        }
        let original = PathBuf::from(OsString::from_vec(asked.stdout));
        let copying = tokio::task::spawn_blocking(move || Self::copy(&original)).await;
        copying.map_err(io::Error::other).flatten().map_err(IndexCopyError::Copy)
    }

    /// One that is missing is empty: nothing was ever staged.
    fn copy(original: &Path) -> io::Result<Self> {
        let index = Self { folder: tempfile::tempdir()? };
        match fs::copy(original, index.path()) {
            Ok(_) => index.make_as_old_as(original)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(index)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Git looks again at files that are not older than the index, because they could have changed just after it.
    fn make_as_old_as(&self, original: &Path) -> io::Result<()> {
        File::options().write(true).open(self.path())?.set_modified(fs::metadata(original)?.modified()?)
    }
}
