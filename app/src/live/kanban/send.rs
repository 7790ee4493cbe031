//! Which route does which operation.

use shared::{
    card::Card,
    ids::{BoardId, ColumnId},
    requests::{CreateCard, CreateColumn, MoveCard, Patch, PatchBoard},
};

use super::Done;
use crate::{
    api::{self, Answer, ApiFailure},
    live::Operation,
};

/// Sends an operation; refused if the thing is no longer at `revision`.
pub(super) async fn send(
    board: &BoardId,
    operation: &Operation,
    revision: Option<u64>,
) -> Result<Answer<Done>, ApiFailure> {
    match operation {
        Operation::CreateCard { card, column_id } => {
            let answer = api::create_card(board, &creation_of_card(card, column_id)).await?;
            Ok(done(answer, Done::at_revision))
        }
        Operation::PatchCard { card_id, change } => {
            let answer = api::patch_card(board, card_id, change, revision).await?;
            Ok(done(answer, |card| Done { revision: None, card: Some(card) }))
        }
        Operation::MoveCard { card_id, from: _, column_id, before } => {
            let place = Patch::from(before.clone());
            let body = MoveCard { column_id: column_id.clone(), index: None, before_card_id: place };
            let answer = api::move_card(board, card_id, &body, revision).await?;
            Ok(done(answer, Done::at_revision))
        }
        Operation::DeleteCard { card_id } => {
            let answer = api::delete_card(board, card_id, revision).await?;
            Ok(done(answer, Done::at_revision))
        }
        Operation::CreateColumn { column, index } => {
            let body = CreateColumn {
                id: Some(column.id.clone()),
                title: column.title.clone(),
                wip_limit: column.wip_limit,
                index: index.and_then(|index| i64::try_from(index).ok()),
            };
            let answer = api::create_column(board, &body).await?;
            Ok(done(answer, Done::at_revision))
        }
        Operation::PatchColumn { column_id, change } => {
            let answer = api::patch_column(board, column_id, change, revision).await?;
            Ok(done(answer, Done::at_revision))
        }
        Operation::DeleteColumn { column_id, move_to } => {
            let answer = api::delete_column(board, column_id, move_to.as_ref(), revision).await?;
            Ok(done(answer, |()| Done::default()))
        }
        Operation::RenameBoard { name } => {
            let body = PatchBoard { name: Some(name.clone()), settings: None };
            let answer = api::patch_board(board, &body, revision).await?;
            Ok(done(answer, |()| Done::default()))
        }
    }
}

/// What the server has to know of a card that the client has made.
fn creation_of_card(card: &Card, column: &ColumnId) -> CreateCard {
    CreateCard {
        id: Some(card.id.clone()),
        title: card.title.clone(),
        description: None,
        column_id: Some(column.clone()),
        card_type: card.card_type,
        priority: card.priority,
        labels: card.labels.clone(),
        depends_on: card.depends_on.clone(),
    }
}

fn done<T>(Answer { at, value }: Answer<T>, read: impl FnOnce(T) -> Done) -> Answer<Done> {
    Answer { at, value: read(value) }
}

impl Done {
    fn at_revision(revision: Option<u64>) -> Self {
        Self { revision, card: None }
    }
}
