//! `Accept`: whether the client takes JSON at all.

use axum::{
    extract::Request,
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::error::{ApiError, Kind};

/// The layer: refuses, before anything is done, who would not take the answer.
pub async fn json(request: Request, next: Next) -> Response {
    if takes_json(request.headers()) {
        return next.run(request).await;
    }
    ApiError::new(Kind::NotAcceptable, "This route answers in JSON, which the Accept header refuses.")
        .hint("Send `Accept: application/json`, or leave the header out.")
        .into_response()
}

/// Whether the most specific range of the header that covers JSON does not refuse it (RFC 9110 §12.5.1).
fn takes_json(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut ranges =
        values.flat_map(|value| value.split(',')).filter(|range| !range.trim().is_empty()).peekable();
    if ranges.peek().is_none() {
        return true;
    }
    ranges
        .filter_map(weight_of_json)
        .max_by_key(|(precision, _)| *precision)
        .is_some_and(|(_, is_taken)| is_taken)
}

/// How precisely a range names JSON, and whether it takes it.
fn weight_of_json(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let precision = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/json" => 2,
        "application/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let is_zero = |part: &str| {
        let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
        weight.and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0)
    };
    Some((precision, !parts.any(is_zero)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn takes(accept: &'static str) -> bool {
        takes_json(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
    }

    #[test]
    fn json_is_taken_unless_the_most_precise_range_refuses_it() {
        assert!(takes_json(&HeaderMap::new()));
        for accept in [
            "application/json",
            "*/*",
            "application/*;q=0.1",
            "text/html, application/json",
            "Application/JSON; charset=utf-8",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, */*;q=0",
            "",
        ] {
            assert!(takes(accept), "{accept}");
        }
        for accept in [
            "text/html",
            "text/event-stream",
            "application/json;q=0",
            "application/json;q=0.0, */*",
            "*/*;q=0",
        ] {
            assert!(!takes(accept), "{accept}");
        }
    }
}
