//! What snapshots hold, and that taking one changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::git::fixture::{Repository, commit, run, text};

const LIMIT: Duration = Duration::from_secs(60);
const NOW: i64 = 1_790_000_000_000;

async fn snapshot(path: &Path) -> Snapshot {
    take(path, &AttemptId::new("attempt-1"), Timestamp::from_millis(NOW), LIMIT).await.unwrap()
}

/// A linked worktree of the repository.
async fn linked(repository: &Repository) -> PathBuf {
    let path = repository.beside("linked");
    run(&repository.root(), &["worktree", "add", "--quiet", "-b", "work", text(&path)]).await;
    path
}

/// The files of a commit, by their names.
async fn files(folder: &Path, commit: &str) -> Vec<String> {
    let listed = run(folder, &["ls-tree", "-r", "-z", "--name-only", commit]).await;
    listed.split_terminator('\0').map(str::to_owned).collect()
}

async fn content(folder: &Path, commit: &str, file: &str) -> String {
    run(folder, &["show", &format!("{commit}:{file}")]).await
}

/// All that a snapshot must leave as it is.
async fn state(path: &Path) -> (String, Vec<u8>, String, String) {
    let printed = run(path, &["status", "--porcelain=v2", "--branch", "--untracked-files=all", "-z"]).await;
    let index = run(path, &["rev-parse", "--path-format=absolute", "--git-path", "index"]).await;
    let index = fs::read(index).unwrap_or_default();
    let reflog = run(path, &["reflog", "--all"]).await;
    let branches = run(path, &["for-each-ref", "refs/heads", "refs/stash"]).await;
    (printed, index, reflog, branches)
}

#[tokio::test]
async fn a_snapshot_holds_all_that_is_not_ignored_and_changes_nothing() {
    let repository = Repository::with_commit().await;
    repository.commit_file("removed", "to be removed").await;
    repository.commit_file(".gitignore", "ignored\n").await;
    let path = linked(&repository).await;
    fs::write(path.join("tracked"), "changed").unwrap();
    fs::remove_file(path.join("removed")).unwrap();
    fs::write(path.join("staged"), "staged").unwrap();
    run(&path, &["add", "staged"]).await;
    fs::create_dir(path.join("new folder")).unwrap();
    fs::write(path.join("new folder/new\nfile"), "new").unwrap();
    fs::write(path.join("ignored"), "").unwrap();
    let before = state(&path).await;

    let taken = snapshot(&path).await;
    assert_eq!(state(&path).await, before);
    assert_eq!(taken.reference, format!("refs/mainstay/recovery/attempt-1/{NOW}"));
    assert_eq!(taken.left_out, Vec::<PathBuf>::new());
    // The repository knows it, not the worktree alone.
    let root = repository.root();
    assert_eq!(repository.commit_of(&taken.reference).await, taken.commit);
    let expected = [".gitignore", "new folder/new\nfile", "staged", "tracked"];
    assert_eq!(files(&root, &taken.commit).await, expected);
    assert_eq!(
        repository.commit_of(&format!("{}^1", taken.commit)).await,
        repository.commit_of("work").await
    );

    let restored = repository.beside("restored");
    run(&root, &["worktree", "add", "--quiet", "--detach", text(&restored), &taken.reference]).await;
    assert_eq!(fs::read_to_string(restored.join("tracked")).unwrap(), "changed");
    assert_eq!(fs::read_to_string(restored.join("new folder/new\nfile")).unwrap(), "new");
    assert!(!restored.join("removed").exists());
}

#[tokio::test]
async fn what_was_staged_and_is_different_by_now_is_held_too() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    fs::write(root.join("tracked"), "staged").unwrap();
    fs::write(root.join("fleeting"), "was here").unwrap();
    run(&root, &["add", "tracked", "fleeting"]).await;
    fs::write(root.join("tracked"), "changed").unwrap();
    fs::remove_file(root.join("fleeting")).unwrap();
    let taken = snapshot(&root).await.commit;
    assert_eq!(content(&root, &taken, "tracked").await, "changed");
    assert_eq!(files(&root, &taken).await, ["tracked"]);
    let staged = format!("{taken}^2");
    assert_eq!(content(&root, &staged, "tracked").await, "staged");
    assert_eq!(content(&root, &staged, "fleeting").await, "was here");
}

