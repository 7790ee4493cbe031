//! Whatever happens, every reader ends up with what the server has.
//!
//! A schedule with a fixed seed changes a board in random ways while readers connect, hang up, stop reading until they
//! lag, and the server is killed and started again. Then everything comes to rest, and each reader's folded state must
//! equal the server's. A reader checks each frame on the way: a patch that does not fit, or an order that is not one,
//! fails the test where it happens.

use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    board::BoardState,
    fold::{BoardFold, Outcome},
    ids::BoardId,
    patch::Changes,
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{client::Client, process::Process, random::Random, sse_reader::SseReader};

const READERS: u64 = 6;
const WRITERS: u64 = 2;
/// At least so many changes before each crash, and before the end.
const CHANGES: u64 = 100;
/// So many changes a reader lets pass without reading.
const DAWDLE: u64 = 60;
const CRASHES: u64 = 2;

/// What readers and writers know of each other.
#[derive(Clone, Copy, Debug, Default)]
struct World {
    /// How often the server was started.
    starts: u64,
    /// How many changes there were.
    changes: u64,
    /// The board's revision when nothing changes any more.
    rests_at: Option<u64>,
}

/// What a writer remembers of the board; it may be old by now.
#[derive(Debug, Default)]
struct Memory {
    cards: Vec<String>,
    columns: Vec<String>,
    /// Columns that may be deleted.
    spare: Vec<String>,
}

impl Memory {
    async fn refresh(&mut self, client: &Client, board: &BoardId) -> Result<(), reqwest::Error> {
        let answer = client.try_send(Method::GET, &format!("/boards/{board}"), None).await?.ok();
        let state: BoardState = serde_json::from_value(answer.json).expect("a board");
        self.cards = state.cards.keys().map(ToString::to_string).collect();
        self.columns = state.column_order.iter().map(ToString::to_string).collect();
        self.spare =
            state.columns.values().filter(|it| it.key.is_none()).map(|it| it.id.to_string()).collect();
        Ok(())
    }
}

/// One random change through the API.
fn change(memory: &Memory, random: &mut Random) -> (Method, String, Option<Value>) {
    let title = format!("{} {}", random.next(), "\u{1F980}".repeat(random.below(400) as usize));
    let column = random.pick(&memory.columns).expect("a column").clone();
    match (random.below(10), random.pick(&memory.cards)) {
        (0..=1, _) | (_, None) => {
            let depends_on: Vec<&String> = random.pick(&memory.cards).into_iter().collect();
            let labels = ["\u{1F41D}".repeat(50), "\u{1F422}".repeat(50)];
            let body =
                json!({ "title": title, "columnId": column, "labels": labels, "dependsOn": depends_on });
            (Method::POST, "/cards".to_owned(), Some(body))
        }
        (2..=4, Some(card)) => {
            let body = json!({ "columnId": column, "index": random.below(5) });
            (Method::POST, format!("/cards/{card}/move"), Some(body))
        }
        (5..=6, Some(card)) => (Method::PATCH, format!("/cards/{card}"), Some(json!({ "title": title }))),
        (7, Some(card)) => (Method::DELETE, format!("/cards/{card}"), None),
        (8, _) => match random.pick(&memory.spare) {
            Some(spare) => (Method::DELETE, format!("/columns/{spare}?moveTo={column}"), None),
            None => (
                Method::POST,
                "/columns".to_owned(),
                Some(json!({ "title": title, "index": random.below(6) })),
            ),
        },
        (_, _) => {
            let body = json!({ "title": title, "wipLimit": random.pick(&[Value::Null, json!(3)]) });
            (Method::PATCH, format!("/columns/{column}"), Some(body))
        }
    }
}

/// Changes the board until it is told to stop or the server is killed, and counts.
async fn writer(
    client: Client,
    board: BoardId,
    world: watch::Sender<World>,
    stop: CancellationToken,
    mut random: Random,
) -> Result<(), reqwest::Error> {
    let mut memory = Memory::default();
    while !stop.is_cancelled() {
        if random.once_in(8) || memory.columns.is_empty() {
            memory.refresh(&client, &board).await?;
        }
        let (method, path, body) = change(&memory, &mut random);
        // A refusal (a blocked card, a card that is gone) is as good as a change here.
        let answer = client.try_send(method, &format!("/boards/{board}{path}"), body).await?;
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.json);
        world.send_modify(|world| world.changes += 1);
    }
    Ok(())
}

