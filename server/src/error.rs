//! Refusals at the HTTP edge: what happened, to which thing, and what to do, as `application/problem+json`.
//!
//! Modules below the edge have error types of their own, by outcome; here each outcome gets its status. A handler
//! returns `Result<_, ApiError>` and never builds an answer of refusal by hand.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::problem::{FieldError, Problem};

use crate::{
    board::{CommandError, CommandErrorKind, UNCERTAIN, UNCERTAIN_HINT},
    store::{StoreError, words},
};

/// The media type of a refusal (RFC 9457).
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// When it is worth another try after the database was busy.
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// When it is worth another try after something was missing that a person has to put there.
const REPAIR_RETRY: Duration = Duration::from_secs(30);

/// What kind of refusal it is; each kind has one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request can't be read as one of this route.
    Malformed,
    /// Nobody is signed in.
    SignInNeeded,
    /// Not from there, or not in that way.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// The thing is there, but not for this method.
    MethodNotAllowed,
    /// The client takes none of the forms that the answer has.
    NotAcceptable,
    /// The request did not arrive in time.
    TooSlow,
    /// It does not go together with how things stand.
    Conflict,
    /// The thing has changed since the client read it.
    Stale,
    /// The body is too large.
    TooLarge,
    /// The body is of a kind that is not read here.
    UnsupportedMediaType,
    /// The request is well-formed, but what it asks for is not allowed.
    Invalid,
    /// Too many tries; the time until the next one.
    TooManyTries(Duration),
    /// Something is wrong with the server.
    Internal,
    /// Not now; the time until it is worth another try.
    Unavailable(Duration),
    /// No room is left on the disk.
    DiskFull,
}

impl Kind {
    /// The HTTP status of this kind.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyTries(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        }
    }
}

/// A refusal, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Decides the status.
    pub kind: Kind,
    /// What happened, in a sentence for a person.
    pub message: String,
    /// What a person can do about it.
    pub hints: Vec<Cow<'static, str>>,
    /// What is wrong with which field of the body.
    pub errors: Vec<FieldError>,
}

impl ApiError {
    /// A refusal of this kind, with a sentence about this time.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), errors: Vec::new() }
    }

    /// `400`: the request can't be read.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, message)
    }

    /// `403`: not from there, or not in that way.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, message)
    }

    /// `404`: there is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// `409`: it does not go together with how things stand.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// `422`: well-formed, but not allowed.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// `500`: the cause goes to the log, never to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!("a request failed: {cause}");
        Self::new(Kind::Internal, "Something went wrong in the server.")
            .hint("Try again. If it keeps failing, the server's log says why.")
    }

    /// `500` of a change whose end is not known: it may have come after the commit.
    pub fn uncertain(cause: impl std::fmt::Display) -> Self {
        tracing::error!("a change broke off: {cause}");
        Self::new(Kind::Internal, UNCERTAIN).hint(UNCERTAIN_HINT)
    }

    /// `401`: nobody is signed in.
    #[must_use]
    pub fn sign_in_needed() -> Self {
        Self::new(Kind::SignInNeeded, "Nobody is signed in.")
            .hint("Open the sign-in link that `mainstay link` prints.")
            .hint("A script sends the owner token: `Authorization: Bearer TOKEN`.")
    }

    /// Adds what a person can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what is wrong with a field of the body.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
        self
    }

    /// The refusal as it is sent.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let status = self.kind.status();
        Problem {
            problem_type: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Refused").to_owned(),
            status: status.as_u16(),
            detail: self.message.clone(),
            hints: self.hints.iter().map(|hint| hint.clone().into_owned()).collect(),
            errors: self.errors.clone(),
        }
    }

    /// What happened and what to do, to be read in one go.
    #[must_use]
    pub fn sentences(&self) -> String {
        let hints = self.hints.iter().map(AsRef::as_ref);
        std::iter::once(self.message.as_str()).chain(hints).collect::<Vec<_>>().join(" ")
    }

    /// The headers that belong to the kind.
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, PROBLEM_JSON)]);
        let (name, value): (HeaderName, HeaderValue) = match self.kind {
            Kind::SignInNeeded => {
                (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"mainstay\""))
            }
            Kind::TooManyTries(wait) | Kind::Unavailable(wait) => (header::RETRY_AFTER, retry_after(wait)),
            // The rest of the body is not read, so the connection can't carry another request.
            Kind::TooLarge | Kind::TooSlow => (header::CONNECTION, HeaderValue::from_static("close")),
            _ => return headers,
        };
        headers.insert(name, value);
        headers
    }
}

