//! The rules by which a reader folds a stream.

use proptest::prelude::*;
use shared::attempt::AttemptStatus;
use shared::fold::{
    AttemptsFold, BoardFold, Changed, DashboardFold, Outcome, SnapshotReason, StreamPosition,
};
use shared::ids::EventId;
use shared::patch::{BoardPatch, Changes, PatchError, PatchOp};
use shared::sse::{Bye, ByeReason, SseMsg};

use crate::sample::{at, board, heartbeat, hello, lane, log, overview, status};

fn state() -> SseMsg {
    SseMsg::State(Box::new(board(&[("a", &["1", "2"]), ("b", &[])])))
}

fn rename(from: u64, name: &str) -> SseMsg {
    SseMsg::BoardPatch(BoardPatch {
        board_id: "b".into(),
        from_revision: from,
        revision: from + 1,
        meta_revision: None,
        ops: vec![PatchOp::SetName { name: name.into() }],
    })
}

/// A reader after an opening that ended at position 10, with attempt a1 running.
fn opened() -> BoardFold {
    let mut fold = BoardFold::default();
    fold.take(None, hello(false, 10));
    fold.take(None, state());
    fold.take(Some(&at(10)), status("a1", AttemptStatus::Running));
    fold
}

/// Whether the reader has reached what was the log's head when the stream began.
fn is_caught_up(fold: &BoardFold) -> bool {
    let (Some(hello), Some(passed)) = (&fold.hello, fold.passed()) else { return false };
    hello.epoch == passed.epoch && hello.seq <= passed.seq
}

fn name(fold: &BoardFold) -> &str {
    fold.state.as_ref().map_or("", |state| &state.name)
}

fn changed(outcome: Outcome) -> Changed {
    match outcome {
        Outcome::Changed(changed) => changed,
        other => panic!("expected a change, got {other:?}"),
    }
}

#[test]
fn an_opening_gives_the_state() {
    let mut fold = BoardFold::default();
    assert!(changed(fold.take(None, hello(false, 10))).hello);
    let opening = changed(fold.take(None, state()));
    assert!(opening.replaced);
    assert_eq!(opening.board, Changes::everything(fold.state.as_ref().unwrap()));
    assert!(changed(fold.take(None, SseMsg::DashboardOverview(Box::new(overview())))).overview);
    let forwarded = fold.take(Some(&at(10)), status("a1", AttemptStatus::Running));
    assert!(matches!(forwarded, Outcome::Forward(_)), "a board keeps nothing of attempts");
    assert_eq!(fold.resume_from(), Some(&at(10)));
    assert!(is_caught_up(&fold));
}

#[test]
fn an_opening_that_is_cut_starts_over() {
    let mut fold = opened();
    fold.take(None, hello(false, 30));
    fold.take(None, status("a7", AttemptStatus::Queued));
    assert_eq!(fold.resume_from(), None, "the next stream has to be a fresh one");
    assert_eq!(name(&fold), "Web", "what was known stays");
}

/// How attempts stand after an opening that ended at position 10, with attempt a1 running.
fn attempts() -> AttemptsFold {
    let mut fold = AttemptsFold::default();
    fold.take(None, &hello(false, 10));
    fold.take(None, &state());
    fold.take(Some(&at(10)), &status("a1", AttemptStatus::Running));
    fold
}

fn known(fold: &AttemptsFold) -> Vec<&str> {
    fold.statuses.keys().map(|id| id.as_str()).collect()
}

#[test]
fn an_opening_gives_all_statuses_at_its_end() {
    let mut fold = AttemptsFold::default();
    fold.take(None, &hello(false, 10));
    assert_eq!(fold.take(None, &status("a1", AttemptStatus::Running)), [].into());
    let last = fold.take(Some(&at(10)), &status("a2", AttemptStatus::Failed));
    assert_eq!(last, ["a1".into(), "a2".into()].into());
    assert_eq!(known(&fold), ["a1", "a2"]);
}

