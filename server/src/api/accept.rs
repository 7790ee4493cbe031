//! Refuses, before anything is done, who would not take the answer.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    accept::takes_type,
    error::{ApiError, Kind},
};

/// The layer.
pub async fn json(request: Request, next: Next) -> Response {
    if takes_type(request.headers(), "application/json") {
        return next.run(request).await;
    }
    ApiError::new(Kind::NotAcceptable, "This route answers in JSON, which the Accept header refuses.")
        .hint("Send `Accept: application/json`, or leave the header out.")
        .into_response()
}
