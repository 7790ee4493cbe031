//! What all requests and answers of the JSON API have in common: methods, types, bodies, ids, limits, positions.

use reqwest::Method;
use serde_json::{Value, json};
use shared::problem::Problem;

use crate::{
    app::TestApp,
    client::TestBoard,
    http::{Http, Reply},
};

const MIB: usize = 1024 * 1024;

async fn start() -> (TestApp, Http, TestBoard, String) {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    (app, http, board, cards)
}

/// Every route that takes a body, with one that it takes.
fn bodies(board: &TestBoard, card: &str) -> Vec<(Method, String, Value)> {
    let root = format!("/boards/{}", board.id);
    let column = &board.columns[0];
    vec![
        (Method::POST, "/boards".to_owned(), json!({"name": "Two", "repositoryPath": "/nowhere"})),
        (Method::PATCH, root.clone(), json!({"name": "Renamed"})),
        (Method::POST, format!("{root}/columns"), json!({"title": "QA"})),
        (Method::PATCH, format!("{root}/columns/{column}"), json!({"title": "QA"})),
        (Method::POST, format!("{root}/cards"), json!({"title": "Two"})),
        (Method::PATCH, format!("{root}/cards/{card}"), json!({"title": "Two"})),
        (Method::POST, format!("{root}/cards/{card}/move"), json!({"columnId": column, "index": 0})),
    ]
}