#[tokio::test]
async fn without_a_commit_there_is_a_snapshot_all_the_same() {
    let repository = Repository::unborn().await;
    let root = repository.root();
    let empty = snapshot(&root).await.commit;
    assert_eq!(files(&root, &empty).await, Vec::<String>::new());

    fs::write(root.join("new"), "new").unwrap();
    let before = state(&root).await;
    let taken = snapshot(&root).await;
    assert_eq!(state(&root).await, before);
    assert_eq!(taken.reference, format!("refs/mainstay/recovery/attempt-1/{NOW}-2"));
    assert_eq!(files(&root, &taken.commit).await, ["new"]);
    assert_eq!(run(&root, &["rev-list", "--count", &taken.commit]).await, "1");
}

#[tokio::test]
async fn nobody_is_asked_neither_hooks_nor_the_users_name_nor_a_key() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    for name in ["reference-transaction", "pre-commit", "post-index-change"] {
        let hook = root.join(".git/hooks").join(name);
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o700)).unwrap();
    }
    for (name, value) in [
        ("user.useConfigOnly", "true"),
        ("commit.gpgSign", "true"),
        ("gpg.program", "false"),
        ("core.safecrlf", "true"),
        ("core.autocrlf", "input"),
    ] {
        run(&root, &["config", name, value]).await;
    }
    fs::write(root.join("new"), "a\r\nb\n").unwrap();
    let taken = snapshot(&root).await.commit;
    let author = run(&root, &["show", "--no-patch", "--format=%an <%ae> %cn <%ce>", &taken]).await;
    assert_eq!(author, "Mainstay <mainstay@localhost> Mainstay <mainstay@localhost>");
}

#[tokio::test]
async fn in_a_conflict_the_files_are_held_as_they_are() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    run(&root, &["checkout", "--quiet", "-b", "other"]).await;
    repository.commit_file("tracked", "theirs").await;
    run(&root, &["checkout", "--quiet", "trunk"]).await;
    repository.commit_file("tracked", "ours").await;
    let merge = crate::git::run::git(&root, &["merge", "--quiet", "other"]).await.unwrap();
    assert!(!merge.status.success());
    let before = state(&root).await;
    let taken = snapshot(&root).await.commit;
    assert_eq!(state(&root).await, before);
    assert!(content(&root, &taken, "tracked").await.contains("<<<<<<<"));
}

#[tokio::test]
async fn a_sparse_worktree_and_a_split_index_are_whole() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    for folder in ["wanted", "unwanted"] {
        fs::create_dir(root.join(folder)).unwrap();
        repository.commit_file(&format!("{folder}/file"), "content").await;
    }
    run(&root, &["sparse-checkout", "set", "wanted"]).await;
    run(&root, &["update-index", "--split-index"]).await;
    fs::create_dir(root.join("outside")).unwrap();
    fs::write(root.join("outside/new"), "new").unwrap();
    let before = state(&root).await;
    let taken = snapshot(&root).await.commit;
    assert_eq!(state(&root).await, before);
    assert_eq!(files(&root, &taken).await, ["outside/new", "tracked", "unwanted/file", "wanted/file"]);
}

#[tokio::test]
async fn what_a_snapshot_can_not_hold_is_named() {
    let repository = Repository::with_submodule("part").await;
    let root = repository.root();
    fs::write(root.join("part/new"), "").unwrap();
    for name in ["a clone", "an empty [one]"] {
        run(&root, &["init", "--quiet", name]).await;
    }
    commit(&root.join("a clone")).await;
    fs::write(root.join("new"), "new").unwrap();
    let taken = snapshot(&root).await;
    let expected = ["a clone", "an empty [one]", "part"].map(PathBuf::from);
    assert_eq!(taken.left_out, expected);
    assert_eq!(files(&root, &taken.commit).await, [".gitmodules", "new", "part", "tracked"]);
}

#[tokio::test]
async fn what_is_no_worktree_has_no_snapshot() {
    let repository = Repository::with_commit().await;
    let inside = repository.root().join("inside");
    fs::create_dir(&inside).unwrap();
    let refused = take(&inside, &AttemptId::new("a"), Timestamp::from_millis(NOW), LIMIT).await;
    assert!(matches!(refused, Err(SnapshotError::Status(StatusError::NotAWorktree { .. }))), "{refused:?}");
}

#[tokio::test]
async fn an_id_can_not_lead_to_another_reference() {
    let repository = Repository::with_commit().await;
    let id = AttemptId::new("../../heads/trunk");
    let taken = take(&repository.root(), &id, Timestamp::from_millis(NOW), LIMIT).await.unwrap();
    assert_eq!(taken.reference, format!("{PLACE}/%2E%2E%2F%2E%2E%2Fheads%2Ftrunk/{NOW}"));
}
