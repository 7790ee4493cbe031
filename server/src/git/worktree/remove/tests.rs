//! What goes with a worktree, and what keeps it.

use std::fs;

use super::*;
use crate::git::branch::BranchName;
use crate::git::fixture::{Repository, commit, run, text};
use crate::git::worktree::{NewWorktree, create};

const LIMIT: Duration = Duration::from_secs(60);

/// A worktree on the branch `work`.
async fn worktree(repository: &Repository) -> PathBuf {
    let (root, path) = (repository.root(), repository.beside("data/w 1"));
    let branch = BranchName::parse("work").unwrap();
    let stop = CancellationToken::new();
    let wanted = NewWorktree {
        repository: &root,
        base: "trunk",
        branch: &branch,
        path: &path,
        time_limit: LIMIT,
        stop: &stop,
    };
    create(&wanted).await.unwrap().path
}

async fn refuse(root: &Path, path: &Path) -> Result<Option<Snapshot>, RemoveError> {
    remove(&Removal { repository: root, path, on_work: OnWork::Refuse, time_limit: LIMIT }).await
}

async fn snapshot_first(root: &Path, path: &Path) -> Result<Option<Snapshot>, RemoveError> {
    let attempt = AttemptId::new("attempt-1");
    let on_work = OnWork::SnapshotFirst { attempt: &attempt, now: Timestamp::from_millis(1) };
    remove(&Removal { repository: root, path, on_work, time_limit: LIMIT }).await
}

/// The work for which a worktree was not removed.
async fn work(root: &Path, path: &Path) -> Work {
    match refuse(root, path).await {
        Err(RemoveError::HoldsWork { work, .. }) => *work,
        other => panic!("{other:?}"),
    }
}

async fn worktrees(root: &Path) -> usize {
    run(root, &["worktree", "list", "--porcelain"]).await.matches("worktree ").count()
}

#[tokio::test]
async fn a_worktree_whose_work_is_committed_goes_and_its_branch_stays() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    fs::write(path.join(".gitignore"), "ignored\n").unwrap();
    run(&path, &["add", ".gitignore"]).await;
    commit(&path).await;
    fs::write(path.join("ignored"), "").unwrap();
    let kept = repository.commit_of("work").await;
    assert_eq!(refuse(&root, &path).await.unwrap(), None);
    assert!(!path.exists() && worktrees(&root).await == 1);
    assert_eq!(repository.commit_of("work").await, kept);
    assert_eq!(refuse(&root, &path).await.unwrap(), None, "it is gone already");
}

#[tokio::test]
async fn work_that_is_not_committed_keeps_a_worktree() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    run(&root, &["config", "status.showUntrackedFiles", "no"]).await;
    fs::write(path.join("new"), "").unwrap();
    assert_eq!(work(&root, &path).await, Work { untracked: 1, ..Work::default() });
    run(&path, &["add", "new"]).await;
    fs::write(path.join("tracked"), "changed").unwrap();
    let found = work(&root, &path).await;
    assert_eq!(found, Work { staged: 1, changed: 1, ..Work::default() });
    assert_eq!(found.to_string(), "1 changed, 1 staged");
    assert_eq!(fs::read_to_string(path.join("tracked")).unwrap(), "changed");
}

#[tokio::test]
async fn after_a_snapshot_it_goes_and_all_can_be_had_back() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    fs::write(path.join("tracked"), "changed").unwrap();
    fs::write(path.join("new"), "new").unwrap();
    let snapshot = snapshot_first(&root, &path).await.unwrap().expect("there was work");
    assert!(!path.exists() && worktrees(&root).await == 1);
    let restored = repository.beside("restored");
    run(&root, &["worktree", "add", "--quiet", "--detach", text(&restored), &snapshot.reference]).await;
    assert_eq!(fs::read_to_string(restored.join("tracked")).unwrap(), "changed");
    assert_eq!(fs::read_to_string(restored.join("new")).unwrap(), "new");
}

#[tokio::test]
async fn without_work_there_is_no_snapshot() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    assert_eq!(snapshot_first(&root, &path).await.unwrap(), None);
    assert!(!path.exists());
    assert_eq!(run(&root, &["for-each-ref", "refs/mainstay"]).await, "");
}

