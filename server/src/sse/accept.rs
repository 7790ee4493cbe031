//! Whether a client takes an event stream (RFC 9110 §12.5.1).

/// Whether these values of the header `Accept` allow `text/event-stream`; none at all allow everything.
#[must_use]
pub fn allows_event_stream<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let mut ranges =
        values.flat_map(|value| value.split(',')).map(str::trim).filter(|it| !it.is_empty()).peekable();
    if ranges.peek().is_none() {
        return true;
    }
    // Of the ranges that match, the most specific one decides, whatever their order.
    ranges.filter_map(matching).max_by_key(|&(precision, _)| precision).is_some_and(|(_, allowed)| allowed)
}

/// How precisely the range names event streams, if it does, and whether it allows them.
fn matching(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let precision = match parts.next()?.to_ascii_lowercase().as_str() {
        "text/event-stream" => 2,
        "text/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let refused = weight.and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0);
    Some((precision, !refused))
}

#[cfg(test)]
mod tests {
    use super::allows_event_stream;

    #[test]
    fn what_a_client_accepts_decides() {
        for accepted in [
            "",
            "*/*",
            "text/*",
            "text/event-stream",
            "Text/Event-Stream;charset=utf-8",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/event-stream;q=0.1, */*;q=0",
        ] {
            assert!(allows_event_stream([accepted].into_iter()), "{accepted:?}");
        }
        for refused in [
            "application/json",
            "text/html",
            "text/event-stream;q=0",
            "text/event-stream; q=0.0, */*",
            "*/*;q=0",
            "text/*;q=0, */*;q=1",
        ] {
            assert!(!allows_event_stream([refused].into_iter()), "{refused:?}");
        }
    }

    #[test]
    fn several_headers_count_as_one_list() {
        assert!(allows_event_stream(["application/json", "text/event-stream"].into_iter()));
        assert!(allows_event_stream([].into_iter()));
    }
}
