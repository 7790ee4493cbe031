//! Times are RFC 3339, UTC, with exactly three decimals.

use proptest::prelude::*;
use shared::time::Timestamp;

#[test]
fn three_decimals_always() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_782_898_200_120, "2026-07-01T09:30:00.120Z"),
        (i64::MIN, "0000-01-01T00:00:00.000Z"),
        (i64::MAX, "9999-12-30T22:00:00.000Z"),
    ] {
        let time = Timestamp::from_millis(millis);
        assert_eq!(time.to_string(), text);
        assert_eq!(text.parse(), Ok(time));
        assert_eq!(serde_json::to_string(&time).unwrap(), format!("{text:?}"));
    }
}

#[test]
fn any_rfc_3339_time_is_understood() {
    let expected = Timestamp::from_millis(1_782_898_200_120);
    for text in [
        "2026-07-01T09:30:00.12Z",
        "2026-07-01T09:30:00.120456789Z",
        "2026-07-01T11:30:00.120+02:00",
        "2026-07-01t09:30:00.120z",
        "2026-07-01 09:30:00.120Z",
        "2026-07-01T04:00:00.120-05:30",
    ] {
        assert_eq!(text.parse(), Ok(expected), "{text}");
    }
    // A leap second counts as the second before it.
    assert_eq!("2016-12-31T23:59:60Z".parse(), "2016-12-31T23:59:59Z".parse::<Timestamp>());
}

#[test]
fn what_is_no_time_is_refused() {
    for text in
        ["", "now", "2026-07-01", "2026-07-01T09:30:00", "2026-02-30T00:00:00Z", "99999-01-01T00:00:00Z"]
    {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<Timestamp>("1782898200120").is_err());
}

#[test]
fn times_compare_and_subtract() {
    let (earlier, later) = (Timestamp::from_millis(i64::MIN), Timestamp::from_millis(i64::MAX));
    assert!(earlier < later);
    assert_eq!(earlier.millis_since(later), -later.millis_since(earlier));
}

proptest! {
    #[test]
    fn every_time_survives_its_spelling(millis: i64) {
        let time = Timestamp::from_millis(millis);
        prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
        prop_assert_eq!(time.to_string().len(), 24);
    }

    #[test]
    fn any_text_is_parsed_without_panic(text in ".{0,40}|[-+0-9TZ:.]{0,40}") {
        let _ = text.parse::<Timestamp>();
    }
}
