//! `/agents`: the programs that can do the work.

use axum::{
    Router,
    extract::State,
    routing::{any, get, patch, post},
};
use shared::{
    agent::Agent,
    ids::AgentId,
    requests::{PatchAgent, RegisterAgent},
};

use super::{
    BASE,
    answer::Answer,
    body::{Body, NoBody},
    command,
    ids::Ids,
    if_match::NoIfMatch,
    no_such_route,
    params::{NoParams, Params},
};
use crate::{
    attempts::known_agents,
    board::{self, CommandError},
    error::ApiError,
    state::AppState,
};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/agents", get(list).post(register))
        .route("/agents/discover", post(discover))
        // A later capability's route: until it comes, its name is not to be taken for an agent's.
        .route("/agents/profiles", any(no_such_route))
        .route("/agents/{agent}", patch(change).delete(remove))
}

async fn listed(state: &AppState) -> Result<board::Answer<Vec<Agent>>, CommandError> {
    known_agents::list(&state.events, state.attempts.options()).await
}

async fn list(State(state): State<AppState>, _: Params<NoParams>) -> Result<Answer<Vec<Agent>>, ApiError> {
    let listed = listed(&state).await?;
    Ok(Answer::ok(listed.at, listed.value))
}

async fn discover(
    State(state): State<AppState>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<Vec<Agent>>, ApiError> {
    known_agents::discover(&state.events, state.attempts.options()).await?;
    let listed = listed(&state).await?;
    Ok(Answer::ok(listed.at, listed.value))
}

/// One agent, as the list has it.
async fn shown(state: &AppState, agent: &AgentId) -> Result<Agent, ApiError> {
    let found = listed(state).await?.value.into_iter().find(|it| it.agent == *agent);
    Ok(found.ok_or_else(|| CommandError::not_found(format!("No agent \"{agent}\" is known.")))?)
}

async fn register(
    State(state): State<AppState>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<RegisterAgent>,
) -> Result<Answer<Agent>, ApiError> {
    let made =
        command::run(&state, |events| async move { known_agents::register(&events, body).await }).await?;
    let agent = shown(&state, &made.value).await?;
    Ok(Answer::created(made.at, format!("{BASE}/agents/{}", made.value), agent))
}

async fn change(
    State(state): State<AppState>,
    Ids(agent): Ids<AgentId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<PatchAgent>,
) -> Result<Answer<Agent>, ApiError> {
    let changed =
        command::run(&state, move |events| async move { known_agents::patch(&events, &agent, body).await });
    let changed = changed.await?;
    let agent = shown(&state, &changed.value).await?;
    Ok(Answer::ok(changed.at, agent))
}

async fn remove(
    State(state): State<AppState>,
    Ids(agent): Ids<AgentId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<()>, ApiError> {
    let gone = command::run(&state, move |events| async move { known_agents::remove(&events, &agent).await });
    Ok(Answer::gone(gone.await?.at))
}
