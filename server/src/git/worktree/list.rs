//! The worktrees that a repository knows.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::refusal::RepositoryError;
use crate::git::run::Git;

/// The most that is read of the list: some 50,000 worktrees.
const MAX_OUTPUT: u64 = 16 * 1024 * 1024;

/// The lock that git puts on a worktree until it is checked out.
const BEING_MADE: &str = "initializing";

/// A worktree that a repository knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub path: PathBuf,
    pub commit: Option<String>,
    /// The branch that is checked out there.
    pub branch: Option<String>,
    /// Why it is locked, if it is; the reason may be empty.
    pub lock: Option<String>,
    /// Whether its folder is gone, or does not know the repository.
    pub is_gone: bool,
}

impl Entry {
    /// Whether it was never checked out as a whole.
    pub fn is_half_made(&self) -> bool {
        self.lock.as_deref() == Some(BEING_MADE)
    }
}

/// What a repository knows of the worktree at a path, which has to be without symbolic links; `None` if it knows none
/// there. The first of its worktrees, the main one, is none that could be ours.
pub(super) async fn find(repository: &Path, path: &Path) -> Result<Option<Entry>, RepositoryError> {
    let listed = Git::at(repository)
        .args(["worktree", "list", "--porcelain", "-z"])
        .max_output(MAX_OUTPUT)
        .run()
        .await?;
    if !listed.status.success() {
        return Err(RepositoryError::of(repository, &listed));
    }
    Ok(parse(&listed.stdout).into_iter().skip(1).find(|entry| entry.path == path))
}

/// Reads what `git worktree list --porcelain -z` prints.
fn parse(printed: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for line in printed.split(|&byte| byte == 0) {
        let (name, value) = match line.iter().position(|&byte| byte == b' ') {
            Some(space) => (&line[..space], &line[space + 1..]),
            None => (line, &[][..]),
        };
        if name == b"worktree" {
            entries.push(Entry { path: OsStr::from_bytes(value).into(), ..Entry::default() });
            continue;
        }
        let Some(entry) = entries.last_mut() else { continue };
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"HEAD" => entry.commit = Some(text()),
            b"branch" => entry.branch = text().strip_prefix("refs/heads/").map(str::to_owned),
            b"locked" => entry.lock = Some(text()),
            b"prunable" => entry.is_gone = true,
            _ => {}
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_list_is_read() {
        let printed = b"worktree /main\0HEAD 12\0branch refs/heads/trunk\0\0\
            worktree /data/a\nb\0HEAD 34\0branch refs/heads/x/y\0locked initializing\0\0\
            worktree /data/c\0HEAD 56\0detached\0locked\0prunable gitdir file points to non-existent location\0\0";
        let entries = parse(printed);
        assert_eq!(entries[0].path, Path::new("/main"));
        let half = Entry {
            path: "/data/a\nb".into(),
            commit: Some("34".to_owned()),
            branch: Some("x/y".to_owned()),
            lock: Some("initializing".to_owned()),
            is_gone: false,
        };
        assert!(entries[1] == half && half.is_half_made(), "{entries:?}");
        let gone = &entries[2];
        assert!(
            gone.branch.is_none() && gone.lock.as_deref() == Some("") && gone.is_gone && !gone.is_half_made()
        );
        assert_eq!(entries.len(), 3);
    }

    #[test]
    fn nonsense_is_an_empty_list() {
        assert_eq!(parse(b""), []);
        assert_eq!(parse(b"\0branch refs/heads/x\0 \0\0"), []);
    }
}
