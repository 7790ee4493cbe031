//! Repositories for tests.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::run::git;

/// Runs git, which has to succeed, and gives what it printed.
pub(crate) async fn run(folder: &Path, args: &[&str]) -> String {
    let done = git(folder, args).await.unwrap();
    assert!(done.status.success(), "{args:?}: {}", done.stderr);
    String::from_utf8(done.stdout).unwrap().trim_end().to_owned()
}

/// Commits what is staged, be it nothing.
pub(crate) async fn commit(folder: &Path) {
    let person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let commit = ["commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=work"];
    run(folder, &[&person[..], &commit[..]].concat()).await;
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with a repository in it, on the branch `trunk`.
pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    /// Without a commit.
    pub async fn unborn() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let it = Self { folder };
        fs::create_dir(it.root()).unwrap();
        run(&it.root(), &["init", "--quiet", "--initial-branch=trunk"]).await;
        it
    }

    /// With one commit, of the file `tracked`.
    pub async fn with_commit() -> Self {
        let it = Self::unborn().await;
        it.commit_file("tracked", "first").await;
        it
    }

    /// With a commit that has a submodule, too.
    pub async fn with_submodule(name: &str) -> Self {
        let it = Self::with_commit().await;
        let part = it.beside("the part");
        run(it.folder.path(), &["init", "--quiet", "--initial-branch=trunk", text(&part)]).await;
        fs::write(part.join("inner"), "inner").unwrap();
        run(&part, &["add", "inner"]).await;
        commit(&part).await;
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", text(&part), name];
        run(&it.root(), &add).await;
        commit(&it.root()).await;
        it
    }

    /// Its top folder, by the path that git gives.
    pub fn root(&self) -> PathBuf {
        self.beside("the repository")
    }

    /// A path beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Commits a file.
    pub async fn commit_file(&self, name: &str, content: &str) {
        fs::write(self.root().join(name), content).unwrap();
        run(&self.root(), &["add", name]).await;
        commit(&self.root()).await;
    }

    /// The commit that a revision names.
    pub async fn commit_of(&self, revision: &str) -> String {
        run(&self.root(), &["rev-parse", "--verify", revision]).await
    }
}
