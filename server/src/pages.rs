//! The rendered pages: what they read, how they are answered, and what they may load.

mod policy;
mod reading;

use std::sync::Arc;

use app::{board::strips::Strips, shell::ResponseStatus, snapshot::Backend};
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware,
    routing::get,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use crate::{assets::Assets, auth::require, shell, state::AppState};

pub use policy::WITHOUT_SCRIPT;
use reading::StoreReading;

/// The pages, for who is signed in. Which addresses there are is the client's map to say, so all come here.
pub fn router(state: &AppState, assets: &Assets) -> Router {
    // Leptos spawns on an executor that it has to be told; a second router finds it set already.
    _ = any_spawner::Executor::init_tokio();
    let files = assets.files().clone();
    let reading = StoreReading::new(state.store.clone(), state.clock.clone());
    let page = leptos_axum::render_app_async_with_context(
        move || provide(&reading),
        move || shell::document(&files),
    );
    Router::new()
        .fallback(get(page))
        .layer(middleware::from_fn_with_state(state.auth.clone(), require::proof_or_sign_in))
}

/// Gives a page what it needs while it is rendered.
fn provide(reading: &StoreReading) {
    provide_context::<Arc<dyn Backend>>(Arc::new(reading.clone()));
    let request = use_context::<Parts>();
    provide_context(request.map(|request| strips_of(&request.headers)).unwrap_or_default());
    let answer = expect_context::<ResponseOptions>();
    if let Some(nonce) = use_nonce() {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy::with_nonce(&nonce));
    }
    provide_context(ResponseStatus::new(move |status| {
        if let Ok(status) = StatusCode::from_u16(status) {
            answer.set_status(status);
        }
    }));
}

/// The columns that somebody has collapsed.
fn strips_of(headers: &HeaderMap) -> Strips {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.map(Strips::from_cookies).find(|strips| *strips != Strips::default()).unwrap_or_default()
}
