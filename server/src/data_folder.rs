//! The data folder: everything that a server keeps, private to its owner, and held by one server at a time.
//!
//! It is held by a lock of the operating system on the file `lock`, which dies with the process. What the server tells
//! about itself stands in another file, [`notice`], and is information only.

pub mod notice;
pub mod way_in;

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::data_folder::notice::Notice;

/// The lock's file. It stays when the server ends: removing it would let two servers hold one each.
const LOCK: &str = "lock";
/// Only the owner may look into the folder,
const FOLDER_MODE: u32 = 0o700;
/// and into its secrets.
const SECRET_MODE: u32 = 0o600;

/// How often to try for the lock: one who only asks whether it is held has it for a moment.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// A data folder that this process holds, for as long as this lives.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Closing the file lets go of the lock.
    _lock: File,
}

/// Who holds a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// No server.
    Nobody,
    /// A server that has not yet said where it listens.
    Starting,
    /// This server.
    Server(Notice),
}

/// Why a folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Something else has the folder's name.
    #[error("the data folder {} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// It can't be made or used.
    #[error("the data folder can't be used: {}: {source}", path.display())]
    Unusable {
        /// The folder, or the file in it that it is about.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others may look into it, and it holds files that are not Mainstay's.
    #[error("the data folder {} is open to others (mode {mode:03o}) and holds files of somebody else", path.display())]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another server holds it.
    #[error(
        "the data folder {} is in use by another server{}",
        path.display(),
        holder.as_ref().map(Notice::introduction).unwrap_or_default()
    )]
    Held {
        /// The folder.
        path: PathBuf,
        /// What the other server says about itself, if it has got so far.
        holder: Option<Notice>,
    },
}

impl DataFolderError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotAFolder(_) | Self::Unusable { .. } => {
                "name a folder that you may write to with --data DIR".to_owned()
            }
            Self::OpenToOthers { path, .. } => {
                format!(
                    "close it with `chmod 700 {}`, or name another folder with --data DIR",
                    path.display()
                )
            }
            Self::Held { .. } => "stop that server, or name another folder with --data DIR".to_owned(),
        }
    }
}

impl DataFolder {
    /// Makes the folder if it is missing, sees to it that it is private, and holds it.
    ///
    /// # Errors
    /// If it can't be used, or another server holds it.
    pub fn hold(path: &Path) -> Result<Self, DataFolderError> {
        let unusable = |source| DataFolderError::Unusable { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path).map_err(|source| {
            match source.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                    DataFolderError::NotAFolder(path.to_owned())
                }
                _ => unusable(source),
            }
        })?;
        let path = path.canonicalize().map_err(unusable)?;
        close_to_others(&path)?;
        let lock =
            lock_file(&path).map_err(|source| DataFolderError::Unusable { path: path.join(LOCK), source })?;
        if !is_free(&lock).map_err(|source| DataFolderError::Unusable { path: path.join(LOCK), source })? {
            return Err(DataFolderError::Held { holder: Notice::read(&path), path });
        }
        // A server that was killed leaves these behind.
        Notice::remove(&path);
        way_in::remove(&path);
        Ok(Self { path, _lock: lock })
    }

    /// Who holds the folder.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn holder(path: &Path) -> Result<Holder, DataFolderError> {
        let unusable = |source| DataFolderError::Unusable { path: path.to_owned(), source };
        let lock = match File::open(path.join(LOCK)) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Holder::Nobody),
            Err(error) => return Err(unusable(error)),
        };
        match lock.try_lock_shared() {
            Ok(()) => Ok(Holder::Nobody),
            Err(TryLockError::WouldBlock) => Ok(Notice::read(path).map_or(Holder::Starting, Holder::Server)),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Where the folder is, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("mainstay.db")
    }

    /// The file that keeps the owner token.
    #[must_use]
    pub fn owner_token(&self) -> PathBuf {
        self.path.join("owner-token")
    }
}

