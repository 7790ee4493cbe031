//! Routes that take no body: one that is sent all the same was meant to do something.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

#[tokio::test]
async fn a_body_where_none_is_taken_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let path = format!("/boards/{}", board.id);
    let column = app.post(&format!("{path}/columns"), json!({"title": "Later"})).await.ok().text("id");
    let card = app.create_card(&board.id, "One").await.text("id");
    let gone = app.create_card(&board.id, "Two").await.text("id");
    app.delete(&format!("{path}/cards/{gone}")).await.ok();
    let before = app.board_state(&board.id).await;

    let routes = [
        (Method::POST, format!("{path}/cards/{gone}/restore")),
        (Method::DELETE, format!("{path}/cards/{card}")),
        (Method::DELETE, format!("{path}/columns/{column}")),
        (Method::DELETE, path.clone()),
        (Method::DELETE, "/session".to_owned()),
    ];
    for (method, route) in &routes {
        for body in ["{\"x\":1}", "[]", "null", "{", "x"] {
            let request = http.api(method.clone(), route).body(body);
            let problem = Reply::to(request).await.refused(400);
            assert!(!problem.hints.is_empty(), "{method} {route} {body}: {problem:?}");
        }
    }
    assert_eq!(app.board_state(&board.id).await, before);
    let deleted = app.get(&format!("{path}/cards?deleted=true")).await.json;
    assert_eq!(deleted.as_array().map(Vec::len), Some(1));

    for (method, route) in &routes {
        let reply = Reply::to(http.api(method.clone(), route).body(" {} ")).await;
        assert!(reply.status < 300, "{method} {route}: {reply:?}");
    }
    assert_eq!(app.get("/boards").await.json, Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told_so_where_none_is_taken() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let path = format!("/boards/{}", board.id);
    Reply::to(http.api(Method::DELETE, &path).body(" ".repeat(1024 * 1024 + 1))).await.refused(413);
    app.board_state(&board.id).await;
}
