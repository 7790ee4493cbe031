//! An index for git to work with, in place of the worktree's own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A copy of an index. It goes when this is dropped.
#[derive(Debug)]
pub(super) struct OwnIndex {
    folder: TempDir,
}

impl OwnIndex {
    /// Copies an index. One that is missing is empty: nothing was ever staged.
    pub fn copy(original: &Path) -> io::Result<Self> {
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
