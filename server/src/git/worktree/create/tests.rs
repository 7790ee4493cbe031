//! Worktrees of real repositories, with crashes in the middle.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::git::fixture::{Repository, commit, run, text};
use crate::git::run::GitError;
use crate::git::status::status;
use crate::process_group::ProcessGroup;

const LIMIT: Duration = Duration::from_secs(60);

fn name(text: &str) -> BranchName {
    BranchName::parse(text).unwrap()
}

async fn make(root: &Path, base: &str, branch: &str, path: &Path) -> Result<Worktree, CreateError> {
    let branch = name(branch);
    let stop = CancellationToken::new();
    create(&NewWorktree { repository: root, base, branch: &branch, path, time_limit: LIMIT, stop: &stop })
        .await
}

async fn branches(root: &Path) -> Vec<String> {
    let listed = run(root, &["for-each-ref", "--format=%(refname:short)", "refs/heads"]).await;
    listed.lines().map(str::to_owned).collect()
}

async fn worktrees(root: &Path) -> usize {
    run(root, &["worktree", "list", "--porcelain"]).await.matches("worktree ").count()
}

/// Asserts that nothing is left of a worktree that could not be made.
async fn assert_nothing_left(root: &Path, path: &Path, before: &[String]) {
    assert!(!path.exists(), "{}", path.display());
    assert_eq!(branches(root).await, before);
    assert_eq!(worktrees(root).await, 1);
}

fn hook(root: &Path, name: &str, script: &str) {
    let path = root.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
}

/// Makes each checkout of `tracked` take for ever; `Repository::root` says so in a file named `begun`.
async fn slow_down(repository: &Repository) {
    let root = repository.root();
    repository.commit_file(".gitattributes", "tracked filter=slow\n").await;
    let begun = repository.beside("begun");
    run(&root, &["config", "filter.slow.smudge", &format!("touch '{}'; sleep 60", text(&begun))]).await;
    run(&root, &["config", "filter.slow.clean", "cat"]).await;
    run(&root, &["config", "filter.slow.required", "true"]).await;
}

async fn speed_up(root: &Path) {
    run(root, &["config", "filter.slow.smudge", "cat"]).await;
}

#[tokio::test]
async fn a_worktree_has_a_new_branch_from_its_base_and_the_bases_files() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), repository.beside("data/board/WEB 1\n-1"));
    repository.commit_file("a file\nof two lines", "content").await;
    let made = make(&root, "trunk", "mainstay/WEB-1", &path).await.unwrap();
    let expected = Worktree {
        path: path.clone(),
        branch: name("mainstay/WEB-1"),
        commit: repository.commit_of("trunk").await,
        complaint: None,
    };
    assert_eq!(made, expected);
    assert_eq!(fs::read_to_string(path.join("a file\nof two lines")).unwrap(), "content");
    let found = status(&path, LIMIT).await.unwrap();
    assert!(found.is_clean() && found.branch.as_deref() == Some("mainstay/WEB-1"), "{found:?}");
}

#[tokio::test]
async fn a_branch_that_is_taken_gets_a_number() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    run(&root, &["branch", "a/b"]).await;
    run(&root, &["branch", "a/b-2/c"]).await;
    let made = make(&root, "trunk", "a/b", &repository.beside("w")).await.unwrap();
    assert_eq!(made.branch.as_str(), "a/b-3");
}

#[tokio::test]
async fn many_at_once_get_a_branch_each() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    let paths: Vec<PathBuf> = (0..8).map(|number| repository.beside(&format!("w/{number}"))).collect();
    let made =
        futures_util::future::join_all(paths.iter().map(|path| make(&root, "trunk", "same", path))).await;
    let mut names: Vec<String> = made.into_iter().map(|made| made.unwrap().branch.to_string()).collect();
    names.sort_unstable();
    let expected: Vec<String> = name("same").variants().take(8).map(|it| it.to_string()).collect();
    assert_eq!(names, expected);
    assert_eq!(worktrees(&root).await, 9);
}