/// The value of `Retry-After`, rounded up: a client that waits as long as it was told is not refused again.
pub(crate) fn retry_after(wait: Duration) -> HeaderValue {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1).into()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).expect("a problem is made of strings and numbers");
        (self.kind.status(), self.headers(), body).into_response()
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let kind = match error.kind {
            CommandErrorKind::Malformed => Kind::Malformed,
            CommandErrorKind::NotFound => Kind::NotFound,
            CommandErrorKind::Conflict => Kind::Conflict,
            CommandErrorKind::Stale { .. } => Kind::Stale,
            CommandErrorKind::Invalid => Kind::Invalid,
            CommandErrorKind::DiskFull => Kind::DiskFull,
            CommandErrorKind::Busy => Kind::Unavailable(BUSY_RETRY),
            CommandErrorKind::Unavailable => Kind::Unavailable(REPAIR_RETRY),
            CommandErrorKind::Internal => Kind::Internal,
        };
        if kind.status() >= StatusCode::INTERNAL_SERVER_ERROR {
            match &error.source {
                Some(source) => tracing::error!("a command failed: {source}"),
                None => tracing::error!("a command failed: {error}"),
            }
        }
        Self {
            kind,
            message: error.message,
            hints: error.hints.into_iter().map(Into::into).collect(),
            errors: error.errors,
        }
    }
}

impl From<tokio::task::JoinError> for ApiError {
    /// For a command that broke off.
    fn from(error: tokio::task::JoinError) -> Self {
        Self::uncertain(error)
    }
}

impl From<StoreError> for ApiError {
    /// For what is not a command: reads, and sessions.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Closed => {
                Self::new(Kind::Unavailable(BUSY_RETRY), format!("{}.", words::BUSY)).hint(words::TRY_AGAIN)
            }
            StoreError::DiskFull => {
                Self::new(Kind::DiskFull, format!("{}.", words::DISK_FULL)).hint(words::MAKE_ROOM)
            }
            other => Self::internal(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        let wait = |millis| retry_after(Duration::from_millis(millis)).to_str().unwrap().to_owned();
        assert_eq!(wait(0), "1");
        assert_eq!(wait(1_000), "1");
        assert_eq!(wait(1_001), "2");
    }

    #[tokio::test]
    async fn where_it_is_not_known_what_was_changed_nobody_says_that_nothing_was() {
        let broken_off = || async {
            let task = tokio::spawn(std::future::pending::<()>());
            task.abort();
            task.await.unwrap_err()
        };
        let of_command = ApiError::from(CommandError::from(StoreError::Aborted(broken_off().await)));
        for error in [of_command, ApiError::from(broken_off().await)] {
            assert_eq!(error.kind, Kind::Internal);
            assert!(error.message.contains("not certain whether"), "{error:?}");
            assert!(error.hints[0].contains("Reload"), "{error:?}");
        }
        let error = ApiError::internal("a bug");
        assert!(!error.message.contains("nothing"), "{error:?}");
    }

    #[test]
    fn a_refusal_says_what_happened_and_what_to_do() {
        let error = ApiError::invalid("The title is empty.").hint("Write one.").field("title", "is empty");
        insta::assert_json_snapshot!(error.problem(), @r#"
        {
          "type": "about:blank",
          "title": "Unprocessable Entity",
          "status": 422,
          "detail": "The title is empty.",
          "hints": [
            "Write one."
          ],
          "errors": [
            {
              "field": "title",
              "message": "is empty"
            }
          ]
        }
        "#);
    }
}