/// Sees to it that only the owner may look into the folder. One with somebody else's files in it is not touched: it
/// may have been named by mistake.
fn close_to_others(path: &Path) -> Result<(), DataFolderError> {
    let unusable = |source| DataFolderError::Unusable { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(unusable)?.mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let is_empty = fs::read_dir(path).map_err(unusable)?.next().is_none();
    if !is_empty && !path.join(LOCK).exists() {
        return Err(DataFolderError::OpenToOthers { path: path.to_owned(), mode });
    }
    tracing::warn!("the data folder {} was open to others (mode {mode:03o}); closing it", path.display());
    fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE)).map_err(unusable)
}

fn lock_file(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(SECRET_MODE)
        .open(folder.join(LOCK))
}

fn is_free(lock: &File) -> io::Result<bool> {
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

/// Writes a file that only the owner can read: whole or not at all, and durably.
///
/// # Errors
/// If it can't be written.
pub fn write_secret(path: &Path, content: &str) -> io::Result<()> {
    let draft = path.with_extension("new");
    // One that was left behind may have other permissions.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(SECRET_MODE).open(&draft)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_new_folder_is_private_and_held_until_dropped() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let folder = DataFolder::hold(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("lock")), 0o600);

        let error = DataFolder::hold(&path).unwrap_err();
        assert!(matches!(error, DataFolderError::Held { holder: None, .. }), "{error}");
        assert_eq!(DataFolder::holder(&path).unwrap(), Holder::Starting);
        drop(folder);
        assert_eq!(DataFolder::holder(&path).unwrap(), Holder::Nobody);
        assert!(DataFolder::hold(&path).is_ok());
    }

    #[test]
    fn a_second_server_learns_who_holds_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::hold(root.path()).unwrap();
        let notice = Notice {
            pid: 42,
            address: "127.0.0.1:4747".parse().unwrap(),
            links: vec!["http://x".to_owned()],
        };
        notice.write(folder.path()).unwrap();
        assert_eq!(mode(&root.path().join("server.json")), 0o600);

        let error = DataFolder::hold(root.path()).unwrap_err().to_string();
        assert!(
            error.ends_with("is in use by another server (process 42 at http://127.0.0.1:4747)"),
            "{error}"
        );
        assert_eq!(DataFolder::holder(root.path()).unwrap(), Holder::Server(notice));
    }

    #[test]
    fn what_a_killed_server_left_behind_says_nothing() {
        let root = tempfile::tempdir().unwrap();
        let notice = Notice { pid: 42, address: "127.0.0.1:4747".parse().unwrap(), links: Vec::new() };
        let folder = DataFolder::hold(root.path()).unwrap();
        notice.write(folder.path()).unwrap();
        drop(folder);
        assert_eq!(DataFolder::holder(root.path()).unwrap(), Holder::Nobody);
        let _folder = DataFolder::hold(root.path()).unwrap();
        assert_eq!(Notice::read(root.path()), None);
    }

    #[test]
    fn an_open_folder_is_closed_if_it_is_ours_and_refused_if_not() {
        let root = tempfile::tempdir().unwrap();
        let open = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
            path
        };
        let empty = open("empty");
        let _folder = DataFolder::hold(&empty).unwrap();
        assert_eq!(mode(&empty), 0o700);

        let foreign = open("foreign");
        fs::write(foreign.join("letter.txt"), "dear").unwrap();
        let error = DataFolder::hold(&foreign).unwrap_err();
        assert!(matches!(error, DataFolderError::OpenToOthers { mode: 0o755, .. }), "{error}");
        assert!(error.hint().contains("chmod 700"));
        assert_eq!(mode(&foreign), 0o755);
    }

    #[test]
    fn a_file_is_no_folder() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("below")] {
            let error = DataFolder::hold(&path).unwrap_err();
            assert!(matches!(error, DataFolderError::NotAFolder(_)), "{error:?}");
        }
    }

    #[test]
    fn a_secret_replaces_the_one_before_and_is_private() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("owner-token");
        fs::write(path.with_extension("new"), "left behind").unwrap();
        write_secret(&path, "one").unwrap();
        write_secret(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
