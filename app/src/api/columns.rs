//! Columns of a board.

use shared::{
    ids::{BoardId, ColumnId},
    requests::{CreateColumn, PatchColumn},
};

use super::{
    Answer, ApiFailure, boards,
    call::{Call, segment},
};

fn path(board: &BoardId, column: &ColumnId) -> String {
    format!("{}/columns/{}", boards::path(board), segment(column.as_str()))
}

/// `POST /boards/{boardId}/columns`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn create_column(board: &BoardId, body: &CreateColumn) -> Result<Answer<()>, ApiFailure> {
    Call::post(format!("{}/columns", boards::path(board)), body)?.done().await
}

/// `PATCH /boards/{boardId}/columns/{columnId}`; `revision` is the column's that must still be current.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn patch_column(
    board: &BoardId,
    column: &ColumnId,
    body: &PatchColumn,
    revision: Option<u64>,
) -> Result<Answer<()>, ApiFailure> {
    Call::patch(path(board, column), body)?.if_match(revision).done().await
}

/// `DELETE /boards/{boardId}/columns/{columnId}`; its cards go to the end of `move_to`.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, one of the four columns with a meaning, or cards without a `move_to`.
pub async fn delete_column(
    board: &BoardId,
    column: &ColumnId,
    move_to: Option<&ColumnId>,
) -> Result<Answer<()>, ApiFailure> {
    let call = Call::delete(path(board, column));
    let call = match move_to {
        Some(target) => call.query("moveTo", target.as_str()),
        None => call,
    };
    call.done().await
}
