//! The hub's promises that need no socket.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use proptest::prelude::*;
use shared::{ids::BoardId, sse::ByeReason};
use tokio::time::Instant;

use super::{Hub, HubLimits, Memory, NotJoined, Open, Subscription, Taken};
use crate::sse::{
    message::{Channel, Published, Signal},
    topic::Topic,
};

fn hub(limits: HubLimits) -> Arc<Hub> {
    Arc::new(Hub::with_limits(0, "e".parse().expect("an epoch"), limits))
}

fn remembering(messages: usize) -> HubLimits {
    HubLimits { memory: Memory { messages, ..Memory::default() }, ..HubLimits::default() }
}

fn remembering_bytes(bytes: usize) -> HubLimits {
    HubLimits { memory: Memory { bytes, ..Memory::default() }, ..HubLimits::default() }
}

fn board(id: &str) -> Topic {
    Topic::Board(BoardId::from(id))
}

fn listen(hub: &Arc<Hub>, topic: &Topic) -> Subscription {
    hub.subscribe(topic.clone(), None).expect("there is room")
}

fn message(seq: u64, channel: &str) -> Published {
    Published {
        seq,
        channel: Channel::from_stored(channel),
        event: "git_status".into(),
        attempt_id: None,
        payload: "{}".into(),
    }
}

fn publish(hub: &Hub, messages: &[(u64, &str)]) {
    hub.publish(messages.iter().map(|&(seq, channel)| message(seq, channel)).collect());
}

/// Everything there is, and how it ended if not by being up to date.
fn drain(subscription: &mut Subscription) -> (Vec<u64>, Option<Taken>) {
    let mut seqs = Vec::new();
    loop {
        match subscription.take() {
            Taken::Frames(frames) if frames.is_empty() => return (seqs, None),
            Taken::Frames(frames) => seqs.extend(frames.iter().map(|frame| frame.seq)),
            other => return (seqs, Some(other)),
        }
    }
}

fn seqs(subscription: &mut Subscription) -> Vec<u64> {
    let (seqs, end) = drain(subscription);
    assert!(end.is_none(), "{end:?}");
    seqs
}

#[test]
fn a_board_hears_its_own_messages_and_those_for_everyone_in_order() {
    let hub = hub(HubLimits::default());
    let (mut a, mut b, mut dashboard) =
        (listen(&hub, &board("a")), listen(&hub, &board("b")), listen(&hub, &Topic::Dashboard));
    publish(&hub, &[(1, "a"), (2, "*"), (3, "b")]);
    publish(&hub, &[(4, "a"), (5, "c")]);
    assert_eq!(seqs(&mut a), [1, 2, 4]);
    assert_eq!(seqs(&mut b), [2, 3]);
    assert_eq!(seqs(&mut dashboard), [2]);
}

#[test]
fn a_message_is_encoded_once_and_all_subscribers_share_its_bytes() {
    let hub = hub(HubLimits::default());
    let mut subscribers =
        [&board("a"), &board("a"), &board("b"), &Topic::Dashboard].map(|it| listen(&hub, it));
    publish(&hub, &[(1, "*")]);
    let frames = subscribers.each_mut().map(|subscriber| {
        let Taken::Frames(frames) = subscriber.take() else { panic!("there is something to take") };
        Arc::clone(&frames[0])
    });
    for frame in &frames[1..] {
        assert!(Arc::ptr_eq(frame, &frames[0]), "another frame of the same message");
        // What a stream hands to its connection is such a clone.
        assert_eq!(frame.bytes.clone().as_ptr(), frames[0].bytes.as_ptr(), "another copy of the same bytes");
    }
}

#[test]
fn whoever_is_up_to_date_has_passed_the_head_whatever_concerns_it() {
    let hub = hub(HubLimits::default());
    let mut a = listen(&hub, &board("a"));
    publish(&hub, &[(1, "a"), (2, "b")]);
    assert_eq!(a.passed().seq, 0);
    assert_eq!(seqs(&mut a), [1]);
    assert_eq!(a.passed().seq, 2);
}

