//! Convergence in the large: many short schedules, each with a seed of its own, against the real binary.
//!
//! A schedule is a list of steps in one order: changes, attempts, connects (at once, again beside an open stream, late
//! with an old position, with one of nowhere), reads, hang-ups, crashes. At its end everything comes to rest. Then each
//! reader's state must equal the server's, and what each was sent between a beginning and an end must be exactly what
//! the log has there: nothing lost, nothing twice, nothing out of order. (`sse_convergence` lets writers and readers run
//! beside one another instead.)
//!
//! `MAINSTAY_SCHEDULES` says how many the long test runs, `MAINSTAY_SEED` where it begins.

use std::{env, ops::RangeInclusive};

use reqwest::Method;
use serde_json::json;
use shared::{
    board::BoardState,
    fold::{BoardFold, Outcome},
    ids::EventId,
    patch::Changes,
};
use tempfile::TempDir;

use crate::{
    app::eventually,
    process::Process,
    random::Random,
    sse_reader::{Frame, SseReader},
    workshop::Workshop,
};

const READERS: usize = 3;
const STEPS: u64 = 30;
/// A server, its board and its repository serve so many schedules before they are made anew.
const SCHEDULES_PER_SERVER: u64 = 25;

/// A reader as a browser is one: what it has folded, and the stream that it has open.
#[derive(Debug, Default)]
struct Reader {
    fold: BoardFold,
    stream: Option<SseReader>,
    /// What it was sent since its stream began, or began anew.
    stretch: Stretch,
    /// The stretches that have ended.
    ended: Vec<Stretch>,
}

/// Messages that were sent one after another.
#[derive(Clone, Debug, Default)]
struct Stretch {
    /// The position that they follow, once it was told.
    after: Option<u64>,
    seqs: Vec<u64>,
}

impl Reader {
    /// Opens a stream that goes on where the fold is.
    async fn connect(&mut self, world: &World) {
        let id = self.fold.resume_from().map(ToString::to_string).unwrap_or_default();
        self.connect_at(world, &id).await;
    }

    /// Opens a stream with this id, whatever it is.
    async fn connect_at(&mut self, world: &World, id: &str) {
        self.hang_up();
        let query = format!("boardId={}&patch=1&lastEventId={id}", world.shop.board.id);
        self.stream = Some(world.process.stream(&query).await);
    }

    /// Becomes a page that was rendered from this snapshot and has not connected yet.
    fn render(&mut self, (state, at): (BoardState, EventId)) {
        self.hang_up();
        self.fold = BoardFold::from_snapshot(state, at);
    }

    fn hang_up(&mut self) {
        if self.stream.take().is_some() {
            self.ended.push(std::mem::take(&mut self.stretch));
        }
    }

    /// Reads until it has passed a position, or its stream ends.
    async fn read_past(&mut self, seq: u64) {
        while self.passed() < seq {
            let Some(stream) = &mut self.stream else { return };
            match stream.try_next().await {
                Ok(frame) => self.take(&frame),
                Err(_) => self.hang_up(),
            }
        }
    }

    /// Reads up to a position, on a new stream if it has none or that was one of a server that was killed.
    async fn catch_up(&mut self, world: &World, head: u64) {
        for _ in 0..2 {
            if self.stream.is_none() {
                self.connect(world).await;
            }
            self.read_past(head).await;
        }
    }

    /// The newest position that its open stream has told.
    fn passed(&self) -> u64 {
        self.stretch.seqs.last().copied().or(self.stretch.after).unwrap_or(0)
    }

    fn take(&mut self, frame: &Frame) {
        let outcome = frame.fold_into(&mut self.fold);
        assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?} at {frame:?}");
        let seq = frame.id.as_deref().filter(|id| !id.is_empty()).map(|_| frame.seq());
        match (frame.event.as_str(), seq) {
            ("hello", _) => {
                // A stream that is started over begins a new stretch.
                let before = std::mem::take(&mut self.stretch);
                self.ended.push(before);
                self.stretch.after = seq;
            }
            ("heartbeat" | "bye", _) | (_, None) => {}
            // The first id of a fresh opening is the position of its snapshot.
            (_, Some(seq)) if self.stretch.after.is_none() => self.stretch.after = Some(seq),
            (_, Some(seq)) => self.stretch.seqs.push(seq),
        }
    }
}

