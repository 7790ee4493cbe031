//! Tests of changes and their events.

use std::future::poll_fn;
use std::task::{Context, Waker};

use shared::board::ColumnKey;
use shared::requests::{CreateCard, PatchBoard};

use super::*;
use crate::board::fixture::Fixture;
use crate::board::{CommandErrorKind, cards, projects};
use crate::sse::hub::{Subscription, Taken};
use crate::sse::topic::Topic;
use crate::store::{StoreOptions, boards};

fn registered(agent: &str) -> DomainEvent {
    DomainEvent::AgentRegistered(AgentRegistered { agent: agent.into(), label: None })
}

#[tokio::test]
async fn a_dropped_change_leaves_nothing_and_the_next_one_begins_afresh() {
    let it = Fixture::new().await;
    let before = it.state().await;
    let mut change = it.events.begin().await.unwrap();
    change.record(registered("a"));
    boards::delete(change.conn(), &it.board).await.unwrap();
    drop(change);
    assert_eq!(it.state().await, before);
    it.card("goes on").await;
    assert_eq!(it.state().await.cards.len(), 1);
}

#[tokio::test]
async fn a_commit_is_published_even_if_who_asked_for_it_has_gone() {
    let it = Fixture::new().await;
    let head = it.head().await;
    let mut change = it.events.begin().await.unwrap();
    change.record(registered("a"));
    let mut commit = Box::pin(change.commit());
    // Asked once and never again: as when a client hangs up in the middle of a request.
    let asked = futures_util::poll!(&mut commit);
    assert!(asked.is_pending());
    drop(commit);
    // The next change waits for the first to be committed and published.
    let next = it.events.begin().await.unwrap();
    assert_eq!(it.events.hub.head(), head + 1);
    drop(next);
    assert_eq!(it.head().await, head + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_are_numbered_without_a_gap_and_published_in_order() {
    let it = Fixture::new().await;
    let head = it.head().await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (events, board) = (it.events.clone(), it.board.clone());
        tasks.spawn(async move {
            let mut seqs = Vec::new();
            for turn in 0..10 {
                let body = CreateCard { title: format!("{writer} {turn}"), ..Default::default() };
                let at = cards::create(&events, &board, body).await.unwrap().at;
                assert!(events.hub.head() >= at.seq, "an answer is published before it is given");
                seqs.push(at.seq);
            }
            seqs
        });
    }
    let mut seqs: Vec<u64> = tasks.join_all().await.concat();
    seqs.sort_unstable();
    assert_eq!(seqs, (head + 1..=head + 80).collect::<Vec<_>>());
    let state = it.state().await;
    assert_eq!((state.cards.len(), state.revision), (80, 81));
}

#[tokio::test]
async fn what_is_committed_while_others_wait_to_commit_waits_for_them() {
    let it = Fixture::new().await;
    let hub = Arc::clone(&it.events.hub);
    let mut readers: Vec<Subscription> =
        (0..100).map(|_| hub.subscribe(Topic::Board(it.board.clone()), None).unwrap()).collect();
    readers.iter_mut().for_each(|reader| assert_eq!(taken(reader), 0));

    let mut first = it.events.begin().await.unwrap();
    let mut second = Box::pin(it.events.begin());
    assert!(futures_util::poll!(&mut second).is_pending());
    first.record(registered("a"));
    first.commit().await.unwrap();
    assert!(!readers.iter().any(is_woken), "somebody waits to commit");

    let mut second = second.await.unwrap();
    second.record(registered("b"));
    second.commit().await.unwrap();
    let running = Arc::clone(&hub);
    let rounds = tokio::spawn(async move { running.run().await });
    for reader in &mut readers {
        poll_fn(|cx| reader.poll_wait(cx)).await;
        assert_eq!(taken(reader), 2);
    }
    rounds.abort();
}

fn is_woken(reader: &Subscription) -> bool {
    reader.poll_wait(&Context::from_waker(Waker::noop())).is_ready()
}

fn taken(reader: &mut Subscription) -> usize {
    let Taken::Frames(frames) = reader.take() else { panic!("it goes on") };
    frames.len()
}

#[tokio::test]
async fn a_read_sees_one_moment_and_knows_its_position() {
    let it = Fixture::new().await;
    let mut read = it.events.store().read().await.unwrap();
    let position = read.position().seq;
    it.card("later").await;
    let state = boards::state(&mut read, &it.board).await.unwrap().unwrap();
    assert_eq!((state.cards.len(), position), (0, it.head().await - 1));
}

#[tokio::test]
async fn on_a_full_disk_changes_are_refused_as_a_whole_and_reads_go_on() {
    let it = Fixture::with(StoreOptions { max_pages: Some(80), ..Default::default() }).await;
    let mut made = 0;
    let refused = loop {
        let body = CreateCard {
            title: format!("card {made}"),
            description: Some("x".repeat(20_000)),
            ..Default::default()
        };
        let before = (it.state().await, it.head().await, it.events.hub.head());
        match cards::create(&it.events, &it.board, body).await {
            Ok(_) => made += 1,
            Err(error) => {
                assert_eq!((it.state().await, it.head().await, it.events.hub.head()), before);
                break error;
            }
        }
    };
    assert_eq!(refused.kind, CommandErrorKind::DiskFull);
    assert!(!refused.hints.is_empty());
    assert_eq!(it.titles(&it.column(ColumnKey::Backlog).await).await.len(), made);
    // Every further attempt ends the same way: the one connection that writes is as good as before.
    for _ in 0..3 {
        let body = CreateCard {
            title: "x".repeat(500),
            description: Some("x".repeat(60_000)),
            ..Default::default()
        };
        let error = cards::create(&it.events, &it.board, body).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::DiskFull);
    }
}

#[tokio::test]
async fn pruning_the_log_makes_room_on_a_full_disk() {
    let it = Fixture::with(StoreOptions { max_pages: Some(80), ..Default::default() }).await;
    let rename = async |turn: usize| {
        let body = PatchBoard { name: Some(format!("{turn} {}", "x".repeat(400))), settings: None };
        projects::patch(&it.events, &it.board, None, body).await
    };
    let mut turn = 0;
    while rename(turn).await.is_ok() {
        turn += 1;
    }
    let everything = messages::Retention { age_ms: -1, bytes: 0 };
    messages::prune(it.events.store(), everything, it.clock.now()).await.unwrap();
    let head = it.head().await;
    assert_eq!(rename(turn).await.unwrap().at.seq, head + 1);
}