#[test]
fn what_the_snapshot_contains_is_not_delivered_again() {
    let hub = hub(HubLimits::default());
    let mut a = listen(&hub, &board("a"));
    publish(&hub, &[(1, "a"), (2, "a"), (3, "a")]);
    a.go_on_after(2);
    assert_eq!(seqs(&mut a), [3]);
}

#[test]
fn a_snapshot_may_be_ahead_of_what_the_hub_was_told() {
    let hub = hub(HubLimits::default());
    let mut a = listen(&hub, &board("a"));
    a.go_on_after(5);
    assert!(seqs(&mut a).is_empty());
    assert_eq!(a.passed().seq, 5, "a position never goes back");
    publish(&hub, &[(5, "a"), (6, "a")]);
    assert_eq!(seqs(&mut a), [6]);
}

#[test]
fn many_messages_come_in_portions_and_the_position_follows_them() {
    let hub = hub(HubLimits::default());
    let mut a = listen(&hub, &board("a"));
    (1..=100).for_each(|seq| publish(&hub, &[(seq, "a")]));
    let Taken::Frames(first) = a.take() else { panic!("there is something to take") };
    assert!(first.len() < 100);
    assert_eq!(a.passed().seq, first.len() as u64);
    assert_eq!(seqs(&mut a), (first.len() as u64 + 1..=100).collect::<Vec<_>>());
}

#[test]
fn who_falls_behind_the_log_in_memory_is_told_so_and_rejoins_at_the_head() {
    let hub = hub(remembering(3));
    let (mut slow, mut fast) = (listen(&hub, &board("a")), listen(&hub, &board("a")));
    for seq in 1..=4 {
        publish(&hub, &[(seq, "a")]);
        assert_eq!(seqs(&mut fast), [seq], "the slow one is in nobody's way");
    }
    assert!(matches!(drain(&mut slow), (none, Some(Taken::Lagged)) if none.is_empty()));
    slow.rejoin();
    publish(&hub, &[(5, "a")]);
    assert_eq!(seqs(&mut slow), [5]);
}

#[test]
fn a_quiet_board_does_not_lag_because_others_are_loud() {
    let hub = hub(remembering(3));
    let (mut quiet, _loud) = (listen(&hub, &board("quiet")), listen(&hub, &board("loud")));
    (1..=50).for_each(|seq| publish(&hub, &[(seq, "loud")]));
    publish(&hub, &[(51, "quiet")]);
    assert_eq!(seqs(&mut quiet), [51]);
}

proptest! {
    #[test]
    fn a_reader_gets_all_that_reaches_it_or_is_told_that_some_of_it_is_gone(
        commits in prop::collection::vec(prop::collection::vec(0..4_usize, 1..4), 1..20),
    ) {
        const MEMORY: usize = 6;
        const CHANNELS: [&str; 4] = ["a", "b", "quiet", "*"];
        let hub = hub(remembering(MEMORY));
        let readers = ["a", "b", "quiet", "dashboard"].map(|name| {
            let topic = if name == "dashboard" { Topic::Dashboard } else { board(name) };
            (name, listen(&hub, &topic))
        });
        let mut log = Vec::new();
        for commit in &commits {
            let from = log.len();
            log.extend(commit.iter().map(|&at| CHANNELS[at]));
            let messages: Vec<_> = (from..log.len()).map(|at| (at as u64 + 1, log[at])).collect();
            publish(&hub, &messages);
        }
        let gone = log.len().saturating_sub(MEMORY) as u64;
        for (name, mut reader) in readers {
            let concerns = |&(_, channel): &(u64, &str)| channel == name || channel == "*";
            let its_own: Vec<_> = (1..).zip(log.iter().copied()).filter(concerns).map(|(seq, _)| seq).collect();
            let (got, end) = drain(&mut reader);
            if its_own.first().is_some_and(|&first| first <= gone) {
                prop_assert!(got.is_empty() && matches!(end, Some(Taken::Lagged)), "{name}: {got:?} {end:?}");
            } else {
                prop_assert!(end.is_none(), "{name}: {end:?}");
                prop_assert_eq!(got, its_own);
            }
        }
    }
}