/// A server with a board.
struct World {
    process: Process,
    shop: Workshop,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // So few messages in memory that whoever dawdles lags.
        let process = Process::start_with(&folder.path().join("data"), &["--stream-messages", "6"]);
        let shop = Workshop::open(&process.client(), folder.path()).await;
        shop.register("line", "command", "echo one; echo two >&2; echo three").await;
        Self { process, shop, _folder: folder }
    }

    async fn state(&self) -> BoardState {
        self.process.board_state(&self.shop.board.id).await
    }

    /// The board, and the position that it was read at.
    async fn snapshot(&self) -> (BoardState, EventId) {
        let answer = self.process.get(&self.path("")).await.ok();
        let at = answer.position();
        (serde_json::from_value(answer.json).expect("a board"), at)
    }

    fn path(&self, rest: &str) -> String {
        format!("/boards/{}{rest}", self.shop.board.id)
    }

    async fn head(&self) -> u64 {
        self.process.get("/boards").await.position().seq
    }

    /// One random change. A refusal is as good as a change.
    async fn change(&self, random: &mut Random) {
        let state = self.state().await;
        let cards: Vec<String> = state.cards.keys().map(ToString::to_string).collect();
        let columns: Vec<String> = state.column_order.iter().map(ToString::to_string).collect();
        let column = random.pick(&columns).expect("a board has columns").clone();
        let title = format!("{} \u{1F980}", random.next());
        let (method, path, body) = match (random.below(10), random.pick(&cards)) {
            (0..=2, _) | (_, None) => {
                (Method::POST, "/cards".into(), Some(json!({ "title": title, "columnId": column })))
            }
            (3..=5, Some(card)) => {
                let body = json!({ "columnId": column, "index": random.below(4) });
                (Method::POST, format!("/cards/{card}/move"), Some(body))
            }
            (6, Some(card)) => (Method::PATCH, format!("/cards/{card}"), Some(json!({ "title": title }))),
            (7, Some(card)) => (Method::DELETE, format!("/cards/{card}"), None),
            (8, _) => (Method::PATCH, format!("/columns/{column}"), Some(json!({ "title": title }))),
            (_, _) => (Method::PATCH, String::new(), Some(json!({ "name": title }))),
        };
        let answer = self.process.try_send(method, &self.path(&path), body).await.expect("an answer");
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.json);
    }

    /// Starts an attempt at a new card, which goes on beside what follows.
    async fn attempt(&self) {
        let card = self.process.create_card(&self.shop.board.id, "To be worked on").await.text("id");
        self.shop.ask(&card, json!({ "agent": "line" })).await.ok();
    }

    async fn rests(&self) -> bool {
        let state = self.state().await;
        let statuses =
            state.cards.values().filter_map(|card| card.attempt.as_ref()).map(|attempt| attempt.status);
        statuses.into_iter().all(|status| status.is_final())
    }
}

