//! Several changes of cards as one: all are done or none, with one revision of the board and one patch.

use std::collections::BTreeMap;

use shared::ids::{BoardId, CardId};
use shared::problem::FieldError;
use shared::requests::{Bulk, BulkCard, BulkDone, BulkOperation, Deed, limits};

use super::deletion::{delete_in, restore_in};
use super::moving::move_in;
use super::patch_in;
use crate::board::edit::{Edit, named};
use crate::board::{CommandError, CommandErrorKind, CommandResult};
use crate::events::Events;
use crate::store::cards::{self, StoredCard};

/// The cards as they were before the bulk.
type Before = BTreeMap<CardId, StoredCard>;

/// Does what a bulk asks for, in its order; `expected` is the board's `metaRevision`. The revision that an operation names
/// is the one that its card must have before all of them: whoever asked has seen no other.
///
/// # Errors
/// If one of the operations is refused, as it would be by itself; nothing is done then. A card that does not exist is not
/// in the path here, so it is not "not found" but not allowed.
pub async fn bulk(
    events: &Events,
    board: &BoardId,
    expected: Option<u64>,
    body: Bulk,
) -> CommandResult<BulkDone> {
    let deeds = deeds(body.operations)?;
    let mut edit = Edit::begin(events, board).await?;
    edit.expect_meta(expected)?;
    let before = read(&mut edit, &deeds).await?;
    refuse_stale(&deeds, &before)?;
    for (index, it) in deeds.iter().enumerate() {
        apply(&mut edit, it).await.map_err(|error| at(index, about(before.get(&it.card), error)))?;
    }
    let cards = as_they_are(&mut edit, &deeds).await?;
    edit.answer(BulkDone { cards }).await
}

/// An operation whose fields are those of its action.
struct Asked {
    card: CardId,
    revision: Option<u64>,
    deed: Deed,
}

fn deeds(operations: Vec<BulkOperation>) -> Result<Vec<Asked>, CommandError> {
    if operations.len() > limits::BULK_OPERATIONS {
        let (most, found) = (limits::BULK_OPERATIONS, operations.len());
        let message = format!("A bulk has at most {most} operations, and this one has {found}.");
        return Err(CommandError::invalid("operations", message).hint("Send them as several bulks."));
    }
    let asked = |(index, operation): (usize, BulkOperation)| {
        let (card, revision) = (operation.card_id.clone(), operation.revision);
        let deed = operation.deed().map_err(|error| {
            let message = format!("Operation {index} does not have the right shape: {error}.");
            CommandError::malformed(&place(index, error.field()), message)
        })?;
        Ok(Asked { card, revision, deed })
    };
    operations.into_iter().enumerate().map(asked).collect()
}

/// The cards that are named.
async fn read(edit: &mut Edit, deeds: &[Asked]) -> Result<Before, CommandError> {
    let board = edit.board().id.clone();
    let mut found = Before::new();
    for (index, it) in deeds.iter().enumerate() {
        if !found.contains_key(&it.card) {
            let card = cards::stored(edit.conn(), &board, &it.card).await?;
            let card = card.ok_or_else(|| at(index, CommandError::no_card(&it.card)))?;
            found.insert(it.card.clone(), card);
        }
    }
    Ok(found)
}

/// Refuses if cards have other revisions than were named, and says which cards these are.
fn refuse_stale(deeds: &[Asked], before: &Before) -> Result<(), CommandError> {
    let mut names: Vec<String> = Vec::new();
    let mut errors = Vec::new();
    let mut newest = None;
    for (index, it) in deeds.iter().enumerate() {
        let (Some(expected), Some(card)) = (it.revision, before.get(&it.card)) else { continue };
        if expected == card.revision {
            continue;
        }
        newest.get_or_insert(card.revision);
        let name = named(card);
        let message = format!("{name} is at revision {}, and the request names {expected}.", card.revision);
        errors.push(FieldError { field: place(index, "revision"), message });
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let Some(current) = newest else { return Ok(()) };
    let verb = if names.len() == 1 { "was" } else { "were" };
    let message = format!("{} {verb} changed by someone since.", names.join(", "));
    let refusal = CommandError::new(CommandErrorKind::Stale { current }, message);
    Err(CommandError { errors, ..refusal }.hint("Look at the cards as they are now, then try again."))
}

async fn apply(edit: &mut Edit, it: &Asked) -> Result<(), CommandError> {
    match &it.deed {
        Deed::Move(body) => {
            move_in(edit, &it.card, body.clone()).await?;
        }
        Deed::Patch(body) => {
            patch_in(edit, &it.card, (**body).clone()).await?;
        }
        Deed::Delete => {
            let card = edit.live_card(&it.card).await?;
            delete_in(edit, card).await?;
        }
        Deed::Restore => {
            let board = edit.board().id.clone();
            if let Some(card) = cards::stored(edit.conn(), &board, &it.card).await? {
                restore_in(edit, card).await?;
            }
        }
    }
    Ok(())
}

async fn as_they_are(edit: &mut Edit, deeds: &[Asked]) -> Result<Vec<BulkCard>, CommandError> {
    let board = edit.board().id.clone();
    let mut seen = std::collections::BTreeSet::new();
    let mut all = Vec::new();
    for it in deeds.iter().filter(|it| seen.insert(&it.card)) {
        let Some(stored) = cards::stored(edit.conn(), &board, &it.card).await? else { continue };
        let (card_id, revision) = (stored.id.clone(), stored.revision);
        let card = match stored.deleted_at {
            Some(_) => None,
            None => Some(Box::new(cards::with_dependencies(edit.conn(), stored).await?.card)),
        };
        all.push(BulkCard { card_id, revision, card });
    }
    Ok(all)
}

/// What is wrong with a field is said of the card: a bulk is about many.
fn about(card: Option<&StoredCard>, error: CommandError) -> CommandError {
    match card {
        Some(card) if error.kind == CommandErrorKind::Invalid && !error.message.contains(&card.key) => {
            CommandError { message: format!("{}: {}", named(card), error.message), ..error }
        }
        _ => error,
    }
}

/// The refusal of an operation, as one of the whole bulk: it says which it was.
fn at(index: usize, error: CommandError) -> CommandError {
    let is_absent = error.kind == CommandErrorKind::NotFound;
    let kind = if is_absent { CommandErrorKind::Invalid } else { error.kind };
    let mut errors = error.errors;
    for error in &mut errors {
        error.field = place(index, &error.field);
    }
    if errors.is_empty() && error.source.is_none() {
        let field = if is_absent { place(index, "cardId") } else { format!("operations[{index}]") };
        errors.push(FieldError { field, message: error.message.clone() });
    }
    CommandError { kind, errors, ..error }
}

/// A field of an operation, as the body has it.
fn place(index: usize, field: &str) -> String {
    format!("operations[{index}].{field}")
}
