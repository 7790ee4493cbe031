//! The JSON API: one file for each resource, and beside them what all requests and answers have in common.

mod accept;
mod agents;
mod answer;
mod attempts;
mod boards;
mod body;
mod cards;
mod columns;
mod command;
mod dashboard;
pub mod health;
mod ids;
mod if_match;
pub mod metrics;
mod params;
mod problems;
mod repositories;
mod session;
mod settings;
mod views;

use axum::{Router, middleware, routing::any};

use crate::{auth::require, error::ApiError, sse::handlers, state::AppState};

/// Where the API is.
pub const BASE: &str = "/api/v1";

/// Everything below [`BASE`].
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(boards::router())
        .merge(columns::router())
        .merge(cards::router())
        .merge(views::router())
        .merge(repositories::router())
        .merge(agents::router())
        .merge(attempts::router())
        .merge(settings::router())
        .merge(dashboard::router())
        .merge(session::router())
        .route("/", any(no_such_route))
        .route("/{*rest}", any(no_such_route))
        // From here on from the inside to the outside.
        .layer(middleware::from_fn(accept::json))
        .layer(middleware::from_fn(problems::for_plain_refusals))
        .layer(middleware::from_fn_with_state(state.clone(), answer::with_position))
        // Streams are no JSON, and tell their position themselves.
        .merge(handlers::router(state.streams.clone()))
        .layer(middleware::from_fn_with_state(state.auth.clone(), require::proof))
}

/// Refuses what is no route of the API.
pub async fn no_such_route() -> ApiError {
    ApiError::not_found("The API has no such route.")
        .hint("The routes are below /api/v1, without a slash at the end.")
}
