//! The ids in the path of a request.

use axum::{
    extract::{FromRequestParts, Path, RawPathParams},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use shared::ids::{MAX_ID_CHARS, is_valid_id};

use crate::error::ApiError;

/// Extracts the ids of a path, in their order: one, or a tuple of them.
///
/// Each was decoded once and may name something; whether it does is the command's business.
#[derive(Clone, Debug)]
pub struct Ids<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Ids<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let unreadable = || {
            ApiError::malformed("An id in the path can't be one.")
                .hint(format!("An id has 1 to {MAX_ID_CHARS} characters, none of them a control character."))
        };
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        if params.iter().any(|(_, id)| !is_valid_id(id)) {
            return Err(unreadable());
        }
        let Path(ids) = Path::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        Ok(Self(ids))
    }
}
