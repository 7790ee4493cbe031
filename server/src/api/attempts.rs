//! `/boards/{boardId}/cards/{cardId}/attempts` and `/attempts`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use shared::{
    attempt::{Attempt, AttemptLog},
    conversation::ConversationItem,
    ids::{AttemptId, BoardId, CardId, RequestId},
    requests::{AnswerPermission, StartAttempt, WriteMessage},
};

use super::{
    BASE,
    answer::Answer,
    body::{Body, NoBody},
    command,
    ids::Ids,
    if_match::NoIfMatch,
    params::{NoParams, Params},
};
use crate::{
    attempts::{case::no_attempt, commands},
    board::CommandError,
    error::ApiError,
    state::AppState,
    store::{self, attempts::StoredAttempt, items},
};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/boards/{board}/cards/{card}/attempts", get(list).post(start))
        .route("/attempts/{attempt}", get(show))
        .route("/attempts/{attempt}/conversation", get(conversation))
        .route("/attempts/{attempt}/logs", get(logs))
        .route("/attempts/{attempt}/messages", post(write))
        .route("/attempts/{attempt}/stop", post(stop))
        .route("/attempts/{attempt}/resume", post(resume))
        .route("/attempts/{attempt}/permissions/{request}", post(decide))
}

async fn list(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    _: Params<NoParams>,
) -> Result<Answer<Vec<Attempt>>, ApiError> {
    let mut tx = state.store.read().await?;
    let found = store::cards::stored(&mut tx, &board, &card).await?;
    found.ok_or_else(|| CommandError::no_card(&card))?;
    let mut shown = Vec::new();
    for it in store::attempts::of_card(&mut tx, &card).await? {
        shown.push(store::attempts::shown(&mut tx, it).await?);
    }
    Ok(Answer::ok(tx.position().clone(), shown))
}

async fn start(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<StartAttempt>,
) -> Result<Answer<Attempt>, ApiError> {
    let attempts = state.attempts.clone();
    let started =
        command::run(&state, move |_| async move { commands::start(&attempts, &board, &card, body).await });
    let started = started.await?;
    let location = format!("{BASE}/attempts/{}", started.value.attempt_id);
    Ok(Answer::created(started.at, location, started.value))
}

async fn show(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    _: Params<NoParams>,
) -> Result<Answer<Attempt>, ApiError> {
    let mut tx = state.store.read().await?;
    let it = known(&mut tx, &attempt).await?;
    let shown = store::attempts::shown(&mut tx, it).await?;
    Ok(Answer::ok(tx.position().clone(), shown))
}

async fn known(conn: &mut store::ReadTx, attempt: &AttemptId) -> Result<StoredAttempt, ApiError> {
    let found = store::attempts::stored(conn, attempt).await?;
    Ok(found.ok_or_else(|| no_attempt(attempt))?)
}

/// Which part of something that only grows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    #[serde(default)]
    limit: Option<u32>,
    /// Only what is older; what an earlier page gave as `nextCursor`.
    #[serde(default)]
    before: Option<u64>,
}

impl Stretch {
    /// How much, unless told.
    const USUAL: u32 = 100;
    /// The most.
    const MOST: u32 = 500;

    fn limit(&self) -> Result<u32, ApiError> {
        match self.limit.unwrap_or(Self::USUAL) {
            limit @ 1..=Self::MOST => Ok(limit),
            _ => Err(ApiError::malformed(format!("The limit is from 1 to {}.", Self::MOST))),
        }
    }
}

/// A part of something that only grows, oldest first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    items: Vec<T>,
    /// What leads to older ones; `null` if there are none.
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    fn of<U>(page: items::Page<U>, show: impl FnMut(U) -> T) -> Self {
        let next_cursor = page.next.map(|number| number.to_string());
        Self { items: page.items.into_iter().map(show).collect(), next_cursor }
    }
}

async fn conversation(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    Params(stretch): Params<Stretch>,
) -> Result<Answer<Page<ConversationItem>>, ApiError> {
    let limit = stretch.limit()?;
    let mut tx = state.store.read().await?;
    known(&mut tx, &attempt).await?;
    let page = items::page(&mut tx, &attempt, stretch.before, limit).await?;
    Ok(Answer::ok(tx.position().clone(), Page::of(page, |item| item)))
}

async fn logs(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    Params(stretch): Params<Stretch>,
) -> Result<Answer<Page<AttemptLog>>, ApiError> {
    let limit = stretch.limit()?;
    let mut tx = state.store.read().await?;
    let it = known(&mut tx, &attempt).await?.attempt;
    let page = items::log_page(&mut tx, &attempt, stretch.before, limit).await?;
    let line = |line: items::LogLine| AttemptLog {
        attempt_id: it.attempt_id.clone(),
        card_id: it.card_id.clone(),
        board_id: it.board_id.clone(),
        level: line.level,
        message: line.message,
        ts: line.ts,
    };
    Ok(Answer::ok(tx.position().clone(), Page::of(page, line)))
}

async fn write(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<WriteMessage>,
) -> Result<Answer<Attempt>, ApiError> {
    let attempts = state.attempts.clone();
    let written =
        command::run(&state, move |_| async move { commands::write(&attempts, &attempt, body).await });
    written.await.map(|it| Answer::ok(it.at, it.value))
}

async fn stop(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<Attempt>, ApiError> {
    let attempts = state.attempts.clone();
    let stopped = command::run(&state, move |_| async move { commands::stop(&attempts, &attempt).await });
    stopped.await.map(|it| Answer::ok(it.at, it.value))
}

async fn resume(
    State(state): State<AppState>,
    Ids(attempt): Ids<AttemptId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<Attempt>, ApiError> {
    let attempts = state.attempts.clone();
    let resumed = command::run(&state, move |_| async move { commands::resume(&attempts, &attempt).await });
    resumed.await.map(|it| Answer::ok(it.at, it.value))
}

async fn decide(
    State(state): State<AppState>,
    Ids((attempt, request)): Ids<(AttemptId, RequestId)>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<AnswerPermission>,
) -> Result<Answer<Attempt>, ApiError> {
    let attempts = state.attempts.clone();
    let answered = command::run(&state, move |_| async move {
        commands::answer(&attempts, &attempt, &request, body.option_id).await
    });
    answered.await.map(|it| Answer::ok(it.at, it.value))
}
