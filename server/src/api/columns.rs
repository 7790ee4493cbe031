//! `/boards/{boardId}/columns`.

use axum::{
    Router,
    extract::State,
    routing::{patch, post},
};
use serde::Deserialize;
use shared::{
    board::Column,
    ids::{BoardId, ColumnId},
    requests::{CreateColumn, PatchColumn},
};

use super::{
    BASE,
    answer::Answer,
    body::{Body, NoBody},
    command,
    ids::Ids,
    if_match::IfMatch,
    params::{NoParams, Params},
};
use crate::{board::columns, error::ApiError, state::AppState};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/boards/{board}/columns", post(create))
        .route("/boards/{board}/columns/{column}", patch(change).delete(remove))
}

/// What `DELETE …/columns/{columnId}` takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Removal {
    /// Where the column's cards go.
    #[serde(default)]
    move_to: Option<ColumnId>,
}

async fn create(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<CreateColumn>,
) -> Result<Answer<Column>, ApiError> {
    let place = format!("{BASE}/boards/{board}/columns");
    let made =
        command::run(
            &state,
            move |events| async move { columns::create(&events, &board, expected, body).await },
        );
    let made = made.await?;
    let (location, revision) = (format!("{place}/{}", made.value.id), made.value.revision);
    Ok(Answer::created(made.at, location, made.value).of_revision(revision))
}

async fn change(
    State(state): State<AppState>,
    Ids((board, column)): Ids<(BoardId, ColumnId)>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<PatchColumn>,
) -> Result<Answer<Column>, ApiError> {
    let changed = command::run(&state, move |events| async move {
        columns::patch(&events, &board, &column, expected, body).await
    });
    let changed = changed.await?;
    let revision = changed.value.revision;
    Ok(Answer::ok(changed.at, changed.value).of_revision(revision))
}

async fn remove(
    State(state): State<AppState>,
    Ids((board, column)): Ids<(BoardId, ColumnId)>,
    IfMatch(expected): IfMatch,
    Params(Removal { move_to }): Params<Removal>,
    _: NoBody,
) -> Result<Answer<()>, ApiError> {
    let gone = command::run(&state, move |events| async move {
        columns::delete(&events, &board, &column, expected, move_to.as_ref()).await
    });
    Ok(Answer::gone(gone.await?.at))
}
