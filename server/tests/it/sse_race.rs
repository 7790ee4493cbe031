//! Connecting while everything changes: no loss, no repeat, whatever the moment.

use std::collections::BTreeMap;

use serde_json::json;
use server::{sse::message::Channel, store::messages};
use shared::{
    fold::{BoardFold, Outcome},
    ids::BoardId,
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    app::TestApp,
    client::Client,
    random::Random,
    sse_live::{agent_registered, log_line},
    sse_reader::SseReader,
};

/// How many connect, one after the other.
const READERS: u64 = 120;

/// A storm of changes, as those who make them and those who wait for them see it.
#[derive(Clone)]
struct Storm {
    /// How many changes there were.
    changes: watch::Sender<u64>,
    stop: CancellationToken,
}

/// Changes the board through the API until told to stop, and counts.
async fn blow(storm: Storm, client: Client, board: BoardId, cards: Vec<String>, mut random: Random) {
    while !storm.stop.is_cancelled() {
        let card = random.pick(&cards).expect("a card");
        let title = format!("title {}", random.next());
        client.patch(&format!("/boards/{board}/cards/{card}"), json!({ "title": title })).await.ok();
        storm.changes.send_modify(|changes| *changes += 1);
    }
}

/// What a reader saw of the log: where its opening left it, and each message after.
struct Seen {
    from: u64,
    messages: BTreeMap<u64, String>,
}

/// Reads until the stream has passed `until`, checking every frame on the way.
async fn follow(stream: &mut SseReader, fold: &mut BoardFold, until: u64) -> Seen {
    let mut seen: Option<Seen> = None;
    let mut last = 0;
    while seen.is_none() || last < until {
        let frame = stream.next().await;
        let outcome = frame.fold_into(fold);
        assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?} at {frame:?}");
        if frame.id.as_deref().is_none_or(str::is_empty) {
            continue;
        }
        let seq = frame.seq();
        match &mut seen {
            // The first id with a value is that of the opening.
            None => seen = Some(Seen { from: seq, messages: BTreeMap::new() }),
            Some(seen) if frame.msg().is_logged() => {
                assert!(seq > last, "{seq} after {last}");
                seen.messages.insert(seq, frame.event);
            }
            Some(_) => assert!(seq >= last, "a heartbeat goes back from {last} to {seq}"),
        }
        last = seq;
    }
    seen.expect("an opening")
}

/// What the log has for the readers of the board, without details.
async fn logged(app: &TestApp, board: &BoardId) -> BTreeMap<u64, String> {
    let mut tx = app.state.store.read().await.expect("a read");
    let channels = [Channel::Board(board.clone()), Channel::Everyone];
    let all = messages::Limit { messages: u32::MAX, bytes: u64::MAX };
    let page = messages::since(&mut tx, 0, &channels, all).await.expect("the log");
    let carried = page.messages.into_iter().filter(|message| message.attempt_id.is_none());
    carried.map(|message| (message.seq, message.event.into_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_connects_in_a_storm_misses_nothing_and_gets_nothing_twice() {
    let app = TestApp::with(|config| config.streams.heartbeat = std::time::Duration::from_millis(100)).await;
    let (board, other) = (app.board("Web").await.id, app.board("App").await.id);
    let mut cards = Vec::new();
    for n in 0..8 {
        cards.push(app.create_card(&board, &n.to_string()).await.text("id"));
    }
    let others = vec![app.create_card(&other, "x").await.text("id")];

    let storm = Storm { changes: watch::Sender::new(0), stop: CancellationToken::new() };
    let elsewhere = Storm { changes: watch::Sender::new(0), ..storm.clone() };
    let mut random = Random::seeded(1);
    let mut writers = JoinSet::new();
    for writer in 0..3 {
        writers.spawn(blow(storm.clone(), app.client(), board.clone(), cards.clone(), random.fork(writer)));
    }
    writers.spawn(blow(elsewhere, app.client(), other, others, random.fork(9)));

    // Fresh and resumed, with patches and without, one after the other through the storm: none connects before the storm
    // has brought as many changes as there were readers, however slow the machine is.
    let mut so_far = storm.changes.subscribe();
    let mut readers = Vec::new();
    for n in 0..READERS {
        so_far.wait_for(|changes| *changes >= n).await.expect("the storm goes on");
        let base = format!("boardId={board}&attempts=none&patch={}", u64::from(n % 4 != 3));
        let mut fold = BoardFold::default();
        let query = if n % 2 == 0 {
            base
        } else {
            let answer = app.get(&format!("/boards/{board}")).await.ok();
            let at = answer.position();
            fold =
                BoardFold::from_snapshot(serde_json::from_value(answer.json).expect("a board"), at.clone());
            format!("{base}&lastEventId={at}")
        };
        if n % 7 == 0 {
            app.happen([agent_registered(&n.to_string()), log_line(&board, "a", "filtered out")]).await;
        }
        readers.push((n, app.stream(&query).await, fold));
    }
    storm.stop.cancel();
    writers.join_all().await;

    let head = app.create_card(&board, "last").await.position().seq;
    let newest = app.board_state(&board).await;
    let log = logged(&app, &board).await;
    for (n, mut stream, mut fold) in readers {
        let seen = follow(&mut stream, &mut fold, head).await;
        while fold.state.as_ref().is_none_or(|state| state.revision < newest.revision) {
            stream.next_of("state").await.fold_into(&mut fold);
        }
        assert_eq!(fold.state.as_ref(), Some(&newest), "reader {n}");
        let with_patches = n % 4 != 3;
        let due =
            log.range(seen.from + 1..=head).filter(|(_, event)| with_patches || *event != "board_patch");
        assert_eq!(seen.messages, due.map(|(seq, event)| (*seq, event.clone())).collect(), "reader {n}");
    }
    assert!(log.len() as u64 >= READERS, "a storm of {} messages is none", log.len());
}
