//! Which requests become a stream, and what the others are told.

use serde_json::{Value, json};
use server::sse::hub::Open;

use crate::{
    app::{TestApp, eventually},
    process::Process,
    sse_reader::{Request, SseReader},
};

/// The problem that such a request is answered with, and its headers.
async fn refusal(app: &TestApp, request: &Request) -> (u16, Value, Vec<(String, String)>) {
    let reader = SseReader::open(app.address, request).await;
    let (status, headers) = (reader.status, reader.headers.clone());
    assert_eq!(reader.header("content-type"), Some("application/problem+json"), "{request:?}");
    let problem: Value = serde_json::from_slice(&reader.body().await).expect("a problem is JSON");
    assert_eq!(problem["status"], json!(status));
    for field in ["title", "detail"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {problem}");
    }
    assert!(!problem["hints"].as_array().expect("hints").is_empty(), "{problem}");
    (status, problem, headers)
}

async fn refused_with(query: &str) -> (u16, Value) {
    let app = TestApp::start().await;
    let (status, problem, _) = refusal(&app, &app.stream_request(query)).await;
    assert_eq!(app.open(), Open::default(), "a refusal opens nothing");
    assert_eq!(app.state.streams.metrics().connects_rejected.count(), 1);
    (status, problem)
}

#[tokio::test]
async fn a_stream_has_exactly_the_headers_that_keep_proxies_and_browsers_from_meddling() {
    let app = TestApp::start().await;
    let stream = app.stream("").await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
    assert_eq!(stream.header("cache-control"), Some("no-store, no-transform"));
    assert_eq!(stream.header("x-accel-buffering"), Some("no"));
    assert_eq!(stream.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(stream.header("transfer-encoding"), Some("chunked"));
    for absent in ["content-length", "content-encoding", "connection", "mainstay-event-id"] {
        assert_eq!(stream.header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_stream_is_never_compressed() {
    let app = TestApp::start().await;
    let request = app.stream_request("").header("accept-encoding", "gzip, br, zstd, deflate");
    let mut stream = app.stream_by(&request).await;
    assert_eq!(stream.header("content-encoding"), None);
    assert_eq!(stream.next().await.event, "hello");
}

#[tokio::test]
async fn without_a_sign_in_there_is_no_stream() {
    let app = TestApp::start().await;
    let (status, ..) = refusal(&app, &Request::get("/api/v1/sse")).await;
    assert_eq!(status, 401);
    let wrong = Request::get("/api/v1/sse").header("authorization", "Bearer wrong");
    assert_eq!(refusal(&app, &wrong).await.0, 401);
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_stream_whatever_it_carries() {
    let app = TestApp::start().await;
    for (name, value) in
        [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        assert_eq!(
            refusal(&app, &app.stream_request("").header(name, value)).await.0,
            403,
            "{name}: {value}"
        );
    }
    let own = app.stream_request("").header("origin", format!("http://{}", app.address));
    assert_eq!(app.stream_by(&own).await.next().await.event, "hello");
}

#[tokio::test]
async fn a_board_that_does_not_exist_is_404_whatever_its_id_looks_like() {
    let app = TestApp::start().await;
    for id in
        ["nope", "*", "01890000-0000-7000-8000-000000000000", "%F0%9F%A6%80", "a%20b", "%2E%2E%2F", "%FF"]
    {
        let (status, ..) = refusal(&app, &app.stream_request(&format!("boardId={id}"))).await;
        assert_eq!(status, 404, "{id}");
    }
    let resumed = app
        .stream_request("boardId=nope")
        .header("last-event-id", app.get("/boards").await.position().to_string());
    assert_eq!(refusal(&app, &resumed).await.0, 404);
    assert_eq!(app.open(), Open::default());
}

#[tokio::test]
async fn an_empty_or_overlong_board_id_is_400() {
    for query in
        ["boardId=", "boardId", "projectId=", &format!("boardId={}", "x".repeat(65)), "boardId=a%00b"]
    {
        let (status, problem) = refused_with(query).await;
        assert_eq!(status, 400, "{query}");
        let field = query.split('=').next().expect("a name");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn a_bad_patch_attempts_or_overview_is_400() {
    for (query, field) in [
        ("patch=2", "patch"),
        ("patch=", "patch"),
        ("patch=true", "patch"),
        ("overview=yes", "overview"),
        ("attempts=", "attempts"),
        ("attempts=a,,b", "attempts"),
        ("attempts=all,a", "attempts"),
        ("boardId=a&boardId=b", "boardId"),
    ] {
        let (status, problem) = refused_with(query).await;
        assert_eq!(status, 400, "{query}");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn as_many_attempts_as_fit_can_be_named_and_one_more_is_400() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let naming = |count: usize| {
        let ids: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        format!("boardId={board}&attempts={}", ids.join(","))
    };
    assert_eq!(app.stream(&naming(64)).await.next().await.event, "hello");
    let status = async |query: &str| SseReader::open(app.address, &app.stream_request(query)).await.status;
    assert_eq!(status(&naming(65)).await, 400);
    assert_eq!(status(&format!("boardId={board}&projectId=another")).await, 400);
    assert_eq!(status(&format!("boardId={board}&projectId={board}")).await, 200, "the same twice is clear");
}

#[tokio::test]
async fn an_unknown_parameter_is_ignored() {
    let app = TestApp::start().await;
    let mut stream = app.stream("utm_source=x&patch=1").await;
    assert_eq!(stream.next().await.event, "hello");
}

#[tokio::test]
async fn other_methods_are_405_and_told_which_ones_there_are() {
    let app = TestApp::start().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let mut request = app.stream_request("").header("content-length", "0");
        request.method = method;
        let (status, _, headers) = refusal(&app, &request).await;
        assert_eq!(status, 405, "{method}");
        let allow = headers.iter().find(|(name, _)| name == "allow").expect("allow");
        assert_eq!(allow.1, "GET,HEAD", "{method}");
    }
}

#[tokio::test]
async fn a_client_that_refuses_event_streams_gets_406() {
    let app = TestApp::start().await;
    for accept in ["application/json", "text/html", "text/event-stream;q=0, */*"] {
        let request = app.stream_request("").header("accept", accept);
        assert_eq!(refusal(&app, &request).await.0, 406, "{accept}");
    }
    for accept in ["text/event-stream", "*/*", "text/html, text/*;q=0.1"] {
        let request = app.stream_request("").header("accept", accept);
        assert_eq!(app.stream_by(&request).await.next().await.event, "hello", "{accept}");
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_stream() {
    let app = TestApp::start().await;
    let mut request = app.stream_request("");
    request.method = "HEAD";
    let reader = SseReader::open(app.address, &request).await;
    assert_eq!(reader.status, 200);
    assert_eq!(reader.header("content-type"), Some("text/event-stream"));
    assert_eq!(reader.header("content-length"), None);
    eventually("the stream is gone", async || app.open() == Open::default()).await;

    let mut missing = app.stream_request("boardId=nope");
    missing.method = "HEAD";
    assert_eq!(SseReader::open(app.address, &missing).await.status, 404);
}

#[tokio::test]
async fn past_the_cap_a_client_is_told_when_to_come_back_and_then_gets_in() {
    let app = TestApp::with(|config| config.max_streams = Some(2)).await;
    let first = app.stream("").await;
    let _second = app.stream("").await;
    let (status, _, headers) = refusal(&app, &app.stream_request("")).await;
    assert_eq!(status, 503);
    let retry_after = headers.iter().find(|(name, _)| name == "retry-after").expect("retry-after");
    assert!(retry_after.1.parse::<u32>().expect("seconds") > 0);
    drop(first);
    eventually("there is room again", async || app.open().dashboards == 1).await;
    assert_eq!(app.stream("").await.next().await.event, "hello");
}

#[tokio::test]
async fn the_default_cap_leaves_a_tenth_of_the_open_files_for_all_else() {
    let app = TestApp::start().await;
    let (soft, _) = rlimit::Resource::NOFILE.get().expect("a limit");
    assert_eq!(app.state.hub.limits().streams as u64, soft - soft / 10);
}

/// The test's own limit may be as high as it goes already: only another process shows that a server raises it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_limit_of_open_files_is_raised_as_far_as_it_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start_with_open_files(&folder.path().join("data"), 64, 256);
    assert_eq!(process.open_files(), (256, 256));
    let mut streams = Vec::new();
    // More than the soft limit would have let in, and less than nine tenths of the hard one.
    for _ in 0..128 {
        let mut stream = process.stream("").await;
        assert_eq!(stream.next().await.event, "hello");
        streams.push(stream);
    }
}
