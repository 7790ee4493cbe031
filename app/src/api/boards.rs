//! Projects and their boards.

use shared::{
    board::{BoardState, BoardSummary},
    ids::BoardId,
    repository::FoundRepository,
    requests::{CreateBoard, PatchBoard},
};

use super::{Answer, ApiFailure, call::Call};
use crate::percent::encode;

/// The path of a board.
pub(super) fn path(board: &BoardId) -> String {
    format!("/boards/{}", encode(board.as_str()))
}

/// `GET /boards`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn boards() -> Result<Answer<Vec<BoardSummary>>, ApiFailure> {
    Call::get("/boards").answer().await
}

/// `GET /repositories`: git repositories that were found nearby.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a search that takes its time.
pub async fn repositories() -> Result<Answer<Vec<FoundRepository>>, ApiFailure> {
    Call::get("/repositories").answer().await
}

/// `POST /boards`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a path that is no repository, or one that has a board already.
pub async fn create_board(body: &CreateBoard) -> Result<Answer<BoardSummary>, ApiFailure> {
    Call::post("/boards", body)?.answer().await
}

/// `POST /boards/sample`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a disk that is full.
pub async fn create_sample() -> Result<Answer<BoardSummary>, ApiFailure> {
    Call::post_bare("/boards/sample").answer().await
}

/// `GET /boards/{boardId}`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn board(board: &BoardId) -> Result<Answer<BoardState>, ApiFailure> {
    Call::get(path(board)).answer().await
}

/// `PATCH /boards/{boardId}`; `meta_revision` is the one that must still be current.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn patch_board(
    board: &BoardId,
    body: &PatchBoard,
    meta_revision: Option<u64>,
) -> Result<Answer<()>, ApiFailure> {
    Call::patch(path(board), body)?.if_match(meta_revision).done().await
}

/// `DELETE /boards/{boardId}`; the repository stays untouched.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, worktrees with uncommitted work, unless `keep_recovery` says to keep recovery
/// refs of it.
pub async fn delete_board(board: &BoardId, keep_recovery: bool) -> Result<Answer<()>, ApiFailure> {
    let call = Call::delete(path(board));
    let call = if keep_recovery { call.query("keepRecovery", "true") } else { call };
    call.done().await
}
