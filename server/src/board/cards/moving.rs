//! Moving a card.

use shared::board::Place;
use shared::card::Card;
use shared::ids::{BoardId, CardId, ColumnId};
use shared::requests::{MoveCard, PlaceError};

use super::save;
use crate::board::edit::{Edit, expect_revision, named};
use crate::board::place::{Slot, refuse_blocked, take_position};
use crate::board::{CommandError, CommandResult};
use crate::events::Events;
use crate::store::cards::{self, StoredCard};

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
    let place = body.place().map_err(no_place)?;
    let mut edit = Edit::begin(events, board).await?;
    let before = edit.live_card(card).await?;
    expect_revision(expected, before.revision, &named(&before))?;
    let after = put(&mut edit, before, body.column_id, place).await?;
    let detail = cards::with_dependencies(edit.conn(), after).await?;
    edit.answer(detail.card).await
}

/// Moves a card within a change that may hold more.
pub(super) async fn move_in(
    edit: &mut Edit,
    card: &CardId,
    body: MoveCard,
) -> Result<StoredCard, CommandError> {
    let place = body.place().map_err(no_place)?;
    let before = edit.live_card(card).await?;
    put(edit, before, body.column_id, place).await
}

/// Puts a card into its place, unless it is there.
async fn put(
    edit: &mut Edit,
    before: StoredCard,
    column: ColumnId,
    place: Place,
) -> Result<StoredCard, CommandError> {
    let slot = Slot::resolve(edit, &before.id, column, place).await?;
    let mut after = before.clone();
    if !is_there(edit, &before, &slot).await? {
        if before.column.as_ref() != Some(&slot.column) {
            refuse_blocked(edit, &before, &slot.column).await?;
        }
        take_position(edit, &mut after, &slot).await?;
        save(edit, &before, &mut after).await?;
    }
    Ok(after)
}

/// Whether a card is in the slot already; right above itself is where it is, too.
async fn is_there(edit: &mut Edit, card: &StoredCard, slot: &Slot) -> Result<bool, CommandError> {
    let above_itself = card.column.as_ref() == Some(&slot.column) && slot.above.as_ref() == Some(&card.id);
    Ok(above_itself || Slot::of(edit, card).await?.as_ref() == Some(slot))
}

fn no_place(error: PlaceError) -> CommandError {
    match error {
        PlaceError::Negative => CommandError::malformed("index", "The index counts from 0."),
        PlaceError::Missing => {
            CommandError::malformed("index", "The move names no place.").hint("Give index or beforeCardId.")
        }
    }
}
