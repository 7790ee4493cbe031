//! Ids are any text; positions in the log have exactly one spelling.

use proptest::prelude::*;
use shared::ids::{CardId, Epoch, EventId, EventIdError, is_valid_id};

use crate::sample::at;

#[test]
fn an_id_is_one_to_64_characters_without_control_characters() {
    assert!(is_valid_id("x"));
    assert!(is_valid_id(&"é".repeat(64)));
    assert!(is_valid_id(&"🦀".repeat(64)));
    assert!(!is_valid_id(""));
    assert!(!is_valid_id(&"x".repeat(65)));
    assert!(!is_valid_id(&"🦀".repeat(65)));
    assert!(!is_valid_id("a\nb"));
    assert!(!is_valid_id("a\0b"));
}

#[test]
fn an_id_is_a_plain_string_in_json() {
    let id = CardId::new("c 1");
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""c 1""#);
    assert_eq!(serde_json::from_str::<CardId>(r#""c 1""#).unwrap(), id);
    assert_eq!(format!("[{id:>5}]"), "[  c 1]");
}

#[test]
fn event_ids_that_are_none() {
    let overlong = format!("{}.1", "e".repeat(63));
    let long_epoch = format!("{}.1", "e".repeat(41));
    let cases = [
        ("", EventIdError::Form),
        ("e1", EventIdError::Form),
        ("17", EventIdError::Form),
        (".1", EventIdError::Epoch),
        ("e 1.1", EventIdError::Epoch),
        ("é.1", EventIdError::Epoch),
        ("e_1.1", EventIdError::Epoch),
        (long_epoch.as_str(), EventIdError::Epoch),
        ("e1.", EventIdError::Seq),
        ("e1.+1", EventIdError::Seq),
        ("e1.-1", EventIdError::Seq),
        ("e1.01", EventIdError::Seq),
        ("e1. 1", EventIdError::Seq),
        ("e1.1 ", EventIdError::Seq),
        ("e1.1.1", EventIdError::Seq),
        ("e1.1\n", EventIdError::Seq),
        ("e1.٣", EventIdError::Seq),
        ("e1.18446744073709551616", EventIdError::Seq),
        (overlong.as_str(), EventIdError::TooLong),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<EventId>(), Err(error), "{text:?}");
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<EventId>(&json).is_err(), "{text:?}");
    }
}

#[test]
fn event_ids_that_are_some() {
    for text in ["e1.0", "0190b5a0-7e1c-7abc-8def-0123456789ab.18446744073709551615", "A.7"] {
        let id: EventId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("{text:?}"));
    }
    let longest = EventId::new("e".repeat(40).parse::<Epoch>().unwrap(), u64::MAX);
    assert_eq!(longest.to_string().parse(), Ok(longest));
}

#[test]
fn a_position_of_another_epoch_counts_as_passed() {
    assert!(at(3).is_passed_by(&at(3)));
    assert!(at(3).is_passed_by(&at(4)));
    assert!(!at(4).is_passed_by(&at(3)));
    assert!(at(9).is_passed_by(&"e2.1".parse().unwrap()));
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_panic_and_has_one_spelling(
        text in ".{0,80}|[a-z0-9-]{0,45}[.][0-9+-]{0,22}",
    ) {
        if let Ok(id) = text.parse::<EventId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn every_position_survives_its_spelling(epoch in "[A-Za-z0-9-]{1,40}", seq: u64) {
        let id = EventId::new(epoch.parse().unwrap(), seq);
        prop_assert!(id.to_string().len() <= 64);
        prop_assert_eq!(id.to_string().parse::<EventId>(), Ok(id));
    }
}
