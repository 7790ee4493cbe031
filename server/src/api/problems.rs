//! The net below the API: whatever refuses a request on its way (a wrong method, an unreadable path), the client is told
//! in the one form that it knows.

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::error::{ApiError, Kind, PROBLEM_JSON};

/// The layer: puts a refusal that is no problem document into one, and keeps its headers.
pub async fn for_plain_refusals(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if !is_refusal || response.headers().get(header::CONTENT_TYPE) == Some(&PROBLEM_JSON) {
        return response;
    }
    let mut problem = refusal(&response).into_response();
    for (name, value) in response.headers() {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

fn refusal(response: &Response) -> ApiError {
    match response.status() {
        // Which it takes is only added when the answer leaves the router.
        StatusCode::METHOD_NOT_ALLOWED => {
            ApiError::new(Kind::MethodNotAllowed, "This route does not take that method.")
                .hint("The Allow header names the methods that it takes.")
        }
        StatusCode::NOT_FOUND => ApiError::not_found("There is nothing here."),
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(Kind::TooLarge, "The request is too large."),
        status if status.is_client_error() => ApiError::malformed("The request can't be read."),
        status => ApiError::internal(format_args!("an answer was a bare {status}")),
    }
}
