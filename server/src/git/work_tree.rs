//! What a project has to know of a repository: where its work tree is, and its default branch.

use std::io;
use std::path::{Path, PathBuf};

use super::GitError;
use super::run::{Output, git};

/// A work tree: the folder of a repository, of a linked worktree or of a submodule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTree {
    /// Its top folder, without symbolic links: each work tree has one such path.
    pub root: String,
    /// The branch that work starts from; `None` if no branch is checked out. It may be without a commit yet.
    pub default_branch: Option<String>,
}

/// Why a path is not a work tree.
#[derive(Debug, thiserror::Error)]
pub enum WorkTreeError {
    /// There is nothing at the path, but the folder that it would be in is there.
    #[error("there is nothing at {}", .0.display())]
    Missing(PathBuf),
    /// Not even the folder that it would be in is there.
    #[error("there is nothing at {}, nor the folder above it", .0.display())]
    MissingParent(PathBuf),
    /// There is something else than a folder at the path.
    #[error("{} is a file, not a folder", .0.display())]
    NotADirectory(PathBuf),
    /// The folder is in no repository.
    #[error("{} is not in a git repository", .0.display())]
    NotARepository(PathBuf),
    /// The repository has no work tree, or the path is inside its `.git` folder.
    #[error("{} is a git repository without a work tree", .0.display())]
    Bare(PathBuf),
    /// The server may not look into the folder.
    #[error("the server may not read {}", .0.display())]
    Unreadable(PathBuf),
    /// It belongs to another user, and git was not told to trust it.
    #[error("{} belongs to another user, and git does not trust it", .0.display())]
    Untrusted(PathBuf),
    /// The path can't be written as text.
    #[error("{} is not a path in UTF-8", .0.display())]
    NotText(PathBuf),
    /// The folder can't be made into a repository.
    #[error("no repository can be made in {}: {reason}", .path.display())]
    NotInitialized {
        /// The folder.
        path: PathBuf,
        /// What the system or git said.
        reason: String,
    },
    /// The system failed to look at the path.
    #[error("{} can't be looked at: {error}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What it said.
        #[source]
        error: io::Error,
    },
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// The work tree that a path lies in.
///
/// # Errors
/// If it lies in none.
pub async fn find(path: &Path) -> Result<WorkTree, WorkTreeError> {
    check_folder(path).await?;
    let found = git(path, &["rev-parse", "--show-toplevel"]).await?;
    if !found.status.success() {
        return Err(refusal(path, &found));
    }
    let top = found.line().ok_or_else(|| WorkTreeError::NotText(path.to_owned()))?;
    let root = canonical(Path::new(&top)).await?;
    let default_branch = default_branch(Path::new(&root)).await?;
    Ok(WorkTree { root, default_branch })
}

async fn check_folder(path: &Path) -> Result<(), WorkTreeError> {
    let about = tokio::fs::metadata(path).await.map_err(|error| unreachable(path, error))?;
    if !about.is_dir() {
        return Err(WorkTreeError::NotADirectory(path.to_owned()));
    }
    // Git would call a folder that it can't enter no repository at all.
    drop(tokio::fs::read_dir(path).await.map_err(|error| unreachable(path, error))?);
    Ok(())
}

/// A path without symbolic links, as text.
pub(super) async fn canonical(path: &Path) -> Result<String, WorkTreeError> {
    text(tokio::fs::canonicalize(path).await.map_err(|error| unreachable(path, error))?)
}

pub(super) fn text(path: PathBuf) -> Result<String, WorkTreeError> {
    path.into_os_string().into_string().map_err(|path| WorkTreeError::NotText(path.into()))
}

/// What it means that the system does not let us look at a path.
fn unreachable(path: &Path, error: io::Error) -> WorkTreeError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound if path.parent().is_some_and(Path::is_dir) => WorkTreeError::Missing(path),
        io::ErrorKind::NotFound => WorkTreeError::MissingParent(path),
        io::ErrorKind::NotADirectory => WorkTreeError::NotADirectory(path),
        io::ErrorKind::PermissionDenied => WorkTreeError::Unreadable(path),
        _ => WorkTreeError::Io { path, error },
    }
}

/// What it means that git names no work tree for a folder.
fn refusal(path: &Path, output: &Output) -> WorkTreeError {
    let path = path.to_owned();
    if output.stderr.contains("dubious ownership") {
        WorkTreeError::Untrusted(path)
    } else if output.stderr.contains("must be run in a work tree") {
        WorkTreeError::Bare(path)
    } else {
        WorkTreeError::NotARepository(path)
    }
}

