//! What a folder says of the checkout in it, without asking git: it is for a list, and for many folders.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use shared::repository::FoundRepository;
use shared::time::Timestamp;

/// The most bytes that are read of a file of git's.
const MOST_BYTES: u64 = 4096;

/// Whether a folder is the top of a work tree: of a repository, a linked worktree or a submodule.
pub(super) fn is_one(folder: &Path) -> bool {
    folder.join(".git").symlink_metadata().is_ok_and(|about| about.is_dir() || about.is_file())
}

/// What can be said of it. `None` if its path can't be written down.
pub(super) fn describe(folder: &Path) -> Option<FoundRepository> {
    let path = folder.to_str().filter(|path| !path.chars().any(char::is_control))?;
    let name = folder.file_name()?.to_str()?;
    let git = git_folder(folder);
    Some(FoundRepository {
        path: path.to_owned(),
        name: name.to_owned(),
        branch: git.as_deref().and_then(branch),
        used_at: git.as_deref().and_then(used_at),
        board_id: None,
    })
}

/// Where git keeps what belongs to this checkout.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let place = beginning_of(&git)?;
    Some(folder.join(place.strip_prefix("gitdir:")?.trim()))
}

/// The branch that is checked out.
fn branch(git: &Path) -> Option<String> {
    let head = beginning_of(&git.join("HEAD"))?;
    let branch = head.strip_prefix("ref:")?.trim().strip_prefix("refs/heads/")?;
    (!branch.is_empty() && !branch.chars().any(char::is_control)).then(|| branch.to_owned())
}

/// When the checkout last moved: git writes a line then.
fn used_at(git: &Path) -> Option<Timestamp> {
    let written = |file: &str| fs::metadata(git.join(file)).ok()?.modified().ok();
    let at = written("logs/HEAD").or_else(|| written("HEAD"))?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(at.as_millis()).ok()?))
}

/// The first bytes of a file, if they are text. Only a real file is opened: opening anything else may wait for ever.
fn beginning_of(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_tells_its_branch_and_when_it_last_moved() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        fs::create_dir(&git).unwrap();
        fs::write(git.join("HEAD"), "ref: refs/heads/feature/x\n").unwrap();
        let found = describe(folder.path()).unwrap();
        assert_eq!(found.branch.as_deref(), Some("feature/x"));
        assert!(found.used_at.is_some());
        fs::write(git.join("HEAD"), "9fceb02d0ae598e95dc970b74767f19372d61af8\n").unwrap();
        assert_eq!(describe(folder.path()).unwrap().branch, None, "no branch is checked out");
    }

    #[test]
    fn a_linked_worktree_is_one_and_tells_its_own_branch() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, git) = (folder.path().join("tree"), folder.path().join("main/.git/worktrees/tree"));
        fs::create_dir(&tree).unwrap();
        fs::create_dir_all(&git).unwrap();
        fs::write(tree.join(".git"), "gitdir: ../main/.git/worktrees/tree\n").unwrap();
        fs::write(git.join("HEAD"), "ref: refs/heads/side\n").unwrap();
        assert!(is_one(&tree) && !is_one(folder.path()));
        assert_eq!(describe(&tree).unwrap().branch.as_deref(), Some("side"));
    }

    #[test]
    fn nonsense_in_gits_files_says_nothing() {
        for head in [&b"ref: refs/heads/\n"[..], b"", b"\xff\xfe", b"ref: refs/heads/a\x1bb", &[b'x'; 10_000]]
        {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join(".git")).unwrap();
            fs::write(folder.path().join(".git/HEAD"), head).unwrap();
            assert_eq!(describe(folder.path()).unwrap().branch, None, "{head:?}");
        }
    }
}