#[tokio::test]
async fn a_base_may_be_of_a_remote_a_tag_a_commit_or_head() {
    let repository = Repository::with_commit().await;
    run(&repository.root(), &["branch", "elsewhere"]).await;
    run(&repository.root(), &["tag", "v1"]).await;
    let clone = repository.beside("clone");
    run(&repository.root(), &["clone", "--quiet", ".", text(&clone)]).await;
    let commit = repository.commit_of("HEAD").await;
    run(&clone, &["checkout", "--quiet", "--detach"]).await;
    for (number, base) in ["trunk", "origin/elsewhere", "elsewhere", "v1", &commit, "HEAD"].iter().enumerate()
    {
        let made = make(&clone, base, "work", &repository.beside(&format!("w/{number}"))).await.unwrap();
        assert_eq!(made.commit, commit, "{base}");
        let remote = crate::git::run::git(&clone, &["config", &format!("branch.{}.remote", made.branch)])
            .await
            .unwrap();
        assert_eq!(remote.line(), None, "it follows no other branch");
    }
}

#[tokio::test]
async fn a_base_that_is_missing_is_told_from_a_repository_without_a_commit() {
    let unborn = Repository::unborn().await;
    let refused = make(&unborn.root(), "trunk", "work", &unborn.beside("w")).await;
    assert!(matches!(refused, Err(CreateError::NoCommit(_))), "{refused:?}");

    let repository = Repository::with_commit().await;
    let root = repository.root();
    for base in ["nothing", "trunk~0", "trunk^{tree}", "-x", "", "@{-1}", ":/work"] {
        let refused = make(&root, base, "work", &repository.beside("w")).await;
        assert!(matches!(refused, Err(CreateError::BaseMissing { .. })), "{base}: {refused:?}");
    }
    // Nothing is checked out, but there is a branch to start from.
    run(&root, &["checkout", "--quiet", "--orphan", "new"]).await;
    make(&root, "trunk", "work", &repository.beside("w")).await.unwrap();
    let refused = make(&root, "new", "work", &repository.beside("w2")).await;
    assert!(matches!(refused, Err(CreateError::BaseMissing { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_branch_where_a_folder_is_needed_is_told_by_its_name() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    run(&root, &["branch", "mainstay"]).await;
    let refused = make(&root, "trunk", "mainstay/WEB-1", &repository.beside("w")).await;
    assert!(
        matches!(&refused, Err(CreateError::BranchBlocked { other, .. }) if other == "mainstay"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_was_made_before_is_given_again_as_it_is() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), repository.beside("w"));
    run(&root, &["branch", "work"]).await;
    let first = make(&root, "trunk", "work", &path).await.unwrap();
    fs::write(path.join("new"), "begun").unwrap();
    let again = make(&root, "trunk", "work", &path).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(again.branch.as_str(), "work-2");
    assert_eq!(fs::read_to_string(path.join("new")).unwrap(), "begun");
}

#[tokio::test]
async fn a_place_that_is_somebody_elses_is_left_alone() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    let (file, folder, other) =
        (repository.beside("file"), repository.beside("folder"), repository.beside("other"));
    fs::write(&file, "mine").unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "mine").unwrap();
    make(&root, "trunk", "another", &other).await.unwrap();
    for path in [&file, &folder, &other, &root] {
        let refused = make(&root, "trunk", "work", path).await;
        assert!(matches!(refused, Err(CreateError::Occupied(_))), "{}: {refused:?}", path.display());
    }
    assert!(!branches(&root).await.contains(&"work".to_owned()));
    fs::create_dir(repository.beside("empty")).unwrap();
    make(&root, "trunk", "work", &repository.beside("empty")).await.unwrap();
}

#[tokio::test]
async fn a_checkout_that_takes_too_long_leaves_nothing() {
    let repository = Repository::with_commit().await;
    slow_down(&repository).await;
    let (root, path) = (repository.root(), repository.beside("w"));
    let before = branches(&root).await;
    let branch = name("work");
    let time_limit = Duration::from_secs(1);
    let stop = CancellationToken::new();
    let wanted = NewWorktree {
        repository: &root,
        base: "trunk",
        branch: &branch,
        path: &path,
        time_limit,
        stop: &stop,
    };
    let refused = create(&wanted).await;
    let timed_out = |error: &CreateError| matches!(error, CreateError::Repository(RepositoryError::Git(GitError::TimedOut(limit))) if *limit == time_limit);
    assert!(refused.as_ref().is_err_and(timed_out), "{refused:?}");
    assert_nothing_left(&root, &path, &before).await;
}

/// Makes a worktree until `begun` is there, then stops; what comes of it.
async fn make_and_stop(root: &Path, path: &Path, begun: &Path) -> Result<Worktree, CreateError> {
    let (branch, stop) = (name("work"), CancellationToken::new());
    let wanted = NewWorktree {
        repository: root,
        base: "trunk",
        branch: &branch,
        path,
        time_limit: LIMIT,
        stop: &stop,
    };
    let stopping = async {
        while !begun.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    tokio::join!(create(&wanted), stopping).0
}

fn is_stopped(outcome: &Result<Worktree, CreateError>) -> bool {
    matches!(outcome, Err(CreateError::Repository(RepositoryError::Git(GitError::Stopped))))
}

#[tokio::test]
async fn a_checkout_that_is_stopped_leaves_nothing() {
    let repository = Repository::with_commit().await;
    slow_down(&repository).await;
    let (root, path) = (repository.root(), repository.beside("w"));
    let before = branches(&root).await;
    let stopped = make_and_stop(&root, &path, &repository.beside("begun")).await;
    assert!(is_stopped(&stopped), "{stopped:?}");
    assert_nothing_left(&root, &path, &before).await;
}

#[tokio::test]
async fn a_hook_that_is_stopped_leaves_nothing_either() {
    let repository = Repository::with_commit().await;
    let (root, path, begun) = (repository.root(), repository.beside("w"), repository.beside("begun"));
    hook(&root, "post-checkout", &format!("touch '{}'; sleep 60", text(&begun)));
    let before = branches(&root).await;
    let stopped = make_and_stop(&root, &path, &begun).await;
    assert!(is_stopped(&stopped), "{stopped:?}");
    assert_nothing_left(&root, &path, &before).await;
}

#[tokio::test]
async fn who_waits_for_another_to_be_made_can_be_stopped() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), repository.beside("w"));
    let before = branches(&root).await;
    let turn = turn::at(&root).await;
    let stopped = make_and_stop(&root, &path, &root).await;
    assert!(is_stopped(&stopped), "{stopped:?}");
    assert_nothing_left(&root, &path, &before).await;
    drop(turn);
    make(&root, "trunk", "work", &path).await.unwrap();
}

