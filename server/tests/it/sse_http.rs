//! Connections as strangers make them: other versions of HTTP, several requests on one, bytes that nobody asked for, half
//! of one closed.

use std::time::Duration;

use server::sse::hub::Open;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    app::{TOKEN, TestApp, eventually},
    sse_reader::PATIENCE,
    sse_resume::resumed_at,
};

const SHORT: Duration = Duration::from_millis(30);
/// So long that no heartbeat helps a frame out of a buffer.
const NEVER: Duration = Duration::from_secs(3600);

/// The lines of a request for a stream, without the empty one at its end.
pub fn request(app: &TestApp, version: &str, query: &str) -> String {
    format!("GET /api/v1/sse{query} {version}\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n", app.address)
}

/// A connection on which these words were sent.
pub async fn connection(app: &TestApp, words: &str) -> TcpStream {
    let mut socket = TcpStream::connect(app.address).await.expect("the server listens");
    socket.write_all(words.as_bytes()).await.expect("the server reads");
    socket
}

/// What comes, up to these words.
pub async fn read_until(socket: &mut TcpStream, words: &str) -> String {
    let mut seen = Vec::new();
    let read = async {
        while !String::from_utf8_lossy(&seen).contains(words) {
            let count = socket.read_buf(&mut seen).await.expect("the connection holds");
            assert_ne!(count, 0, "it ended before {words:?}");
        }
    };
    timeout(PATIENCE, read).await.unwrap_or_else(|_| panic!("{words:?} never came"));
    String::from_utf8_lossy(&seen).into_owned()
}

#[tokio::test]
async fn an_opening_comes_at_once_although_nothing_happens() {
    let app = TestApp::with(|config| config.streams.heartbeat = NEVER).await;
    let board = app.board("Web").await.id;
    let at = app.get("/boards").await.position().to_string();
    for query in ["".to_owned(), format!("boardId={board}"), format!("boardId={board}&patch=1&overview=1")] {
        let mut fresh = app.stream(&query).await;
        timeout(PATIENCE / 4, fresh.opening()).await.unwrap_or_else(|_| panic!("{query}: it waits"));
        let mut resumed = resumed_at(&app, &query, at.clone()).await;
        let hello = timeout(PATIENCE / 4, resumed.next()).await;
        assert!(hello.unwrap_or_else(|_| panic!("{query}: it waits")).hello().resumed);
    }
}

#[tokio::test]
async fn board_streams_and_resumed_ones_have_the_headers_too() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let at = app.get("/boards").await.position().to_string();
    let query = format!("boardId={board}&patch=1");
    for stream in [app.stream(&query).await, resumed_at(&app, &query, at).await] {
        assert_eq!(stream.header("content-type"), Some("text/event-stream"));
        assert_eq!(stream.header("cache-control"), Some("no-store, no-transform"));
        assert_eq!(stream.header("x-accel-buffering"), Some("no"));
        assert_eq!(stream.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(stream.header("content-length"), None);
    }
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_the_frames_without_chunks() {
    let app = TestApp::start().await;
    let mut socket = connection(&app, &(request(&app, "HTTP/1.0", "") + "\r\n")).await;
    let begin = read_until(&mut socket, "event: dashboard_overview").await;
    let (head, body) = begin.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.0 200"), "{head}");
    assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    assert!(body.starts_with("id:\nevent: hello\ndata: {"), "{body}");
    app.begin_to_stop();
    let mut rest = String::new();
    timeout(PATIENCE, socket.read_to_string(&mut rest)).await.expect("it ends").expect("without an error");
    assert!(rest.contains("event: bye\n") && rest.ends_with("}\n\n"), "{rest}");
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_open_for_another_try() {
    let app = TestApp::start().await;
    let words = request(&app, "HTTP/1.1", "?boardId=nope") + "\r\n" + &request(&app, "HTTP/1.1", "") + "\r\n";
    let mut socket = connection(&app, &words).await;
    let answers = read_until(&mut socket, "event: hello").await;
    assert!(answers.starts_with("HTTP/1.1 404"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200"), "{answers}");
    assert_eq!(app.open(), Open { boards: 0, dashboards: 1, channels: 1 });
}

#[tokio::test]
async fn who_goes_on_talking_gets_its_stream_all_the_same_and_is_missed_when_it_leaves() {
    let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await;
    let mut socket = connection(&app, &(request(&app, "HTTP/1.1", "") + "\r\n")).await;
    read_until(&mut socket, "event: hello").await;
    socket.write_all(b"GET / HTTP/1.1\r\n\r\nand so on").await.expect("the connection holds");
    read_until(&mut socket, "event: heartbeat").await;
    drop(socket);
    eventually("the reader is missed", async || app.open() == Open::default()).await;
}

#[tokio::test]
async fn who_closes_its_side_has_left() {
    let app = TestApp::with(|config| config.streams.heartbeat = NEVER).await;
    let mut socket = connection(&app, &(request(&app, "HTTP/1.1", "") + "\r\n")).await;
    read_until(&mut socket, "event: hello").await;
    socket.shutdown().await.expect("the connection holds");
    eventually("the reader is missed", async || app.open() == Open::default()).await;
    assert_eq!(app.state.streams.metrics().disconnects_left.count(), 1);
}
