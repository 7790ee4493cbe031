//! `/boards`: projects, each with its board.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use serde::Deserialize;
use shared::{
    board::{BoardState, BoardSummary},
    ids::BoardId,
    requests::{CreateBoard, PatchBoard},
};

use super::{
    BASE,
    answer::Answer,
    body::{Body, NoBody},
    command,
    ids::Ids,
    if_match::{IfMatch, NoIfMatch},
    params::{NoParams, Params},
};
use crate::{
    attempts::worktrees,
    board::{CommandError, projects},
    error::ApiError,
    sample,
    state::AppState,
    store::boards,
};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/boards", get(list).post(create))
        .route("/boards/sample", post(create_sample))
        .route("/boards/{board}", get(show).patch(change).delete(remove))
}

/// What `DELETE /boards/{boardId}` takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Removal {
    /// Whether worktrees with uncommitted work may go, leaving a recovery ref each.
    #[serde(default)]
    keep_recovery: bool,
}

async fn list(
    State(state): State<AppState>,
    _: Params<NoParams>,
) -> Result<Answer<Vec<BoardSummary>>, ApiError> {
    let mut tx = state.store.read().await?;
    let summaries = boards::summaries(&mut tx).await?;
    Ok(Answer::ok(tx.position().clone(), summaries))
}

async fn create(
    State(state): State<AppState>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<CreateBoard>,
) -> Result<Answer<BoardSummary>, ApiError> {
    let made = command::run(&state, |events| async move { projects::create(&events, body).await }).await?;
    let location = format!("{BASE}/boards/{}", made.value.board_id);
    Ok(Answer::created(made.at, location, made.value))
}

async fn create_sample(
    State(state): State<AppState>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<BoardSummary>, ApiError> {
    let data = state.attempts.data().to_owned();
    let made = command::run(&state, |events| async move { sample::create(&events, &data).await }).await?;
    let location = format!("{BASE}/boards/{}", made.value.board_id);
    Ok(Answer::created(made.at, location, made.value))
}

async fn show(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    _: Params<NoParams>,
) -> Result<Answer<BoardState>, ApiError> {
    let mut tx = state.store.read().await?;
    let state = boards::state(&mut tx, &board).await?;
    let board = state.ok_or_else(|| CommandError::no_board(&board))?;
    let revision = board.meta_revision;
    Ok(Answer::ok(tx.position().clone(), board).of_revision(revision))
}

async fn change(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<PatchBoard>,
) -> Result<Answer<BoardSummary>, ApiError> {
    let changed =
        command::run(
            &state,
            move |events| async move { projects::patch(&events, &board, expected, body).await },
        );
    let changed = changed.await?;
    Ok(Answer::ok(changed.at, changed.value))
}

async fn remove(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    IfMatch(expected): IfMatch,
    Params(Removal { keep_recovery }): Params<Removal>,
    _: NoBody,
) -> Result<Answer<()>, ApiError> {
    let attempts = state.attempts.clone();
    let gone = command::run(&state, move |events| async move {
        projects::expect_meta(&events, &board, expected).await?;
        let _closing = worktrees::remove_all(&attempts, &board, keep_recovery).await?;
        projects::delete(&events, &board, expected).await
    });
    Ok(Answer::gone(gone.await?.at))
}