#[tokio::test]
async fn one_that_was_killed_in_the_middle_is_made_anew_under_the_same_name() {
    let repository = Repository::with_commit().await;
    slow_down(&repository).await;
    let (root, path) = (repository.root(), repository.beside("w"));
    run(&root, &["branch", "work"]).await;
    let mut command = tokio::process::Command::new("git");
    command.current_dir(&root).args(["worktree", "add", "--quiet", text(&path), "work"]);
    let git = ProcessGroup::start(&mut command).unwrap();
    while !repository.beside("begun").exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(git);
    assert!(path.exists() && !path.join("tracked").exists(), "half of it is there");
    speed_up(&root).await;
    let made = make(&root, "trunk", "work", &path).await.unwrap();
    assert_eq!(made.branch.as_str(), "work");
    assert!(status(&path, LIMIT).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_worktree_whose_folder_is_gone_is_made_anew_and_its_commits_stay() {
    let repository = Repository::with_commit().await;
    let (root, path) = (repository.root(), repository.beside("w"));
    make(&root, "trunk", "work", &path).await.unwrap();
    fs::remove_dir_all(&path).unwrap();
    assert_eq!(make(&root, "trunk", "work", &path).await.unwrap().branch.as_str(), "work");

    fs::write(path.join("new"), "kept").unwrap();
    run(&path, &["add", "new"]).await;
    commit(&path).await;
    let kept = repository.commit_of("work").await;
    fs::remove_dir_all(&path).unwrap();
    assert_eq!(make(&root, "trunk", "work", &path).await.unwrap().branch.as_str(), "work-2");
    assert_eq!(repository.commit_of("work").await, kept);
}

#[tokio::test]
async fn a_hook_that_fails_is_a_complaint_about_a_worktree_that_is_whole() {
    let repository = Repository::with_commit().await;
    hook(&repository.root(), "post-checkout", "echo 'no lunch' >&2; exit 3");
    let made = make(&repository.root(), "trunk", "work", &repository.beside("w")).await.unwrap();
    assert_eq!(made.complaint.as_deref(), Some("no lunch"));
    assert!(made.path.join("tracked").exists());
}

#[tokio::test]
async fn a_lock_that_stays_is_told_with_its_file() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    let before = branches(&root).await;
    let lock = root.join(".git/refs/heads/work.lock");
    fs::write(&lock, "").unwrap();
    let refused = make(&root, "trunk", "work", &repository.beside("w")).await;
    let expected = text(&lock);
    assert!(
        matches!(&refused, Err(CreateError::Repository(RepositoryError::Locked { lock })) if lock.ends_with(expected)),
        "{refused:?}"
    );
    assert_nothing_left(&root, &repository.beside("w"), &before).await;
}

#[tokio::test]
async fn a_place_that_can_not_be_written_leaves_no_branch() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    let before = branches(&root).await;
    fs::write(repository.beside("file"), "").unwrap();
    let refused = make(&root, "trunk", "work", &repository.beside("file/below")).await;
    assert!(matches!(refused, Err(CreateError::Repository(_))), "{refused:?}");
    // Git refuses the checkout, after the branch was made.
    fs::write(root.join(".git/worktrees"), "").unwrap();
    let refused = make(&root, "trunk", "work", &repository.beside("w")).await;
    assert!(matches!(refused, Err(CreateError::Repository(_))), "{refused:?}");
    assert_eq!(branches(&root).await, before);
}

