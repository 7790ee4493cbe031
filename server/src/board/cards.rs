//! Cards: add, change, move, delete, restore.

mod bulk;
mod deletion;
mod moving;

use shared::board::{ColumnKey, Place};
use shared::card::CardDetail;
use shared::ids::{BoardId, CardId};
use shared::requests::{CreateCard, Patch, PatchCard, validate};

use super::creation::Asked;
use super::edit::{Edit, expect_revision, named};
use super::fields::Fields;
use super::place::{Slot, announce, refuse_blocked, take_position};
use super::ticket_key::ticket_key;
use super::{CommandError, CommandResult, dependency};
use crate::attempts::face;
use crate::events::Events;
use crate::store::cards::StoredCard;
use crate::store::{cards, dependencies};

pub use bulk::bulk;
pub use deletion::{delete, purge, restore};
pub use moving::move_card;

/// Adds a card at the end of its column.
///
/// # Errors
/// If there is no such board, or the body is not allowed.
pub async fn create(events: &Events, board: &BoardId, body: CreateCard) -> CommandResult<CardDetail> {
    let asked = Asked::new("card", body.id.as_ref().map(CardId::as_str), board.as_str(), &body)?;
    let mut fields = Fields::default();
    let title = fields.take("title", validate::title(&body.title));
    let description = fields.take("description", description(body.description.as_deref()));
    let labels = fields.take("labels", validate::labels(&body.labels));
    fields.finish()?;

    let mut edit = Edit::begin(events, board).await?;
    if let Some(first) = asked.answered(edit.conn()).await? {
        return edit.answer(first).await;
    }
    let column = match body.column_id {
        Some(column) => column,
        None => edit.keyed_column(ColumnKey::Backlog)?.id.clone(),
    };
    let number = edit.take_number();
    let now = edit.now();
    let mut card = StoredCard {
        id: asked.id(),
        column: None,
        position: 0,
        number,
        key: ticket_key(&edit.board().key_prefix, number),
        title: title.unwrap_or_default(),
        description: description.flatten(),
        card_type: body.card_type,
        priority: body.priority,
        labels: labels.unwrap_or_default(),
        revision: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        attempt: None,
    };
    let slot = Slot::resolve(&mut edit, &card.id, column, Place::End).await?;
    take_position(&mut edit, &mut card, &slot).await?;
    let depends_on = dependency::check(&mut edit, &card, body.depends_on).await?;
    cards::insert(edit.conn(), board, &card).await?;
    dependencies::replace(edit.conn(), &card.id, &depends_on).await?;
    refuse_blocked(&mut edit, &card, &slot.column).await?;
    edit.add_card(card.clone()).await?;
    announce(&mut edit, &card).await?;

    let detail = cards::with_dependencies(edit.conn(), card).await?;
    asked.remember(edit.conn(), &detail, now).await?;
    edit.answer(detail).await
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
    let wanted = Wanted::check(&body)?;
    let mut edit = Edit::begin(events, board).await?;
    let before = edit.live_card(card).await?;
    expect_revision(expected, before.revision, &named(&before))?;
    let after = write(&mut edit, before, wanted, body).await?;
    let detail = cards::with_dependencies(edit.conn(), after).await?;
    edit.answer(detail).await
}

/// Changes a card within a change that may hold more.
async fn patch_in(edit: &mut Edit, card: &CardId, body: PatchCard) -> Result<StoredCard, CommandError> {
    let wanted = Wanted::check(&body)?;
    let before = edit.live_card(card).await?;
    write(edit, before, wanted, body).await
}

/// Writes on a card what is wanted, and what else of a body is not text.
async fn write(
    edit: &mut Edit,
    before: StoredCard,
    wanted: Wanted,
    body: PatchCard,
) -> Result<StoredCard, CommandError> {
    let mut after = before.clone();
    wanted.write_on(&mut after);
    body.card_type.apply_to(&mut after.card_type);
    body.priority.apply_to(&mut after.priority);

    let rewired = match body.depends_on.into_change() {
        Some(depends_on) => rewire(edit, &before, depends_on.unwrap_or_default()).await?,
        None => false,
    };
    if let Some(column) = body.column_id
        && before.column.as_ref() != Some(&column)
    {
        let slot = Slot::resolve(edit, &before.id, column, Place::End).await?;
        refuse_blocked(edit, &before, &slot.column).await?;
        take_position(edit, &mut after, &slot).await?;
    }
    if rewired || after != before {
        save(edit, &before, &mut after).await?;
    }
    Ok(after)
}

/// The texts of a body, checked.
struct Wanted {
    title: Option<String>,
    description: Option<Option<String>>,
    labels: Option<Vec<String>>,
}

impl Wanted {
    fn check(body: &PatchCard) -> Result<Self, CommandError> {
        let mut fields = Fields::default();
        let title = body.title.as_deref().and_then(|title| fields.take("title", validate::title(title)));
        let new_description = match &body.description {
            Patch::Absent => None,
            Patch::Null => Some(None),
            Patch::Value(text) => fields.take("description", description(Some(text))),
        };
        let labels = match &body.labels {
            Patch::Absent => None,
            Patch::Null => Some(Vec::new()),
            Patch::Value(labels) => fields.take("labels", validate::labels(labels)),
        };
        fields.finish()?;
        Ok(Self { title, description: new_description, labels })
    }

    fn write_on(self, card: &mut StoredCard) {
        let Self { title, description, labels } = self;
        card.title = title.unwrap_or(std::mem::take(&mut card.title));
        card.description = description.unwrap_or(card.description.take());
        card.labels = labels.unwrap_or(std::mem::take(&mut card.labels));
    }
}

/// A description; a blank one is none.
fn description(text: Option<&str>) -> Result<Option<String>, String> {
    let text = text.map(validate::description).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Makes this what a card depends on, and says whether it was something else before.
async fn rewire(edit: &mut Edit, card: &StoredCard, wanted: Vec<CardId>) -> Result<bool, CommandError> {
    let wanted = dependency::check(edit, card, wanted).await?;
    let found = dependencies::of_card(edit.conn(), &card.id).await?;
    if found.iter().map(|it| &it.card).eq(&wanted) {
        return Ok(false);
    }
    dependencies::replace(edit.conn(), &card.id, &wanted).await?;
    Ok(true)
}

/// Writes what people changed of a card that stays on the board: a new revision, and what it means for the readers.
pub(crate) async fn save(
    edit: &mut Edit,
    before: &StoredCard,
    after: &mut StoredCard,
) -> Result<(), CommandError> {
    after.revision += 1;
    after.updated_at = edit.now();
    cards::update(edit.conn(), after).await?;
    if before.column != after.column && after.attempt.is_some() {
        face::follow(edit, after).await?;
    }
    if (&before.column, before.position) != (&after.column, after.position) {
        announce(edit, after).await?;
    }
    if edit.blocks(before) != edit.blocks(after) {
        edit.blocking_changed(&after.id).await?;
    }
    edit.face_changed(after.id.clone());
    Ok(())
}

#[cfg(test)]
mod tests;
