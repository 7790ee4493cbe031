//! A git repository on the server's disk that may become a project.

use serde::{Deserialize, Serialize};

use crate::ids::BoardId;
use crate::time::Timestamp;

/// A git work tree that was found near the projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundRepository {
    /// Its top folder.
    pub path: String,
    /// The folder's name.
    pub name: String,
    /// The branch that is checked out, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// When its checkout last moved: a commit, a switch of branches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// The project that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
}
