//! The one table of what is served where.

use axum::Router;

use crate::{assets::Assets, shell};

/// Everything that the server answers.
pub fn router() -> Router {
    // Leptos spawns on an executor that it has to be told; a second router finds it set already.
    _ = any_spawner::Executor::init_tokio();
    let assets = Assets::load();
    let files = assets.files().clone();
    Router::new()
        .nest("/client", assets.router())
        .fallback(leptos_axum::render_app_async_with_context(|| {}, move || shell::document(&files)))
}
