//! The bodies of the JSON API, and what texts have to look like.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::board::Place;
use shared::card::{CardType, Priority};
use shared::requests::{
    BoardSettings, CreateBoard, CreateCard, CreateColumn, MoveCard, Patch, PatchBoard, PatchCard,
    PatchColumn, PlaceError, limits, validate,
};

use crate::sample::ts;

/// That this value and this JSON are the same, both ways, and that a field more is refused.
pub fn same<T: Serialize + DeserializeOwned + PartialEq>(value: &T, json: Value) {
    assert_eq!(serde_json::to_value(value).expect("bodies can be written"), json);
    let again = serde_json::from_value::<T>(json.clone()).expect("the body again");
    assert!(again == *value, "read back, it differs: {json}");
    let mut more = json;
    more["tilte"] = json!("a typo");
    assert!(serde_json::from_value::<T>(more).is_err(), "an unknown field is refused");
}

pub fn refused<T: DeserializeOwned>(json: Value) -> bool {
    serde_json::from_value::<T>(json).is_err()
}

#[test]
fn boards() {
    let create =
        CreateBoard { name: "Web".into(), repository_path: "/src/web".into(), ..CreateBoard::default() };
    same(&create, json!({"name": "Web", "repositoryPath": "/src/web"}));
    let create = CreateBoard { id: Some("b".into()), initialize: true, ..create };
    same(&create, json!({"id": "b", "name": "Web", "repositoryPath": "/src/web", "initialize": true}));
    assert!(refused::<CreateBoard>(json!({"name": "Web"})));

    same(&PatchBoard::default(), json!({}));
    let patch = PatchBoard { name: Some("Shop".into()), settings: Some(BoardSettings::default()) };
    same(&patch, json!({"name": "Shop", "settings": {}}));
    assert!(refused::<PatchBoard>(json!({"name": null})), "a name can't be cleared");
    assert!(refused::<PatchBoard>(json!({"settings": {"colour": "red"}})));
}

#[test]
fn columns() {
    same(&CreateColumn { title: "Later".into(), ..CreateColumn::default() }, json!({"title": "Later"}));
    let create = CreateColumn {
        id: Some("later".into()),
        title: "Later".into(),
        wip_limit: Some(3),
        index: Some(-1), // the server says what is wrong with it
    };
    same(&create, json!({"id": "later", "title": "Later", "wipLimit": 3, "index": -1}));
    assert!(refused::<CreateColumn>(json!({"title": "Later", "wipLimit": -1})));

    same(&PatchColumn::default(), json!({}));
    same(&PatchColumn { wip_limit: Patch::Null, ..PatchColumn::default() }, json!({"wipLimit": null}));
    let patch = PatchColumn { title: Some("Soon".into()), wip_limit: Patch::Value(2), index: Some(0) };
    same(&patch, json!({"title": "Soon", "wipLimit": 2, "index": 0}));
    assert!(refused::<PatchColumn>(json!({"title": null})));
}

#[test]
fn new_cards() {
    same(&CreateCard { title: "Sort".into(), ..CreateCard::default() }, json!({"title": "Sort"}));
    let create = CreateCard {
        id: Some("1".into()),
        title: "Sort".into(),
        description: Some("by date".into()),
        column_id: Some("a".into()),
        card_type: Some(CardType::Feature),
        priority: Some(Priority::Low),
        labels: vec!["ui".into()],
        depends_on: vec!["2".into()],
    };
    let body = json!({
        "id": "1", "title": "Sort", "description": "by date", "columnId": "a", "type": "feature", "priority": "low",
        "labels": ["ui"], "dependsOn": ["2"],
    });
    same(&create, body);
    let nulls = json!({"title": "Sort", "labels": null, "dependsOn": null, "priority": null});
    let create: CreateCard = serde_json::from_value(nulls).unwrap();
    assert_eq!(create, CreateCard { title: "Sort".into(), ..CreateCard::default() });
    assert!(refused::<CreateCard>(json!({"title": "Sort", "type": "epic"})));
}

#[test]
fn a_draft_is_what_the_request_says() {
    let create = CreateCard {
        title: "Sort".into(),
        description: Some(" \n".into()),
        labels: vec!["ui".into()],
        ..CreateCard::default()
    };
    let draft = create.draft("1".into(), ts(5));
    assert_eq!((draft.id.as_str(), draft.title.as_str(), draft.has_description), ("1", "Sort", false));
    assert_eq!((draft.labels, draft.created_at, draft.updated_at), (vec!["ui".to_owned()], ts(5), ts(5)));
}

#[test]
fn changed_cards() {
    same(&PatchCard::default(), json!({}));
    let clear = PatchCard {
        description: Patch::Null,
        card_type: Patch::Null,
        priority: Patch::Null,
        labels: Patch::Null,
        depends_on: Patch::Null,
        ..PatchCard::default()
    };
    let body =
        json!({"description": null, "type": null, "priority": null, "labels": null, "dependsOn": null});
    same(&clear, body);
    let set = PatchCard {
        title: Some("Sort".into()),
        description: Patch::Value("by date".into()),
        column_id: Some("a".into()),
        card_type: Patch::Value(CardType::Chore),
        priority: Patch::Value(Priority::High),
        labels: Patch::Value(vec![]),
        depends_on: Patch::Value(vec!["2".into()]),
    };
    let body = json!({
        "title": "Sort", "description": "by date", "columnId": "a", "type": "chore", "priority": "high",
        "labels": [], "dependsOn": ["2"],
    });
    same(&set, body);
    assert!(refused::<PatchCard>(json!({"title": null})));
}

