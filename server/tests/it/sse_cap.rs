//! The cap: one for streams of all kinds, and who has its place and gives it back.

use server::sse::hub::Open;

use crate::{
    app::{TestApp, eventually},
    sse_live::{log_line, opened},
    sse_reader::{Ended, SseReader},
};

#[tokio::test]
async fn the_cap_is_one_for_all_kinds_and_who_is_refused_is_counted() {
    let app = TestApp::with(|config| config.max_streams = Some(2)).await;
    let board = app.board("Web").await.id;
    let at = app.get("/boards").await.position().to_string();
    let query = format!("boardId={board}&patch=1");
    let of_board = opened(&app, &query).await;
    let _dashboard = opened(&app, "").await;
    let again = app.stream_request(&query).header("last-event-id", at);
    for request in [app.stream_request(""), app.stream_request(&query), again.clone()] {
        let refused = SseReader::open(app.address, &request).await;
        assert_eq!(refused.status, 503);
        assert!(refused.header("retry-after").is_some());
    }
    assert_eq!(app.state.streams.metrics().connects_rejected.count(), 3);
    assert_eq!(app.open(), Open { boards: 1, dashboards: 1, channels: 2 });
    drop(of_board);
    eventually("there is room again", async || app.open().boards == 0).await;
    assert!(app.stream_by(&again).await.next().await.hello().resumed);
}

#[tokio::test]
async fn a_board_that_goes_and_a_head_request_give_their_places_back() {
    let app = TestApp::with(|config| config.max_streams = Some(1)).await;
    let board = app.board("Web").await.id;
    let mut stream = opened(&app, &format!("boardId={board}&patch=1")).await;
    app.delete(&format!("/boards/{board}")).await.ok();
    assert_eq!(stream.rest().await.1, Ended::Whole);
    eventually("no channel is left", async || app.open() == Open::default()).await;
    let mut head = app.stream_request("");
    head.method = "HEAD";
    assert_eq!(SseReader::open(app.address, &head).await.status, 200);
    eventually("no channel is left", async || app.open() == Open::default()).await;
    assert_eq!(app.stream("").await.next().await.event, "hello");
}

#[tokio::test]
async fn a_reader_who_lags_at_the_cap_keeps_its_place() {
    let app = TestApp::with(|config| {
        config.max_streams = Some(1);
        config.memory.messages = 8;
    })
    .await;
    let board = app.board("Web").await.id;
    let request = app.stream_request(&format!("boardId={board}&patch=1")).receive_buffer(4096);
    let mut slow = app.stream_by(&request).await;
    slow.opening().await;
    let long = "x".repeat(20_000);
    for _ in 0..200 {
        app.happen([log_line(&board, "a", &long)]).await;
    }
    let again = slow.next_of("hello").await;
    assert!(!again.hello().resumed);
    assert_eq!(slow.next().await.event, "state");
    let live = app.create_card(&board, "live").await.position();
    assert_eq!(slow.next_of("board_patch").await.position(), live);
    assert_eq!(app.open().boards, 1);
}