#[tokio::test]
async fn a_repository_that_is_gone_is_told_from_others() {
    let repository = Repository::with_commit().await;
    let gone = repository.beside("gone");
    let refused = make(&gone, "trunk", "work", &repository.beside("w")).await;
    let is_gone = |error: &CreateError| {
        matches!(error, CreateError::Repository(RepositoryError::NotARepository { .. }))
    };
    assert!(refused.as_ref().is_err_and(is_gone), "{refused:?}");
}

#[tokio::test]
async fn a_linked_worktree_and_a_submodule_have_worktrees_too() {
    let repository = Repository::with_submodule("part").await;
    let linked = repository.beside("linked");
    make(&repository.root(), "trunk", "side", &linked).await.unwrap();
    let second = make(&linked, "side", "work", &repository.beside("second")).await.unwrap();
    assert!(second.path.join("tracked").exists());

    let part = repository.root().join("part");
    let third = make(&part, "trunk", "work", &repository.beside("third")).await.unwrap();
    assert!(third.path.join("inner").exists() && !third.path.join("tracked").exists());
    assert!(status(&third.path, LIMIT).await.unwrap().is_clean());
    assert!(status(&part, LIMIT).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_sparse_checkout_stays_sparse() {
    let repository = Repository::with_commit().await;
    let root = repository.root();
    for folder in ["wanted", "unwanted"] {
        fs::create_dir(root.join(folder)).unwrap();
        repository.commit_file(&format!("{folder}/file"), "content").await;
    }
    run(&root, &["sparse-checkout", "set", "wanted"]).await;
    let made = make(&root, "trunk", "work", &repository.beside("w")).await.unwrap();
    assert!(made.path.join("wanted/file").exists() && !made.path.join("unwanted").exists());
    assert!(status(&made.path, LIMIT).await.unwrap().is_clean());
}
