//! The query of a request.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::ApiError;

/// Extracts the query. Its types refuse what they don't know: a typo must not be a silent no-op.
#[derive(Clone, Copy, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Query(params) = Query::try_from_uri(&parts.uri).map_err(|rejection| {
            let reason: String = rejection.body_text().chars().take(200).collect();
            ApiError::malformed("The query of the address can't be read.").hint(format!("{reason}."))
        })?;
        Ok(Self(params))
    }
}

/// The query of a route that has no parameters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}
