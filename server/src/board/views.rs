//! Saved views: add and remove. They are no part of what a board's stream tells: a page reads them when it begins.

use shared::ids::{BoardId, ViewId};
use shared::requests::{CreateView, limits, validate};
use shared::view::View;

use super::creation::Asked;
use super::fields::Fields;
use super::{Answer, CommandError, CommandResult};
use crate::events::Events;
use crate::store::{boards, views};

/// Gives a filter a name.
///
/// # Errors
/// If there is no such board, a field is not allowed, the name is taken, or the board has as many views as fit.
pub async fn create(events: &Events, board: &BoardId, body: CreateView) -> CommandResult<View> {
    let asked = Asked::new("view", body.id.as_ref().map(ViewId::as_str), board.as_str(), &body)?;
    let mut fields = Fields::default();
    let name = fields.take("name", validate::view_name(&body.name));
    let query = fields.take("query", validate::query(&body.query));
    fields.finish()?;
    let (Some(name), Some(query)) = (name, query) else {
        return Err(CommandError::broken("a body without complaints lacks a field"));
    };
    let mut change = events.begin().await?;
    if !boards::exists(change.conn(), board).await? {
        return Err(CommandError::no_board(board));
    }
    if let Some(first) = asked.answered(change.conn()).await? {
        return Ok(Answer { value: first, at: change.commit().await? });
    }
    refuse_unless_it_fits(&views::all(change.conn(), board).await?, &name)?;
    let view = View { id: asked.id(), name, query };
    let now = change.now();
    views::insert(change.conn(), board, &view, now).await?;
    asked.remember(change.conn(), &view, now).await?;
    Ok(Answer { value: view, at: change.commit().await? })
}

fn refuse_unless_it_fits(known: &[View], name: &str) -> Result<(), CommandError> {
    let folded = name.to_lowercase();
    if let Some(other) = known.iter().find(|view| view.name.to_lowercase() == folded) {
        let message = format!("The board has a view \"{}\" already.", other.name);
        return Err(CommandError::conflict(message)
            .with_field("name")
            .hint("Choose another name, or delete that view first."));
    }
    if known.len() >= limits::VIEWS {
        let message = format!("The board has {} views, and no more fit.", known.len());
        return Err(CommandError::conflict(message).hint("Delete a view that nobody needs any more."));
    }
    Ok(())
}

/// Removes a view.
///
/// # Errors
/// If the board has no such view.
pub async fn delete(events: &Events, board: &BoardId, view: &ViewId) -> CommandResult<()> {
    let mut change = events.begin().await?;
    if !boards::exists(change.conn(), board).await? {
        return Err(CommandError::no_board(board));
    }
    if !views::delete(change.conn(), board, view).await? {
        return Err(CommandError::not_found(format!("The board has no view \"{view}\"."))
            .hint("It may have been deleted."));
    }
    Ok(Answer { value: (), at: change.commit().await? })
}
