//! `/settings`: what holds for the whole server.

use axum::{Router, extract::State, routing::get};
use shared::{requests::PatchSettings, settings::Settings};

use super::{
    answer::Answer,
    body::Body,
    command,
    if_match::NoIfMatch,
    params::{NoParams, Params},
};
use crate::{attempts::commands, error::ApiError, state::AppState, store::settings};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings", get(show).patch(change))
}

async fn show(State(state): State<AppState>, _: Params<NoParams>) -> Result<Answer<Settings>, ApiError> {
    let mut tx = state.store.read().await?;
    let settings = settings::read(&mut tx).await?;
    Ok(Answer::ok(tx.position().clone(), settings))
}

async fn change(
    State(state): State<AppState>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<PatchSettings>,
) -> Result<Answer<Settings>, ApiError> {
    let attempts = state.attempts.clone();
    let changed =
        command::run(&state, move |_| async move { commands::change_settings(&attempts, body).await });
    changed.await.map(|it| Answer::ok(it.at, it.value))
}
