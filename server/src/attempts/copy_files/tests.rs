//! Real folders, with links that lead out of them.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// A project's folder and a worktree's beside each other.
struct Folders {
    folder: TempDir,
}

impl Folders {
    fn new() -> Self {
        let it = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(it.root()).unwrap();
        fs::create_dir(it.worktree()).unwrap();
        it
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn worktree(&self) -> PathBuf {
        self.folder.path().join("worktree")
    }

    /// Writes files, each with its path as its content, and the folders around them.
    fn write(&self, paths: &[&str]) {
        for path in paths {
            let file = self.root().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, path).unwrap();
        }
    }

    async fn copy(&self, patterns: &[&str]) -> Result<Copied, CopyError> {
        copy_files(
            &self.root(),
            &self.worktree(),
            Patterns::parse(patterns).unwrap(),
            &CancellationToken::new(),
        )
        .await
    }

    fn copied(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.worktree().join(path)).ok()
    }
}

fn left_out(path: &str, why: Why) -> LeftOut {
    LeftOut { path: path.into(), why }
}

fn paths(paths: &[&str]) -> Vec<PathBuf> {
    paths.iter().map(PathBuf::from).collect()
}

#[tokio::test]
async fn the_files_that_are_named_are_copied_into_their_folders() {
    let folders = Folders::new();
    folders.write(&[".env", ".env.local", "env", "config/a.local.json", "config/a.json", "a/b/secrets.toml"]);
    folders.write(&["with space\n/secrets.toml"]);
    let copied = folders.copy(&[".env", ".env.*", "config/*.local.json", "**/secrets.toml"]).await.unwrap();
    let expected =
        [".env", ".env.local", "a/b/secrets.toml", "config/a.local.json", "with space\n/secrets.toml"];
    assert_eq!(copied, Copied { files: paths(&expected), left_out: Vec::new() });
    for path in expected {
        assert_eq!(folders.copied(path).as_deref(), Some(path));
    }
    assert_eq!(folders.copied("config/a.json"), None);
    assert!(copied.to_string().starts_with(".env\n.env.local\n"));
}

#[tokio::test]
async fn permissions_are_kept() {
    let folders = Folders::new();
    folders.write(&["private", "program"]);
    for (name, mode) in [("private", 0o400), ("program", 0o755)] {
        fs::set_permissions(folders.root().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    folders.copy(&["*"]).await.unwrap();
    let mode = |name| fs::metadata(folders.worktree().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("private"), mode("program")), (0o400, 0o755));
}

#[tokio::test]
async fn what_the_worktree_has_is_never_overwritten() {
    let folders = Folders::new();
    folders.write(&["a", "b", "config/c"]);
    let outside = folders.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(folders.worktree().join("a"), "mine").unwrap();
    symlink(outside.join("b"), folders.worktree().join("b")).unwrap();
    symlink(&outside, folders.worktree().join("config")).unwrap();
    let copied = folders.copy(&["**"]).await.unwrap();
    let expected = [
        left_out("a", Why::AlreadyThere),
        left_out("b", Why::AlreadyThere),
        left_out("config/c", Why::NoFolder),
    ];
    assert_eq!(copied, Copied { files: Vec::new(), left_out: expected.into() });
    assert_eq!(folders.copied("a").as_deref(), Some("mine"));
    assert_eq!(fs::read_dir(outside).unwrap().count(), 0, "no link was followed out of the worktree");
}

#[tokio::test]
async fn a_link_is_followed_within_the_project_only() {
    let folders = Folders::new();
    folders.write(&["real", "folder/file", ".git/config"]);
    let outside = folders.folder.path().join("outside");
    fs::write(&outside, "secret").unwrap();
    let link = |target: &Path, name: &str| symlink(target, folders.root().join(name)).unwrap();
    link(Path::new("real"), "inside");
    link(&outside, "outside");
    link(Path::new("nowhere"), "dangling");
    link(Path::new(".git/config"), "git");
    link(Path::new("folder"), "to a folder");
    link(folders.folder.path(), "up");
    let copied = folders.copy(&["**"]).await.unwrap();
    assert_eq!(copied.files, paths(&["folder/file", "inside", "real"]));
    assert_eq!(folders.copied("inside").as_deref(), Some("real"));
    assert!(fs::symlink_metadata(folders.worktree().join("inside")).unwrap().is_file());
    let why = |name: &str| copied.left_out.iter().find(|it| it.path == Path::new(name)).map(|it| it.why);
    for name in ["outside", "dangling", "git", "up"] {
        assert_eq!(why(name), Some(Why::LeadsOutside), "{name}");
    }
    assert_eq!(why("to a folder"), Some(Why::NotAFile));
}

#[tokio::test]
async fn repositories_inside_and_what_is_no_file_are_passed_by() {
    let folders = Folders::new();
    folders.write(&[
        ".git/.env",
        "module/.git",
        "module/.env",
        "clone/.git/HEAD",
        "clone/.env",
        "plain/.env",
    ]);
    let socket = std::os::unix::net::UnixListener::bind(folders.root().join(".env")).unwrap();
    let copied = folders.copy(&["**/.env"]).await.unwrap();
    drop(socket);
    assert_eq!(
        copied,
        Copied { files: paths(&["plain/.env"]), left_out: vec![left_out(".env", Why::NotAFile)] }
    );
}

#[tokio::test]
async fn too_much_is_refused_before_anything_is_copied() {
    let folders = Folders::new();
    for number in 0..=MAX_FILES {
        fs::write(folders.root().join(number.to_string()), "").unwrap();
    }
    assert!(matches!(folders.copy(&["*"]).await, Err(CopyError::TooManyFiles)));
    File::create(folders.root().join("large")).unwrap().set_len(MAX_BYTES + 1).unwrap();
    assert!(matches!(folders.copy(&["large"]).await, Err(CopyError::TooManyBytes)));
    assert_eq!(fs::read_dir(folders.worktree()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_project_that_is_gone_is_an_error_and_no_pattern_is_none() {
    let folders = Folders::new();
    fs::remove_dir(folders.root()).unwrap();
    assert!(matches!(folders.copy(&["*"]).await, Err(CopyError::Io { .. })));
    assert_eq!(folders.copy(&[]).await.unwrap(), Copied::default());
}

#[tokio::test]
async fn what_is_stopped_copies_no_other_file() {
    let folders = Folders::new();
    folders.write(&["a", "b"]);
    let stop = CancellationToken::new();
    stop.cancel();
    let patterns = Patterns::parse(&["*"]).unwrap();
    let found = search::search(&folders.root(), &patterns, &CancellationToken::new()).unwrap();
    assert!(matches!(copy_all(found, &folders.worktree(), &stop), Err(CopyError::Stopped)));
    assert_eq!(fs::read_dir(folders.worktree()).unwrap().count(), 0);
    let stopped = copy_files(&folders.root(), &folders.worktree(), patterns, &stop).await;
    assert!(matches!(stopped, Err(CopyError::Stopped)), "{stopped:?}");
}
