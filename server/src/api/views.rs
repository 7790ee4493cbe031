//! `/boards/{boardId}/views`.

use axum::{
    Router,
    extract::State,
    routing::{delete, get},
};
use shared::{
    ids::{BoardId, ViewId},
    requests::CreateView,
    view::View,
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
    board::{CommandError, views},
    error::ApiError,
    state::AppState,
    store,
};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/boards/{board}/views", get(list).post(create))
        .route("/boards/{board}/views/{view}", delete(remove))
}

async fn list(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    _: Params<NoParams>,
) -> Result<Answer<Vec<View>>, ApiError> {
    let mut tx = state.store.read().await?;
    if !store::boards::exists(&mut tx, &board).await? {
        return Err(CommandError::no_board(&board).into());
    }
    let views = store::views::all(&mut tx, &board).await?;
    Ok(Answer::ok(tx.position().clone(), views))
}

async fn create(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<CreateView>,
) -> Result<Answer<View>, ApiError> {
    let place = format!("{BASE}/boards/{board}/views");
    let made =
        command::run(&state, move |events| async move { views::create(&events, &board, body).await }).await?;
    let location = format!("{place}/{}", made.value.id);
    Ok(Answer::created(made.at, location, made.value))
}

async fn remove(
    State(state): State<AppState>,
    Ids((board, view)): Ids<(BoardId, ViewId)>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<()>, ApiError> {
    let gone = command::run(&state, move |events| async move { views::delete(&events, &board, &view).await });
    Ok(Answer::gone(gone.await?.at))
}
