//! `/api/v1/boards/{boardId}/views`.

use serde_json::{Value, json};

use crate::app::TestApp;

const ID: &str = "0197c0de-0000-7000-8000-0000000000d1";

/// A server with a board, and where the board's views are.
async fn start() -> (TestApp, String) {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let views = format!("/boards/{}/views", board.id);
    (app, views)
}

#[tokio::test]
async fn a_view_is_saved_listed_and_deleted() {
    let (app, views) = start().await;
    assert_eq!(app.get(&views).await.ok().json, json!([]));
    let body = json!({"id": ID, "name": " Blocked UI ", "query": " label:ui is:blocked "});
    let made = app.post(&views, body).await;
    let view = json!({"id": ID, "name": "Blocked UI", "query": "label:ui is:blocked"});
    assert_eq!((made.status, &made.json), (201, &view));
    assert_eq!(made.headers["location"], format!("/api/v1{views}/{ID}"));
    made.position();
    let other = app.post(&views, json!({"name": "Bugs", "query": "type:bug"})).await.ok().json;
    assert_eq!(app.get(&views).await.ok().json, json!([view, other]));

    let gone = app.delete(&format!("{views}/{ID}")).await;
    assert_eq!((gone.status, &gone.json), (204, &Value::Null));
    assert_eq!(app.get(&views).await.ok().json, json!([other]));
    assert_eq!(app.delete(&format!("{views}/{ID}")).await.status, 404);
}

#[tokio::test]
async fn a_view_that_is_saved_twice_is_there_once() {
    let (app, views) = start().await;
    let body = json!({"id": ID, "name": "Bugs", "query": "type:bug"});
    let first = app.post(&views, body.clone()).await.ok();
    let again = app.post(&views, body).await;
    assert_eq!((again.status, again.json), (201, first.json));
    let other = app.post(&views, json!({"id": ID, "name": "Other", "query": "type:bug"})).await;
    assert_eq!(other.status, 409);
    assert_eq!(app.get(&views).await.json.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_is_given_once_on_a_board_whatever_its_case() {
    let (app, views) = start().await;
    app.post(&views, json!({"name": "Ärger", "query": "a"})).await.ok();
    for name in ["Ärger", "ÄRGER", " ärger "] {
        let taken = app.post(&views, json!({"name": name, "query": "b"})).await;
        assert_eq!(
            (taken.status, &taken.json["errors"][0]["field"]),
            (409, &json!("name")),
            "{}",
            taken.json
        );
        assert!(!taken.json["hints"].as_array().unwrap().is_empty());
    }
    let elsewhere = app.board("shop").await;
    app.post(&format!("/boards/{}/views", elsewhere.id), json!({"name": "Ärger", "query": "a"})).await.ok();
}

#[tokio::test]
async fn a_view_that_can_not_be_is_refused() {
    let (app, views) = start().await;
    let good = "label:ui";
    for (name, query, field) in [
        ("", good, "name"),
        (" \u{200b}", good, "name"),
        ("a\nb", good, "name"),
        ("a\u{1b}b", good, "name"),
        ("a\u{202e}b", good, "name"),
        ("Good", "", "query"),
        ("Good", "a\nb", "query"),
        ("Good", "a\0b", "query"),
    ] {
        let answer = app.post(&views, json!({"name": name, "query": query})).await;
        assert_eq!(
            (answer.status, &answer.json["errors"][0]["field"]),
            (422, &json!(field)),
            "{name:?} {query:?}"
        );
    }
    let long = |name: usize, query: usize| json!({"name": "x".repeat(name), "query": "x".repeat(query)});
    assert_eq!(app.post(&views, long(101, 1)).await.status, 422);
    assert_eq!(app.post(&views, long(1, 501)).await.status, 422);
    app.post(&views, long(100, 500)).await.ok();
    for body in [json!({"name": "Good"}), json!({"name": "Good", "query": "a", "colour": 1})] {
        assert_eq!(app.post(&views, body).await.status, 400);
    }
    assert_eq!(app.get("/boards/none/views").await.status, 404);
    assert_eq!(app.post("/boards/none/views", json!({"name": "Good", "query": "a"})).await.status, 404);
    assert_eq!(app.delete("/boards/none/views/none").await.status, 404);
}

#[tokio::test]
async fn a_board_has_a_hundred_views_and_they_go_with_it() {
    let (app, views) = start().await;
    for number in 0..100 {
        app.post(&views, json!({"name": format!("View {number}"), "query": "a"})).await.ok();
    }
    let surplus = app.post(&views, json!({"name": "One more", "query": "a"})).await;
    assert_eq!(surplus.status, 409, "{}", surplus.json);
    let board = views.trim_end_matches("/views");
    app.delete(board).await.ok();
    assert_eq!(app.get(&views).await.status, 404);
}

#[tokio::test]
async fn a_view_of_another_board_is_not_there() {
    let (app, views) = start().await;
    app.post(&views, json!({"id": ID, "name": "Bugs", "query": "type:bug"})).await.ok();
    let elsewhere = app.board("shop").await;
    assert_eq!(app.delete(&format!("/boards/{}/views/{ID}", elsewhere.id)).await.status, 404);
    assert_eq!(app.get(&views).await.json.as_array().unwrap().len(), 1);
}
