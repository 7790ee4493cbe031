//! Putting a card into its place.

use shared::board::{ColumnKey, Place};
use shared::ids::{CardId, ColumnId};
use shared::patch::PatchOp;

use super::edit::{Edit, named};
use super::{CommandError, position};
use crate::store::cards::StoredCard;
use crate::store::{cards, dependencies};

/// A place in a column: right above a card, or below all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub column: ColumnId,
    pub above: Option<CardId>,
}

impl Slot {
    /// Below all cards of a column.
    pub fn end_of(column: ColumnId) -> Self {
        Self { column, above: None }
    }

    /// The place that a request means for a card.
    pub async fn resolve(
        edit: &mut Edit,
        card: &CardId,
        column: ColumnId,
        place: Place,
    ) -> Result<Self, CommandError> {
        if edit.column(&column).is_none() {
            return Err(CommandError::invalid(
                "columnId",
                format!("The board has no column \"{column}\"; a card stays on its board."),
            ));
        }
        let above = match place {
            Place::End => None,
            Place::Index(index) => cards::live_at(edit.conn(), &column, card, index).await?,
            Place::Before(other) => card_in(edit, &column, other).await?,
        };
        Ok(Self { column, above })
    }

    /// Where a card is now; `None` if it is nowhere.
    pub async fn of(edit: &mut Edit, card: &StoredCard) -> Result<Option<Self>, CommandError> {
        let Some(column) = card.column.clone().filter(|_| card.deleted_at.is_none()) else { return Ok(None) };
        let above = cards::live_below(edit.conn(), &column, card.position).await?;
        Ok(Some(Self { column, above }))
    }
}

/// The card that another one should go above, if it still is in that column; if it has left, the end is meant, as on the
/// screen of whoever asked.
async fn card_in(edit: &mut Edit, column: &ColumnId, id: CardId) -> Result<Option<CardId>, CommandError> {
    let board = edit.board().id.clone();
    let Some(card) = cards::stored(edit.conn(), &board, &id).await? else {
        return Err(CommandError::invalid("beforeCardId", format!("The board has no card \"{id}\".")));
    };
    let is_there = card.deleted_at.is_none() && card.column.as_ref() == Some(column);
    Ok(is_there.then_some(id))
}

/// Gives a card its position in a slot, and spreads the column if there is no room left.
pub(crate) async fn take_position(
    edit: &mut Edit,
    card: &mut StoredCard,
    slot: &Slot,
) -> Result<(), CommandError> {
    let position = match free_position(edit, &card.id, slot).await? {
        Some(position) => position,
        None => {
            cards::spread(edit.conn(), &slot.column, position::GAP).await?;
            free_position(edit, &card.id, slot).await?.ok_or_else(|| {
                CommandError::broken(format!("no room in column {} after spreading", slot.column))
            })?
        }
    };
    card.column = Some(slot.column.clone());
    card.position = position;
    Ok(())
}

async fn free_position(edit: &mut Edit, card: &CardId, slot: &Slot) -> Result<Option<i64>, CommandError> {
    let board = edit.board().id.clone();
    let below = match &slot.above {
        Some(other) => cards::stored(edit.conn(), &board, other).await?.map(|other| other.position),
        None => None,
    };
    let above = cards::position_above(edit.conn(), &slot.column, card, below).await?;
    Ok(position::between(above, below))
}

/// Puts a column's cards below those of another one, in their order, and tells the readers. However many they are, the
/// other column is read once: all others wait for this change to end.
pub(crate) async fn append(
    edit: &mut Edit,
    lane: &[StoredCard],
    from: &ColumnId,
    to: &ColumnId,
) -> Result<(), CommandError> {
    let last = match last_with_room(edit, to, lane.len()).await? {
        Some(last) => last,
        None => {
            cards::spread(edit.conn(), to, position::GAP).await?;
            last_with_room(edit, to, lane.len())
                .await?
                .ok_or_else(|| CommandError::broken(format!("no room in column {to} after spreading")))?
        }
    };
    let above = cards::live_count(edit.conn(), to).await?;
    let now = edit.now();
    cards::append_lane(edit.conn(), from, to, last, position::GAP, now).await?;
    for (index, card) in (above..).zip(lane) {
        edit.push(PatchOp::MoveCard { card_id: card.id.clone(), column_id: to.clone(), index });
    }
    Ok(())
}

/// The last position of a column, if so many cards more find room below it.
async fn last_with_room(
    edit: &mut Edit,
    column: &ColumnId,
    more: usize,
) -> Result<Option<i64>, CommandError> {
    let last = cards::last_position(edit.conn(), column).await?.unwrap_or_default();
    let needed = i64::try_from(more).ok().and_then(|more| more.checked_mul(position::GAP));
    Ok(needed.and_then(|needed| last.checked_add(needed)).map(|_| last))
}

/// Tells the readers where a card is, which the database has in its place already.
pub(crate) async fn announce(edit: &mut Edit, card: &StoredCard) -> Result<(), CommandError> {
    if let Some(column) = card.column.clone() {
        let index = cards::index_at(edit.conn(), &column, card.position).await?;
        edit.push(PatchOp::MoveCard { card_id: card.id.clone(), column_id: column, index });
    }
    Ok(())
}

/// Refuses to let a card into In Progress while other cards have to be done first.
pub(crate) async fn refuse_blocked(
    edit: &mut Edit,
    card: &StoredCard,
    to: &ColumnId,
) -> Result<(), CommandError> {
    if !edit.is_keyed(Some(to), ColumnKey::InProgress) {
        return Ok(());
    }
    let found = dependencies::of_card(edit.conn(), &card.id).await?;
    let blockers: Vec<String> =
        found.iter().filter(|it| it.blocks).map(|it| format!("{} \"{}\"", it.key, it.title)).collect();
    if blockers.is_empty() {
        return Ok(());
    }
    let title = edit.column(to).map(|column| column.title.clone()).unwrap_or_default();
    Err(CommandError::conflict(format!(
        "{} can't go to {title}: it is blocked by {}.",
        named(card),
        blockers.join(", ")
    ))
    .hint("Finish those first, or remove the dependency."))
}
