//! What a route answers when it does what it was asked to.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::ids::EventId;

use crate::{error::ApiError, state::AppState};

/// The position in the message log that an answer is of.
const MAINSTAY_EVENT_ID: HeaderName = HeaderName::from_static("mainstay-event-id");

/// An answer: a thing, or nothing, as of a position in the message log.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    status: StatusCode,
    at: EventId,
    revision: Option<u64>,
    location: Option<String>,
    thing: Option<T>,
}

impl<T> Answer<T> {
    /// `200`: the thing as it is.
    pub fn ok(at: EventId, thing: T) -> Self {
        Self { status: StatusCode::OK, at, revision: None, location: None, thing: Some(thing) }
    }

    /// `201`: the thing that was made, and where it is now.
    pub fn created(at: EventId, location: String, thing: T) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..Self::ok(at, thing) }
    }

    /// Adds the thing's revision, as an `If-Match` may name it.
    #[must_use]
    pub fn of_revision(self, revision: u64) -> Self {
        Self { revision: Some(revision), ..self }
    }
}

impl Answer<()> {
    /// `204`: the thing is no more.
    pub fn gone(at: EventId) -> Self {
        Self { status: StatusCode::NO_CONTENT, at, revision: None, location: None, thing: None }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        let texts = [
            (MAINSTAY_EVENT_ID, Some(self.at.to_string())),
            (header::ETAG, self.revision.map(|revision| format!("\"{revision}\""))),
            (header::LOCATION, self.location),
        ];
        for (name, text) in texts {
            // An id that no header can carry was never one of a thing that was made here.
            headers.extend(text.and_then(|text| HeaderValue::try_from(text).ok()).map(|value| (name, value)));
        }
        let Some(thing) = self.thing else { return (self.status, headers).into_response() };
        match serde_json::to_vec(&thing) {
            Ok(body) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                (self.status, headers, body).into_response()
            }
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// The layer: a refusal, too, says how far the message log went.
pub async fn with_position(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if !response.headers().contains_key(MAINSTAY_EVENT_ID) {
        let at = EventId::new(state.hub.epoch().clone(), state.hub.head());
        response
            .headers_mut()
            .extend(HeaderValue::try_from(at.to_string()).map(|at| (MAINSTAY_EVENT_ID, at)));
    }
    response
}
