//! The search through folders: breadth first, so that what is near is found before time or number run out.

use std::collections::{HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shared::repository::FoundRepository;

use super::{Start, checkout, mounts};

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many folders below the home folder.
    pub depth: usize,
    /// How many folders are opened.
    pub folders: usize,
    /// How many entries of one folder are looked at.
    pub entries: usize,
    /// How many repositories are found.
    pub repositories: usize,
    /// How long it takes.
    pub time: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 4, folders: 20_000, entries: 2_000, repositories: 200, time: Duration::from_secs(3) }
    }
}

/// How many folders below the one that a project lies in.
const DEPTH_NEARBY: usize = 1;

/// Folders that hold no repository of anybody's, but many folders; and one that macOS asks people about.
const SKIPPED: [&str; 3] = ["node_modules", "target", "Library"];

/// A folder to be opened, and how many more below it.
struct Folder {
    path: PathBuf,
    depth: usize,
}

/// Tells `found` of each repository that is found, once.
pub(super) fn search(
    home: Option<&Path>,
    start: &Start,
    bounds: Bounds,
    mut found: impl FnMut(FoundRepository),
) {
    let end = Instant::now() + bounds.time;
    let without = start.without.canonicalize().unwrap_or_else(|_| start.without.clone());
    let mut waiting: VecDeque<Folder> = beginnings(home, start, bounds).collect();
    // A folder may be opened because a project lies in it, and be a repository itself.
    let (mut looked_into, mut told) = (HashSet::new(), HashSet::new());
    let far = mounts::far();
    let (mut opened, mut repositories) = (0, 0);
    while let Some(Folder { path, depth }) = waiting.pop_front() {
        if opened >= bounds.folders || Instant::now() >= end {
            return;
        }
        if path.starts_with(&without) || !looked_into.insert(path.clone()) {
            continue;
        }
        opened += 1;
        for child in folders_in(&path, bounds.entries) {
            if child == without || far.contains(&child) {
                continue;
            }
            if checkout::is_one(&child) {
                // It may also lie near a project, and be found from there.
                if told.insert(child.clone())
                    && let Some(one) = checkout::describe(&child)
                {
                    found(one);
                    repositories += 1;
                }
            } else if depth > 0 {
                waiting.push_back(Folder { path: child, depth: depth - 1 });
            }
            if repositories >= bounds.repositories || Instant::now() >= end {
                return;
            }
        }
    }
}

/// The folders that projects lie in, and the home folder.
fn beginnings(home: Option<&Path>, start: &Start, bounds: Bounds) -> impl Iterator<Item = Folder> {
    let beside = start.near.iter().filter_map(|project| project.parent());
    // Beside a project at the top of a disk lies the system, not what people work on.
    let beside =
        beside.filter(|folder| folder.parent().is_some()).filter_map(|path| path.canonicalize().ok());
    // Where somebody's home is all of the disk, it is not searched for what they work on.
    let home = home.and_then(|home| home.canonicalize().ok()).filter(|home| home.parent().is_some());
    let at_home = bounds.depth.saturating_sub(1);
    // A folder is opened once, so one in the home folder is looked into as deep as from there.
    let depth = |path: &Path| {
        let below = home.as_deref().and_then(|home| path.strip_prefix(home).ok());
        below.map_or(DEPTH_NEARBY, |below| {
            DEPTH_NEARBY.max(at_home.saturating_sub(below.components().count()))
        })
    };
    let all: Vec<_> = home.iter().cloned().chain(beside).collect();
    let folders: Vec<_> = all.into_iter().map(|path| Folder { depth: depth(&path), path }).collect();
    folders.into_iter()
}

