//! Files that an agent reads and writes through us: those in its worktree, and no others.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Component, Path, PathBuf};

/// The most bytes of a text that is read.
const MAX_TEXT: u64 = 8 << 20;

/// Why a file is not read or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("{0} is not in the worktree")]
    Outside(PathBuf),
    #[error("{0} is git's own")]
    Git(PathBuf),
    #[error("{0} is not a file")]
    NoFile(PathBuf),
    #[error("{0} is not UTF-8 text")]
    NoText(PathBuf),
    #[error("{0} has more than {MAX_TEXT} bytes: read it in parts, by line and limit")]
    TooLong(PathBuf),
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] io::Error),
}

impl FileError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(_, error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// A text, from a line on (the first is 1) and at most so many lines.
pub(super) fn read(
    worktree: &Path,
    path: &Path,
    line: Option<u32>,
    limit: Option<u32>,
) -> Result<String, FileError> {
    let io = |error| FileError::Io(path.to_owned(), error);
    let place = place(worktree, path)?;
    let about = fs::metadata(&place).map_err(io)?;
    // What is no file may never end, or never begin.
    if !about.is_file() {
        return Err(FileError::NoFile(path.to_owned()));
    }
    let mut source = BufReader::new(File::open(&place).map_err(io)?);
    for _ in 1..line.unwrap_or(1) {
        if source.skip_until(b'\n').map_err(io)? == 0 {
            break;
        }
    }
    let mut source = source.take(MAX_TEXT + 1);
    let mut bytes = Vec::new();
    match limit {
        None => drop(source.read_to_end(&mut bytes).map_err(io)?),
        Some(limit) => {
            for _ in 0..limit {
                if source.read_until(b'\n', &mut bytes).map_err(io)? == 0 {
                    break;
                }
            }
        }
    }
    if bytes.len() as u64 > MAX_TEXT {
        return Err(FileError::TooLong(path.to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| FileError::NoText(path.to_owned()))
}

/// Writes a text, with the folders that it needs.
pub(super) fn write(worktree: &Path, path: &Path, text: &str) -> Result<(), FileError> {
    let io = |error| FileError::Io(path.to_owned(), error);
    let place = place(worktree, path)?;
    if fs::metadata(&place).is_ok_and(|about| !about.is_file()) {
        return Err(FileError::NoFile(path.to_owned()));
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    fs::write(&place, text).map_err(io)
}

/// The folder in the worktree, or the worktree, in which a command is run.
pub(super) fn folder(worktree: &Path, path: Option<&Path>) -> Result<PathBuf, FileError> {
    place(worktree, path.unwrap_or(worktree))
}

/// Whether paths are given and all lie in the worktree.
pub(super) fn are_inside(worktree: &Path, paths: &[String]) -> bool {
    !paths.is_empty() && paths.iter().all(|path| place(worktree, Path::new(path)).is_ok())
}

/// Where a path leads: through its links, and into the worktree. What does not exist yet lies where it would be made.
///
/// The worktree's own path has no links, or had none when the agent began: what it makes of its folder leads nowhere else.
fn place(worktree: &Path, path: &Path) -> Result<PathBuf, FileError> {
    let outside = || FileError::Outside(path.to_owned());
    let io = |error| FileError::Io(path.to_owned(), error);
    let full = worktree.join(path);
    if full.components().any(|part| part == Component::ParentDir) {
        return Err(outside());
    }
    let (there, missing) = split(&full).map_err(io)?;
    let inner: PathBuf = there
        .strip_prefix(worktree)
        .map_err(|_| outside())?
        .components()
        .chain(missing.components())
        .collect();
    if inner.components().any(|part| part.as_os_str() == ".git") {
        return Err(FileError::Git(path.to_owned()));
    }
    Ok(worktree.join(inner))
}

/// The part of a path that exists, with its links followed, and the rest.
fn split(full: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let mut there = full;
    let mut missing = PathBuf::new();
    loop {
        match there.canonicalize() {
            // A link to nowhere is there, and leads nobody knows where.
            Err(error) if error.kind() == io::ErrorKind::NotFound && there.is_symlink() => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (Some(parent), Some(name)) = (there.parent(), there.file_name()) else {
                    return Err(error);
                };
                missing = Path::new(name).components().chain(missing.components()).collect();
                there = parent;
            }
            found => return Ok((found?, missing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A worktree beside a file that is not its.
    fn worktree() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let worktree = folder.path().canonicalize().unwrap().join("worktree");
        fs::create_dir_all(worktree.join("src")).unwrap();
        fs::write(worktree.join("src/a.rs"), "one\ntwo\r\nthree").unwrap();
        fs::write(worktree.join(".git"), "gitdir: elsewhere").unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        (folder, worktree)
    }

    fn read_all(worktree: &Path, path: impl AsRef<Path>) -> Result<String, FileError> {
        read(worktree, path.as_ref(), None, None)
    }

    #[test]
    fn a_text_is_read_in_full_or_in_part() {
        let (_folder, worktree) = worktree();
        let path = worktree.join("src/a.rs");
        let part = |line, limit| read(&worktree, &path, line, limit).unwrap();
        assert_eq!(part(None, None), "one\ntwo\r\nthree");
        assert_eq!(part(Some(1), Some(1)), "one\n");
        assert_eq!(part(Some(2), Some(5)), "two\r\nthree");
        assert_eq!(part(Some(0), Some(1)), "one\n");
        assert_eq!(part(Some(9), None), "");
        assert_eq!(part(None, Some(0)), "");
        assert_eq!(read_all(&worktree, "src/a.rs").unwrap(), "one\ntwo\r\nthree");
    }

    #[test]
    fn a_text_is_written_with_the_folders_it_needs() {
        let (_folder, worktree) = worktree();
        write(&worktree, &worktree.join("new/deep/b.rs"), "b").unwrap();
        write(&worktree, Path::new("src/a.rs"), "a").unwrap();
        assert_eq!(fs::read_to_string(worktree.join("new/deep/b.rs")).unwrap(), "b");
        assert_eq!(fs::read_to_string(worktree.join("src/a.rs")).unwrap(), "a");
    }

    #[test]
    fn nothing_outside_is_read_or_written() {
        let (folder, worktree) = worktree();
        let secret = folder.path().join("secret");
        symlink(&secret, worktree.join("link")).unwrap();
        symlink(folder.path(), worktree.join("out")).unwrap();
        symlink(folder.path().join("nowhere"), worktree.join("dangling")).unwrap();
        let ways = [
            secret.clone(),
            worktree.join("../secret"),
            PathBuf::from("../secret"),
            PathBuf::from("src/../../secret"),
            worktree.join("link"),
            worktree.join("out/secret"),
            worktree.join("out/new"),
        ];
        for path in ways {
            let read = read_all(&worktree, &path);
            assert!(matches!(read, Err(FileError::Outside(_))), "{path:?}: {read:?}");
            let written = write(&worktree, &path, "x");
            assert!(matches!(written, Err(FileError::Outside(_))), "{path:?}: {written:?}");
        }
        assert!(write(&worktree, &worktree.join("dangling"), "x").is_err());
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
        assert!(!folder.path().join("new").exists() && !folder.path().join("nowhere").exists());
    }

    #[test]
    fn a_worktree_that_was_replaced_by_a_link_leads_nowhere_else() {
        let (folder, worktree) = worktree();
        fs::rename(&worktree, folder.path().join("moved")).unwrap();
        symlink(folder.path(), &worktree).unwrap();
        assert!(matches!(read_all(&worktree, worktree.join("secret")), Err(FileError::Outside(_))));
        assert!(matches!(write(&worktree, Path::new("new"), "text"), Err(FileError::Outside(_))));
        assert!(!folder.path().join("new").exists());
    }

    #[test]
    fn a_link_that_stays_inside_is_followed() {
        let (_folder, worktree) = worktree();
        symlink("src/a.rs", worktree.join("link")).unwrap();
        write(&worktree, &worktree.join("link"), "by the link").unwrap();
        assert_eq!(fs::read_to_string(worktree.join("src/a.rs")).unwrap(), "by the link");
    }

    #[test]
    fn gits_own_is_left_alone() {
        let (_folder, worktree) = worktree();
        assert!(matches!(write(&worktree, &worktree.join(".git"), "x"), Err(FileError::Git(_))));
        assert!(matches!(write(&worktree, Path::new("sub/.git/hooks/x"), "x"), Err(FileError::Git(_))));
        write(&worktree, Path::new(".gitignore"), "x").unwrap();
    }

    #[test]
    fn what_is_no_text_file_is_refused() {
        let (_folder, worktree) = worktree();
        fs::write(worktree.join("bytes"), b"\xff\xfe").unwrap();
        File::create(worktree.join("large")).unwrap().set_len(MAX_TEXT + 1).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(worktree.join("socket")).unwrap();
        assert!(matches!(read_all(&worktree, "bytes"), Err(FileError::NoText(_))));
        assert!(matches!(read_all(&worktree, "large"), Err(FileError::TooLong(_))));
        assert!(matches!(read_all(&worktree, "src"), Err(FileError::NoFile(_))));
        assert!(matches!(read_all(&worktree, "socket"), Err(FileError::NoFile(_))));
        assert!(matches!(write(&worktree, Path::new("src"), "x"), Err(FileError::NoFile(_))));
        assert!(read_all(&worktree, "missing").is_err_and(|error| error.is_missing()));
        drop(socket);
    }

    #[test]
    fn paths_are_inside_if_there_are_any_and_all_of_them_are() {
        let (_folder, worktree) = worktree();
        let inside = worktree.join("src/a.rs").display().to_string();
        assert!(are_inside(&worktree, std::slice::from_ref(&inside)));
        assert!(are_inside(&worktree, &["src/new.rs".into()]));
        assert!(!are_inside(&worktree, &[]));
        assert!(!are_inside(&worktree, &[inside, "/etc/passwd".into()]));
    }
}
