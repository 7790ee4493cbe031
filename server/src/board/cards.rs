//! Cards: add, change, move, delete, restore.

use shared::card::{Card, CardDetail};
use shared::ids::{BoardId, CardId};
use shared::requests::{CreateCard, MoveCard, PatchCard};

use super::CommandResult;
use crate::events::Events;

/// Adds a card at the end of its column.
///
/// # Errors
/// If there is no such board, or the body is not allowed.
pub async fn create(events: &Events, board: &BoardId, body: CreateCard) -> CommandResult<CardDetail> {
    todo!()
}

/// Changes a card; `expected` is its revision.
///
/// # Errors
/// If there is no such card, it has changed since, or the body is not allowed.
pub async fn patch(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
    body: PatchCard,
) -> CommandResult<CardDetail> {
    todo!()
}

/// Moves a card; `expected` is its revision.
///
/// # Errors
/// If there is no such card, it has changed since, the place is not one, or the card is blocked and would enter In
/// Progress.
pub async fn move_card(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
    body: MoveCard,
) -> CommandResult<Card> {
    todo!()
}

/// Deletes a card; for 30 days it can be restored. `expected` is its revision.
///
/// # Errors
/// If there is no such card, or it has changed since.
pub async fn delete(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
) -> CommandResult<()> {
    todo!()
}

/// Brings a deleted card back to its old place; `expected` is its revision. A card that is not deleted stays as it is.
///
/// # Errors
/// If there is no such card, or it has changed since.
pub async fn restore(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
) -> CommandResult<CardDetail> {
    todo!()
}