/// The folders in a folder that may hold repositories. What can't be read holds none, and links are not followed.
fn folders_in(path: &Path, most: usize) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let may_hold_some = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !name.starts_with('.')
            && !SKIPPED.contains(&&*name)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    let mut folders: Vec<_> =
        entries.take(most).filter_map(Result::ok).filter(may_hold_some).map(|it| it.path()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use tempfile::TempDir;

    use super::*;

    /// A home folder with repositories at these paths.
    fn home(repositories: &[&str]) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        for repository in repositories {
            fs::create_dir_all(path.join(repository).join(".git")).unwrap();
        }
        (folder, path)
    }

    fn found_with(home: &Path, near: &[&str], bounds: Bounds) -> Vec<String> {
        let near = near.iter().map(|path| home.join(path)).collect();
        let start = Start { near, without: home.join("data") };
        let mut found = Vec::new();
        search(Some(home), &start, bounds, |one| found.push(one.path));
        let root = format!("{}/", home.display());
        found.into_iter().map(|path| path.strip_prefix(&root).unwrap_or(&path).to_owned()).collect()
    }

    fn found(home: &Path) -> Vec<String> {
        found_with(home, &[], Bounds::default())
    }

    #[test]
    fn repositories_are_found_near_ones_first_and_not_within_each_other() {
        let (_folder, home) = home(&["src/github.com/ada/deep", "src/web", "src/web/vendor/part", "notes"]);
        assert_eq!(found(&home), ["notes", "src/web", "src/github.com/ada/deep"]);
    }

    #[test]
    fn too_deep_hidden_and_built_folders_and_the_data_folder_are_left_out() {
        let (_folder, home) = home(&[
            "1/2/3/4/too-deep",
            ".cache/hidden",
            "src/node_modules/package",
            "target/debug",
            "data/worktrees/WEB-1",
            "kept",
        ]);
        assert_eq!(found(&home), ["kept"]);
    }

    #[test]
    fn links_are_not_followed_and_a_circle_of_them_ends() {
        let (_folder, home) = home(&["src/web"]);
        symlink(home.join("src"), home.join("link")).unwrap();
        symlink(&home, home.join("src/circle")).unwrap();
        assert_eq!(found(&home), ["src/web"]);
    }

    #[test]
    fn what_lies_beside_a_project_is_found_once() {
        let (_folder, root) =
            home(&["work/web", "work/shop", "work/team/tools", "home/notes", "home/work/own"]);
        let start = Start {
            near: vec![root.join("work/web"), root.join("work/shop"), root.join("home/notes")],
            without: root.join("data"),
        };
        let mut found = Vec::new();
        search(Some(&root.join("home")), &start, Bounds::default(), |one| found.push(one.name));
        found.sort();
        assert_eq!(found, ["notes", "own", "shop", "tools", "web"]);
    }

    #[test]
    fn a_repository_that_holds_a_project_is_found_and_none_of_the_data_folder_is() {
        let (_folder, home) = home(&["src/app", "src/app/part", "data/samples/sample", "data/samples/other"]);
        let near = ["src/app/part", "data/samples/sample"];
        let mut found = found_with(&home, &near, Bounds::default());
        found.sort();
        assert_eq!(found, ["src/app", "src/app/part"]);
    }

    #[test]
    fn a_folder_that_can_not_be_read_holds_nothing() {
        let (_folder, home) = home(&["closed/web", "open/web"]);
        fs::set_permissions(home.join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
        let found = found(&home);
        fs::set_permissions(home.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        // The administrator may read everything.
        assert!(found == ["open/web"] || found == ["closed/web", "open/web"], "{found:?}");
    }

    #[test]
    fn names_that_nobody_could_type_are_left_out() {
        let (_folder, home) = home(&["line\nbreak", "kept"]);
        let odd = home.join(std::ffi::OsStr::from_bytes(b"not-\xff-text"));
        fs::create_dir_all(odd.join(".git")).unwrap();
        fs::create_dir_all(home.join("x".repeat(255)).join(".git")).unwrap();
        assert_eq!(found(&home), ["kept".to_owned(), "x".repeat(255)]);
    }

    #[test]
    fn it_ends_when_it_has_enough() {
        let names: Vec<String> = (0..20).map(|n| format!("many/{n:02}")).collect();
        let (_folder, home) = home(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let bounds = Bounds { repositories: 3, ..Bounds::default() };
        assert_eq!(found_with(&home, &[], bounds).len(), 3);
        let bounds = Bounds { folders: 1, ..Bounds::default() };
        assert_eq!(found_with(&home, &[], bounds), Vec::<String>::new());
        let bounds = Bounds { time: Duration::ZERO, ..Bounds::default() };
        assert_eq!(found_with(&home, &[], bounds), Vec::<String>::new());
        let bounds = Bounds { entries: 5, ..Bounds::default() };
        assert_eq!(found_with(&home, &[], bounds).len(), 5);
    }

    #[test]
    fn a_home_that_is_a_repository_itself_is_looked_into() {
        let (_folder, home) = home(&["", "web"]);
        assert_eq!(found(&home), ["web"]);
    }
}
