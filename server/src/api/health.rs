//! `/healthz` and `/readyz`: whether the server runs, and whether it can do its work. They need no sign-in.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};

use crate::{
    error::{ApiError, Kind},
    state::AppState,
};

/// When it is worth asking again.
const RETRY: Duration = Duration::from_secs(1);

/// The routes, from the server's root.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready))
}

/// Ready is who can read the database.
async fn ready(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    match state.store.read().await {
        Ok(_) => Ok("ready\n"),
        Err(error) => {
            tracing::error!("not ready: {error}");
            Err(ApiError::new(Kind::Unavailable(RETRY), "The database can't be read.")
                .hint("The server's log says why."))
        }
    }
}
