//! Why a request gets no stream.

use std::time::Duration;

use super::{hub::NotJoined, params::BadParameter};
use crate::{
    error::{ApiError, Kind},
    store::StoreError,
};

/// When a client that found no room should try again.
const RETRY: Duration = Duration::from_secs(5);

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
    #[error("The query is not well-formed.")]
    Query,
    /// A parameter can't be understood.
    #[error(transparent)]
    Parameter(#[from] BadParameter),
    /// Nothing has this id.
    #[error("There is no board with this id.")]
    NoSuchBoard,
    /// The hub takes no reader.
    #[error(transparent)]
    NotJoined(#[from] NotJoined),
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        const PARAMETERS: &str = "The parameters are boardId, lastEventId, attempts, patch and overview.";
        let message = refusal.to_string();
        match refusal {
            Refusal::NotAcceptable => Self::new(Kind::NotAcceptable, message)
                .hint("Send `Accept: text/event-stream`, or leave the header out."),
            Refusal::Method => Self::new(Kind::MethodNotAllowed, message)
                .hint("Use GET. Changes are made through the rest of the API."),
            Refusal::Query => Self::malformed(message).hint(PARAMETERS),
            Refusal::Parameter(bad) => Self::malformed(message).hint(PARAMETERS).field(bad.name, bad.problem),
            Refusal::NoSuchBoard => {
                Self::not_found(message).hint("It may have been deleted. GET /api/v1/boards lists those that there are.")
            }
            Refusal::NotJoined(NotJoined::SignedOut) => Self::sign_in_needed(),
            Refusal::NotJoined(NotJoined::Full) => Self::new(Kind::Unavailable(RETRY), message).hint(
                "Close pages that are not needed, or raise the limit of open files (`ulimit -n`) and start the server again.",
            ),
            Refusal::NotJoined(NotJoined::Stopping) => {
                Self::new(Kind::Unavailable(RETRY), message).hint("Connect again when it is back.")
            }
            Refusal::Store(error) => error.into(),
        }
    }
}
