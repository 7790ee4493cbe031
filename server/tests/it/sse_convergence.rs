//! Whatever happens, every reader ends up with what the server has.
//!
//! A schedule with a fixed seed changes a board in random ways while readers connect, hang up, stop reading until they
//! lag, and the server is killed and started again. Then everything comes to rest, and each reader's folded state must
//! equal the server's. A reader checks each frame on the way: a patch that does not fit, or an order that is not one,
//! fails the test where it happens.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    board::BoardState,
    fold::{BoardFold, Outcome},
    ids::BoardId,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::{Client, TestBoard},
    process::Process,
    random::Random,
    sse_reader::SseReader,
};

const READERS: u64 = 6;
const WRITERS: u64 = 2;
/// At least so many changes before each crash, and before the end.
const CHANGES: u64 = 60;
const CRASHES: u64 = 2;

/// The board's revision when nothing changes any more; `None` while it does.
type Rest = Option<u64>;

/// One random change through the API. Only a crash may leave it without an answer.
async fn change(client: &Client, board: &TestBoard, random: &mut Random) -> Result<(), reqwest::Error> {
    use reqwest::Method;
    let state: BoardState = {
        let answer = client.try_send(Method::GET, &format!("/boards/{}", board.id), None).await?.ok();
        serde_json::from_value(answer.json).expect("a board")
    };
    let cards: Vec<String> = state.cards.keys().map(ToString::to_string).collect();
    let columns: Vec<String> = state.column_order.iter().map(ToString::to_string).collect();
    let spare: Vec<String> =
        state.columns.values().filter(|it| it.key.is_none()).map(|it| it.id.to_string()).collect();
    let base = format!("/boards/{}", board.id);
    let title = format!("{} {}", random.next(), "\u{1F980}".repeat(random.below(300) as usize));
    let column = random.pick(&columns).expect("a column").clone();
    let (method, path, body) = match (random.below(10), random.pick(&cards)) {
        (0..=2, _) | (_, None) => {
            let depends_on: Vec<&String> = random.pick(&cards).into_iter().collect();
            let body =
                json!({ "title": title, "columnId": column, "labels": ["a"], "dependsOn": depends_on });
            (Method::POST, format!("{base}/cards"), Some(body))
        }
        (3..=5, Some(card)) => {
            let body = json!({ "columnId": column, "index": random.below(5) });
            (Method::POST, format!("{base}/cards/{card}/move"), Some(body))
        }
        (6, Some(card)) => (Method::PATCH, format!("{base}/cards/{card}"), Some(json!({ "title": title }))),
        (7, Some(card)) => (Method::DELETE, format!("{base}/cards/{card}"), None),
        (8, _) => match random.pick(&spare) {
            Some(column) if random.once_in(2) => {
                (Method::DELETE, format!("{base}/columns/{column}?moveTo={}", board.columns[0]), None)
            }
            _ => (
                Method::POST,
                format!("{base}/columns"),
                Some(json!({ "title": title, "index": random.below(6) })),
            ),
        },
        (_, _) => {
            let body = json!({ "title": title, "wipLimit": random.pick(&[Value::Null, json!(3)]) });
            (Method::PATCH, format!("{base}/columns/{column}"), Some(body))
        }
    };
    // A refusal (a blocked card, a column with none to move to) is as good as a change here.
    let answer = client.try_send(method, &path, body).await?;
    assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.json);
    Ok(())
}