#[tokio::test]
async fn commits_on_no_branch_keep_a_worktree_and_a_snapshot_keeps_them() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    run(&path, &["checkout", "--quiet", "--detach"]).await;
    for _ in 0..2 {
        commit(&path).await;
    }
    let last = run(&path, &["rev-parse", "HEAD"]).await;
    assert_eq!(work(&root, &path).await, Work { commits: 2, ..Work::default() });
    let snapshot = snapshot_first(&root, &path).await.unwrap().expect("there was work");
    assert_eq!(repository.commit_of(&format!("{}^1", snapshot.reference)).await, last);
}

#[tokio::test]
async fn a_repository_inside_keeps_a_worktree_even_from_a_snapshot() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    run(&path, &["init", "--quiet", "clone"]).await;
    let expected = vec![PathBuf::from("clone")];
    let found = work(&root, &path).await;
    assert_eq!(found, Work { untracked: 1, repositories: expected.clone(), ..Work::default() });
    let refused = snapshot_first(&root, &path).await;
    assert!(
        matches!(&refused, Err(RemoveError::HoldsRepositories { repositories, .. }) if *repositories == expected),
        "{refused:?}"
    );
    assert!(path.join("clone").exists());
    assert_eq!(run(&root, &["for-each-ref", "refs/mainstay"]).await, "");
}

#[tokio::test]
async fn a_submodule_goes_unless_it_holds_commits_that_are_nowhere_else() {
    let repository = Repository::with_submodule("lib/part").await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    let update = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init"];
    run(&path, &update).await;
    let part = path.join("lib/part");
    run(&part, &["checkout", "--quiet", "-b", "side"]).await;
    commit(&part).await;
    // What is committed here is the submodule's new commit: git sees nothing to lose.
    run(&path, &["add", "lib/part"]).await;
    commit(&path).await;
    assert!(status(&path, LIMIT).await.unwrap().is_clean());
    let expected = Work { repositories: vec![PathBuf::from("lib/part")], ..Work::default() };
    assert_eq!(work(&root, &path).await, expected);
    assert!(snapshot_first(&root, &path).await.is_err());

    run(&part, &["push", "--quiet", "origin", "side"]).await;
    assert_eq!(refuse(&root, &path).await.unwrap(), None);
    assert!(!path.exists());
}

#[tokio::test]
async fn what_is_not_ours_is_never_removed() {
    let repository = Repository::with_submodule("part").await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    let other = Repository::with_commit().await;
    let folder = repository.beside("folder");
    fs::create_dir(&folder).unwrap();
    // The second time, the project is a worktree itself.
    let cases =
        [(&root, &root), (&path, &path), (&path, &root), (&root, &root.join("part")), (&root, &folder)];
    for (project, path) in cases.into_iter().chain([(&root, &other.root()), (&other.root(), &path)]) {
        let refused = snapshot_first(project, path).await;
        assert!(matches!(refused, Err(RemoveError::NotOurs { .. })), "{}: {refused:?}", path.display());
        assert!(path.exists());
    }
}

#[tokio::test]
async fn a_lock_of_somebody_keeps_a_worktree() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    run(&root, &["worktree", "lock", "--reason", "on a stick", text(&path)]).await;
    let refused = snapshot_first(&root, &path).await;
    assert!(
        matches!(&refused, Err(RemoveError::Locked { reason, .. }) if reason == "on a stick"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_folder_that_lost_its_link_is_left_alone() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    fs::remove_file(path.join(".git")).unwrap();
    let refused = snapshot_first(&root, &path).await;
    assert!(matches!(refused, Err(RemoveError::Status(StatusError::NotAWorktree { .. }))), "{refused:?}");
    assert!(path.join("tracked").exists());
}

#[tokio::test]
async fn a_worktree_whose_folder_is_gone_is_forgotten() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), worktree(&repository).await);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    assert_eq!(refuse(&root, &path).await.unwrap(), None);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert_eq!(refuse(&root, &path).await.unwrap(), None);
    assert_eq!(worktrees(&root).await, 1);
    repository.commit_of("work").await;
}
