//! Heartbeats by the clock, and while much is left out.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    app::TestApp,
    sse_live::{log_line, opened},
};

const SHORT: Duration = Duration::from_millis(30);

#[tokio::test]
async fn heartbeats_are_not_slower_than_announced() {
    const COUNT: u32 = 10;
    let every = Duration::from_millis(100);
    let app = TestApp::with(|config| config.streams.heartbeat = every).await;
    let board = app.board("Web").await.id;
    let mut stream = opened(&app, &format!("boardId={board}&patch=1")).await;
    stream.next_of("heartbeat").await;
    let started = Instant::now();
    for _ in 0..COUNT {
        stream.next_of("heartbeat").await;
    }
    let took = started.elapsed();
    assert!(took + every / 2 >= every * COUNT, "{took:?}: faster than announced");
    // Half as slow again would still be inside a client's 2.5 heartbeats; a machine that is busy gets that much.
    assert!(took < every * COUNT * 2, "{took:?}: slower than announced");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heartbeats_go_on_while_all_that_happens_is_left_out() {
    let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await;
    let board = app.board("Web").await.id;
    let mut stream = opened(&app, &format!("boardId={board}&patch=1&attempts=none")).await;
    let storm = async {
        for n in 0..100_000 {
            app.happen([log_line(&board, "a", &n.to_string())]).await;
        }
    };
    let heartbeats = async {
        let mut last = 0;
        for _ in 0..10 {
            let frame = stream.next().await;
            assert_eq!(frame.event, "heartbeat");
            assert!(frame.seq() >= last, "a position never goes back");
            last = frame.seq();
        }
    };
    tokio::select! {
        () = storm => panic!("no heartbeats in a long storm"),
        () = heartbeats => {}
    }
}