#[test]
fn moves() {
    let move_card = |index, before_card_id| MoveCard { column_id: "a".into(), index, before_card_id };
    let cases = [
        (move_card(Some(2), Patch::Absent), json!({"columnId": "a", "index": 2}), Ok(Place::Index(2))),
        (
            move_card(Some(-1), Patch::Absent),
            json!({"columnId": "a", "index": -1}),
            Err(PlaceError::Negative),
        ),
        (move_card(None, Patch::Null), json!({"columnId": "a", "beforeCardId": null}), Ok(Place::End)),
        (
            move_card(Some(-1), Patch::Value("1".into())),
            json!({"columnId": "a", "index": -1, "beforeCardId": "1"}),
            Ok(Place::Before("1".into())),
        ),
        (move_card(None, Patch::Absent), json!({"columnId": "a"}), Err(PlaceError::Missing)),
    ];
    for (body, json, place) in cases {
        same(&body, json);
        assert_eq!(body.place(), place);
    }
    assert!(refused::<MoveCard>(json!({"columnId": "a", "index": 1.5})));
}

#[test]
fn a_patch_field_has_three_states() {
    let mut target = Some(1);
    Patch::Absent.apply_to(&mut target);
    assert_eq!(target, Some(1));
    Patch::Value(2).apply_to(&mut target);
    assert_eq!(target, Some(2));
    Patch::Null.apply_to(&mut target);
    assert_eq!(target, None);
    assert_eq!((Patch::from(Some(1)), Patch::<i32>::from(None)), (Patch::Value(1), Patch::Null));
    assert_eq!(Patch::<i32>::default().into_change(), None);
}

#[test]
fn titles() {
    assert_eq!(validate::title("  Sort the list \n"), Ok("Sort the list".into()));
    assert_eq!(validate::title("é".repeat(500).as_str()), Ok("é".repeat(500)));
    assert_eq!(validate::title(" \t\n"), Err("The title can't be empty.".into()));
    assert_eq!(validate::title("a\nb"), Err("The title is one line, without tabs.".into()));
    assert_eq!(validate::title("a\tb"), Err("The title is one line, without tabs.".into()));
    assert_eq!(validate::title("a\0"), Err("The title contains the control character U+0000.".into()));
    assert_eq!(validate::title("a\r\n"), Err("The title contains the control character U+000D.".into()));
    let long = "x".repeat(501);
    assert_eq!(validate::title(&long), Err("The title has 501 characters; at most 500 fit.".into()));
    assert_eq!(validate::column_title(""), Err("The column's title can't be empty.".into()));
    assert_eq!(validate::board_name(""), Err("The board's name can't be empty.".into()));
}

#[test]
fn a_text_of_one_line_can_be_seen_and_is_shown_as_it_was_written() {
    // Nothing to see: zero width, soft hyphen, joiners, variation selectors, tags, the blank letters of Hangul, Braille.
    let invisible = [
        "\u{200b}",
        "\u{200b} \u{feff}",
        "\u{ad}",
        "\u{2060}",
        "\u{200d}\u{200c}",
        "\u{fe0f}",
        "\u{e0061}",
        "\u{3164}",
        "\u{115f}",
        "\u{2800}",
        "\u{34f}",
        "\u{180e}",
        "\u{61c}\u{200e}",
    ];
    for text in invisible {
        for check in [validate::title, validate::column_title, validate::board_name, validate::label] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }
    assert_eq!(
        validate::title("\u{200b}"),
        Err("The title can't be empty: nothing of it can be seen.".into())
    );

    for misleading in [
        '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2069}',
    ] {
        let text = format!("a{misleading}b");
        for check in [validate::title, validate::column_title, validate::board_name, validate::label] {
            assert!(check(&text).is_err(), "{text:?}");
        }
        assert_eq!(validate::description(&text), Ok(text), "a description may have lines of any kind");
    }
    assert_eq!(validate::title("a\u{2028}b"), Err("The title is one line, without tabs.".into()));
    let turned = "The title contains U+202E, which changes the direction of the text around it.";
    assert_eq!(validate::title("a\u{202e}b"), Err(turned.into()));

    for seen in ["👩‍👩‍👧", "❤️", "می‌خواهم", "שלום", "…", "́a", "क्‍ष"]
    {
        assert_eq!(validate::title(seen), Ok(seen.into()));
    }
}

#[test]
fn descriptions() {
    let indented = "    code\n\ttab\u{2028}";
    assert_eq!(validate::description(indented), Ok(indented.into()));
    assert_eq!(validate::description(" \n "), Ok(String::new()));
    assert!(validate::description(&"x".repeat(limits::DESCRIPTION_BYTES)).is_ok());
    assert!(validate::description(&"x".repeat(limits::DESCRIPTION_BYTES + 1)).is_err());
    let message = "The description contains the control character U+001B.";
    assert_eq!(validate::description("\u{1b}[31m"), Err(message.into()));
}

#[test]
fn labels() {
    assert_eq!(validate::labels(&["ui", " ui ", "api"]), Ok(vec!["ui".into(), "api".into()]));
    let many: Vec<String> = (0..21).map(|n| format!("label {n}")).collect();
    assert_eq!(validate::labels(&many), Err("A card has at most 20 labels.".into()));
    assert!(validate::labels(&many[..20]).is_ok());
    assert!(validate::label(&"x".repeat(50)).is_ok());
    assert_eq!(validate::label(&"x".repeat(51)), Err("A label has 51 characters; at most 50 fit.".into()));
    assert_eq!(validate::labels(&[""]), Err("A label can't be empty.".into()));
}

proptest! {
    #[test]
    fn a_normal_form_is_its_own_normal_form(text in any::<String>()) {
        for normalise in [validate::title, validate::description, validate::label] {
            if let Ok(normal) = normalise(&text) {
                prop_assert_eq!(normalise(&normal), Ok(normal));
            }
        }
    }
}
