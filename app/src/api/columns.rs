//! Columns of a board.

use shared::{
    ids::{BoardId, ColumnId},
    requests::{CreateColumn, PatchColumn},
};

use super::{Answer, ApiFailure, boards, call::Call};
use crate::percent::encode;

fn path(board: &BoardId, column: &ColumnId) -> String {
    format!("{}/columns/{}", boards::path(board), encode(column.as_str()))
}

/// `POST /boards/{boardId}/columns`. Tells the new column's revision.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn create_column(board: &BoardId, body: &CreateColumn) -> Result<Answer<Option<u64>>, ApiFailure> {
    Call::post(format!("{}/columns", boards::path(board)), body)?.revision().await
}

/// `PATCH /boards/{boardId}/columns/{columnId}`; `revision` is the column's that must still be current. Tells the
/// revision that it has by then.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn patch_column(
    board: &BoardId,
    column: &ColumnId,
    body: &PatchColumn,
    revision: Option<u64>,
) -> Result<Answer<Option<u64>>, ApiFailure> {
    Call::patch(path(board, column), body)?.if_match(revision).revision().await
}

/// `DELETE /boards/{boardId}/columns/{columnId}`; its cards go to the end of `move_to`, and `revision` is the column's
/// that must still be current.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, one of the four columns with a meaning, or cards without a `move_to`.
pub async fn delete_column(
    board: &BoardId,
    column: &ColumnId,
    move_to: Option<&ColumnId>,
    revision: Option<u64>,
) -> Result<Answer<()>, ApiFailure> {
    let call = Call::delete(path(board, column)).if_match(revision);
    let call = match move_to {
        Some(target) => call.query("moveTo", target.as_str()),
        None => call,
    };
    call.done().await
}
