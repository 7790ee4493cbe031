//! `/repositories`: git repositories found nearby.

use std::{path::PathBuf, time::Duration};

use axum::{Router, extract::State, routing::get};
use shared::repository::FoundRepository;

use super::{
    answer::Answer,
    params::{NoParams, Params},
};
use crate::{
    error::{ApiError, Kind},
    repositories::Start,
    state::AppState,
    store::boards,
};

/// When it is worth another try after another search took all of one's patience.
const RETRY: Duration = Duration::from_secs(5);

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/repositories", get(list))
}

async fn list(
    State(state): State<AppState>,
    _: Params<NoParams>,
) -> Result<Answer<Vec<FoundRepository>>, ApiError> {
    let mut tx = state.store.read().await?;
    let (at, projects) = (tx.position().clone(), boards::summaries(&mut tx).await?);
    drop(tx);
    let near = projects.iter().map(|project| PathBuf::from(&project.repository_path)).collect();
    let start = Start { near, without: state.attempts.data().to_owned() };
    let Some(mut found) = state.repositories.nearby(start).await else {
        return Err(ApiError::new(
            Kind::Unavailable(RETRY),
            "Repositories are looked for already, and that takes its time.",
        )
        .hint("Try again in a moment, or type the path of the repository."));
    };
    for repository in &mut found {
        let project = projects.iter().find(|project| project.repository_path == repository.path);
        repository.board_id = project.map(|project| project.board_id.clone());
    }
    Ok(Answer::ok(at, found))
}
