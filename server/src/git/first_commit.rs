//! The first commit of a repository that Mainstay made.

use std::io;
use std::path::Path;

use super::run::Git;
use super::work_tree::WorkTreeError;

/// Whoever the commit is by: it is made by nobody in particular, whatever the user's own configuration lacks.
const AUTHOR: [&str; 4] = ["-c", "user.name=Mainstay", "-c", "user.email=mainstay@localhost"];

/// Commits everything that is in a work tree. The user's hooks and signing have nothing to do with it.
///
/// # Errors
/// If git can't.
pub async fn commit_all(root: &Path, message: &str) -> Result<(), WorkTreeError> {
    let subject = format!("--message={message}");
    let none = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let hooks = format!("core.hooksPath={none}");
    let add = Git::at_top(root).args(["add", "--all"]);
    let commit = Git::at_top(root).args(AUTHOR).args([
        "-c",
        &hooks,
        "commit",
        "--quiet",
        "--allow-empty",
        "--no-gpg-sign",
        &subject,
    ]);
    for command in [add, commit] {
        let done = command.run().await?;
        if !done.status.success() {
            let reason = io::Error::other(done.stderr);
            return Err(WorkTreeError::Io { path: root.to_owned(), error: reason });
        }
    }
    Ok(())
}