#[track_caller]
fn names_field(problem: &Problem, field: &str) {
    assert_eq!(problem.errors.len(), 1, "{problem:?}");
    assert_eq!(problem.errors[0].field, field, "{problem:?}");
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_every_route_and_changes_nothing() {
    let (app, http, board, _) = start().await;
    let card = app.create_card(&board.id, "One").await.text("id");
    let before = app.board_state(&board.id).await;
    for (method, path, mut body) in bodies(&board, &card) {
        body["titel"] = json!("a typo");
        let problem = Reply::to(http.api(method, &path).json(&body)).await.refused(400);
        names_field(&problem, "titel");
        assert!(problem.errors[0].message.contains("unknown field"), "{problem:?}");
    }
    let settings = json!({"settings": {"colour": "red"}});
    let problem = Reply::to(http.api(Method::PATCH, &format!("/boards/{}", board.id)).json(&settings))
        .await
        .refused(400);
    names_field(&problem, "settings.colour");
    assert_eq!(app.board_state(&board.id).await, before);
}

#[tokio::test]
async fn an_unknown_parameter_is_refused() {
    let (app, _, board, cards) = start().await;
    let paths = [
        "/boards?limit=1".to_owned(),
        format!("/boards/{}?x", board.id),
        format!("{cards}?delted=true"),
        format!("{cards}?deleted=true&deleted=false"),
    ];
    for path in paths {
        assert_eq!(app.get(&path).await.status, 400, "{path}");
    }
    assert_eq!(app.delete(&format!("/boards/{}?keeprecovery=true", board.id)).await.status, 400);
    assert_eq!(app.get(&format!("/boards/{}", board.id)).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_not_json_of_the_right_shape_is_malformed() {
    let (app, http, board, _) = start().await;
    let card = app.create_card(&board.id, "One").await.text("id");
    let before = app.board_state(&board.id).await;
    let deep = format!("{{\"title\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let wrong: [&[u8]; 12] = [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b"[null, \"a\"]",
        b"null",
        b"\"title\"",
        b"{\"title\": \"a\"} trailing",
        b"{\"title\": 5, \"name\": 5, \"columnId\": 5}",
        b"{\"title\": \"\xff\", \"name\": \"\xff\"}",
        b"{\"title\": \"\\ud800\", \"name\": \"\\ud800\"}",
        deep.as_bytes(),
    ];
    for (method, path, _) in bodies(&board, &card) {
        for body in wrong {
            let request = http.api(method.clone(), &path).header("content-type", "application/json");
            let problem = Reply::to(request.body(body.to_vec())).await.refused(400);
            assert!(problem.detail.len() < 1000, "{problem:?}");
        }
    }
    assert_eq!(app.board_state(&board.id).await, before);
}

#[tokio::test]
async fn the_field_of_a_wrong_type_a_missing_one_and_a_repeated_one_are_named() {
    let (_app, http, _, cards) = start().await;
    let post = async |body: &'static str| {
        let request = http.api(Method::POST, &cards).header("content-type", "application/json").body(body);
        Reply::to(request).await.refused(400)
    };
    names_field(&post("{}").await, "title");
    names_field(&post(r#"{"title": 5}"#).await, "title");
    names_field(&post(r#"{"title": "a", "title": "b"}"#).await, "title");
    names_field(&post(r#"{"title": "a", "labels": ["b", 5]}"#).await, "labels[1]");
    names_field(&post(r#"{"title": "a", "type": "epic"}"#).await, "type");
    names_field(&post(r#"{"title": "a", "priority": "Urgent"}"#).await, "priority");
    names_field(&post(r#"{"title": "a", "dependsOn": "b"}"#).await, "dependsOn");
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let (app, http, board, _) = start().await;
    let card = app.create_card(&board.id, "One").await.text("id");
    for (method, path, body) in bodies(&board, &card) {
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
        ] {
            let request =
                http.api(method.clone(), &path).header("content-type", media_type).body(body.to_string());
            let problem = Reply::to(request).await.refused(415);
            assert!(problem.hints[0].contains("application/json"), "{problem:?}");
        }
        let without = http.api(method, &path).body(body.to_string());
        Reply::to(without).await.refused(415);
    }
    let charset = http.api(Method::POST, &format!("/boards/{}/cards", board.id));
    let charset =
        charset.header("content-type", "Application/JSON; charset=utf-8").body(r#"{"title": "Two"}"#);
    assert_eq!(Reply::to(charset).await.status, 201);
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_too_large_however_it_is_sent() {
    let (app, http, board, cards) = start().await;
    let body = |bytes: usize| {
        let start = r#"{"title": "One"}"#;
        format!("{start}{}", " ".repeat(bytes - start.len()))
    };
    let send = async |bytes: usize, chunked: bool| {
        let request = http.api(Method::POST, &cards).header("content-type", "application/json");
        let body = if chunked {
            let chunks: Vec<_> = body(bytes).as_bytes().chunks(MIB / 4).map(<[u8]>::to_vec).collect();
            reqwest::Body::wrap_stream(futures_util::stream::iter(
                chunks.into_iter().map(Ok::<_, std::io::Error>),
            ))
        } else {
            body(bytes).into()
        };
        Reply::to(request.body(body)).await
    };
    for chunked in [false, true] {
        assert_eq!(send(MIB, chunked).await.status, 201);
        send(MIB + 1, chunked).await.refused(413);
        let problem = send(5 * MIB, chunked).await.refused(413);
        assert!(problem.detail.contains("1 MiB"), "{problem:?}");
    }
    assert_eq!(app.board_state(&board.id).await.cards.len(), 2);
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_refused_with_those_it_takes() {
    let (_app, http, board, cards) = start().await;
    let root = format!("/boards/{}", board.id);
    let routes = [
        ("/boards", Method::PUT, "GET,HEAD,POST"),
        (root.as_str(), Method::POST, "GET,HEAD,PATCH,DELETE"),
        (&format!("{root}/columns"), Method::GET, "POST"),
        (&format!("{root}/columns/c"), Method::GET, "PATCH,DELETE"),
        (&cards, Method::DELETE, "GET,HEAD,POST"),
        (&format!("{cards}/c"), Method::PUT, "GET,HEAD,PATCH,DELETE"),
        (&format!("{cards}/c/move"), Method::GET, "POST"),
        (&format!("{cards}/c/restore"), Method::PATCH, "POST"),
        ("/dashboard", Method::POST, "GET,HEAD"),
        ("/session", Method::GET, "DELETE"),
        ("/sse", Method::POST, "GET,HEAD"),
        ("/boards", Method::OPTIONS, "GET,HEAD,POST"),
    ];
    for (path, method, allowed) in routes {
        let reply = Reply::to(http.api(method.clone(), path)).await;
        reply.refused(405);
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_no_route_is_not_found() {
    let (_app, http, _, _) = start().await;
    for path in
        ["", "/", "/nothing", "/boards/", "/boards/a/b", "/attempts", "/Boards", "/tokens", "/../boards"]
    {
        Reply::to(http.api(Method::GET, path)).await.refused(404);
        Reply::to(http.api(Method::POST, path).json(&json!({}))).await.refused(404);
    }
    for path in ["/api", "/api/", "/api/v2/boards"] {
        http.get(path).await.refused(404);
    }
}

#[tokio::test]
async fn an_id_that_can_be_none_is_malformed_and_one_that_names_nothing_is_not_found() {
    let (_app, http, board, cards) = start().await;
    let get = async |path: &str| Reply::to(http.api(Method::GET, path)).await;
    for id in ["%00", "%0a", "a%7Fb", "%C2%85", "%ff", "%c0%af", &"x".repeat(65), &"%C3%BC".repeat(65)] {
        get(&format!("/boards/{id}")).await.refused(400);
        get(&format!("{cards}/{id}")).await.refused(400);
        Reply::to(http.api(Method::DELETE, &format!("/boards/{}/columns/{id}", board.id))).await.refused(400);
    }
    get("/boards//cards").await.refused(400);
    let encoded_twice = board.id.as_str().replacen('0', "%2530", 1);
    for id in [
        "x",
        "%2e%2e",
        "..%2f..%2fetc",
        "%252e",
        "*",
        "'%20OR%201=1--",
        &"x".repeat(64),
        &"%C3%BC".repeat(64),
        &encoded_twice,
    ] {
        let problem = get(&format!("/boards/{id}")).await.refused(404);
        assert!(!problem.hints.is_empty(), "{problem:?}");
        get(&format!("{cards}/{id}")).await.refused(404);
    }
    let encoded_once = board.id.as_str().replacen('0', "%30", 1);
    assert_eq!(get(&format!("/boards/{encoded_once}")).await.status, 200);
}

#[tokio::test]
async fn who_takes_no_json_is_refused_before_anything_is_done() {
    let (app, http, board, cards) = start().await;
    for accept in ["text/html", "text/event-stream", "application/json;q=0"] {
        let request = http.api(Method::POST, &cards).header("accept", accept).json(&json!({"title": "One"}));
        let problem = Reply::to(request).await.refused(406);
        assert!(problem.hints[0].contains("application/json"), "{problem:?}");
    }
    assert!(app.board_state(&board.id).await.cards.is_empty());
    let browser =
        http.api(Method::GET, "/boards").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert_eq!(Reply::to(browser).await.status, 200);
}

#[tokio::test]
async fn every_answer_names_its_position_and_it_only_grows() {
    let (app, http, board, cards) = start().await;
    let card = format!("{cards}/{}", app.create_card(&board.id, "One").await.text("id"));
    let column = format!("/boards/{}/columns", board.id);
    let requests = [
        http.api(Method::GET, "/boards"),
        http.api(Method::PATCH, &card).json(&json!({"title": "Two"})),
        http.api(Method::PATCH, &card).json(&json!({"title": ""})),
        http.api(Method::POST, &format!("{card}/move"))
            .json(&json!({"columnId": board.columns[2], "index": 0})),
        http.api(Method::GET, &card),
        http.api(Method::DELETE, &card),
        http.api(Method::GET, &card),
        http.api(Method::POST, &format!("{card}/restore")),
        http.api(Method::POST, &column).json(&json!({"title": "QA"})),
        http.api(Method::PUT, &column),
        http.api(Method::GET, "/nothing"),
        http.api(Method::GET, "/dashboard"),
        http.api(Method::GET, "/boards").header("accept", "text/html"),
        http.api(Method::DELETE, "/session"),
    ];
    let mut last = 0;
    for request in requests {
        let reply = Reply::to(request).await;
        let position = reply.header("mainstay-event-id").unwrap_or_else(|| panic!("{reply:?}"));
        let (epoch, seq) = position.split_once('.').unwrap();
        assert_eq!(epoch, app.state.store.epoch().as_str());
        let seq: u64 = seq.parse().unwrap();
        assert!(seq >= last, "{reply:?}");
        last = seq;
    }
    assert_eq!(last, 7, "the demo agent, create, edit, move, delete, restore, column");
}

#[tokio::test]
async fn a_changes_position_is_that_of_its_last_message_on_the_stream() {
    let (app, _, board, cards) = start().await;
    let mut stream = app.stream(&format!("boardId={}&patch=1", board.id)).await;
    stream.opening().await;
    let made = app.post(&cards, json!({"title": "One"})).await.ok();
    assert_eq!(stream.next_of("board_patch").await.position(), made.position());
}

#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    let (_app, http, board, _) = start().await;
    for path in ["/boards", &format!("/boards/{}", board.id), "/dashboard"] {
        let reply = Reply::to(http.api(Method::HEAD, path)).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        assert!(reply.header("mainstay-event-id").is_some());
    }
}
