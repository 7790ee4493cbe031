//! `/session`: the session that a request rests on.

use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::delete,
};

use super::{
    body::NoBody,
    params::{NoParams, Params},
};
use crate::{
    auth::{Proof, checks::Target},
    error::ApiError,
    state::AppState,
};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/session", delete(end))
}

/// Signs out: ends the session and every stream that rests on it. Whoever has the owner token has no session to end.
async fn end(
    State(state): State<AppState>,
    Extension(proof): Extension<Proof>,
    Extension(target): Extension<Target>,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Response, ApiError> {
    let Proof::Session(session) = proof else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let cookie = state.auth.end_session(&session.id, target.scheme).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
