//! Tests of the message log.

use shared::agent::AgentRegistered;
use shared::attempt::AttemptLog;
use shared::attempt::LogLevel;
use shared::ids::BoardId;
use shared::sse::SseMsg;
use tempfile::TempDir;

use super::*;
use crate::store::StoreOptions;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("mainstay.db"), StoreOptions::default()).await.unwrap();
    (folder, store)
}

fn on(board: &str) -> Channel {
    Channel::Board(BoardId::from(board))
}

fn log(board: &str, text: &str) -> Logged {
    let msg = SseMsg::AttemptLog(AttemptLog {
        attempt_id: "attempt".into(),
        card_id: "card".into(),
        board_id: board.into(),
        level: LogLevel::Info,
        message: text.to_owned(),
        ts: NOW,
    });
    Logged { channel: on(board), msg }
}

fn news() -> Logged {
    let msg = SseMsg::AgentRegistered(AgentRegistered { agent: "demo".into(), label: None });
    Logged { channel: Channel::Everyone, msg }
}

async fn appended(store: &Store, logged: Vec<Logged>, now: Timestamp) -> Vec<Published> {
    let mut tx = store.write().await.unwrap();
    let rows = append(&mut tx, logged, now).await.unwrap();
    drop(tx.commit().await.unwrap());
    rows
}

const ALL: Limit = Limit { messages: u32::MAX, bytes: u64::MAX };

async fn seqs_since(store: &Store, after: u64, channels: &[Channel], messages: u32) -> Vec<u64> {
    let mut read = store.read().await.unwrap();
    let page = since(&mut read, after, channels, Limit { messages, ..ALL }).await.unwrap();
    page.messages.into_iter().map(|row| row.seq).collect()
}

