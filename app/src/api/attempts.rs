//! Attempts at cards.

use serde::de::DeserializeOwned;
use shared::{
    attempt::{Attempt, AttemptLog},
    conversation::ConversationItem,
    ids::{AttemptId, BoardId, CardId, OptionId, RequestId},
    page::Page,
    requests::{AnswerPermission, StartAttempt, WriteMessage},
};

use super::{Answer, ApiFailure, call::Call, cards};
use crate::percent::encode;

/// How much of a conversation or a log is asked for at a time.
const PAGE: u32 = 100;

pub(super) fn path(attempt: &AttemptId) -> String {
    format!("/attempts/{}", encode(attempt.as_str()))
}

/// `GET /boards/{boardId}/cards/{cardId}/attempts`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn attempts(board: &BoardId, card: &CardId) -> Result<Answer<Vec<Attempt>>, ApiFailure> {
    Call::get(format!("{}/attempts", cards::path(board, card))).answer().await
}

/// `POST /boards/{boardId}/cards/{cardId}/attempts`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a blocked card, or one with an attempt that is not over.
pub async fn start_attempt(
    board: &BoardId,
    card: &CardId,
    body: &StartAttempt,
) -> Result<Answer<Attempt>, ApiFailure> {
    Call::post(format!("{}/attempts", cards::path(board, card)), body)?.answer().await
}

/// `GET /attempts/{attemptId}/conversation`: the newest items, or those before `before`.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn conversation(
    attempt: &AttemptId,
    before: Option<&str>,
) -> Result<Answer<Page<ConversationItem>>, ApiFailure> {
    page(format!("{}/conversation", path(attempt)), before).await
}

/// `GET /attempts/{attemptId}/logs`: the newest lines, or those before `before`.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn log(attempt: &AttemptId, before: Option<&str>) -> Result<Answer<Page<AttemptLog>>, ApiFailure> {
    page(format!("{}/logs", path(attempt)), before).await
}

async fn page<T: DeserializeOwned>(
    path: String,
    before: Option<&str>,
) -> Result<Answer<Page<T>>, ApiFailure> {
    let call = Call::get(path).query("limit", &PAGE.to_string());
    let call = match before {
        Some(before) => call.query("before", before),
        None => call,
    };
    call.answer().await
}

/// `POST /attempts/{attemptId}/messages`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn write_message(attempt: &AttemptId, body: &WriteMessage) -> Result<Answer<Attempt>, ApiFailure> {
    Call::post(format!("{}/messages", path(attempt)), body)?.answer().await
}

/// `POST /attempts/{attemptId}/stop`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn stop_attempt(attempt: &AttemptId) -> Result<Answer<Attempt>, ApiFailure> {
    Call::post_bare(format!("{}/stop", path(attempt))).answer().await
}

/// `POST /attempts/{attemptId}/resume`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn resume_attempt(attempt: &AttemptId) -> Result<Answer<Attempt>, ApiFailure> {
    Call::post_bare(format!("{}/resume", path(attempt))).answer().await
}

/// `POST /attempts/{attemptId}/permissions/{requestId}`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a question that was answered already.
pub async fn answer_permission(
    attempt: &AttemptId,
    request: &RequestId,
    option: &OptionId,
) -> Result<Answer<Attempt>, ApiFailure> {
    let body = AnswerPermission { option_id: option.clone() };
    let path = format!("{}/permissions/{}", path(attempt), encode(request.as_str()));
    Call::post(path, &body)?.answer().await
}