#[test]
fn the_log_in_memory_is_bounded_by_bytes_too() {
    let hub = hub(remembering_bytes(1000));
    let mut slow = listen(&hub, &board("a"));
    (1..=1000).for_each(|seq| publish(&hub, &[(seq, "a")]));
    assert!(matches!(drain(&mut slow), (_, Some(Taken::Lagged))));
    slow.go_on_after(999);
    assert_eq!(seqs(&mut slow), [1000], "the newest ones are there");
}

#[test]
fn a_message_larger_than_the_whole_log_is_delivered_all_the_same() {
    let hub = hub(remembering_bytes(10));
    let mut a = listen(&hub, &board("a"));
    publish(&hub, &[(1, "a")]);
    assert_eq!(seqs(&mut a), [1]);
}

#[test]
fn a_channel_lives_exactly_as_long_as_somebody_listens() {
    let hub = hub(HubLimits::default());
    let (first, second) = (listen(&hub, &board("a")), listen(&hub, &board("a")));
    let dashboard = listen(&hub, &Topic::Dashboard);
    assert_eq!(hub.open(), Open { boards: 2, dashboards: 1, channels: 2 });
    drop(first);
    assert_eq!(hub.open(), Open { boards: 1, dashboards: 1, channels: 2 });
    drop(second);
    assert_eq!(hub.open(), Open { boards: 0, dashboards: 1, channels: 1 });
    drop(dashboard);
    assert_eq!(hub.open(), Open::default());
}

#[test]
fn a_channel_that_comes_back_does_not_bring_old_messages_or_lose_new_ones() {
    let hub = hub(remembering(2));
    let first = listen(&hub, &board("a"));
    publish(&hub, &[(1, "a"), (2, "a")]);
    drop(first);
    let mut again = listen(&hub, &board("a"));
    publish(&hub, &[(3, "a"), (4, "a")]);
    assert_eq!(seqs(&mut again), [3, 4]);
}

#[test]
fn no_more_streams_are_opened_than_there_may_be() {
    let hub = hub(HubLimits { streams: 2, ..HubLimits::default() });
    let (_first, second) = (listen(&hub, &board("a")), listen(&hub, &Topic::Dashboard));
    assert_eq!(hub.subscribe(board("b"), None).map(drop), Err(NotJoined::Full));
    drop(second);
    listen(&hub, &board("b"));
}

#[test]
fn the_end_of_a_session_ends_its_streams_at_once_and_no_others() {
    let hub = hub(HubLimits::default());
    let mut mine = hub.subscribe(board("a"), Some("mine".to_owned())).expect("there is room");
    let mut dashboard = hub.subscribe(Topic::Dashboard, Some("mine".to_owned())).expect("there is room");
    let mut others = hub.subscribe(board("a"), Some("theirs".to_owned())).expect("there is room");
    let mut nobodys = listen(&hub, &board("a"));
    publish(&hub, &[(1, "*")]);
    hub.end_session("mine");
    for ended in [&mut mine, &mut dashboard] {
        assert!(matches!(ended.take(), Taken::Ended(ByeReason::SignedOut)));
        assert_eq!(ended.passed().seq, 0, "what it did not get, it has not passed");
    }
    assert_eq!(seqs(&mut others), [1]);
    assert_eq!(seqs(&mut nobodys), [1]);
}

#[test]
fn a_session_that_ended_while_its_request_was_under_way_gets_no_stream() {
    let hub = hub(HubLimits::default());
    hub.end_session("mine");
    let refused = hub.subscribe(board("a"), Some("mine".to_owned())).map(drop);
    assert_eq!(refused, Err(NotJoined::SignedOut));
    assert!(hub.subscribe(board("a"), Some("theirs".to_owned())).is_ok());
}

