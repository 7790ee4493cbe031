//! Columns: add, change, remove.

use shared::board::Column;
use shared::ids::{BoardId, ColumnId};
use shared::requests::{CreateColumn, PatchColumn};

use super::CommandResult;
use crate::events::Events;

/// Adds a column; `expected` is the board's `metaRevision`.
///
/// # Errors
/// If there is no such board, it has changed since, or the body is not allowed.
pub async fn create(
    events: &Events,
    board: &BoardId,
    expected: Option<u64>,
    body: CreateColumn,
) -> CommandResult<Column> {
    todo!()
}

/// Changes a column's title, limit or place; `expected` is its revision.
///
/// # Errors
/// If there is no such column, it has changed since, or the body is not allowed.
pub async fn patch(
    events: &Events,
    board: &BoardId,
    column: &ColumnId,
    expected: Option<u64>,
    body: PatchColumn,
) -> CommandResult<Column> {
    todo!()
}

/// Removes a column, its cards to the end of `move_to`; `expected` is its revision.
///
/// # Errors
/// If there is no such column, it has changed since, it is one of the four with a meaning, or it has cards that can't go
/// there.
pub async fn delete(
    events: &Events,
    board: &BoardId,
    column: &ColumnId,
    expected: Option<u64>,
    move_to: Option<&ColumnId>,
) -> CommandResult<()> {
    todo!()
}
