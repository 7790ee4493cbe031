//! Very many readers: who connect in the same moment, vanish at once, are open at the exit, or hear what concerns all.

use std::time::Duration;

use server::sse::hub::Open;
use shared::ids::BoardId;
use tokio::task::JoinSet;

use crate::{
    app::{TestApp, eventually},
    client::Client,
    process::Process,
    sse_live::{agent_registered, opened},
    sse_reader::{Ended, Frame, SseReader},
};

const MANY: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_storm_what_concerns_everyone_reaches_each_stream_once_and_in_the_same_order() {
    const EACH: usize = 40;
    let app = TestApp::start().await;
    let boards = [app.board("Web").await.id, app.board("App").await.id];
    let mut streams = vec![opened(&app, "").await];
    for board in &boards {
        streams.push(opened(&app, &format!("boardId={board}&patch=1")).await);
        streams.push(opened(&app, &format!("boardId={board}&attempts=none")).await);
    }
    let mut writers = JoinSet::new();
    for board in boards {
        let client = app.client();
        writers.spawn(async move {
            for n in 0..EACH {
                client.create_card(&board, &n.to_string()).await;
            }
        });
    }
    let mut expected = Vec::new();
    for n in 0..EACH {
        expected.push(app.happen([agent_registered(&n.to_string())]).await.seq);
    }
    writers.join_all().await;
    for stream in &mut streams {
        let (mut seen, mut last) = (Vec::new(), 0);
        while seen.len() < EACH {
            let frame = stream.next().await;
            let Some(seq) = frame.id.is_some().then(|| frame.seq()) else { continue };
            assert!(seq > last || frame.event == "heartbeat", "{seq} after {last}");
            last = seq;
            if frame.event == "agent_registered" {
                seen.push(seq);
            }
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_channel_that_was_empty_serves_the_next_reader() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let query = format!("boardId={board}&patch=1");
    for round in 0..3 {
        let mut stream = opened(&app, &query).await;
        let next = app.create_card(&board, &round.to_string()).await.position();
        assert_eq!(stream.next().await.position(), next);
        drop(stream);
        eventually("the channel is gone", async || app.open() == Open::default()).await;
        app.create_card(&board, "nobody hears it").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_connect_in_the_same_moment_share_one_reading_of_the_board() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let query = format!("boardId={board}&patch=1");
    let _first = opened(&app, &query).await;
    let builds = app.state.streams.metrics().snapshot_builds.count();
    app.create_card(&board, "x").await;
    let mut readers = JoinSet::new();
    for _ in 0..100 {
        let (client, query) = (app.client(), query.clone());
        readers.spawn(async move {
            let mut stream = client.stream(&query).await;
            stream.opening().await[1].json()["cards"].as_object().expect("cards").len()
        });
    }
    assert!(readers.join_all().await.into_iter().all(|cards| cards == 1));
    assert_eq!(app.state.streams.metrics().snapshot_builds.count(), builds + 1);
}

fn raise_the_limit_of_open_files() {
    // As far as it goes; if that is too little, the test says so by itself.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

/// Opens a thousand streams, every other one of a board.
async fn a_thousand(client: &Client, board: &BoardId) -> Vec<SseReader> {
    let mut streams = Vec::new();
    for number in 0..MANY {
        let query = if number % 2 == 0 { format!("boardId={board}&patch=1") } else { String::new() };
        let mut stream = client.stream(&query).await;
        stream.opening().await;
        streams.push(stream);
    }
    streams
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_readers_who_vanish_at_once_are_forgotten() {
    raise_the_limit_of_open_files();
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let streams = a_thousand(&app, &board).await;
    assert_eq!(app.open(), Open { boards: MANY / 2, dashboards: MANY / 2, channels: 2 });
    for (number, stream) in streams.into_iter().enumerate() {
        if number % 3 == 0 { stream.reset() } else { drop(stream) }
    }
    eventually("all are forgotten", async || app.open() == Open::default()).await;
    assert_eq!(app.state.streams.metrics().disconnects_left.count(), MANY as u64);
    assert_eq!(app.state.streams.metrics().held.now(), 0);
    let mut next = opened(&app, &format!("boardId={board}&patch=1")).await;
    let position = app.create_card(&board, "x").await.position();
    assert_eq!(next.next().await.position(), position);
}

#[cfg(unix)]
#[test]
fn the_process_says_bye_to_a_thousand_readers_and_exits_within_two_seconds() {
    raise_the_limit_of_open_files();
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(&folder.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut streams = runtime.block_on(async {
        let board = process.create_board("Web", folder.path()).await.id;
        a_thousand(&process.client(), &board).await
    });
    let took = process.terminate();
    assert!(took < Duration::from_secs(2), "{took:?}");
    let mut delays = Vec::new();
    for stream in &mut streams {
        let (frames, ended): (Vec<Frame>, Ended) = runtime.block_on(stream.rest());
        let bye = frames.last().expect("a bye");
        assert_eq!((bye.event.as_str(), ended), ("bye", Ended::Whole));
        delays.push(bye.json()["retryMs"].as_u64().expect("a delay"));
    }
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > MANY / 2, "they come back spread out, not at {} moments", delays.len());
}
