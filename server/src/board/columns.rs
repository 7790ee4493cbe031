//! Columns: add, change, remove.

use shared::board::{Column, ColumnHead, ColumnKey};
use shared::ids::{BoardId, ColumnId};
use shared::requests::{CreateColumn, PatchColumn, validate};

use super::creation::Asked;
use super::edit::{Edit, expect_revision};
use super::place::{append, refuse_blocked};
use super::{CommandError, CommandResult};
use crate::events::Events;
use crate::store::cards;

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
    let asked = Asked::new("column", body.id.as_ref().map(ColumnId::as_str), board.as_str(), &body)?;
    let index = body.index.map(column_index).transpose()?;
    let title = column_title(&body.title)?;
    let mut edit = Edit::begin(events, board).await?;
    if let Some(first) = asked.answered(edit.conn()).await? {
        return edit.answer(first).await;
    }
    edit.expect_meta(expected)?;
    let head = ColumnHead { id: asked.id(), key: None, revision: 1, title, wip_limit: body.wip_limit };
    edit.add_column(head.clone(), index.unwrap_or(usize::MAX)).await?;
    let column = Column::new(head);
    let now = edit.now();
    asked.remember(edit.conn(), &column, now).await?;
    edit.answer(column).await
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
    let index = body.index.map(column_index).transpose()?;
    let title = body.title.as_deref().map(column_title).transpose()?;
    let mut edit = Edit::begin(events, board).await?;
    let before = expected_column(&edit, column, expected)?;
    let mut after = before.clone();
    after.title = title.unwrap_or(after.title);
    body.wip_limit.apply_to(&mut after.wip_limit);
    if after != before {
        after.revision += 1;
        edit.rewrite_column(after.clone()).await?;
    }
    if let Some(to) = index
        && let Some(from) = edit.columns().iter().position(|it| it.id == *column)
    {
        edit.move_column(from, to).await?;
    }
    let lane = cards::live_in(edit.conn(), column).await?;
    let card_ids = lane.into_iter().map(|card| card.id).collect();
    edit.answer(Column { card_ids, ..Column::new(after) }).await
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
    let mut edit = Edit::begin(events, board).await?;
    let head = expected_column(&edit, column, expected)?;
    if head.key.is_some() {
        return Err(CommandError::refused(format!("The column \"{}\" can't be deleted.", head.title)).hint(
            "Backlog, In Progress, Review and Done have a meaning: they can be renamed and moved, not deleted.",
        ));
    }
    if let Some(target) = move_to {
        check_target(&edit, &head, target)?;
    }
    empty(&mut edit, &head, move_to).await?;
    edit.remove_column(column).await?;
    edit.answer(()).await
}

fn check_target(edit: &Edit, head: &ColumnHead, target: &ColumnId) -> Result<(), CommandError> {
    if *target == head.id {
        let message = format!("The cards of \"{}\" can't stay in the column that is deleted.", head.title);
        return Err(CommandError::invalid("moveTo", message));
    }
    if edit.column(target).is_none() {
        let message = format!("The board has no column \"{target}\" that cards could move to.");
        return Err(CommandError::invalid("moveTo", message));
    }
    Ok(())
}

/// Moves all cards of a column to the end of another.
async fn empty(edit: &mut Edit, head: &ColumnHead, move_to: Option<&ColumnId>) -> Result<(), CommandError> {
    let lane = cards::live_in(edit.conn(), &head.id).await?;
    let (Some(target), false) = (move_to, lane.is_empty()) else {
        return if lane.is_empty() { Ok(()) } else { Err(not_empty(head, lane.len())) };
    };
    for card in &lane {
        refuse_blocked(edit, card, target).await?;
    }
    append(edit, &lane, &head.id, target).await?;
    let blocking_changes =
        edit.is_keyed(Some(&head.id), ColumnKey::Done) != edit.is_keyed(Some(target), ColumnKey::Done);
    for card in lane {
        if blocking_changes {
            edit.blocking_changed(&card.id).await?;
        }
        edit.face_changed(card.id);
    }
    Ok(())
}

fn not_empty(head: &ColumnHead, cards: usize) -> CommandError {
    let cards = if cards == 1 { "a card".to_owned() } else { format!("{cards} cards") };
    CommandError::conflict(format!("The column \"{}\" holds {cards}.", head.title))
        .hint("Name the column that they should move to: ?moveTo=<columnId>.")
}

fn expected_column(edit: &Edit, id: &ColumnId, expected: Option<u64>) -> Result<ColumnHead, CommandError> {
    let head = edit.column(id).cloned().ok_or_else(|| CommandError::no_column(id))?;
    expect_revision(expected, head.revision, &format!("The column \"{}\"", head.title))?;
    Ok(head)
}

fn column_title(title: &str) -> Result<String, CommandError> {
    validate::column_title(title).map_err(|message| CommandError::invalid("title", message))
}

fn column_index(index: i64) -> Result<usize, CommandError> {
    if index < 0 {
        return Err(CommandError::malformed("index", "The index counts from 0."));
    }
    Ok(usize::try_from(index).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