#[test]
fn the_end_of_a_board_ends_its_streams_after_its_last_message() {
    let hub = hub(HubLimits::default());
    let (mut gone, mut other) = (listen(&hub, &board("a")), listen(&hub, &board("b")));
    publish(&hub, &[(1, "a")]);
    hub.signal(Signal::BoardDeleted(BoardId::from("a")));
    assert!(matches!(drain(&mut gone), (told, Some(Taken::Ended(ByeReason::BoardDeleted))) if told == [1]));
    assert!(seqs(&mut other).is_empty());
}

#[test]
fn a_footing_names_the_newest_message_of_the_channel() {
    let hub = hub(HubLimits::default());
    let first = listen(&hub, &board("a"));
    assert_eq!((first.footing().head, first.footing().newest), (0, 0));
    publish(&hub, &[(1, "a"), (2, "b")]);
    let second = listen(&hub, &board("a"));
    assert_eq!((second.footing().head, second.footing().newest), (2, 1));
    let alone = listen(&hub, &board("c"));
    assert_eq!((alone.footing().head, alone.footing().newest), (2, 2), "of a new channel nothing is known");
}

/// A reader that has looked: only what comes now makes it look again.
fn at_rest(hub: &Arc<Hub>, topic: &Topic) -> Subscription {
    let mut subscription = listen(hub, topic);
    assert!(is_woken(&subscription), "who comes looks first");
    assert!(seqs(&mut subscription).is_empty());
    assert!(!is_woken(&subscription));
    subscription
}

fn is_woken(subscription: &Subscription) -> bool {
    subscription.poll_wait(&Context::from_waker(Waker::noop())).is_ready()
}

#[test]
fn a_publication_wakes_those_it_concerns() {
    let hub = hub(HubLimits::default());
    let (mut a, b) = (at_rest(&hub, &board("a")), at_rest(&hub, &board("b")));
    publish(&hub, &[(1, "a")]);
    assert!(is_woken(&a));
    assert!(!is_woken(&b));
    assert_eq!(seqs(&mut a), [1]);
    assert!(!is_woken(&a), "what was taken wakes nobody");
}

#[tokio::test]
async fn whoever_waits_hears_of_a_publication() {
    let hub = hub(HubLimits::default());
    let a = at_rest(&hub, &board("a"));
    let waits = tokio::spawn(async move { poll_fn(|cx| a.poll_wait(cx)).await });
    // It waits by then, or looks first: it must be woken either way.
    tokio::task::yield_now().await;
    publish(&hub, &[(1, "a")]);
    waits.await.expect("it is woken");
}

#[test]
fn a_reader_with_more_to_take_than_it_takes_at_a_time_looks_again() {
    let hub = hub(HubLimits::default());
    let mut a = at_rest(&hub, &board("a"));
    let many: Vec<(u64, &str)> = (1..=20).map(|seq| (seq, "a")).collect();
    publish(&hub, &many);
    let Taken::Frames(first) = a.take() else { panic!("there is something to take") };
    assert!(first.len() < many.len() && is_woken(&a));
    assert_eq!(first.len() + seqs(&mut a).len(), many.len());
    assert!(!is_woken(&a));
}

#[test]
fn one_commit_wakes_each_channel_that_any_of_its_messages_reaches() {
    let hub = hub(HubLimits::default());
    let topics = [board("a"), board("b"), Topic::Dashboard];
    let woken = |messages: &[(u64, &str)]| {
        let readers = topics.each_ref().map(|topic| at_rest(&hub, topic));
        publish(&hub, messages);
        readers.each_ref().map(is_woken)
    };
    assert_eq!(woken(&[(1, "a"), (2, "b"), (3, "a")]), [true, true, false]);
    assert_eq!(woken(&[(4, "a"), (5, "*")]), [true, true, true]);
    assert_eq!(woken(&[(6, "elsewhere")]), [false, false, false]);
}