#[tokio::test]
async fn one_counter_numbers_the_messages_of_all_channels() {
    let (_folder, store) = store().await;
    assert_eq!(store.read().await.unwrap().position().seq, 0);
    let first = appended(&store, vec![log("a", "1"), log("b", "2")], NOW).await;
    let second = appended(&store, vec![news(), log("a", "4")], NOW).await;
    let seqs: Vec<u64> = first.iter().chain(&second).map(|row| row.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    assert_eq!(store.read().await.unwrap().position().seq, 4);
}

#[tokio::test]
async fn what_was_rolled_back_takes_no_number() {
    let (_folder, store) = store().await;
    let mut tx = store.write().await.unwrap();
    append(&mut tx, vec![log("a", "lost")], NOW).await.unwrap();
    drop(tx);
    assert_eq!(appended(&store, vec![log("a", "kept")], NOW).await[0].seq, 1);
}

#[tokio::test]
async fn the_log_gives_back_exactly_what_was_published() {
    let (_folder, store) = store().await;
    let published = appended(&store, vec![log("a", "line\nend \u{0} \"quoted\" ü"), news()], NOW).await;
    assert_eq!(published[0].attempt_id, Some("attempt".into()), "a detail can be left out by attempt");
    assert_eq!(published[1].attempt_id, None);
    let mut read = store.read().await.unwrap();
    let found = since(&mut read, 0, &[on("a"), Channel::Everyone], ALL).await.unwrap().messages;
    assert_eq!(found, published);
}

#[tokio::test]
async fn a_reader_gets_its_channels_in_order_and_a_page_at_a_time() {
    let (_folder, store) = store().await;
    appended(&store, vec![log("a", "1"), log("b", "2"), news(), log("a", "4"), news()], NOW).await;
    let channels = [on("a"), Channel::Everyone];
    assert_eq!(seqs_since(&store, 0, &channels, 10).await, [1, 3, 4, 5]);
    assert_eq!(seqs_since(&store, 0, &channels, 2).await, [1, 3]);
    assert_eq!(seqs_since(&store, 3, &channels, 2).await, [4, 5]);
    assert_eq!(seqs_since(&store, 0, &[on("b")], 10).await, [2]);
    assert_eq!(seqs_since(&store, u64::MAX, &channels, 10).await, [0; 0]);
}

#[tokio::test]
async fn a_page_has_no_more_bytes_than_it_may_but_one_message_in_any_case() {
    let (_folder, store) = store().await;
    let logged =
        vec![log("a", "1"), news(), log("a", &"x".repeat(1000)), log("b", "4"), log("a", "5"), news()];
    let rows = appended(&store, logged, NOW).await;
    let channels = [on("a"), Channel::Everyone];
    let small = bytes(&rows[0].payload) + bytes(&rows[1].payload);
    let page = async |after, bytes| {
        let mut read = store.read().await.unwrap();
        let page = since(&mut read, after, &channels, Limit { messages: 10, bytes }).await.unwrap();
        (page.messages.into_iter().map(|row| row.seq).collect::<Vec<_>>(), page.complete)
    };
    assert_eq!(page(0, small).await, (vec![1, 2], false));
    assert_eq!(page(0, small - 1).await, (vec![1], false));
    assert_eq!(page(0, 0).await, (vec![1], false));
    assert_eq!(page(2, small).await, (vec![3], false), "it is larger than any page");
    assert_eq!(page(3, small).await, (vec![5, 6], true));
    assert_eq!(page(6, small).await, (vec![], true));
}

#[tokio::test]
async fn old_messages_go_first_and_the_log_knows_how_far_back_it_reaches() {
    let (_folder, store) = store().await;
    for age in 0..10 {
        appended(&store, vec![log("a", "x")], Timestamp::from_millis(age * 100)).await;
    }
    let retention = Retention { age_ms: 450, bytes: u64::MAX };
    assert_eq!(prune(&store, retention, Timestamp::from_millis(900)).await.unwrap(), 5);
    assert_eq!(seqs_since(&store, 0, &[on("a")], 10).await, [6, 7, 8, 9, 10]);
    let kept = kept(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(kept, Kept { pruned: 5, head: 10 });
    let reachable: Vec<u64> = (0..13).filter(|seq| kept.reaches_back_to(*seq)).collect();
    assert_eq!(reachable, [5, 6, 7, 8, 9, 10]);
    assert_eq!(prune(&store, retention, Timestamp::from_millis(900)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_log_that_is_too_large_loses_its_beginning() {
    let (_folder, store) = store().await;
    let rows: Vec<_> = (0..1200).map(|_| log("a", &"x".repeat(100))).collect();
    let published = appended(&store, rows, NOW).await;
    let size = bytes(&published[0].payload);
    let retention = Retention { age_ms: i64::MAX, bytes: 10 * size };
    assert_eq!(prune(&store, retention, NOW).await.unwrap(), 1190);
    let mut read = store.read().await.unwrap();
    assert_eq!(
        meta::log_extent(&mut read).await.unwrap(),
        meta::LogExtent { head: 1200, pruned: 1190, bytes: 10 * size }
    );
    drop(read);
    let everything = Retention { age_ms: -1, bytes: 0 };
    assert_eq!(prune(&store, everything, NOW).await.unwrap(), 10);
    assert_eq!(appended(&store, vec![news()], NOW).await[0].seq, 1201, "an empty log goes on counting");
}

#[tokio::test]
async fn out_of_the_box_sixty_four_mebibytes_are_kept() {
    let (_folder, store) = store().await;
    let payload: Arc<str> = Arc::from("x".repeat(4 * 1024 * 1024));
    let mut tx = store.write().await.unwrap();
    for seq in 1..=18 {
        let message = Published {
            seq,
            channel: on("a"),
            event: Cow::Borrowed("attempt_log"),
            attempt_id: None,
            payload: Arc::clone(&payload),
        };
        insert(&mut tx, &message, NOW).await.unwrap();
    }
    let extent = meta::LogExtent { head: 18, pruned: 0, bytes: 18 * bytes(&payload) };
    meta::set_log_extent(&mut tx, extent).await.unwrap();
    drop(tx.commit().await.unwrap());
    assert_eq!(prune(&store, Retention::default(), NOW).await.unwrap(), 2);
    let kept = kept(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(kept, Kept { pruned: 2, head: 18 }, "sixteen messages of four mebibytes");
}

#[tokio::test]
async fn the_log_is_pruned_in_batches_between_which_others_write() {
    let (_folder, store) = store().await;
    let batch = u64::from(PRUNE_BATCH);
    let rows: Vec<_> = (0..2 * batch + 1).map(|_| log("a", "x")).collect();
    appended(&store, rows, NOW).await;
    let everything = Retention { age_ms: -1, bytes: 0 };
    // Pruning has to wait for its turn, and another change queues up behind it.
    let turn = store.write().await.unwrap();
    let next_change = async {
        let mut tx = store.write().await.unwrap();
        kept(&mut tx).await.unwrap().pruned
    };
    let (removed, seen, ()) = tokio::join!(prune(&store, everything, NOW), next_change, async { drop(turn) });
    assert_eq!(seen, batch, "the change waits for one batch and no longer");
    assert_eq!(removed.unwrap(), 2 * batch + 1);
}

#[tokio::test]
async fn a_message_of_a_type_that_is_not_known_is_passed_on() {
    let (_folder, store) = store().await;
    let mut tx = store.write().await.unwrap();
    let later = Published {
        seq: 1,
        channel: on("a"),
        event: Cow::Borrowed("card_sang"),
        attempt_id: None,
        payload: Arc::from("{}"),
    };
    insert(&mut tx, &later, NOW).await.unwrap();
    drop(tx.commit().await.unwrap());
    let mut read = store.read().await.unwrap();
    assert_eq!(since(&mut read, 0, &[on("a")], ALL).await.unwrap().messages, [later]);
}
