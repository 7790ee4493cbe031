//! A worktree as a folder of the disk.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::refusal::RepositoryError;

/// Its owner may look into a folder and change it.
const OWNERS: u32 = 0o700;

/// A path by the name that git gives it: what it leads to may be a symbolic link, or missing, but nothing above. `None` if
/// something above is missing.
pub(super) async fn canonical(path: &Path) -> Result<Option<PathBuf>, RepositoryError> {
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
    match tokio::fs::canonicalize(above).await {
        Ok(above) => Ok(Some(above.join(name))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RepositoryError::of_system(above, &error)),
    }
}

/// Whether there is something at a path.
pub(super) async fn is_there(path: &Path) -> Result<bool, RepositoryError> {
    match tokio::fs::symlink_metadata(path).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(RepositoryError::of_system(path, &error)),
    }
}

/// Whether there is nothing at a path, or an empty folder.
pub(super) async fn is_free(path: &Path) -> Result<bool, RepositoryError> {
    let failed = |error: io::Error| RepositoryError::of_system(path, &error);
    match tokio::fs::symlink_metadata(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed(error)),
        Ok(about) if !about.is_dir() => Ok(false),
        Ok(_) => {
            let mut folder = tokio::fs::read_dir(path).await.map_err(failed)?;
            Ok(folder.next_entry().await.map_err(failed)?.is_none())
        }
    }
}

/// Deletes a folder with all that is in it. Some tools write-protect folders, such as caches of modules.
pub(super) async fn delete(path: &Path) -> Result<(), RepositoryError> {
    let owned = path.to_owned();
    let deleted = tokio::task::spawn_blocking(move || {
        if owned.symlink_metadata().is_err() {
            return Ok(());
        }
        unprotect(&owned)?;
        fs::remove_dir_all(&owned)
    });
    let deleted = deleted.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    deleted.map_err(|error| RepositoryError::of_system(path, &error))
}

/// Lets the owner change the folder and those in it. Symbolic links are not followed.
fn unprotect(folder: &Path) -> io::Result<()> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut rights = fs::symlink_metadata(&folder)?.permissions();
        if rights.mode() & OWNERS != OWNERS {
            rights.set_mode(rights.mode() | OWNERS);
            fs::set_permissions(&folder, rights)?;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_write_protected_folder_is_deleted_and_what_a_link_leads_to_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("path"), folder.path().join("other"));
        fs::create_dir_all(path.join("cache/module")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(path.join("cache/module/file"), "").unwrap();
        std::os::unix::fs::symlink(&other, path.join("link")).unwrap();
        for protected in [&path.join("cache/module"), &path.join("cache"), &other] {
            fs::set_permissions(protected, fs::Permissions::from_mode(0o500)).unwrap();
        }
        delete(&path).await.unwrap();
        assert!(!path.exists());
        assert_eq!(fs::metadata(&other).unwrap().permissions().mode() & 0o777, 0o500);
        delete(&path).await.unwrap();
    }
}
