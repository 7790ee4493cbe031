//! What branches a repository has.

use std::path::Path;

use super::GitError;
use super::branch::BranchName;
use super::run::git;

/// Whether there is a branch by this name.
///
/// # Errors
/// If git gives no answer.
pub async fn exists(root: &Path, branch: &BranchName) -> Result<bool, GitError> {
    Ok(git(root, &["show-ref", "--verify", "--quiet", &branch.reference()]).await?.status.success())
}

/// Whether a branch, local or of a remote, has a commit.
///
/// # Errors
/// If git gives no answer.
pub async fn has_commit(root: &Path, branch: &str) -> Result<bool, GitError> {
    for reference in [format!("refs/heads/{branch}"), format!("refs/remotes/{branch}")] {
        let commit = format!("{reference}^{{commit}}");
        let found = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).await?;
        if found.status.success() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The branch that is checked out, if one is.
///
/// # Errors
/// If git gives no answer.
pub async fn checked_out(root: &Path) -> Result<Option<String>, GitError> {
    Ok(git(root, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await?.line())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::fixture::Repository;

    #[tokio::test]
    async fn a_branch_with_a_commit_is_told_from_one_without_and_from_none() {
        let repository = Repository::with_commit().await;
        let root = repository.root();
        let branch = checked_out(&root).await.unwrap().unwrap();
        assert!(has_commit(&root, &branch).await.unwrap());
        assert!(exists(&root, &BranchName::parse(&branch).unwrap()).await.unwrap());
        assert!(!has_commit(&root, "no-such").await.unwrap());
        assert!(!has_commit(&root, "--all").await.unwrap());
        let unborn = Repository::unborn().await;
        let branch = checked_out(&unborn.root()).await.unwrap().unwrap();
        assert!(!has_commit(&unborn.root(), &branch).await.unwrap());
    }
}
