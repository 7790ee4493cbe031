//! The server is killed in the middle of things and started again: what was acknowledged is there, and readers go on.

use std::collections::BTreeSet;

use serde_json::json;
use shared::{
    fold::{BoardFold, Outcome},
    ids::{BoardId, CardId},
    patch::Changes,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::Client,
    process::Process,
    sse_reader::{Ended, SseReader, is_caught_up},
};

/// Creates cards until the server is gone; the ids of those that were acknowledged.
async fn create_cards(client: Client, board: BoardId, acknowledged: watch::Sender<usize>) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let card = json!({ "title": "x".repeat(100) });
        let path = format!("/boards/{board}/cards");
        match client.try_send(reqwest::Method::POST, &path, Some(card)).await {
            Ok(answer) => ids.push(answer.ok().text("id")),
            Err(_) => return ids,
        }
        acknowledged.send_modify(|count| *count += 1);
    }
}

/// Reads until the stream breaks.
async fn read_on(stream: &mut SseReader, fold: &mut BoardFold) {
    loop {
        match stream.try_next().await {
            Ok(frame) => {
                let outcome = frame.fold_into(fold);
                assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?} at {frame:?}");
            }
            Err(ended) => {
                assert_eq!(ended, Ended::CutOff, "a crash says no farewell");
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_kill_in_a_storm_readers_resume_and_no_acknowledged_change_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(&folder.path().join("data"));
    let board = process.create_board("Web", folder.path()).await.id;
    let query = format!("boardId={board}&patch=1");
    let mut acknowledged = BTreeSet::new();
    let mut fold = BoardFold::default();

    for crash in 0..3 {
        let request = process.stream_request(&query);
        let mut stream = match fold.resume_from() {
            None => process.stream_by(&request).await,
            Some(id) => process.stream_by(&request.header("last-event-id", id.to_string())).await,
        };
        let hello = stream.next().await;
        assert_eq!(hello.hello().resumed, crash > 0, "a restart is a resume");
        hello.fold_into(&mut fold);

        let (count, mut counted) = watch::channel(0);
        let mut writers = JoinSet::new();
        for _ in 0..3 {
            writers.spawn(create_cards(process.client(), board.clone(), count.clone()));
        }
        let reader = tokio::spawn(async move {
            read_on(&mut stream, &mut fold).await;
            fold
        });
        counted.wait_for(|count| *count >= 40).await.expect("the writers write");
        tokio::task::block_in_place(|| process.kill());
        acknowledged.extend(writers.join_all().await.into_iter().flatten());
        fold = reader.await.expect("the reader reads");
        process = tokio::task::block_in_place(|| process.restart());
    }

    let id = fold.resume_from().expect("a position").to_string();
    let mut stream = process.stream_by(&process.stream_request(&query).header("last-event-id", id)).await;
    // Its hello first: until then, the stream before is what it has caught up with.
    stream.next().await.fold_into(&mut fold);
    while !is_caught_up(&fold) {
        stream.next().await.fold_into(&mut fold);
    }
    let (truth, state) = (process.board_state(&board).await, fold.state.expect("a state"));
    assert!(state == truth, "{:?}", Changes::between(&state, &truth));
    for id in &acknowledged {
        assert!(state.cards.contains_key(&CardId::from(id.as_str())), "{id} was acknowledged and is gone");
    }
    assert!(acknowledged.len() >= 120);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_go_on_over_a_restart_in_the_same_epoch() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(&folder.path().join("data"));
    let board = process.create_board("Web", folder.path()).await.id;
    let before = process.create_card(&board, "before").await.position();
    let process = tokio::task::block_in_place(|| process.kill_and_restart());
    let mut stream = process.stream(&format!("boardId={board}&patch=1")).await;
    assert_eq!(stream.opening().await[1].position(), before);
    let after = process.create_card(&board, "after").await.position();
    assert_eq!((after.epoch, after.seq), (before.epoch, before.seq + 1));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_an_orderly_stop_the_bye_names_where_to_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let process = Process::start(&data);
    let board = process.create_board("Web", folder.path()).await.id;
    let query = format!("boardId={board}&patch=1");
    let mut stream = process.stream(&query).await;
    stream.opening().await;
    process.create_card(&board, "seen").await;
    tokio::task::block_in_place(|| process.terminate());
    let (frames, ended) = stream.rest().await;
    let bye = frames.last().expect("a bye");
    assert_eq!((bye.event.as_str(), ended), ("bye", Ended::Whole));

    let process = tokio::task::block_in_place(|| Process::start(&data));
    let id = bye.position().to_string();
    let mut stream = process.stream_by(&process.stream_request(&query).header("last-event-id", id)).await;
    assert!(stream.next().await.hello().resumed);
    let next = process.create_card(&board, "next").await.position();
    assert_eq!(stream.next_of("board_patch").await.position(), next);
}
