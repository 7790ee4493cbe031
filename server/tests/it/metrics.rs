//! `/metrics` on a real server: what real streams did is in what a scraper reads.

use std::collections::BTreeMap;

use reqwest::Method;

use crate::app::{TestApp, eventually};
use crate::http::{Http, Reply};

const METRICS: &str = "/metrics";

/// Reads the page, as each line's name with its labels, and its value.
async fn scrape(app: &TestApp) -> BTreeMap<String, f64> {
    let request = Http::of(app).request(Method::GET, METRICS).bearer_auth(&app.token);
    let reply = Reply::to(request).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let lines = reply.body.lines().filter(|line| !line.starts_with('#'));
    let value =
        |line: &str| line.rsplit_once(' ').map(|(name, value)| (name.to_owned(), value.parse().unwrap()));
    lines.filter_map(value).collect()
}

#[tokio::test]
async fn what_streams_do_can_be_scraped() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let before = scrape(&app).await;
    assert_eq!(before[r#"mainstay_streams_open{kind="board"}"#], 0.0);
    let mut stream = app.stream(&format!("boardId={board}&patch=1")).await;
    stream.opening().await;
    app.create_card(&board, "x").await;
    let last = stream.next().await.id.unwrap();
    let resumed = app.stream(&format!("boardId={board}&patch=1&lastEventId={last}")).await;
    let refused =
        Http::of(&app).api(Method::GET, "/sse?boardId=unknown").header("accept", "text/event-stream");
    assert_eq!(Reply::to(refused).await.status, 404);

    let page = scrape(&app).await;
    let now = |name: &str| page[name];
    assert_eq!(now(r#"mainstay_streams_open{kind="board"}"#), 2.0);
    assert_eq!(now("mainstay_channels_open"), 1.0);
    assert_eq!(now(r#"mainstay_stream_connects_total{outcome="fresh"}"#), 1.0);
    assert_eq!(now(r#"mainstay_stream_connects_total{outcome="resumed"}"#), 1.0);
    assert_eq!(now(r#"mainstay_stream_connects_total{outcome="rejected"}"#), 1.0);
    assert!(now("mainstay_stream_deliveries_total") >= 4.0, "{page:?}");
    assert!(now("mainstay_stream_bytes_total") > 500.0, "{page:?}");
    assert_eq!(now("mainstay_stream_publish_to_write_seconds_count"), 1.0);
    assert_eq!(now(r#"mainstay_stream_publish_to_write_seconds_bucket{le="+Inf"}"#), 1.0);
    assert_eq!(now("mainstay_log_head"), before["mainstay_log_head"] + 1.0);

    drop((stream, resumed));
    let left = r#"mainstay_stream_disconnects_total{reason="left"}"#;
    eventually("both readers are missed", async || scrape(&app).await[left] == 2.0).await;
}

#[tokio::test]
async fn metrics_need_a_sign_in() {
    let app = TestApp::start().await;
    Http::of(&app).get(METRICS).await.refused(401);
}
