//! The JSON body of a request, and what is wrong with one.
//!
//! What does not have the shape of the route (no JSON, a wrong type, a missing, unknown or repeated field) is `400`; of
//! the right shape, but with a value that is not allowed, is `422` and the commands' business.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;

use crate::{
    error::{ApiError, Kind},
    state::AppState,
};

/// How much of serde's sentence is passed on: it may quote the body.
const MAX_MESSAGE_CHARS: usize = 200;

/// Extracts the body of a request as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        check_content_type(&parts.headers)?;
        let bytes = state.arrival.read(body).await?;
        parse(&bytes).map(Self)
    }
}

/// Reads the body of a route that takes none. Nothing or an empty object says nothing; anything else was meant to do
/// something, and to pass over it would be to promise what is not done.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl FromRequest<AppState> for NoBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        let bytes = state.arrival.read(request.into_body()).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(Self);
        }
        match parse::<Nothing>(&bytes) {
            Ok(Nothing {}) => Ok(Self),
            Err(_) => Err(ApiError::malformed("This route takes no body.")
                .hint("Leave the body out, or send an empty object.")),
        }
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::new(Kind::UnsupportedMediaType, "The body must be JSON.")
        .hint("Send it with `Content-Type: application/json`."))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde would take an array for a struct, its fields by position.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first == b'[') {
        return Err(ApiError::malformed("The body must be a JSON object, not an array."));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refusal(&error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

fn refusal(path: &str, error: &serde_json::Error) -> ApiError {
    let message = error.to_string();
    if !error.is_data() {
        return ApiError::malformed(format!("The body is not JSON: {}.", shortened(&message)));
    }
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let field = match path {
        "." => field_in(message).unwrap_or_default(),
        path => path,
    };
    let message = shortened(message);
    ApiError::malformed(format!("The body does not have the right shape: {message}."))
        .field(shortened(field), message)
}

/// The field that is missing, or is there twice: serde names it only in its sentence.
fn field_in(message: &str) -> Option<&str> {
    ["missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its shape is tested")]
        title: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its shape is tested")]
        labels: Vec<String>,
    }

    fn refused(body: &str) -> (String, Vec<(String, String)>) {
        let error = parse::<Sample>(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind, Kind::Malformed);
        (error.message, error.errors.into_iter().map(|it| (it.field, it.message)).collect())
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let fields = |body| refused(body).1;
        let one = |field: &str, message: &str| vec![(field.to_owned(), message.to_owned())];
        assert_eq!(fields(r#"{"title":5}"#), one("title", "invalid type: integer `5`, expected a string"));
        assert_eq!(
            fields(r#"{"title":"a","labels":["b",null]}"#),
            one("labels[1]", "invalid type: null, expected a string")
        );
        assert_eq!(fields("{}"), one("title", "missing field `title`"));
        assert_eq!(fields(r#"{"title":"a","title":"b"}"#), one("title", "duplicate field `title`"));
        assert_eq!(
            fields(r#"{"title":"a","titel":"b"}"#),
            one("titel", "unknown field `titel`, expected `title` or `labels`")
        );
    }

    #[test]
    fn what_is_not_json_is_refused_without_a_field() {
        let deep = "[".repeat(100_000);
        let nested = format!(r#"{{"title":{}"#, "[".repeat(100_000));
        for body in ["", "{", "nonsense", r#"{"title":"a"} x"#, r#"{"title":"\ud800"}"#, &deep, &nested] {
            let (message, errors) = refused(body);
            assert!(message.starts_with("The body"), "{message}");
            assert!(errors.is_empty() || errors[0].0 == "title", "{errors:?}");
        }
        assert!(parse::<Sample>(b"{\"title\":\"\xff\"}").is_err());
        assert!(parse::<Sample>(br#"["a",["b"]]"#).is_err());
        assert!(parse::<Sample>(b"{\"title\":\"a\"} \n").is_ok());
    }

    #[test]
    fn a_long_body_is_not_quoted_at_length() {
        let body = format!(r#"{{"{}":1}}"#, "x".repeat(10_000));
        let (message, errors) = refused(&body);
        assert!(message.chars().count() < 300);
        assert!(errors[0].0.chars().count() < 300);
    }
}