/// One schedule. The server may be another one afterwards.
async fn run(seed: u64, mut world: World) -> World {
    let mut random = Random::seeded(seed);
    let begin = world.process.get("/boards").await.position();
    let mut readers: Vec<Reader> = (0..READERS).map(|_| Reader::default()).collect();
    let mut old_snapshots = vec![world.snapshot().await];
    for _ in 0..STEPS {
        let place = random.below(READERS as u64) as usize;
        match random.below(100) {
            0..45 => world.change(&mut random).await,
            45..55 => readers[place].connect(&world).await,
            // Beside its open stream: the one that is there before ends only afterwards.
            55..60 => {
                let mut again = Reader { fold: readers[place].fold.clone(), ..Reader::default() };
                again.connect(&world).await;
                let head = world.head().await;
                readers[place].read_past(head).await;
                readers[place].hang_up();
                again.ended.append(&mut readers[place].ended);
                readers[place] = again;
            }
            // Late: a page that was rendered long ago.
            60..63 => {
                readers[place].render(random.pick(&old_snapshots).expect("there is the first one").clone());
                readers[place].connect(&world).await;
            }
            // From nowhere: whatever it has folded, it begins anew.
            63..65 => {
                let nowhere = ["", "x", "e.1", "0.18446744073709551615"];
                readers[place].connect_at(&world, random.pick(&nowhere).expect("four")).await;
            }
            65..85 => {
                let head = world.head().await;
                let from = readers[place].passed();
                let until = from + random.below(head.saturating_sub(from).max(1) + 1);
                readers[place].read_past(until.min(head)).await;
            }
            85..93 => readers[place].hang_up(),
            93..95 => world.attempt().await,
            95 => {
                world = World {
                    process: tokio::task::block_in_place(|| world.process.kill_and_restart()),
                    ..world
                }
            }
            _ => old_snapshots.push(world.snapshot().await),
        }
    }
    // A server that was killed beside a change may not have told of it: the board rests when its attempts do.
    eventually("the attempts are over", async || world.rests().await).await;
    world.process.create_card(&world.shop.board.id, "the last change").await;
    // What an attempt changes is told with some delay, so it may be told of now: until nothing comes any more.
    let (truth, head) = loop {
        let (truth, EventId { seq: head, .. }) = world.snapshot().await;
        for reader in &mut readers {
            reader.catch_up(&world, head).await;
        }
        if world.head().await == head {
            break (truth, head);
        }
    };
    let log = log_since(&world, &begin.to_string(), head).await;
    for (number, reader) in readers.iter_mut().enumerate() {
        reader.hang_up();
        let state = reader.fold.state.clone().expect("a state");
        let differences = Changes::between(&state, &truth);
        assert!(state == truth, "seed {seed}, reader {number}: {differences:?}");
        for stretch in &reader.ended {
            let (Some(after), Some(last)) = (stretch.after, stretch.seqs.last().copied()) else { continue };
            let expected: Vec<u64> =
                log.iter().copied().filter(|seq| (after + 1..=last).contains(seq)).collect();
            assert_eq!(stretch.seqs, expected, "seed {seed}, reader {number}, after {after}");
        }
    }
    world
}

/// The numbers of the board's messages after a position, up to the head, as the log has them.
async fn log_since(world: &World, position: &str, head: u64) -> Vec<u64> {
    let query = format!("boardId={}&patch=1&lastEventId={position}", world.shop.board.id);
    let mut stream = world.process.stream(&query).await;
    assert!(stream.next().await.hello().resumed, "the log reaches back to the begin of a schedule");
    let mut seqs = Vec::new();
    loop {
        let frame = stream.next().await;
        let seq = frame.seq();
        if frame.event != "heartbeat" {
            seqs.push(seq);
        }
        if seq >= head {
            return seqs;
        }
    }
}

async fn run_all(seeds: RangeInclusive<u64>) {
    let mut world = World::new().await;
    for seed in seeds {
        if seed.is_multiple_of(SCHEDULES_PER_SERVER) {
            world = World::new().await;
        }
        // Seen when it fails. What it found on its server came of those before it, from the newest multiple of 25 on.
        println!("schedule {seed}");
        world = run(seed, world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_1_to_50() {
    run_all(1..=50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_51_to_100() {
    run_all(51..=100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_101_to_150() {
    run_all(101..=150).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_151_to_200() {
    run_all(151..=200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_201_to_250() {
    run_all(201..=250).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_gets_exactly_what_there_is_in_schedules_251_to_300() {
    run_all(251..=300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "many schedules: `make test-long`"]
async fn every_reader_gets_exactly_what_there_is_in_very_many_schedules() {
    const AT_ONCE: u64 = 4;
    let number =
        |name: &str, default: u64| env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let (first, count) = (number("MAINSTAY_SEED", 1_000), number("MAINSTAY_SCHEDULES", 10_000));
    let each = count.div_ceil(AT_ONCE);
    let parts =
        (0..AT_ONCE).map(|part| tokio::spawn(run_all(first + part * each..=first + (part + 1) * each - 1)));
    for part in parts.collect::<Vec<_>>() {
        part.await.expect("every schedule converges");
    }
}
