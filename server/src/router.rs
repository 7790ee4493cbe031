//! The one table of what is served where.

use axum::Router;

use crate::{assets::Assets, shell};

/// Everything that the server answers.
pub fn router() -> Router {
    let assets = Assets::load();
    let files = assets.files().clone();
    Router::new()
        .nest("/client", assets.router())
        .fallback(leptos_axum::render_app_async_with_context(|| {}, move || shell::document(&files)))
}
