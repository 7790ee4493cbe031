//! Random commands against a real store, and what must hold after each of them: who follows the patches has what the
//! database has.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::board::{BoardState, ColumnKey};
use shared::ids::{CardId, ColumnId};
use shared::requests::{CreateCard, CreateColumn, MoveCard, Patch, PatchBoard, PatchCard, PatchColumn};

use super::fixture::Fixture;
use super::{CommandErrorKind, cards, columns, projects};
use crate::store;

/// A command, with numbers for the things that it picks from those that are there.
#[derive(Clone, Debug)]
enum Step {
    CreateCard { column: u8, depends_on: Vec<u8> },
    Edit { card: u8, title: u8, column: Option<u8> },
    Rewire { card: u8, depends_on: Vec<u8> },
    MoveBefore { card: u8, column: u8, before: Option<u8> },
    MoveAt { card: u8, column: u8, index: i64 },
    Delete { card: u8 },
    Restore { deleted: u8 },
    Purge,
    CreateColumn { index: Option<i64> },
    PatchColumn { column: u8, title: u8, limit: Option<u32>, index: Option<i64> },
    DeleteColumn { column: u8, move_to: Option<u8> },
    Rename { name: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    use proptest::collection::vec;
    use proptest::option::of;
    let any = any::<u8>;
    prop_oneof![
        6 => (any(), vec(any(), 0..3)).prop_map(|(column, depends_on)| Step::CreateCard { column, depends_on }),
        2 => (any(), 0..4_u8, of(any())).prop_map(|(card, title, column)| Step::Edit { card, title, column }),
        4 => (any(), vec(any(), 0..4)).prop_map(|(card, depends_on)| Step::Rewire { card, depends_on }),
        6 => (any(), any(), of(any())).prop_map(|(card, column, before)| Step::MoveBefore { card, column, before }),
        4 => (any(), any(), -1..9_i64).prop_map(|(card, column, index)| Step::MoveAt { card, column, index }),
        3 => any().prop_map(|card| Step::Delete { card }),
        3 => any().prop_map(|deleted| Step::Restore { deleted }),
        1 => Just(Step::Purge),
        1 => of(-1..9_i64).prop_map(|index| Step::CreateColumn { index }),
        2 => (any(), 0..4_u8, of(0..3_u32), of(-1..9_i64))
            .prop_map(|(column, title, limit, index)| Step::PatchColumn { column, title, limit, index }),
        1 => (any(), of(any())).prop_map(|(column, move_to)| Step::DeleteColumn { column, move_to }),
        1 => (0..3_u8).prop_map(|name| Step::Rename { name }),
    ]
}

/// The thing that a number picks; a name of nothing where there is none.
fn pick<Id: Clone + From<&'static str>>(things: &[Id], number: u8) -> Id {
    match things.len() {
        0 => Id::from("nothing"),
        len => things[usize::from(number) % len].clone(),
    }
}

/// Carries a command out, and says up to where the log goes, or how it was refused.
async fn run(it: &Fixture, state: &BoardState, step: Step) -> Result<u64, CommandErrorKind> {
    let (events, board) = (&it.events, &it.board);
    let ids: Vec<CardId> = state.cards.keys().cloned().collect();
    let order = &state.column_order;
    let some = |numbers: Vec<u8>| numbers.into_iter().map(|number| pick(&ids, number)).collect::<Vec<_>>();
    let title = |number: u8| format!("title {number}");
    let at = match step {
        Step::CreateCard { column, depends_on } => {
            let body = CreateCard {
                title: title(column),
                column_id: Some(pick(order, column)),
                depends_on: some(depends_on),
                ..Default::default()
            };
            cards::create(events, board, body).await.map(|answer| answer.at)
        }
        Step::Edit { card, title: number, column } => {
            let body = PatchCard {
                title: Some(title(number)),
                column_id: column.map(|column| pick(order, column)),
                ..Default::default()
            };
            cards::patch(events, board, &pick(&ids, card), None, body).await.map(|answer| answer.at)
        }
        Step::Rewire { card, depends_on } => {
            let body = PatchCard { depends_on: Patch::Value(some(depends_on)), ..Default::default() };
            cards::patch(events, board, &pick(&ids, card), None, body).await.map(|answer| answer.at)
        }
        Step::MoveBefore { card, column, before } => {
            let before_card_id = before.map(|before| pick(&ids, before)).into();
            let body = MoveCard { column_id: pick(order, column), index: None, before_card_id };
            cards::move_card(events, board, &pick(&ids, card), None, body).await.map(|answer| answer.at)
        }
        Step::MoveAt { card, column, index } => {
            let body = MoveCard {
                column_id: pick(order, column),
                index: Some(index),
                before_card_id: Patch::Absent,
            };
            cards::move_card(events, board, &pick(&ids, card), None, body).await.map(|answer| answer.at)
        }
        Step::Delete { card } => {
            cards::delete(events, board, &pick(&ids, card), None).await.map(|answer| answer.at)
        }
        Step::Restore { deleted } => {
            let gone = deleted_cards(it).await;
            cards::restore(events, board, &pick(&gone, deleted), None).await.map(|answer| answer.at)
        }
        Step::Purge => {
            it.pass(10);
            let before = it.clock.now();
            it.pass(10);
            cards::purge(events, before).await.unwrap();
            return Ok(it.head().await);
        }
        Step::CreateColumn { index } => {
            let body = CreateColumn { title: title(0), index, ..Default::default() };
            columns::create(events, board, None, body).await.map(|answer| answer.at)
        }
        Step::PatchColumn { column, title: number, limit, index } => {
            let body = PatchColumn { title: Some(title(number)), wip_limit: limit.into(), index };
            columns::patch(events, board, &pick(order, column), None, body).await.map(|answer| answer.at)
        }
        Step::DeleteColumn { column, move_to } => {
            let move_to: Option<ColumnId> = move_to.map(|column| pick(order, column));
            let column = pick(order, column);
            columns::delete(events, board, &column, None, move_to.as_ref()).await.map(|answer| answer.at)
        }
        Step::Rename { name } => {
            let body = PatchBoard { name: Some(title(name)), settings: None };
            projects::patch(events, board, None, body).await.map(|answer| answer.at)
        }
    };
    at.map(|at| at.seq).map_err(|error| error.kind)
}

