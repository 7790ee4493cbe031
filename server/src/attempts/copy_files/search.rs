//! Looking for the files that patterns name, and into no folder in which there can't be one.

use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::pattern::{Patterns, Progress};
use super::{CopyError, LeftOut, MAX_BYTES, MAX_FILES, Why, failed, go_on};

/// How many files and folders are looked at.
const MAX_LOOKED_AT: usize = 1_000_000;

/// Git's own folder, or its file in a linked worktree.
const GIT: &str = ".git";

/// What the patterns name.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub files: Vec<FoundFile>,
    pub left_out: Vec<LeftOut>,
}

/// A file that a pattern names.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// Its path below the root.
    pub path: PathBuf,
    /// Where it is, without symbolic links.
    pub source: PathBuf,
}

/// Searches a folder.
pub(super) fn search(root: &Path, patterns: &Patterns, stop: &CancellationToken) -> Result<Found, CopyError> {
    let root = fs::canonicalize(root).map_err(failed(root))?;
    let mut search = Search { root: &root, patterns, found: Found::default(), bytes: 0, looked_at: 0 };
    let mut folders = vec![(PathBuf::new(), patterns.start())];
    while let Some((folder, progress)) = folders.pop() {
        go_on(stop)?;
        folders.extend(search.look_into(&folder, &progress)?);
    }
    search.found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(search.found)
}

struct Search<'a> {
    root: &'a Path,
    patterns: &'a Patterns,
    found: Found,
    bytes: u64,
    looked_at: usize,
}

impl Search<'_> {
    /// Finds the files of a folder, and gives the folders in it that are to be looked into.
    fn look_into(
        &mut self,
        folder: &Path,
        progress: &Progress,
    ) -> Result<Vec<(PathBuf, Progress)>, CopyError> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            // It went away, or is private: then nothing in it was meant to be copied.
            Err(error) if !folder.as_os_str().is_empty() => {
                return self.leave_out_folder(folder, error).map(|()| Vec::new());
            }
            Err(error) => return Err(failed(self.root)(error)),
        };
        let mut below = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed(folder))?;
            self.looked_at += 1;
            if self.looked_at > MAX_LOOKED_AT {
                return Err(CopyError::TooLarge);
            }
            below.extend(self.look_at(&entry, folder, progress)?);
        }
        Ok(below)
    }

    fn look_at(
        &mut self,
        entry: &DirEntry,
        folder: &Path,
        progress: &Progress,
    ) -> Result<Option<(PathBuf, Progress)>, CopyError> {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if text.eq_ignore_ascii_case(GIT) {
            return Ok(None);
        }
        let path = folder.join(&name);
        let kind = entry.file_type().map_err(failed(&path))?;
        if kind.is_dir() {
            let progress = self.patterns.enter(progress, &text);
            let is_wanted = !progress.is_empty() && !is_repository(&entry.path());
            return Ok(is_wanted.then_some((path, progress)));
        }
        if self.patterns.names_file(progress, &text) {
            self.take(path, entry, kind)?;
        }
        Ok(None)
    }

    fn take(&mut self, path: PathBuf, entry: &DirEntry, kind: FileType) -> Result<(), CopyError> {
        match self.source(entry, kind) {
            Ok((source, length)) => {
                self.bytes = self.bytes.saturating_add(length);
                self.found.files.push(FoundFile { path, source });
                if self.found.files.len() > MAX_FILES {
                    return Err(CopyError::TooManyFiles);
                }
                if self.bytes > MAX_BYTES {
                    return Err(CopyError::TooManyBytes);
                }
            }
            Err(why) => self.leave_out(path, why),
        }
        Ok(())
    }

    /// Where a file is, and how long.
    fn source(&self, entry: &DirEntry, kind: FileType) -> Result<(PathBuf, u64), Why> {
        let mut source = entry.path();
        if kind.is_symlink() {
            source = fs::canonicalize(&source).map_err(|_| Why::LeadsOutside)?;
            let inside = source.strip_prefix(self.root).map_err(|_| Why::LeadsOutside)?;
            if inside.iter().any(|part| part.eq_ignore_ascii_case(GIT)) {
                return Err(Why::LeadsOutside);
            }
        }
        let about = fs::symlink_metadata(&source).map_err(|_| Why::Unreadable)?;
        if about.is_file() { Ok((source, about.len())) } else { Err(Why::NotAFile) }
    }

    fn leave_out_folder(&mut self, folder: &Path, error: io::Error) -> Result<(), CopyError> {
        match error.kind() {
            io::ErrorKind::PermissionDenied => self.leave_out(folder.to_owned(), Why::Unreadable),
            io::ErrorKind::NotFound => {}
            _ => return Err(failed(folder)(error)),
        }
        Ok(())
    }

    fn leave_out(&mut self, path: PathBuf, why: Why) {
        if self.found.left_out.len() < MAX_FILES {
            self.found.left_out.push(LeftOut { path, why });
        }
    }
}

/// Whether a folder is a repository of its own, such as a submodule: in the worktree it is not checked out yet, and git
/// checks out no submodule into a folder with files in it.
fn is_repository(folder: &Path) -> bool {
    folder.join(GIT).symlink_metadata().is_ok()
}
