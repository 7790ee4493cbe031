//! Saved views of a board, and searching its cards.

use std::collections::BTreeSet;

use serde::Deserialize;
use shared::{
    ids::{BoardId, CardId, ViewId},
    requests::CreateView,
    view::View,
};

use super::{Answer, ApiFailure, boards, call::Call};
use crate::percent::encode;

fn path(board: &BoardId) -> String {
    format!("{}/views", boards::path(board))
}

/// `GET /boards/{boardId}/views`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn views(board: &BoardId) -> Result<Answer<Vec<View>>, ApiFailure> {
    Call::get(path(board)).answer().await
}

/// `POST /boards/{boardId}/views`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a name that is taken.
pub async fn create_view(board: &BoardId, body: &CreateView) -> Result<Answer<View>, ApiFailure> {
    Call::post(path(board), body)?.answer().await
}

/// `DELETE /boards/{boardId}/views/{viewId}`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn delete_view(board: &BoardId, view: &ViewId) -> Result<Answer<()>, ApiFailure> {
    Call::delete(format!("{}/{}", path(board), encode(view.as_str()))).done().await
}

/// `GET /boards/{boardId}/cards?q=…`: the cards whose key, title or description hold the words.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn search_cards(board: &BoardId, words: &str) -> Result<BTreeSet<CardId>, ApiFailure> {
    /// Of a card, all that is needed here.
    #[derive(Deserialize)]
    struct Hit {
        id: CardId,
    }
    let call = Call::get(format!("{}/cards", boards::path(board))).query("q", words);
    let hits = call.answer::<Vec<Hit>>().await?;
    Ok(hits.value.into_iter().map(|hit| hit.id).collect())
}