async fn deleted_cards(it: &Fixture) -> Vec<CardId> {
    let mut read = it.events.store().read().await.unwrap();
    let cards = store::cards::deleted(&mut read, &it.board, None).await.unwrap();
    cards.into_iter().map(|it| it.card.id).collect()
}

/// Who follows the log from some state on.
struct Follower {
    state: BoardState,
    seq: u64,
}

impl Follower {
    /// Takes what is new, which has to be in order and without a gap; says how many messages it was.
    async fn catch_up(&mut self, it: &Fixture) -> u64 {
        let messages = it.messages_since(self.seq).await;
        let patches = it.patches_since(self.seq).await;
        for (message, patch) in messages.iter().zip(&patches) {
            assert_eq!(message.seq, self.seq + 1);
            assert_eq!((patch.from_revision, patch.revision), (self.state.revision, self.state.revision + 1));
            self.state.apply(patch).unwrap();
            self.seq = message.seq;
        }
        u64::try_from(patches.len()).unwrap()
    }
}

/// What holds for every board at every moment.
async fn check(it: &Fixture, state: &BoardState) {
    let order: HashSet<_> = state.column_order.iter().collect();
    assert_eq!(order, state.columns.keys().collect(), "each column stands once in the order");
    let lanes = state.columns.values().map(|column| column.card_ids.len()).sum::<usize>();
    assert_eq!(lanes, state.cards.len(), "each card lies in one column");
    for card in state.cards.values() {
        assert_eq!(card.blocked_by, state.blockers(&card.depends_on), "{}", card.key);
        assert!(!reaches(state, &card.depends_on, &card.id), "{} waits for itself", card.key);
    }
    assert!(
        [ColumnKey::Backlog, ColumnKey::InProgress, ColumnKey::Review, ColumnKey::Done]
            .into_iter()
            .all(|key| state.keyed_column(key).is_some())
    );
    let mut read = it.events.store().read().await.unwrap();
    for column in &state.column_order {
        let lane = store::cards::live_in(&mut read, column).await.unwrap();
        assert!(lane.is_sorted_by(|above, below| above.position < below.position), "positions rise strictly");
    }
    let summary = store::boards::summary(&mut read, &it.board).await.unwrap().unwrap();
    assert_eq!(summary.open_cards, state.counts().open_cards);
}

/// Whether a card can be reached from these over what they depend on.
fn reaches(state: &BoardState, from: &[CardId], to: &CardId) -> bool {
    let mut ahead: Vec<&CardId> = from.iter().collect();
    let mut seen = HashSet::new();
    while let Some(card) = ahead.pop() {
        if card == to {
            return true;
        }
        if seen.insert(card) {
            ahead.extend(state.cards.get(card).into_iter().flat_map(|card| &card.depends_on));
        }
    }
    false
}

async fn follow(steps: Vec<Step>) {
    let it = Fixture::new().await;
    let mut follower = Follower { state: it.state().await, seq: it.head().await };
    for step in steps {
        let told = format!("{step:?}");
        let is_purge = matches!(step, Step::Purge);
        let before = (follower.state.revision, follower.seq);
        let outcome = run(&it, &follower.state.clone(), step).await;
        let messages = follower.catch_up(&it).await;
        match outcome {
            Ok(at) => assert_eq!(at, follower.seq, "{told}: an answer names its last message"),
            Err(_) => assert_eq!((follower.state.revision, follower.seq), before, "{told}: refused"),
        }
        assert!(is_purge || messages <= 1, "{told}: one message a command");
        let state = it.state().await;
        assert_eq!(follower.state, state, "{told}");
        check(&it, &state).await;
    }
}

#[test]
fn whoever_follows_the_patches_has_what_the_database_has() {
    // The same cases every time: a failure found here is found again.
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 24, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runner
        .run(&proptest::collection::vec(step(), 60), |steps| {
            runtime.block_on(follow(steps));
            Ok(())
        })
        .unwrap();
}
