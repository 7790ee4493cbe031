//! What a client takes: `Accept` and `Accept-Encoding` (RFC 9110 §12.5.1 and §12.5.3).

use axum::http::{HeaderMap, HeaderName, header};

/// Whether the client takes this media type; one that says nothing takes everything.
#[must_use]
pub fn takes_type(headers: &HeaderMap, media_type: &str) -> bool {
    let whole_kind = media_type.split_once('/').map(|(kind, _)| format!("{kind}/*"));
    let precision = |range: &str| match range {
        "*/*" => Some(0),
        range if Some(range) == whole_kind.as_deref() => Some(1),
        range if range == media_type => Some(2),
        _ => None,
    };
    listed(headers, &header::ACCEPT).next().is_none() || takes(headers, &header::ACCEPT, precision)
}

/// Whether the client takes this coding of the content; one that says nothing takes it as it is.
#[must_use]
pub fn takes_coding(headers: &HeaderMap, coding: &str) -> bool {
    let precision = |range: &str| match range {
        "*" => Some(0),
        range if range == coding => Some(1),
        _ => None,
    };
    takes(headers, &header::ACCEPT_ENCODING, precision)
}

/// Whether the range that names it most precisely, whatever their order, does not refuse it.
fn takes(headers: &HeaderMap, name: &HeaderName, precision: impl Fn(&str) -> Option<u8>) -> bool {
    listed(headers, name)
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let precision = precision(&parts.next()?.to_ascii_lowercase())?;
            Some((precision, !parts.any(is_zero)))
        })
        .max_by_key(|&(precision, _)| precision)
        .is_some_and(|(_, is_taken)| is_taken)
}

/// What a header lists; several headers of one name are one list.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> + use<'a> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|range| !range.is_empty())
}

/// Whether a parameter is the weight that means "not this".
fn is_zero(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
    weight.and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn takes_each(media_type: &str, accepted: &[&'static str]) {
        for accept in accepted {
            assert!(
                takes_type(&headers(header::ACCEPT, &[accept]), media_type),
                "{media_type} by {accept:?}"
            );
        }
    }

    fn takes_none(media_type: &str, refused: &[&'static str]) {
        for accept in refused {
            assert!(
                !takes_type(&headers(header::ACCEPT, &[accept]), media_type),
                "{media_type} by {accept:?}"
            );
        }
    }

    #[test]
    fn an_event_stream_is_taken_unless_the_most_precise_range_refuses_it() {
        let accepted = [
            "",
            "*/*",
            "text/*",
            "text/event-stream",
            "Text/Event-Stream;charset=utf-8",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/event-stream;q=0.1, */*;q=0",
        ];
        let refused = [
            "application/json",
            "text/html",
            "text/event-stream;q=0",
            "text/event-stream; q=0.0, */*",
            "*/*;q=0",
            "text/*;q=0, */*;q=1",
        ];
        takes_each("text/event-stream", &accepted);
        takes_none("text/event-stream", &refused);
    }

    #[test]
    fn json_is_taken_unless_the_most_precise_range_refuses_it() {
        let accepted = [
            "",
            "application/json",
            "*/*",
            "application/*;q=0.1",
            "text/html, application/json",
            "Application/JSON; charset=utf-8",
            "application/json, */*;q=0",
        ];
        let refused =
            ["text/html", "text/event-stream", "application/json;q=0", "application/json;Q=0.0, */*"];
        takes_each("application/json", &accepted);
        takes_none("application/json", &refused);
    }

    #[test]
    fn several_headers_count_as_one_list_and_none_at_all_takes_everything() {
        let two = headers(header::ACCEPT, &["application/json", "text/event-stream"]);
        assert!(takes_type(&two, "text/event-stream") && !takes_type(&two, "text/html"));
        assert!(takes_type(&HeaderMap::new(), "text/event-stream"));
    }

    #[test]
    fn a_coding_is_taken_if_it_is_listed_with_a_weight_above_zero() {
        let takes = |accepted, coding| takes_coding(&headers(header::ACCEPT_ENCODING, &[accepted]), coding);
        assert!(takes("gzip, deflate, br", "br"));
        assert!(takes("br;q=0.5", "br"));
        assert!(takes("BR, *;q=0", "br"));
        assert!(takes("*", "gzip"));
        assert!(!takes("gzip, br;q=0, *", "br"));
        assert!(!takes("brotli", "br"));
        assert!(!takes("", "gzip"));
        assert!(!takes_coding(&HeaderMap::new(), "gzip"));
    }
}