#[test]
fn an_opening_that_is_cut_leaves_the_statuses_as_they_were() {
    let mut fold = attempts();
    fold.take(None, &hello(false, 30));
    fold.take(None, &status("a7", AttemptStatus::Queued));
    assert_eq!(known(&fold), ["a1"]);

    fold.take(None, &hello(false, 31));
    fold.take(None, &state());
    let last = fold.take(Some(&at(31)), &status("a2", AttemptStatus::Queued));
    assert_eq!(last, ["a1".into(), "a2".into()].into(), "a1 is no longer known");
    assert_eq!(known(&fold), ["a2"]);
}

#[test]
fn an_opening_without_attempts_forgets_the_old_ones() {
    let mut fold = attempts();
    fold.take(None, &hello(false, 20));
    assert_eq!(fold.take(Some(&at(20)), &state()), ["a1".into()].into());
    assert!(fold.statuses.is_empty());
}

#[test]
fn a_status_is_taken_once_and_told_if_it_is_another_one() {
    let mut fold = attempts();
    assert_eq!(
        fold.take(Some(&at(9)), &status("a1", AttemptStatus::Queued)),
        [].into(),
        "it was folded in before"
    );
    assert_eq!(fold.take(None, &status("a1", AttemptStatus::Running)), [].into(), "nothing new");
    fold.take(Some(&at(10)), &hello(true, 12));
    assert_eq!(fold.take(Some(&at(12)), &status("a1", AttemptStatus::Succeeded)), ["a1".into()].into());
    assert_eq!(fold.statuses["a1"].status, AttemptStatus::Succeeded);
}

#[test]
fn after_a_fresh_hello_lower_numbers_are_new_again() {
    let mut fold = opened();
    fold.take(None, hello(false, 5));
    fold.take(Some(&at(5)), state());
    assert_eq!(fold.resume_from(), Some(&at(5)));
    changed(fold.take(Some(&at(6)), rename(7, "Shop")));
    assert_eq!(name(&fold), "Shop");
}

#[test]
fn a_message_of_the_log_is_taken_once() {
    let mut fold = opened();
    assert_eq!(fold.take(Some(&at(10)), rename(7, "Shop")), Outcome::Ignored);
    assert_eq!(fold.take(Some(&at(3)), log("old")), Outcome::Ignored);
    let patched = changed(fold.take(Some(&at(11)), rename(7, "Shop")));
    assert_eq!(patched.board, Changes { name: true, ..Changes::default() });
    assert_eq!(fold.take(Some(&at(11)), rename(7, "Shop")), Outcome::Ignored);
    assert_eq!(name(&fold), "Shop");
}

#[test]
fn opening_frames_and_heartbeats_are_never_dropped() {
    let mut fold = opened();
    assert!(changed(fold.take(Some(&at(4)), hello(true, 10))).hello, "resumed where we were once");
    assert!(changed(fold.take(Some(&at(4)), state())).replaced);
    assert!(changed(fold.take(Some(&at(4)), SseMsg::DashboardOverview(Box::new(overview())))).overview);
    assert_eq!(fold.resume_from(), Some(&at(10)), "a position never goes back");
    fold.take(Some(&at(12)), heartbeat());
    assert_eq!(fold.resume_from(), Some(&at(12)), "a heartbeat says how far the stream has come");
}

#[test]
fn a_message_without_an_id_is_taken_and_moves_nothing() {
    let mut fold = opened();
    changed(fold.take(None, rename(7, "Shop")));
    assert_eq!(fold.resume_from(), Some(&at(10)));
}

#[test]
fn a_resumed_stream_goes_on() {
    let mut fold = opened();
    fold.take(Some(&at(10)), hello(true, 12));
    assert!(!is_caught_up(&fold));
    changed(fold.take(Some(&at(11)), rename(7, "Shop")));
    fold.take(Some(&at(12)), status("a1", AttemptStatus::Succeeded));
    assert!(is_caught_up(&fold));
}

