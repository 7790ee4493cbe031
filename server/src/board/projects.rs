//! Projects, each with its board: add, change, remove.

use shared::board::BoardSummary;
use shared::ids::BoardId;
use shared::requests::{CreateBoard, PatchBoard};

use super::CommandResult;
use crate::events::Events;

/// Adds the git repository at a path as a project, with a board of four columns.
///
/// # Errors
/// If the path is not a work tree, or is a project already.
pub async fn create(events: &Events, body: CreateBoard) -> CommandResult<BoardSummary> {
    todo!()
}

/// Changes a board's name or settings; `expected` is its `metaRevision`.
///
/// # Errors
/// If there is no such board, it has changed since, or the body is not allowed.
pub async fn patch(
    events: &Events,
    board: &BoardId,
    expected: Option<u64>,
    body: PatchBoard,
) -> CommandResult<BoardSummary> {
    todo!()
}

/// Removes a project with its board; `expected` is its `metaRevision`. The repository stays as it is.
///
/// # Errors
/// If there is no such board, or it has changed since.
pub async fn delete(events: &Events, board: &BoardId, expected: Option<u64>) -> CommandResult<()> {
    todo!()
}
