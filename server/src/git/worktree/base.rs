//! The commit that work starts from.

use std::path::Path;

use super::create::CreateError;
use super::refusal::RepositoryError;
use crate::git::ref_format::is_branch_name;
use crate::git::run::git;

/// The commit of a base: a branch here, or of a remote by its long name or by its short one if it comes from `origin`; a
/// tag; a whole commit id; or `HEAD`.
pub(in crate::git) async fn commit(repository: &Path, base: &str) -> Result<String, CreateError> {
    for reference in candidates(base) {
        let revision = format!("{reference}^{{commit}}");
        let found = git(repository, &["rev-parse", "--verify", "--quiet", "--end-of-options", &revision])
            .await
            .map_err(RepositoryError::Git)?;
        if let Some(commit) = found.line() {
            return Ok(commit);
        }
        // Quietly, git only fails for what has nothing to do with the name.
        if !found.stderr.is_empty() {
            return Err(RepositoryError::of(repository, &found).into());
        }
    }
    let any = git(repository, &["rev-list", "--max-count=1", "--all"]).await.map_err(RepositoryError::Git)?;
    Err(match (any.status.success(), any.line()) {
        (true, None) => CreateError::NoCommit(repository.to_owned()),
        (true, Some(_)) => {
            CreateError::BaseMissing { repository: repository.to_owned(), base: base.to_owned() }
        }
        (false, _) => RepositoryError::of(repository, &any).into(),
    })
}

fn candidates(base: &str) -> Vec<String> {
    if base == "HEAD" {
        return vec![base.to_owned()];
    }
    // Anything else could be an expression that means another commit tomorrow.
    if !is_branch_name(base) {
        return Vec::new();
    }
    let places = ["refs/heads", "refs/remotes", "refs/remotes/origin", "refs/tags"];
    let mut candidates: Vec<String> = places.iter().map(|place| format!("{place}/{base}")).collect();
    if matches!(base.len(), 40 | 64) && base.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        candidates.push(base.to_owned());
    }
    candidates
}
