//! `GET /sse`: the board stream and the dashboard stream.

use axum::{
    Extension, Router,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    Streams,
    params::StreamRequest,
    refusal::Refusal,
    stream::{Stream, StreamBody},
};
use crate::{accept::takes_type, error::ApiError};

/// The session that a request rests on, if it rests on one: when the session ends, so does the stream. Whoever checks
/// the sign-in puts it into the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOfRequest(pub String);

/// The route of the streams. Nothing that compresses or times out may lie around it.
pub fn router<S: Clone + Send + Sync + 'static>(streams: Streams) -> Router<S> {
    Router::new().route("/sse", get(open).fallback(only_get)).with_state(streams)
}

/// HEAD comes here too: it is answered like GET, and the stream ends before its first byte.
async fn open(
    State(streams): State<Streams>,
    session: Option<Extension<SessionOfRequest>>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    match begin(&streams, session.map(|Extension(session)| session.0), &headers, query).await {
        Ok(stream) => answer(stream),
        Err(refusal) => {
            streams.metrics().connects_rejected.increment();
            ApiError::from(refusal).into_response()
        }
    }
}

async fn begin(
    streams: &Streams,
    session: Option<String>,
    headers: &HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Stream, Refusal> {
    if !takes_type(headers, "text/event-stream") {
        return Err(Refusal::NotAcceptable);
    }
    let Query(query) = query.map_err(|_| Refusal::Query)?;
    let request = StreamRequest::read(&query, headers.get("last-event-id").map(HeaderValue::as_bytes))?;
    Stream::open(streams, request, session).await
}

fn answer(stream: Stream) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Body::new(StreamBody::new(stream))).into_response()
}

async fn only_get(State(streams): State<Streams>) -> ApiError {
    streams.metrics().connects_rejected.increment();
    Refusal::Method.into()
}
