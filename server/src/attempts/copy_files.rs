//! Copying files that git doesn't know, such as `.env`, from a project into a new worktree of it.

mod pattern;
mod search;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

pub use pattern::{PatternError, Patterns};
use search::Found;

/// The most files that are copied.
pub const MAX_FILES: usize = 1_000;

/// The most bytes that are copied.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Only the owner reads a file until it is whole and has its own permissions.
const PRIVATE: u32 = 0o600;

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The files, by their paths below the project's folder, in their order.
    pub files: Vec<PathBuf>,
    /// What the patterns name too, and why it was not copied; of very many only the first.
    pub left_out: Vec<LeftOut>,
}

/// Something that was not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path below the project's folder.
    pub path: PathBuf,
    /// Why.
    pub why: Why,
}

/// Why something was not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The worktree has it already.
    #[error("the worktree has it already")]
    AlreadyThere,
    /// Where its folder would be, the worktree has something else.
    #[error("the worktree has something else in the place of its folder")]
    NoFolder,
    /// It is a symbolic link that leads out of the project, or nowhere.
    #[error("it is a link that leads out of the project")]
    LeadsOutside,
    /// It is neither a file nor a link to one.
    #[error("it is not a file")]
    NotAFile,
    /// The server may not read it.
    #[error("the server may not read it")]
    Unreadable,
}

/// Why files were not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The patterns name too many files. None was copied.
    #[error("the patterns name more than {MAX_FILES} files: name fewer, or let the setup script make them")]
    TooManyFiles,
    /// The patterns name too much. Nothing was copied.
    #[error("the patterns name more than {} MiB: name fewer files", MAX_BYTES / 1024 / 1024)]
    TooManyBytes,
    /// The project is too large to be searched. Nothing was copied.
    #[error("the project has too many files to be searched: a pattern without ** looks into fewer folders")]
    TooLarge,
    /// Nobody wants them any more; some may have been copied.
    #[error("it was stopped")]
    Stopped,
    /// Something went wrong with this file; those before it were copied.
    #[error("{} can't be copied: {error}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

/// Copies the files that the patterns name from a project's folder into a worktree.
///
/// Files of the worktree are never overwritten. Git's own folders and other repositories inside of the project are passed
/// by; a symbolic link to a file of the project is copied as that file.
///
/// # Errors
/// If there is too much to copy, the system fails, or `stop` was cancelled: no other file is begun then.
pub async fn copy_files(
    root: &Path,
    worktree: &Path,
    patterns: Patterns,
    stop: &CancellationToken,
) -> Result<Copied, CopyError> {
    if patterns.is_empty() {
        return Ok(Copied::default());
    }
    let (from, to, stop) = (root.to_owned(), worktree.to_owned(), stop.clone());
    let copied = tokio::task::spawn_blocking(move || {
        let found = search::search(&from, &patterns, &stop)?;
        copy_all(found, &to, &stop)
    });
    copied.await.unwrap_or_else(|error| Err(failed(worktree)(io::Error::other(error))))
}

fn copy_all(found: Found, worktree: &Path, stop: &CancellationToken) -> Result<Copied, CopyError> {
    let mut copied = Copied { files: Vec::new(), left_out: found.left_out };
    for file in found.files {
        go_on(stop)?;
        match copy(&file.source, &file.path, worktree)? {
            None => copied.files.push(file.path),
            Some(why) => copied.left_out.push(LeftOut { path: file.path, why }),
        }
    }
    copied.left_out.truncate(MAX_FILES);
    Ok(copied)
}

/// Goes on unless that was stopped.
fn go_on(stop: &CancellationToken) -> Result<(), CopyError> {
    if stop.is_cancelled() { Err(CopyError::Stopped) } else { Ok(()) }
}

/// Copies a file to a path below the worktree; or says why not.
fn copy(source: &Path, path: &Path, worktree: &Path) -> Result<Option<Why>, CopyError> {
    let failed = failed(path);
    let from = match File::open(source) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(Some(Why::Unreadable)),
        Err(error) => return Err(failed(error)),
    };
    if !make_folders(path.parent().unwrap_or(Path::new("")), worktree).map_err(failed)? {
        return Ok(Some(Why::NoFolder));
    }
    let target = worktree.join(path);
    // A new file: neither one that is there is written to, nor what a link leads to.
    let to = match OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&target) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Some(Why::AlreadyThere)),
        Err(error) => return Err(failed(error)),
    };
    if let Err(error) = fill(from, to) {
        // Half a file would be taken for a whole one.
        let _ = fs::remove_file(&target);
        return Err(failed(error));
    }
    Ok(None)
}

fn fill(from: File, mut to: File) -> io::Result<()> {
    let about = from.metadata()?;
    // It may grow meanwhile, but not beyond what was allowed.
    io::copy(&mut from.take(about.len().min(MAX_BYTES)), &mut to)?;
    to.set_permissions(fs::Permissions::from_mode(about.permissions().mode() & 0o777))
}

/// Makes the folders of a path below the worktree, and says whether they are folders: a link could lead out of it.
fn make_folders(path: &Path, worktree: &Path) -> io::Result<bool> {
    let mut folder = worktree.to_owned();
    for name in path.components() {
        folder.push(name);
        match fs::symlink_metadata(&folder) {
            Ok(about) if about.is_dir() => {}
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&folder)?,
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> CopyError + Copy {
    move |error| CopyError::Io { path: path.to_owned(), error }
}

impl fmt::Display for Copied {
    /// A line for each file, as an automation's output.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(f, "{}", file.display())?;
        }
        for LeftOut { path, why } in &self.left_out {
            writeln!(f, "{} was left out: {why}", path.display())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
