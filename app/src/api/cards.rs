//! Cards of a board.

use serde::Deserialize;
use shared::{
    card::CardDetail,
    ids::{BoardId, CardId, ColumnId},
    requests::{Bulk, CreateCard, MoveCard, PatchCard},
    time::Timestamp,
};

use super::{Answer, ApiFailure, Unread, boards, call::Call};
use crate::percent::encode;

fn all(board: &BoardId) -> String {
    format!("{}/cards", boards::path(board))
}

/// The path of a card.
pub(super) fn path(board: &BoardId, card: &CardId) -> String {
    format!("{}/{}", all(board), encode(card.as_str()))
}

/// `POST /boards/{boardId}/cards`. Tells the new card's revision.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn create_card(board: &BoardId, body: &CreateCard) -> Result<Answer<Option<u64>>, ApiFailure> {
    Call::post(all(board), body)?.revision().await
}

/// `GET /boards/{boardId}/cards/{cardId}`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn card(board: &BoardId, card: &CardId) -> Result<Answer<Unread<CardDetail>>, ApiFailure> {
    Call::get(path(board, card)).unread().await
}

/// `PATCH /boards/{boardId}/cards/{cardId}`; `revision` is the card's that must still be current.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn patch_card(
    board: &BoardId,
    card: &CardId,
    body: &PatchCard,
    revision: Option<u64>,
) -> Result<Answer<Unread<CardDetail>>, ApiFailure> {
    Call::patch(path(board, card), body)?.if_match(revision).unread().await
}

/// `DELETE /boards/{boardId}/cards/{cardId}`; it can be restored for 30 days. Tells the revision that it has by then.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn delete_card(
    board: &BoardId,
    card: &CardId,
    revision: Option<u64>,
) -> Result<Answer<Option<u64>>, ApiFailure> {
    Call::delete(path(board, card)).if_match(revision).revision().await
}

/// `POST /boards/{boardId}/cards/{cardId}/move`; `revision` is the card's that must still be current. Tells the revision
/// that it has by then.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a blocked card on its way to In Progress.
pub async fn move_card(
    board: &BoardId,
    card: &CardId,
    body: &MoveCard,
    revision: Option<u64>,
) -> Result<Answer<Option<u64>>, ApiFailure> {
    Call::post(format!("{}/move", path(board, card)), body)?.if_match(revision).revision().await
}

/// A card that can be restored, as far as the list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedCard {
    /// The card.
    pub id: CardId,
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// The column that it was in, if that is still there.
    #[serde(default)]
    pub column_id: Option<ColumnId>,
}

/// `GET /boards/{boardId}/cards?deleted=true&q=&limit=`: of the cards that can still be restored and hold these words, so
/// many, the last deleted first.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn deleted_cards(
    board: &BoardId,
    words: &str,
    limit: usize,
) -> Result<Answer<Vec<DeletedCard>>, ApiFailure> {
    let call = Call::get(all(board)).query("deleted", "true").query("limit", &limit.to_string());
    let call = if words.trim().is_empty() { call } else { call.query("q", words) };
    call.answer().await
}

/// `POST /boards/{boardId}/cards/{cardId}/restore`; `revision` is the card's that must still be current.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn restore_card(
    board: &BoardId,
    card: &CardId,
    revision: Option<u64>,
) -> Result<Answer<Unread<CardDetail>>, ApiFailure> {
    Call::post_bare(format!("{}/restore", path(board, card))).if_match(revision).unread().await
}

/// `POST /boards/{boardId}/cards/bulk`. Tells the revision that each card has by then.
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a card that is not at the revision that was named.
pub async fn bulk(board: &BoardId, body: &Bulk) -> Result<Answer<Vec<(CardId, u64)>>, ApiFailure> {
    #[derive(Deserialize)]
    struct Done {
        cards: Vec<Changed>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Changed {
        card_id: CardId,
        revision: u64,
    }
    let Answer { at, value } = Call::post(format!("{}/bulk", all(board)), body)?.answer::<Done>().await?;
    Ok(Answer { at, value: value.cards.into_iter().map(|it| (it.card_id, it.revision)).collect() })
}
