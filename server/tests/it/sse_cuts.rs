//! Streams that are cut where it hurts: in an opening, in a frame, in a reset. Who comes back misses nothing.

use crate::{
    app::TestApp,
    sse_http::{connection, read_until, request},
    sse_ids::begins_anew,
    sse_live::log_line,
    sse_resume::resumed_at,
};

#[tokio::test]
async fn who_is_cut_in_a_resumed_opening_resumes_where_it_was_before() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let at = app.create_card(&board, "first").await.position();
    let missed = app.happen([log_line(&board, "a", "missed")]).await;
    let query = format!("boardId={board}&overview=1");
    let mut id = at.to_string();
    for frames in 1..=3 {
        let mut cut = resumed_at(&app, &query, id.clone()).await;
        for _ in 0..frames {
            // As a browser does: an id stays until another one comes.
            id = cut.next().await.id.unwrap_or(id);
        }
        assert_eq!(id, at.to_string(), "after {frames}");
    }
    let mut whole = resumed_at(&app, &query, id).await;
    assert!(whole.next().await.hello().resumed);
    assert_eq!(whole.next_of("attempt_log").await.position(), missed);
}

#[tokio::test]
async fn who_is_cut_in_the_middle_of_a_frame_gets_it_whole_when_it_comes_back() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let query = format!("?boardId={board}&patch=1");
    let mut socket = connection(&app, &(request(&app, "HTTP/1.1", &query) + "\r\n")).await;
    read_until(&mut socket, "event: state").await;
    let before = app.get("/boards").await.position();
    let long = "x".repeat(20_000);
    let message = app.happen([log_line(&board, "a", &long)]).await;
    // The client has seen the frame begin, and has no use for it without its end.
    read_until(&mut socket, "event: attempt_log\ndata: {").await;
    drop(socket);
    let mut stream = resumed_at(&app, &query[1..], before.to_string()).await;
    assert!(stream.next().await.hello().resumed);
    let frame = stream.next().await;
    assert_eq!((frame.position(), frame.json()["message"].as_str()), (message, Some(long.as_str())));
}

#[tokio::test]
async fn who_is_cut_in_a_reset_starts_over() {
    let app = TestApp::with(|config| config.memory.messages = 8).await;
    let board = app.board("Web").await.id;
    let query = format!("boardId={board}&patch=1");
    let mut slow = app.stream_by(&app.stream_request(&query).receive_buffer(4096)).await;
    slow.opening().await;
    let long = "x".repeat(20_000);
    for _ in 0..200 {
        app.happen([log_line(&board, "a", &long)]).await;
    }
    let mut id = String::new();
    loop {
        let frame = slow.next().await;
        id = frame.id.unwrap_or(id);
        if frame.event == "hello" {
            break;
        }
    }
    drop(slow);
    assert_eq!(id, "", "what it had before is not claimed any more");
    begins_anew(&app, &mut resumed_at(&app, &query, id).await, "after a cut reset").await;
}
