//! `If-Match`: the revision that a change is meant for.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::error::ApiError;

/// Extracts the revision that the thing in the path must have; `None` if any will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        read(&parts.headers).ok_or_else(|| {
            ApiError::malformed("The If-Match header names no revision.")
                .hint("Send the revision in quotes, as in `If-Match: \"7\"`; an answer's ETag has that form.")
        })
    }
}

/// Refuses a revision where there is nothing to match yet: to pass over it would be to promise what is not done.
#[derive(Clone, Copy, Debug)]
pub struct NoIfMatch;

impl<S: Send + Sync> FromRequestParts<S> for NoIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match IfMatch::from_request_parts(parts, state).await? {
            IfMatch(None) => Ok(Self),
            IfMatch(Some(_)) => {
                Err(ApiError::malformed("What is about to be created has no revision to match.")
                    .hint("Leave the If-Match header out."))
            }
        }
    }
}

fn read(headers: &HeaderMap) -> Option<IfMatch> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Some(IfMatch(None)),
        (Some(value), None) => value.to_str().ok()?.trim(),
        (Some(_), Some(_)) => return None,
    };
    // The thing has to exist in any case, and that is all that `*` asks for.
    if value == "*" {
        return Some(IfMatch(None));
    }
    let digits = value.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { Some(IfMatch(Some(digits.parse().ok()?))) } else { None }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read_one(value: &'static str) -> Option<Option<u64>> {
        let headers = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(value))]);
        read(&headers).map(|it| it.0)
    }

    #[test]
    fn a_quoted_revision_an_asterisk_or_nothing() {
        assert_eq!(read(&HeaderMap::new()), Some(IfMatch(None)));
        assert_eq!(read_one("*"), Some(None));
        assert_eq!(read_one("\"0\""), Some(Some(0)));
        assert_eq!(read_one(" \"12\" "), Some(Some(12)));
    }

    #[test]
    fn anything_else_is_refused() {
        for value in [
            "",
            "7",
            "\"\"",
            "\"7",
            "W/\"7\"",
            "\"+7\"",
            "\"-1\"",
            "\"x\"",
            "\"7\", \"8\"",
            "\"99999999999999999999\"",
        ] {
            assert_eq!(read_one(value), None, "{value:?}");
        }
        let mut twice = HeaderMap::new();
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"7\""));
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"7\""));
        assert_eq!(read(&twice), None);
    }
}