/// The branch that the remote calls its default, if it is here too; else the one that is checked out.
async fn default_branch(root: &Path) -> Result<Option<String>, GitError> {
    let remote = git(root, &["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]).await?;
    if let Some(branch) = remote.line().as_deref().and_then(|name| name.strip_prefix("origin/")) {
        let local = format!("refs/heads/{branch}");
        if git(root, &["show-ref", "--verify", "--quiet", &local]).await?.status.success() {
            return Ok(Some(branch.to_owned()));
        }
    }
    Ok(git(root, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await?.line())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A folder for repositories, by the path that git will give.
    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        (folder, path)
    }

    async fn run(folder: &Path, args: &[&str]) {
        let done = git(folder, args).await.unwrap();
        assert!(done.status.success(), "{args:?}: {}", done.stderr);
    }

    async fn repository(path: &Path) {
        std::fs::create_dir_all(path).unwrap();
        run(path, &["init", "--quiet", "--initial-branch=trunk"]).await;
    }

    async fn commit(path: &Path) {
        let person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
        let commit = ["commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=first"];
        run(path, &[&person[..], &commit[..]].concat()).await;
    }

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    #[tokio::test]
    async fn a_repository_without_a_commit_is_a_work_tree_with_a_branch() {
        let (_folder, path) = folder();
        repository(&path).await;
        let found = find(&path).await.unwrap();
        assert_eq!(
            found,
            WorkTree { root: text(&path).to_owned(), default_branch: Some("trunk".to_owned()) }
        );
    }

    #[tokio::test]
    async fn a_path_below_the_top_and_one_over_a_link_lead_to_the_same_work_tree() {
        let (_folder, path) = folder();
        let top = path.join("top");
        repository(&top).await;
        std::fs::create_dir_all(top.join("a/b")).unwrap();
        std::os::unix::fs::symlink(&top, path.join("link")).unwrap();
        for other in [top.join("a/b"), path.join("link"), path.join("link/a"), path.join("top/../top")] {
            assert_eq!(find(&other).await.unwrap().root, text(&top), "{}", other.display());
        }
    }

    #[tokio::test]
    async fn linked_worktrees_and_submodules_are_work_trees_of_their_own() {
        let (_folder, path) = folder();
        let (main, part) = (path.join("main"), path.join("part"));
        for repo in [&main, &part] {
            repository(repo).await;
            commit(repo).await;
        }
        run(&main, &["worktree", "add", "--quiet", "-b", "side", text(&path.join("linked"))]).await;
        run(&main, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", text(&part), "sub"])
            .await;
        let linked = find(&path.join("linked")).await.unwrap();
        assert_eq!(linked.root, text(&path.join("linked")));
        assert_eq!(linked.default_branch.as_deref(), Some("side"));
        assert_eq!(find(&main.join("sub")).await.unwrap().root, text(&main.join("sub")));
    }

    #[tokio::test]
    async fn the_remotes_default_branch_wins_over_the_one_checked_out() {
        let (_folder, path) = folder();
        let (main, clone) = (path.join("main"), path.join("clone"));
        repository(&main).await;
        commit(&main).await;
        run(&path, &["clone", "--quiet", text(&main), text(&clone)]).await;
        run(&clone, &["checkout", "--quiet", "-b", "feature"]).await;
        assert_eq!(find(&clone).await.unwrap().default_branch.as_deref(), Some("trunk"));
        run(&clone, &["branch", "--quiet", "--delete", "--force", "trunk"]).await;
        assert_eq!(find(&clone).await.unwrap().default_branch.as_deref(), Some("feature"));
    }

    #[tokio::test]
    async fn with_a_detached_head_there_is_no_default_branch() {
        let (_folder, path) = folder();
        repository(&path).await;
        commit(&path).await;
        run(&path, &["checkout", "--quiet", "--detach"]).await;
        assert_eq!(find(&path).await.unwrap().default_branch, None);
    }

    #[tokio::test]
    async fn what_is_no_work_tree_is_told_apart() {
        let (_folder, path) = folder();
        std::fs::write(path.join("file"), "").unwrap();
        std::fs::create_dir(path.join("plain")).unwrap();
        run(&path, &["init", "--quiet", "--bare", "bare.git"]).await;
        repository(&path.join("repo")).await;
        let of = |name: &str| path.join(name);
        assert!(matches!(find(&of("nothing")).await, Err(WorkTreeError::Missing(_))));
        assert!(matches!(find(&of("nothing/below")).await, Err(WorkTreeError::MissingParent(_))));
        assert!(matches!(find(&of("file")).await, Err(WorkTreeError::NotADirectory(_))));
        assert!(matches!(find(&of("file/below")).await, Err(WorkTreeError::NotADirectory(_))));
        assert!(matches!(find(&of("plain")).await, Err(WorkTreeError::NotARepository(_))));
        assert!(matches!(find(&of("bare.git")).await, Err(WorkTreeError::Bare(_))));
        assert!(matches!(find(&of("repo/.git")).await, Err(WorkTreeError::Bare(_))));
    }

    #[test]
    fn what_the_system_forbids_is_unreadable() {
        let error = unreachable(Path::new("/root"), io::Error::from(io::ErrorKind::PermissionDenied));
        assert!(matches!(error, WorkTreeError::Unreadable(_)), "{error:?}");
    }
}
