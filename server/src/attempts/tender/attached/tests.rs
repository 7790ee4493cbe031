//! Hosts that can't be reached, that break off, and that never begin.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::UnixListener;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::*;
use crate::agents::driver::{ANSWER, Launch, Policy, Protocol};
use crate::attempts::fixture::attempt;
use crate::attempts::host::folder::{HostOrders, Patience};
use crate::attempts::machine::{Ending, Start};
use crate::attempts::tender::Standing;
use crate::attempts::{AttemptOptions, Attempts};
use crate::board::fixture::Fixture;
use crate::process_identity::ProcessIdentity;
use crate::store::attempts;

/// An attempt that is at work in a host, which is this process.
struct Stage {
    fixture: Fixture,
    attempts: Attempts,
    attempt: shared::ids::AttemptId,
    folder: HostFolder,
    _ends_with_it: DropGuard,
}

async fn stage() -> Stage {
    let stage = staged(State::Working { questions: BTreeSet::new(), steered: false }).await;
    stage.folder.note_process(ProcessIdentity::own().unwrap(), &stage.folder.socket()).unwrap();
    stage
}

async fn staged(state: State) -> Stage {
    let fixture = Fixture::new().await;
    let mut it = attempt();
    it.attempt.board_id = fixture.board.clone();
    it.attempt.card_id = fixture.card("Sitemap").await.card.id;
    it.state = state;
    let mut tx = fixture.events.store().write().await.unwrap();
    attempts::insert(&mut tx, &it).await.unwrap();
    hosts::insert(&mut tx, &it.attempt.attempt_id, "host", fixture.clock.now()).await.unwrap();
    drop(tx.commit().await.unwrap());
    let folder = HostFolder::of(fixture.folder.path(), "host");
    let launch = Launch {
        protocol: Protocol::Acp,
        command: vec!["agent".to_owned()],
        env: BTreeMap::new(),
        worktree: PathBuf::from("/work"),
        policy: Policy::Ask,
        session: None,
        answer: ANSWER,
    };
    let attempt = it.attempt.attempt_id.clone();
    let orders = HostOrders { attempt_id: attempt.clone(), launch, patience: Patience::default() };
    folder.create(&orders).unwrap();
    let shutdown = CancellationToken::new();
    let options = AttemptOptions::default();
    let attempts = Attempts::start(fixture.events.clone(), fixture.folder.path(), options, shutdown.clone());
    Stage { fixture, attempts, attempt, folder, _ends_with_it: shutdown.drop_guard() }
}

#[tokio::test]
async fn a_host_whose_connections_break_is_called_less_and_less_often() {
    let stage = stage().await;
    let listener = UnixListener::bind(stage.folder.socket()).unwrap();
    stage.attempts.tend(stage.attempt.clone());
    let mut gaps = Vec::new();
    let mut before = Instant::now();
    for _ in 0..5 {
        let accepted = timeout(Duration::from_secs(30), listener.accept()).await;
        drop(accepted.expect("it is called again").unwrap());
        gaps.push(before.elapsed());
        before = Instant::now();
    }
    assert!(gaps[4] > Duration::from_millis(600), "{gaps:?}");
    let mut tx = stage.fixture.events.store().read().await.unwrap();
    assert!(hosts::of_attempt(&mut tx, &stage.attempt).await.unwrap().is_some(), "it lives");
}

#[test]
fn that_a_host_can_not_be_reached_is_told_once_each_time() {
    let mut reach = Reach::new();
    let start = Instant::now();
    let mut told =
        |is_reached, second| reach.is_worth_a_word(is_reached, start + Duration::from_secs(second));
    assert_eq!([told(false, 0), told(false, 9)], [None, None]);
    assert_eq!([told(false, 11), told(false, 12)], [Some(Duration::from_secs(11)), None]);
    assert_eq!([told(true, 13), told(false, 14), told(false, 23)], [None, None, None]);
    assert_eq!(told(false, 24), Some(Duration::from_secs(10)));
}

#[tokio::test]
async fn a_host_that_a_killed_server_did_not_come_to_start_is_started_anew() {
    let stage = staged(State::SettingUp { start: Start::Anew }).await;
    let tender =
        Tender { attempts: stage.attempts.clone(), attempt: stage.attempt.clone(), called: Arc::default() };
    let standing = async || tender.standing().await.unwrap().unwrap();
    tender.bury(&standing().await.host.unwrap(), &stage.folder).await.unwrap();
    let Standing { it, host, .. } = standing().await;
    assert_eq!((it.state, host), (State::SettingUp { start: Start::Anew }, None));
}

#[tokio::test]
async fn a_host_that_was_started_and_never_heard_of_is_a_failure() {
    let stage = staged(State::SettingUp { start: Start::Anew }).await;
    stage.folder.note_start();
    stage.folder.note_end();
    stage.attempts.tend(stage.attempt.clone());
    let ended = async {
        loop {
            let mut tx = stage.fixture.events.store().read().await.unwrap();
            let it = attempts::stored(&mut tx, &stage.attempt).await.unwrap().unwrap();
            if it.state.status().is_final() {
                return it.state;
            }
            drop(tx);
            sleep(Duration::from_millis(10)).await;
        }
    };
    let state = timeout(Duration::from_secs(8), ended).await.expect("nobody waits for it");
    let reason = Some("The agent's host could not begin, and did not say why.".to_owned());
    assert_eq!(state, State::Ended { ending: Ending::Failed, reason });
}