#[test]
fn when_the_server_stops_every_stream_ends_at_once_and_nobody_joins() {
    let hub = hub(HubLimits::default());
    let mut readers = [board("a"), Topic::Dashboard].map(|topic| at_rest(&hub, &topic));
    publish(&hub, &[(1, "*")]);
    hub.signal(Signal::BoardDeleted(BoardId::from("a")));
    hub.end_all();
    for reader in &mut readers {
        assert!(is_woken(reader));
        assert!(matches!(reader.take(), Taken::Ended(ByeReason::Shutdown)));
    }
    assert_eq!(hub.subscribe(board("a"), None).expect_err("it stops"), NotJoined::Stopping);
}

/// A hundred readers at rest, and what runs the hub's rounds.
fn crowd(hub: &Arc<Hub>) -> (Vec<Subscription>, AbortOnDrop) {
    let running = Arc::clone(hub);
    let rounds = tokio::spawn(async move { running.run().await });
    ((0..100).map(|_| at_rest(hub, &board("a"))).collect(), AbortOnDrop(rounds))
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn many_are_told_together_of_what_comes_while_they_are_told() {
    let hub = hub(HubLimits::default());
    let (mut readers, _rounds) = crowd(&hub);
    publish(&hub, &[(1, "a")]);
    assert!(readers.iter().all(is_woken), "the first is told at once");
    for reader in &mut readers {
        assert_eq!(seqs(reader), [1]);
    }
    publish(&hub, &[(2, "a")]);
    publish(&hub, &[(3, "a")]);
    assert!(!readers.iter().any(is_woken));
    // Nobody waits longer than this.
    tokio::time::sleep(Duration::from_millis(25)).await;
    assert!(readers.iter().all(is_woken));
    for reader in &mut readers {
        assert_eq!(seqs(reader), [2, 3]);
    }
}

/// Waits until all of them are woken, and takes what there is for each.
async fn all_told(readers: &mut [Subscription]) -> Vec<Vec<u64>> {
    for reader in readers.iter() {
        poll_fn(|cx| reader.poll_wait(cx)).await;
    }
    readers.iter_mut().map(seqs).collect()
}

#[tokio::test(start_paused = true)]
async fn many_are_told_together_of_what_is_committed_while_others_wait_to_commit() {
    let hub = hub(HubLimits::default());
    let (mut readers, _rounds) = crowd(&hub);
    let begun = Instant::now();
    let [first, second, third, refused] = [(); 4].map(|()| hub.expect());
    for (seq, change) in [(1, first), (2, second), (3, third)] {
        publish(&hub, &[(seq, "a")]);
        drop(change);
        tokio::task::yield_now().await;
        assert!(!readers.iter().any(is_woken), "others are about to commit");
    }
    // The last one commits nothing, and nobody waits any more.
    drop(refused);
    assert!(all_told(&mut readers).await.iter().all(|told| *told == [1, 2, 3]));
    assert_eq!(begun.elapsed(), Duration::ZERO, "that took no time of its own");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_those_who_take_long_to_commit() {
    let hub = hub(HubLimits::default());
    let (mut readers, _rounds) = crowd(&hub);
    let begun = Instant::now();
    let _never_ends = hub.expect();
    let change = hub.expect();
    publish(&hub, &[(1, "a")]);
    drop(change);
    assert!(all_told(&mut readers).await.iter().all(|told| *told == [1]));
    assert!(begun.elapsed() <= Duration::from_millis(26), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_follows_is_told_at_once() {
    let hub = hub(HubLimits::default());
    let (readers, _rounds) = crowd(&hub);
    let _change = hub.expect();
    publish(&hub, &[(1, "a")]);
    assert!(readers.iter().all(is_woken));
}
