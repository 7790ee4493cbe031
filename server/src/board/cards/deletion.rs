//! Deleting cards, bringing them back, and forgetting them for good.

use shared::board::ColumnKey;
use shared::card::CardDetail;
use shared::ids::{BoardId, CardId};
use shared::time::Timestamp;

use crate::board::edit::{Edit, expect_revision, named};
use crate::board::place::{Slot, announce, take_position};
use crate::board::{CommandError, CommandErrorKind, CommandResult, dependency};
use crate::events::Events;
use crate::store::cards::StoredCard;
use crate::store::{attempts, cards, dependencies};

/// How many cards are forgotten in one go: few enough that a change behind it hardly waits.
const PURGE_BATCH: u32 = 100;

/// Deletes a card; for 30 days it can be restored. `expected` is its revision. Answers the revision that it has then, by which
/// its restoring can be guarded.
///
/// # Errors
/// If there is no such card, it has changed since, or an agent works on it.
pub async fn delete(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
) -> CommandResult<u64> {
    let mut edit = Edit::begin(events, board).await?;
    let card = edit.live_card(card).await?;
    expect_revision(expected, card.revision, &named(&card))?;
    let card = delete_in(&mut edit, card).await?;
    edit.answer(card.revision).await
}

/// Deletes a card that is on the board, within a change that may hold more.
pub(super) async fn delete_in(edit: &mut Edit, mut card: StoredCard) -> Result<StoredCard, CommandError> {
    let board = edit.board().id.clone();
    if attempts::is_any_active(edit.conn(), &board, Some(&card.id)).await? {
        return Err(CommandError::conflict(format!("An agent is working on {}.", named(&card)))
            .hint("Stop its attempt first, or wait for it to end."));
    }
    let blocked_others = edit.blocks(&card);
    card.revision += 1;
    card.updated_at = edit.now();
    card.deleted_at = Some(edit.now());
    cards::update(edit.conn(), &card).await?;
    if blocked_others {
        edit.blocking_changed(&card.id).await?;
    }
    edit.remove_card(card.id.clone());
    Ok(card)
}

/// Brings a deleted card back to its old place; `expected` is its revision. A card that is not deleted stays as it is.
///
/// Its old place is between the cards that it was between, as far as they still are there, because its position was kept
/// for it. If its column has gone, it comes to the end of the backlog. A blocked card comes back to In Progress too:
/// restoring undoes, it does not start anything.
///
/// # Errors
/// If there is no such card, or it has changed since.
pub async fn restore(
    events: &Events,
    board: &BoardId,
    card: &CardId,
    expected: Option<u64>,
) -> CommandResult<CardDetail> {
    let mut edit = Edit::begin(events, board).await?;
    let Some(card) = cards::stored(edit.conn(), board, card).await? else {
        return Err(CommandError::no_card(card));
    };
    expect_revision(expected, card.revision, &named(&card))?;
    let card = restore_in(&mut edit, card).await?;
    let detail = cards::with_dependencies(edit.conn(), card).await?;
    edit.answer(detail).await
}

/// Brings a card back if it is deleted, within a change that may hold more.
pub(super) async fn restore_in(edit: &mut Edit, mut card: StoredCard) -> Result<StoredCard, CommandError> {
    if card.deleted_at.is_none() {
        return Ok(card);
    }
    if card.column.is_none() {
        let backlog = edit.keyed_column(ColumnKey::Backlog)?.id.clone();
        take_position(edit, &mut card, &Slot::end_of(backlog)).await?;
    }
    let depends_on = dependency::without_circles(edit, &card.id).await?;
    dependencies::replace(edit.conn(), &card.id, &depends_on).await?;
    card.revision += 1;
    card.updated_at = edit.now();
    card.deleted_at = None;
    cards::update(edit.conn(), &card).await?;
    edit.add_card(card.clone()).await?;
    announce(edit, &card).await?;
    if edit.blocks(&card) {
        edit.blocking_changed(&card.id).await?;
    }
    Ok(card)
}

/// Forgets the cards that were deleted before this moment, in small batches between which others may write. Says how
/// many.
///
/// # Errors
/// If the database can't be written; what went before stays forgotten.
pub async fn purge(events: &Events, before: Timestamp) -> Result<u64, CommandError> {
    let mut forgotten = 0;
    loop {
        let batch = {
            let mut read = events.store().read().await?;
            cards::deleted_before(&mut read, before, PURGE_BATCH).await?
        };
        let Some((board, _)) = batch.first() else { return Ok(forgotten) };
        let doomed: Vec<&CardId> = batch.iter().filter(|(it, _)| it == board).map(|(_, card)| card).collect();
        match purge_from(events, board, &doomed, before).await {
            Ok(cards) => forgotten += cards,
            // The board was deleted meanwhile, and its cards with it.
            Err(error) if error.kind == CommandErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
}

async fn purge_from(
    events: &Events,
    board: &BoardId,
    doomed: &[&CardId],
    before: Timestamp,
) -> Result<u64, CommandError> {
    let mut edit = Edit::begin(events, board).await?;
    let mut forgotten = 0;
    for id in doomed {
        let card = cards::stored(edit.conn(), board, id).await?;
        // It may have been restored since it was found.
        if card.and_then(|card| card.deleted_at).is_some_and(|deleted_at| deleted_at < before) {
            // It leaves the lists of those that depend on it.
            edit.blocking_changed(id).await?;
            cards::delete(edit.conn(), id).await?;
            forgotten += 1;
        }
    }
    edit.answer(forgotten).await.map(|answer| answer.value)
}
