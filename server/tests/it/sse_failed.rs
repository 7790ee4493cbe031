//! A stream that can't be continued.

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    app::{TestApp, eventually},
    sse_live::opened,
    sse_reader::{Ended, PATIENCE},
};

#[tokio::test]
async fn a_stream_whose_board_can_not_be_read_ends_without_a_word_and_is_counted() {
    let app = TestApp::with(|config| {
        config.store.readers = 1;
        config.store.patience = Duration::from_secs(1);
    })
    .await;
    let board = app.board("Web").await.id;
    let mut stream = opened(&app, &format!("boardId={board}")).await;
    // The one reader is taken, so the state after the change can't be read.
    let only_reader = app.state.store.read().await.unwrap();
    app.create_card(&board, "x").await;
    let (frames, ended) = timeout(PATIENCE, stream.rest()).await.expect("the stream ends");
    assert_eq!((frames, ended), (Vec::new(), Ended::Whole), "there is nothing true to say");
    let metrics = app.state.streams.metrics();
    eventually("its end is counted", async || metrics.disconnects_failed.count() == 1).await;
    assert_eq!(metrics.disconnects_left.count(), 0, "under one reason");

    drop(only_reader);
    let again = app.stream(&format!("boardId={board}")).await.opening().await;
    assert_eq!(
        again[1].json()["cards"].as_object().unwrap().len(),
        1,
        "its reader comes back to what it missed"
    );
}