#[test]
fn a_page_goes_on_from_its_snapshot() {
    let mut fold = BoardFold::from_snapshot(board(&[]), at(10));
    fold.take(Some(&at(10)), hello(true, 11));
    assert_eq!(fold.take(Some(&at(9)), rename(6, "Old")), Outcome::Ignored);
    changed(fold.take(Some(&at(11)), rename(7, "Shop")));
    assert_eq!(name(&fold), "Shop");
}

#[test]
fn a_restored_database_is_another_log() {
    let mut fold = opened();
    let other: EventId = "e2.3".parse().unwrap();
    fold.take(None, hello(false, 3));
    fold.take(Some(&other), state());
    assert_eq!(fold.resume_from(), Some(&other));
    changed(fold.take(Some(&"e2.4".parse().unwrap()), rename(7, "Shop")));
}

#[test]
fn an_impossible_patch_needs_a_snapshot() {
    let mut fold = opened();
    let outcome = fold.take(Some(&at(11)), rename(8, "Shop"));
    let reason = PatchError::Revision { from: 8, at: 7 };
    assert_eq!(outcome, Outcome::NeedsSnapshot(SnapshotReason::Patch(reason)));
    assert_eq!(fold.resume_from(), None, "the next stream has to be a fresh one");
    fold.take(Some(&at(12)), heartbeat());
    assert_eq!(fold.passed(), Some(&at(10)), "what was not folded in was not passed");
    assert_eq!(name(&fold), "Web", "what was known stays");

    fold.take(None, hello(false, 12));
    fold.take(Some(&at(12)), state());
    assert_eq!(fold.resume_from(), Some(&at(12)));
}

#[test]
fn a_patch_without_a_state_needs_a_snapshot() {
    let outcome = BoardFold::default().take(Some(&at(1)), rename(7, "Shop"));
    assert_eq!(outcome, Outcome::NeedsSnapshot(SnapshotReason::NoState));
}

#[test]
fn a_malformed_payload_needs_a_snapshot_and_an_unknown_type_does_not() {
    let mut fold = opened();
    assert_eq!(fold.take_frame("e1.11", "weather", "?"), Outcome::Ignored);
    assert_eq!(fold.resume_from(), Some(&at(11)), "it was sent, so it need not be sent again");
    assert_eq!(
        fold.take_frame("e1.11", "attempt_log", "?"),
        Outcome::Ignored,
        "the fold keeps nothing of it"
    );
    let outcome = fold.take_frame("e1.12", "board_patch", "?");
    assert!(matches!(outcome, Outcome::NeedsSnapshot(SnapshotReason::Malformed(_))));
    assert_eq!(fold.resume_from(), None);
}

#[test]
fn frames_are_taken_as_the_browser_hands_them_over() {
    let mut fold = BoardFold::default();
    let frame = |msg: &SseMsg| (msg.event_type(), msg.encode_payload().unwrap());
    let (event, data) = frame(&hello(false, 10));
    changed(fold.take_frame("", event, &data));
    let (event, data) = frame(&state());
    changed(fold.take_frame("e1.10", event, &data));
    assert_eq!(fold.resume_from(), Some(&at(10)));
    // A frame without an id of its own comes with the one before it.
    let (event, data) = frame(&SseMsg::State(Box::new(board(&[]))));
    assert!(changed(fold.take_frame("e1.10", event, &data)).replaced);
    let (event, data) = frame(&rename(7, "Shop"));
    changed(fold.take_frame("not an id", event, &data));
}

#[test]
fn what_the_fold_does_not_keep_is_handed_on() {
    let mut fold = opened();
    assert_eq!(fold.take(Some(&at(11)), log("x")), Outcome::Forward(Box::new(log("x"))));
    let bye = SseMsg::Bye(Bye { reason: ByeReason::Shutdown, retry_ms: None });
    assert_eq!(fold.take(Some(&at(12)), bye.clone()), Outcome::Forward(Box::new(bye)));
    assert_eq!(fold.resume_from(), Some(&at(12)));
}

