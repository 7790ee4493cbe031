//! The messages that tell of a git repository and its worktrees.
//!
//! `attempt_id` and `card_id` are there when the message belongs to an attempt.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, BoardId, CardId};
use crate::time::Timestamp;

/// `git_status`: how a worktree differs from its last commit and its base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitStatus {
    /// The board of the repository.
    pub board_id: BoardId,
    /// The attempt that works there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// The attempt's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_id: Option<CardId>,
    /// The branch that is checked out.
    pub branch: String,
    /// Files changed but not staged.
    pub changed: u32,
    /// Files staged.
    pub staged: u32,
    /// Files that git doesn't know.
    pub untracked: u32,
    /// Files in conflict.
    pub conflicted: u32,
    /// Commits that the base lacks.
    pub ahead: u32,
    /// Commits of the base that are lacking here.
    pub behind: u32,
}

/// `git_commit`: a commit was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitCommit {
    /// The board of the repository.
    pub board_id: BoardId,
    /// The attempt that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// The attempt's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_id: Option<CardId>,
    /// The commit's name.
    pub sha: String,
    /// Its name, shortened for people.
    pub short_sha: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub ts: Timestamp,
}

/// `git_push`: a push completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitPush {
    /// The board of the repository.
    pub board_id: BoardId,
    /// The attempt whose branch it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// The attempt's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_id: Option<CardId>,
    /// Where it went.
    pub remote: String,
    /// What was pushed.
    pub branch: String,
    /// When.
    pub ts: Timestamp,
}
