//! What a script can know of where it runs.

use std::ffi::OsString;
use std::path::PathBuf;

use shared::ids::AttemptId;

use crate::strays::ATTEMPT_VARIABLE;

/// Where a script runs, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The attempt.
    pub attempt: AttemptId,
    /// The attempt's worktree, in which it runs.
    pub worktree: PathBuf,
    /// The folder of the project, of which the worktree is one.
    pub project: PathBuf,
    /// The attempt's branch.
    pub branch: String,
    /// The branch that it started from.
    pub base_branch: String,
    /// The card's ticket key.
    pub card_key: String,
}

impl Surroundings {
    /// The variables that tell a script.
    ///
    /// | Variable | Value |
    /// |---|---|
    /// | `WORKTREE` | the attempt's worktree |
    /// | `PROJECT_ROOT` | the folder of the project |
    /// | `WORKTREE_BRANCH` | the attempt's branch |
    /// | `WORKTREE_BASE_BRANCH` | the branch that it started from |
    /// | `CARD_KEY` | the card's ticket key |
    /// | `MAINSTAY_ATTEMPT` | the attempt's id; by it, a script is found that a server left running when it was killed |
    pub fn variables(&self) -> [(&'static str, OsString); 6] {
        [
            ("WORKTREE", self.worktree.clone().into()),
            ("PROJECT_ROOT", self.project.clone().into()),
            ("WORKTREE_BRANCH", self.branch.clone().into()),
            ("WORKTREE_BASE_BRANCH", self.base_branch.clone().into()),
            ("CARD_KEY", self.card_key.clone().into()),
            (ATTEMPT_VARIABLE, self.attempt.as_str().into()),
        ]
    }
}