/// A reader that connects, reads, dawdles and hangs up at random until the world rests, and then reads to the end. It
/// returns what it has folded, and how often it was started over because it lagged.
async fn reader(
    number: u64,
    client: Client,
    board: BoardId,
    mut world: watch::Receiver<World>,
    mut random: Random,
) -> (BoardFold, u64) {
    let (mut fold, mut lags) = (BoardFold::default(), 0);
    loop {
        let starts = world.borrow().starts;
        let Ok(mut stream) = connect(number, &client, &board, &fold, &mut random).await else {
            // It was killed: whoever looked before it was started again has to wait for that.
            world.wait_for(|world| world.starts > starts).await.expect("the world goes on");
            continue;
        };
        if stream.status != 200 {
            continue;
        }
        let (mut frames_until_bored, mut dawdled) = (random.below(40), false);
        loop {
            let World { changes, rests_at, .. } = *world.borrow_and_update();
            if rests_at.is_some() && fold.state.as_ref().map(|state| state.revision) >= rests_at {
                return (fold, lags);
            }
            if rests_at.is_none() && frames_until_bored == 0 {
                if random.once_in(2) {
                    break;
                }
                // Until the log in memory has moved on without it.
                let goes_on = |world: &World| world.rests_at.is_some() || world.changes >= changes + DAWDLE;
                world.wait_for(goes_on).await.expect("the world goes on");
                frames_until_bored = random.below(40);
                dawdled = true;
            }
            frames_until_bored = frames_until_bored.saturating_sub(1);
            let frame = tokio::select! {
                frame = stream.try_next() => frame,
                _ = world.changed() => continue,
            };
            let Ok(frame) = frame else { break };
            lags += u64::from(dawdled && frame.event == "hello");
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
    // So that little is on its way when it stops reading.
    SseReader::try_open(client.address, &request.receive_buffer(4096)).await
}

async fn converge(seed: u64) {
    let mut random = Random::seeded(seed);
    let folder = tempfile::tempdir().expect("a folder");
    // So few messages in memory that whoever dawdles lags.
    let mut process = Process::start_with(&folder.path().join("data"), &["--stream-messages", "6"]);
    let board = process.create_board("Web", folder.path()).await;

    let world = watch::Sender::new(World::default());
    let mut readers = JoinSet::new();
    for number in 0..READERS {
        let random = random.fork(number);
        readers.spawn(reader(number, process.client(), board.id.clone(), world.subscribe(), random));
    }
    for crash in 0..=CRASHES {
        let (mut writers, stop) = (JoinSet::new(), CancellationToken::new());
        for number in 0..WRITERS {
            let (world, random) = (world.clone(), random.fork(number));
            writers.spawn(writer(process.client(), board.id.clone(), world, stop.clone(), random));
        }
        let until = world.borrow().changes + CHANGES + random.below(CHANGES);
        world.subscribe().wait_for(|world| world.changes >= until).await.expect("the writers write");
        if crash < CRASHES {
            process = tokio::task::block_in_place(|| process.kill_and_restart());
            world.send_modify(|world| world.starts += 1);
        }
        stop.cancel();
        for written in writers.join_all().await {
            assert!(written.is_ok() || crash < CRASHES, "seed {seed}: {written:?}");
        }
    }

    process.create_card(&board.id, "the last change").await;
    let truth = process.board_state(&board.id).await;
    world.send_modify(|world| world.rests_at = Some(truth.revision));
    let mut lags = 0;
    for (fold, lagged) in readers.join_all().await {
        let state = fold.state.expect("a state");
        let differences = Changes::between(&state, &truth);
        assert!(state == truth, "seed {seed}, {} for {}: {differences:?}", state.revision, truth.revision);
        lags += lagged;
    }
    assert!(lags > 0, "seed {seed}: nobody lagged, so that was not tried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_ends_with_what_the_server_has_whatever_happens_seed_1() {
    converge(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_ends_with_what_the_server_has_whatever_happens_seed_2() {
    converge(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_ends_with_what_the_server_has_whatever_happens_seed_3() {
    converge(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_ends_with_what_the_server_has_whatever_happens_seed_4() {
    converge(4).await;
}
