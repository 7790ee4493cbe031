//! The one table of what is served where.

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::any,
};

use crate::{
    api,
    assets::{self, Assets},
    auth::{
        checks::{self, AllowedHosts},
        sign_in,
    },
    pages,
    state::AppState,
};

/// Everything that the server answers.
pub fn router(state: AppState, assets: &Assets, allowed_hosts: AllowedHosts) -> Router {
    Router::new()
        .nest(api::BASE, api::router(&state))
        .route("/api", any(api::no_such_route))
        .route("/api/", any(api::no_such_route))
        .route("/api/{*rest}", any(api::no_such_route))
        .merge(api::health::router())
        .merge(api::metrics::router(&state))
        .nest(assets::MOUNT, assets.router())
        .merge(sign_in::router(&state, assets))
        .fallback_service(pages::router(&state, assets))
        .layer(middleware::from_fn_with_state(allowed_hosts, checks::check))
        .layer(middleware::from_fn(with_headers))
        .with_state(state)
}

/// The layer: what every answer says to the browser, unless it has said otherwise.
async fn with_headers(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 4] = [
        // What is shown is of this moment and of this person.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // Addresses name boards and cards, and one holds a sign-in code.
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        // Whoever clicks on a page of ours should see that it is one.
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'",
            ),
        ),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}