/// A reader that connects, reads, dawdles and hangs up at random until the world rests, and then reads to the end.
async fn reader(
    number: u64,
    client: Client,
    board: BoardId,
    mut rest: watch::Receiver<Rest>,
    mut random: Random,
) -> BoardFold {
    let mut fold = BoardFold::default();
    loop {
        let Ok(mut stream) = connect(number, &client, &board, &fold, &mut random).await else {
            // It is down just now.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if stream.status != 200 {
            continue;
        }
        let mut frames_until_bored = random.below(40);
        loop {
            let rests_at = *rest.borrow_and_update();
            if rests_at.is_some() && fold.state.as_ref().map(|state| state.revision) >= rests_at {
                return fold;
            }
            if rests_at.is_none() && frames_until_bored == 0 {
                if random.once_in(2) {
                    break;
                }
                // Long enough for the log in memory to move on without it.
                let _ = tokio::time::timeout(Duration::from_millis(300), rest.changed()).await;
                frames_until_bored = random.below(40);
            }
            frames_until_bored = frames_until_bored.saturating_sub(1);
            let frame = tokio::select! {
                frame = stream.try_next() => frame,
                _ = rest.changed() => continue,
            };
            let Ok(frame) = frame else { break };
            let outcome = frame.fold_into(&mut fold);
            assert!(
                !matches!(outcome, Outcome::NeedsSnapshot(_)),
                "reader {number}: {outcome:?} at {frame:?}"
            );
        }
    }
}

async fn connect(
    number: u64,
    client: &Client,
    board: &BoardId,
    fold: &BoardFold,
    random: &mut Random,
) -> std::io::Result<SseReader> {
    // Reader 0 never says where it was and reader 1 takes whole states; the others are as browsers are.
    let mut query = format!("boardId={board}&patch={}", u64::from(number != 1));
    let id = fold.resume_from().filter(|_| number != 0).map(ToString::to_string);
    let by_header = random.once_in(2);
    if let (Some(id), false) = (&id, by_header) {
        query = format!("{query}&lastEventId={id}");
    }
    let mut request = client.stream_request(&query);
    if let (Some(id), true) = (id, by_header) {
        request = request.header("last-event-id", id);
    }
    if random.once_in(2) {
        request = request.receive_buffer(4096);
    }
    SseReader::try_open(client.address, &request).await
}

/// Changes the board until it is told to stop or the server is killed, and counts.
async fn writer(client: Client, board: TestBoard, changes: watch::Sender<u64>, mut random: Random) {
    while change(&client, &board, &mut random).await.is_ok() {
        changes.send_modify(|changes| *changes += 1);
    }
}

async fn converge(seed: u64) {
    let mut random = Random::seeded(seed);
    let folder = tempfile::tempdir().expect("a folder");
    // So few messages in memory that whoever dawdles lags.
    let mut process = Process::start_with(&folder.path().join("data"), &["--stream-messages", "6"]);
    let board = process.create_board("Web", folder.path()).await;

    let (tell, rest) = watch::channel(None);
    let mut readers = JoinSet::new();
    for number in 0..READERS {
        let random = random.fork(number);
        readers.spawn(reader(number, process.client(), board.id.clone(), rest.clone(), random));
    }
    for crash in 0..=CRASHES {
        let (changes, mut count) = watch::channel(0);
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            writers.spawn(writer(process.client(), board.clone(), changes.clone(), random.fork(number)));
        }
        let until = CHANGES + random.below(CHANGES);
        count.wait_for(|changes| *changes >= until).await.expect("the writers write");
        if crash < CRASHES {
            process = tokio::task::block_in_place(|| process.kill_and_restart());
        }
        writers.shutdown().await;
    }

    process.create_card(&board.id, "the last change").await;
    let truth = process.board_state(&board.id).await;
    tell.send_replace(Some(truth.revision));
    for fold in readers.join_all().await {
        assert_eq!(fold.state.as_ref(), Some(&truth), "seed {seed}");
    }
}

macro_rules! seeds {
    ($($name:ident = $seed:literal)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            converge($seed).await;
        }
    )*};
}

seeds! {
    every_reader_ends_with_what_the_server_has_whatever_happens_seed_1 = 1
    every_reader_ends_with_what_the_server_has_whatever_happens_seed_2 = 2
    every_reader_ends_with_what_the_server_has_whatever_happens_seed_3 = 3
    every_reader_ends_with_what_the_server_has_whatever_happens_seed_4 = 4
}
