//! Texts: what fits, what is refused, and that nothing in them is ever more than text.

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::{Answer, TestBoard},
};

/// Every text that people write: how it is sent, in which field, and where the answer has it.
async fn write(app: &TestApp, board: &TestBoard, field: &str, text: &str) -> (Answer, &'static str) {
    let root = format!("/boards/{}", board.id);
    match field {
        "name" => (app.patch(&root, json!({"name": text})).await, "/name"),
        "column" => (app.post(&format!("{root}/columns"), json!({"title": text})).await, "/title"),
        "title" => (app.post(&format!("{root}/cards"), json!({"title": text})).await, "/title"),
        "description" => {
            let body = json!({"title": "One", "description": text});
            (app.post(&format!("{root}/cards"), body).await, "/description")
        }
        "label" => {
            let body = json!({"title": "One", "labels": [text]});
            (app.post(&format!("{root}/cards"), body).await, "/labels/0")
        }
        other => unreachable!("{other}"),
    }
}

const ONE_LINE: [&str; 4] = ["name", "column", "title", "label"];
const ALL: [&str; 5] = ["name", "column", "title", "label", "description"];

#[track_caller]
fn refused(answer: &Answer, field: &str) {
    let name = match field {
        "column" => "title",
        "label" => "labels",
        other => other,
    };
    assert_eq!(answer.status, 422, "{field}: {}", answer.json);
    assert_eq!(answer.json["errors"][0]["field"], name, "{}", answer.json);
    assert!(answer.json["detail"].as_str().unwrap().len() < 500, "{}", answer.json);
}

#[tokio::test]
async fn markup_is_text_in_every_field() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    for text in
        ["<script>alert(1)</script>", "\"><img src=x>", "' OR 1=1 --", "$1 {{x}} %s", "🦀 e\u{301} ‏עברית"]
    {
        for field in ALL {
            let (answer, place) = write(&app, &board, field, text).await;
            assert!((200..300).contains(&answer.status), "{field}: {}", answer.json);
            assert_eq!(answer.json.pointer(place), Some(&json!(text)), "{field}");
            assert_eq!(answer.headers["content-type"], "application/json");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        }
    }
}

#[tokio::test]
async fn what_can_not_be_seen_or_misleads_is_refused_in_texts_of_one_line() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    for text in ["\u{200b}", "\u{feff}\u{2060}", "a\u{2028}b", "a\u{2029}b", "a\u{202e}b", "a\u{2066}b"] {
        for field in ONE_LINE {
            refused(&write(&app, &board, field, text).await.0, field);
        }
        let (answer, place) = write(&app, &board, "description", text).await;
        assert_eq!(answer.ok().json.pointer(place), Some(&json!(text)));
    }
}

#[tokio::test]
async fn control_characters_are_refused_in_every_field_but_lines_and_tabs_in_a_description() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    for control in ['\0', '\u{1}', '\u{8}', '\r', '\u{b}', '\u{1b}', '\u{7f}', '\u{85}'] {
        for field in ALL {
            let (answer, _) = write(&app, &board, field, &format!("a{control}b")).await;
            refused(&answer, field);
        }
    }
    for text in ["a\nb", "a\tb"] {
        for field in ONE_LINE {
            refused(&write(&app, &board, field, text).await.0, field);
        }
        let (answer, place) = write(&app, &board, "description", text).await;
        assert_eq!((answer.status, answer.json.pointer(place)), (201, Some(&json!(text))));
    }
    assert_eq!(app.board_state(&board.id).await.cards.len(), 2);
}

#[tokio::test]
async fn empty_and_overlong_texts_are_refused_and_the_longest_fit() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    for field in ONE_LINE {
        for empty in ["", " ", "\u{a0}\u{3000}"] {
            refused(&write(&app, &board, field, empty).await.0, field);
        }
        let limit = if field == "label" { 50 } else { 500 };
        for character in ["x", "ü", "🦀"] {
            let (answer, place) = write(&app, &board, field, &format!(" {} ", character.repeat(limit))).await;
            assert!((200..300).contains(&answer.status), "{field}: {}", answer.json);
            assert_eq!(answer.json.pointer(place), Some(&json!(character.repeat(limit))), "trimmed");
            refused(&write(&app, &board, field, &character.repeat(limit + 1)).await.0, field);
        }
        refused(&write(&app, &board, field, &"x".repeat(900_000)).await.0, field);
    }
    let (answer, _) = write(&app, &board, "description", &"x".repeat(64 * 1024)).await;
    assert_eq!(answer.status, 201);
    refused(&write(&app, &board, "description", &"x".repeat(64 * 1024 + 1)).await.0, "description");
    refused(&write(&app, &board, "description", &"ü".repeat(32 * 1024 + 1)).await.0, "description");
    let (blank, _) = write(&app, &board, "description", " \n").await;
    assert_eq!((&blank.json["hasDescription"], blank.json.get("description")), (&json!(false), None));
}

#[tokio::test]
async fn a_card_has_at_most_twenty_labels_each_once() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let create = async |labels: Vec<String>| {
        app.post(&format!("/boards/{}/cards", board.id), json!({"title": "One", "labels": labels})).await
    };
    let labels = |count: usize| (0..count).map(|n| format!("label {n}")).collect::<Vec<_>>();
    assert_eq!(create(labels(20)).await.json["labels"], json!(labels(20)));
    refused(&create(labels(21)).await, "label");
    let twice = create(vec!["ui".into(), " ui ".into(), "UI".into()]).await;
    assert_eq!(twice.json["labels"], json!(["ui", "UI"]));
}

#[tokio::test]
async fn every_field_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let body = json!({"title": "", "description": "\0", "labels": [""]});
    let answer = app.post(&format!("/boards/{}/cards", board.id), body).await;
    assert_eq!(answer.status, 422);
    let fields: Vec<&Value> =
        answer.json["errors"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(fields, [&json!("title"), &json!("description"), &json!("labels")]);
}
