//! When things go wrong around a request: clients that hang up or dawdle, a full disk, a server that stops.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use server::arrival::Arrival;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    app::{TestApp, eventually},
    http::{Http, Reply},
};

/// A `POST` with the owner token, as bytes.
fn post(app: &TestApp, path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        app.address,
        app.token,
        body.len()
    )
    .into_bytes()
}

#[tokio::test]
async fn a_command_is_carried_out_although_its_client_hangs_up() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let others_change = app.state.store.write().await.unwrap();
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    let request = post(&app, &format!("/boards/{}/cards", board.id), r#"{"title": "One"}"#);
    socket.write_all(&request).await.unwrap();
    eventually("the command waits for its turn", async || app.state.commands.len() == 1).await;
    drop(socket);
    drop(others_change);
    eventually("the card is there", async || app.board_state(&board.id).await.cards.len() == 1).await;
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let request = post(&app, &format!("/boards/{}/cards", board.id), r#"{"title": "One"}"#);
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    socket.write_all(&request[..request.len() - 1]).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(app.board_state(&board.id).await.cards.is_empty());
}

#[tokio::test]
async fn a_request_that_dawdles_is_given_up_and_a_stream_is_not() {
    let app = TestApp::with(|config| {
        config.arrival = Arrival { head: Duration::from_millis(100), body: Duration::from_millis(100) };
        config.streams.heartbeat = Duration::from_millis(40);
    })
    .await;
    let mut stream = app.stream("").await;
    stream.opening().await;
    let cards = format!("/boards/{}/cards", app.board("web").await.id);
    let request = post(&app, &cards, r#"{"title": "One"}"#);
    let http = Http::of(&app);
    let half_a_body = http.raw(&request[..request.len() - 5]).await;
    assert!(half_a_body.starts_with("HTTP/1.1 408 "), "{half_a_body}");
    assert!(half_a_body.contains("application/problem+json"), "{half_a_body}");
    let form =
        b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: 9\r\n\r\ntoken";
    assert!(http.raw(form).await.starts_with("HTTP/1.1 408 "));
    let half_a_head = http.raw(b"GET /healthz HTTP/1.1\r\nhost: local").await;
    assert!(half_a_head.is_empty() || half_a_head.starts_with("HTTP/1.1 408 "), "{half_a_head}");
    http.raw(b"").await;
    for _ in 0..5 {
        stream.next_of("heartbeat").await;
    }
}

#[tokio::test]
async fn requests_that_are_no_http_end_their_connection_alone() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let long = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(1024 * 1024));
    let many = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(1000));
    for request in ["nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", &long, &many] {
        // The server may cut the sender off before it has sent everything.
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        _ = socket.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        _ = socket.read_to_end(&mut answer).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_eq!(http.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn on_a_full_disk_changes_are_refused_and_reads_and_streams_go_on() {
    let app = TestApp::with(|config| {
        config.store.max_pages = Some(256);
        config.streams.heartbeat = Duration::from_millis(50);
    })
    .await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    let mut stream = app.stream(&format!("boardId={}&patch=1", board.id)).await;
    stream.opening().await;

    let large = json!({"title": "One", "description": "x".repeat(60_000)});
    let mut kept = 0;
    let full = loop {
        let reply = Reply::to(http.api(Method::POST, &cards).json(&large)).await;
        if reply.status != 201 {
            break reply;
        }
        kept += 1;
        assert!(kept < 1000, "the disk never fills up");
    };
    let problem = full.refused(507);
    assert!(!problem.hints.is_empty(), "{problem:?}");
    assert!(full.header("mainstay-event-id").is_some());

    assert_eq!(
        app.board_state(&board.id).await.cards.len(),
        kept,
        "what was acknowledged is there, and nothing else"
    );
    for path in ["/boards", "/dashboard", &cards] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
    assert_eq!(http.get("/readyz").await.status, 200);
    for _ in 0..kept {
        stream.next_of("board_patch").await;
    }
    stream.next_of("heartbeat").await;
    let again = app.stream(&format!("boardId={}", board.id)).await.opening().await;
    assert_eq!(again[1].json()["cards"].as_object().unwrap().len(), kept);
}

#[tokio::test]
async fn a_change_that_does_not_get_its_turn_is_refused_with_when_to_try_again() {
    let app = TestApp::with(|config| config.store.patience = Duration::from_secs(1)).await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let others_change = app.state.store.write().await.unwrap();
    let request =
        http.api(Method::POST, &format!("/boards/{}/cards", board.id)).json(&json!({"title": "One"}));
    let reply = Reply::to(request).await;
    let problem = reply.refused(503);
    assert!(!problem.hints.is_empty());
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(app.get("/boards").await.status, 200, "reading goes on");
    drop(others_change);
    app.create_card(&board.id, "One").await;
}

#[tokio::test]
async fn a_server_whose_database_can_not_be_read_is_alive_but_not_ready() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    assert_eq!(http.get("/readyz").await.body, "ready\n");
    app.state.store.close().await;
    let reply = http.get("/readyz").await;
    reply.refused(503);
    assert!(reply.header("retry-after").is_some());
    assert_eq!(http.get("/healthz").await.body, "ok\n");
    Reply::to(http.api(Method::GET, "/boards")).await.refused(503);
}

#[tokio::test]
async fn a_stopping_server_finishes_what_it_has_begun() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let others_change = app.state.store.write().await.unwrap();
    let (client, path) = (app.client(), format!("/boards/{}/cards", board.id));
    let waiting = tokio::spawn(async move { client.post(&path, json!({"title": "One"})).await });
    eventually("the command waits for its turn", async || app.state.commands.len() == 1).await;
    app.begin_to_stop();
    drop(others_change);
    assert_eq!(waiting.await.unwrap().status, 201);
    app.stop().await;
}

#[tokio::test]
async fn a_stopping_server_takes_no_new_connections() {
    let app = TestApp::start().await;
    let mut stream = app.stream("").await;
    stream.opening().await;
    app.begin_to_stop();
    let refused = async || TcpStream::connect(app.address).await.is_err();
    eventually("nobody listens any more", refused).await;
    assert_eq!(stream.next_of("bye").await.json()["reason"], "shutdown", "what is open ends in order");
    app.stop().await;
}
