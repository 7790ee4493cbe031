//! Tests of the filter.

use proptest::prelude::*;
use shared::attempt::AttemptStatus;
use shared::card::{Attention, AttentionReason, CardAttempt, CardType, Priority};
use shared::time::Timestamp;

use super::*;
use crate::samples::card;

fn labelled(title: &str, labels: &[&str]) -> Card {
    Card { labels: labels.iter().map(ToString::to_string).collect(), ..card("c1", title) }
}

fn worked_on(status: AttemptStatus, attention: Option<AttentionReason>) -> Card {
    let attention = attention.map(|reason| Attention { reason, since: Timestamp::UNIX_EPOCH });
    let attempt = CardAttempt {
        attempt_id: "a1".into(),
        status,
        agent: "codex".into(),
        started_at: None,
        ended_at: None,
        todos: None,
        diff: None,
        pr: None,
        attention,
        activity: None,
        last_sign_at: None,
    };
    Card { attempt: Some(attempt), ..card("c1", "A card") }
}

fn shows(text: &str, card: &Card) -> bool {
    Filter::parse(text).matches(card, None)
}

#[test]
fn words_are_found_in_title_and_key_whatever_their_case() {
    let card = labelled("Resume event streams", &[]);
    for text in
        ["", "  ", "resume", "STREAMS resume", "mai-1", "\"event str\"", "-missing", "-\"streams event\""]
    {
        assert!(shows(text, &card), "{text:?}");
    }
    for text in ["missing", "resume missing", "\"streams event\"", "-resume", "resume -\"event str\""] {
        assert!(!shows(text, &card), "{text:?}");
    }
}

#[test]
fn words_may_be_in_the_description_where_the_server_found_them() {
    let card = labelled("A card", &["ui"]);
    let found = BTreeSet::from([card.id.clone()]);
    let shows = |text: &str| Filter::parse(text).matches(&card, Some(&found));
    assert!(shows("needle") && shows("needle label:ui"));
    assert!(!shows("needle label:db"), "what else is asked must hold all the same");
    assert!(!shows("needle -card"));
    assert_eq!(Filter::parse("one label:ui \"two words\" -three is:blocked").words(), "one \"two words\"");
}

#[test]
fn every_label_that_is_asked_for_must_be_there() {
    let card = labelled("A card", &["ui", "Needs care"]);
    for text in ["label:UI", "label:ui label:\"needs care\"", "LABEL:ui", "-label:db"] {
        assert!(shows(text, &card), "{text:?}");
    }
    for text in ["label:ui label:db", "-label:ui", "label:u"] {
        assert!(!shows(text, &card), "{text:?}: a label is matched as a whole");
    }
}

#[test]
fn each_token_asks_for_what_it_says() {
    let running = worked_on(AttemptStatus::Running, None);
    let asks = worked_on(AttemptStatus::Waiting, Some(AttentionReason::Ask));
    let blocked = Card { blocked_by: vec!["c2".into()], ..card("c1", "A card") };
    let bug = Card { card_type: Some(CardType::Bug), priority: Some(Priority::High), ..card("c1", "A card") };
    for (text, fitting) in [
        ("is:running", &running),
        ("agent:Codex", &running),
        ("is:waiting", &asks),
        ("is:blocked", &blocked),
        ("is:idle", &blocked),
        ("type:bug", &bug),
        ("priority:HIGH", &bug),
    ] {
        for other in [&running, &asks, &blocked, &bug] {
            let both_idle = text == "is:idle" && other.attempt.is_none();
            let both_codex = text == "agent:Codex" && other.attempt.is_some();
            let expected = std::ptr::eq(other, fitting) || both_idle || both_codex;
            assert_eq!(shows(text, other), expected, "{text} {other:?}");
            assert_eq!(shows(&format!("-{text}"), other), !expected, "-{text} {other:?}");
        }
    }
    for status in ["queued", "succeeded", "failed", "stopped", "interrupted"] {
        let text = format!("is:{status}");
        assert_eq!(Filter::parse(&text).to_string(), text);
        assert!(!shows(&text, &running));
    }
}

#[test]
fn a_token_that_is_still_being_typed_hides_nothing() {
    for text in
        ["label:", "label:\"", "\"", "\"\"", "-", "is:", "is:run", "-is:b", "priority:h", "agent:", "type:\""]
    {
        assert!(Filter::parse(text).is_empty(), "{text:?}");
    }
    assert!(!Filter::parse("is:run more").is_empty(), "whoever goes on has typed it");
}

#[test]
fn what_is_no_token_is_a_word() {
    let card = labelled("See https://example.org colour:red is:odd", &[]);
    for text in ["https://example.org", "colour:red", "is:odd", "\"is:odd\""] {
        assert!(shows(text, &card), "{text:?}");
    }
    assert!(!shows("\"is:running\"", &card));
}

#[test]
fn a_label_is_toggled_on_and_off() {
    let on = Filter::parse("Words").with_label_toggled("needs care");
    assert_eq!(on.to_string(), "Words label:\"needs care\"");
    assert!(on.has_label("Needs Care"));
    assert_eq!(on.with_label_toggled("NEEDS care").to_string(), "Words");
    let negated = Filter::parse("-label:ui").with_label_toggled("ui");
    assert_eq!(negated.to_string(), "-label:ui label:ui", "the opposite is another condition");
}

#[test]
fn a_condition_is_taken_away_by_how_it_is_written() {
    let filter = Filter::parse("a -label:\"b c\" is:blocked");
    let tokens: Vec<_> = filter.tokens().map(ToString::to_string).collect();
    assert_eq!(tokens, ["-label:\"b c\"", "is:blocked"]);
    assert_eq!(filter.without("-label:\"b c\"").to_string(), "a is:blocked");
}

proptest! {
    #[test]
    fn any_text_is_a_filter_that_reads_what_it_writes(text in "[-\"a-c:é li]{0,30}|(-?(label:|is:|agent:|type:|LABEL:)?\"?[a-zA-Z -]{0,9}\"? ?){0,5}|\\PC{0,60}") {
        let filter = Filter::parse(&text);
        let _ = filter.matches(&labelled("A card", &["ui"]), None);
        let written = filter.to_string();
        prop_assert_eq!(Filter::parse(&written), filter, "{:?} {:?}", text, written);
    }
}