#[test]
fn a_new_state_says_what_differs_from_the_old_one() {
    let mut fold = opened();
    let mut newer = board(&[("a", &["2", "1"]), ("b", &[])]);
    newer.cards.get_mut("1").unwrap().title = "Edited".into();
    let changed = changed(fold.take(None, SseMsg::State(Box::new(newer))));
    let expected = Changes { cards: ["1".into()].into(), lanes: ["a".into()].into(), ..Changes::default() };
    assert!(changed.replaced);
    assert_eq!(changed.board, expected);
}

#[test]
fn a_fetched_snapshot_replaces_the_state_and_the_position() {
    let mut fold = opened();
    fold.take(Some(&at(11)), rename(99, "lost"));
    let changed = fold.reset(board(&[("a", &["1"])]), at(20));
    assert!(changed.replaced);
    assert_eq!(lane(fold.state.as_ref().unwrap(), "a"), ["1"]);
    assert_eq!(fold.resume_from(), Some(&at(20)));
    assert_eq!(fold.take(Some(&at(20)), rename(7, "old")), Outcome::Ignored);
}

#[test]
fn the_dashboard_keeps_the_newest_overview() {
    let mut fold = DashboardFold::default();
    assert!(changed(fold.take(None, hello(false, 10))).hello);
    assert_eq!(fold.resume_from(), None);
    let message = || SseMsg::DashboardOverview(Box::new(overview()));
    assert!(changed(fold.take(Some(&at(10)), message())).overview);
    assert_eq!(fold.resume_from(), Some(&at(10)));
    assert!(changed(fold.take(None, message())).overview, "later ones carry no id");
    assert_eq!(fold.take(Some(&at(12)), heartbeat()), Outcome::Ignored);
    assert_eq!(fold.take(Some(&at(12)), log("x")), Outcome::Ignored, "passed before");
    assert!(matches!(fold.take(Some(&at(13)), log("x")), Outcome::Forward(_)));
    assert!(matches!(fold.take_frame("e1.14", "hello", "?"), Outcome::NeedsSnapshot(_)));
    assert_eq!(fold.resume_from(), None);
    assert_eq!(fold.overview, Some(overview()), "what was known stays");
    fold.reset(overview(), at(15));
    assert_eq!(fold.resume_from(), Some(&at(15)));
    assert_eq!(fold.take_frame("e1.16", "weather", "?"), Outcome::Ignored);
    assert_eq!(fold.resume_from(), Some(&at(16)));
    assert_eq!(DashboardFold::from_snapshot(overview(), at(3)).resume_from(), Some(&at(3)));
}

proptest! {
    /// However often the connection breaks and whatever overlap a resume sends again: each patch counts once.
    #[test]
    fn no_gap_and_no_duplicate_across_resumes(
        cuts in prop::collection::vec((0..20_usize, 0..20_usize), 0..6),
    ) {
        let patches: Vec<(EventId, SseMsg)> =
            (0..20).map(|n| (at(11 + n), rename(7 + n, &format!("name {n}")))).collect();
        let mut fold = opened();
        let mut next = 0;
        for (reach, overlap) in cuts {
            let resume: usize = next - overlap.min(next);
            fold.take(Some(&at(10 + u64::try_from(resume).unwrap())), hello(true, 30));
            let end = (next + reach).min(patches.len());
            for (n, (id, msg)) in patches.iter().enumerate().take(end).skip(resume) {
                let outcome = fold.take(Some(id), msg.clone());
                prop_assert_eq!(outcome == Outcome::Ignored, n < next);
            }
            next = end;
        }
        let passed = at(10 + u64::try_from(next).unwrap());
        prop_assert_eq!(fold.resume_from(), Some(&passed));
        prop_assert_eq!(fold.state.map(|state| state.revision), Some(7 + u64::try_from(next).unwrap()));
    }

    #[test]
    fn a_position_never_goes_back_within_a_log(seqs in prop::collection::vec(0..50_u64, 0..20)) {
        let mut position = StreamPosition::default();
        let mut highest = None;
        for seq in seqs {
            position.advance_to(Some(&at(seq)));
            highest = highest.max(Some(seq));
            prop_assert_eq!(position.passed().map(|id| id.seq), highest);
        }
    }
}
