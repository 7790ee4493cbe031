//! Why a request gets no stream, as a person and a program are told.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::problem::{FieldError, Problem};

use super::{hub::Full, params::BadParameter};
use crate::store::StoreError;

/// How long a client waits before it tries again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Why a request gets no stream.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The client takes no event stream.
    #[error("This address answers with text/event-stream only.")]
    NotAcceptable,
    /// Another method than GET and HEAD.
    #[error("A stream is read with GET.")]
    Method,
    /// The query can't be decoded.
    #[error("The query is not well-formed: {0}")]
    Query(String),
    /// A parameter can't be understood.
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    /// Nothing has this id.
    #[error("There is no board with this id.")]
    NoSuchBoard,
    /// There are as many streams as the server takes.
    #[error("The server has as many streams open as it takes.")]
    Full,
    /// The server is about to end.
    #[error("The server is stopping.")]
    Stopping,
    /// The database could not be read.
    #[error("The board could not be read.")]
    Store(#[from] StoreError),
}

impl From<Full> for Refusal {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Query(_) | Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchBoard => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Full | Self::Stopping | Self::Store(StoreError::Busy | StoreError::Closed) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotAcceptable => "Send `Accept: text/event-stream`, or leave the header out.",
            Self::Method => "Use GET. Changes are made through the JSON API.",
            Self::Query(_) | Self::Parameter(_) => {
                "The parameters are boardId, lastEventId, attempts, patch and overview."
            }
            Self::NoSuchBoard => {
                "It may have been deleted. GET /api/v1/boards lists the boards that there are."
            }
            Self::Full => {
                "Close pages that are not needed, or raise the limit of open files (ulimit -n) and restart."
            }
            Self::Stopping => "Connect again when it is back.",
            Self::Store(_) => "Try again; the server's log says what the database said.",
        };
        vec![hint.to_owned()]
    }

    fn errors(&self) -> Vec<FieldError> {
        match self {
            Self::Parameter(bad) => {
                vec![FieldError { field: bad.name.to_owned(), message: bad.problem.clone() }]
            }
            _ => Vec::new(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Store(error) = &self {
            tracing::error!(%error, "a stream could not be opened");
        }
        let problem = Problem {
            problem_type: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            hints: self.hints(),
            errors: self.errors(),
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
