//! Pages of conversations and logs, and questions, as they are read.

use shared::conversation::{PermissionRequest, Role};

use super::*;
use crate::attempts::fixture::attempt;
use crate::board::fixture::Fixture;
use crate::store::attempts;

/// A fixture with an attempt whose conversation is empty.
async fn begin() -> (Fixture, AttemptId) {
    let fixture = Fixture::new().await;
    let mut it = attempt();
    it.attempt.board_id = fixture.board.clone();
    it.attempt.card_id = fixture.card("Sitemap").await.card.id;
    let mut tx = fixture.events.store().write().await.unwrap();
    attempts::insert(&mut tx, &it).await.unwrap();
    drop(tx.commit().await.unwrap());
    (fixture, it.attempt.attempt_id)
}

fn item(id: &str, kind: ItemKind) -> ConversationItem {
    ConversationItem { id: ItemId::new(id), timestamp: Timestamp::UNIX_EPOCH, kind }
}

fn message(id: &str, bytes: usize) -> ConversationItem {
    item(id, ItemKind::Message { role: Role::Agent, text: "x".repeat(bytes) })
}

/// The pages of a conversation, newest first: the ids in each.
async fn pages(fixture: &Fixture, attempt: &AttemptId, limit: u32) -> Vec<Vec<String>> {
    let mut tx = fixture.events.store().read().await.unwrap();
    let (mut pages, mut before) = (Vec::new(), None);
    loop {
        let read = page(&mut tx, attempt, before, limit).await.unwrap();
        pages.push(read.items.iter().map(|item| item.id.to_string()).collect());
        before = read.next;
        if before.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn a_page_ends_after_some_megabytes_and_has_one_item_at_the_least() {
    let (fixture, attempt) = begin().await;
    let mebibyte = 1 << 20;
    let mut tx = fixture.events.store().write().await.unwrap();
    for (id, bytes) in [("a", 10), ("b", 5 * mebibyte), ("c", 10), ("d", 2 * mebibyte), ("e", 1)] {
        upsert(&mut tx, &attempt, &message(id, bytes), false).await.unwrap();
    }
    // What an item grew by counts, too.
    let more = ItemAppend { item_id: ItemId::new("e"), at: 1, append: "y".repeat(3 * mebibyte) };
    append(&mut tx, &attempt, &more).await.unwrap();
    drop(tx.commit().await.unwrap());
    let expected = [vec!["e"], vec!["c", "d"], vec!["b"], vec!["a"]];
    assert_eq!(pages(&fixture, &attempt, 100).await, expected);
    assert_eq!(pages(&fixture, &attempt, 1).await, [["e"], ["d"], ["c"], ["b"], ["a"]]);
    let mut tx = fixture.events.store().read().await.unwrap();
    let newest = page(&mut tx, &attempt, None, 1).await.unwrap().items;
    assert!(matches!(&newest[0].kind, ItemKind::Message { text, .. } if text.len() == 3 * mebibyte + 1));
}

#[tokio::test]
async fn a_page_of_the_log_ends_after_some_megabytes_and_has_one_line_at_the_least() {
    let (fixture, attempt) = begin().await;
    let mut tx = fixture.events.store().write().await.unwrap();
    for bytes in [1, 5 << 20, 2, 3] {
        let line = LogLine { level: LogLevel::Info, message: "x".repeat(bytes), ts: Timestamp::UNIX_EPOCH };
        log(&mut tx, &attempt, &line).await.unwrap();
    }
    drop(tx.commit().await.unwrap());
    let mut tx = fixture.events.store().read().await.unwrap();
    let mut before = None;
    for (expected, is_last) in [(vec![2, 3], false), (vec![5 << 20], false), (vec![1], true)] {
        let read = log_page(&mut tx, &attempt, before, 100).await.unwrap();
        let lengths: Vec<usize> = read.items.iter().map(|line| line.message.len()).collect();
        assert_eq!((lengths, read.next.is_none()), (expected, is_last));
        before = read.next;
    }
}

#[tokio::test]
async fn a_question_is_found_by_its_id_in_every_turn_and_as_it_was_last_written() {
    let (fixture, attempt) = begin().await;
    let asked = |title: &str| {
        let question = PermissionRequest {
            request_id: RequestId::new("q"),
            tool_call_id: None,
            title: title.to_owned(),
            options: Vec::new(),
            decision: None,
        };
        item("a", ItemKind::Permission(question))
    };
    let mut tx = fixture.events.store().write().await.unwrap();
    upsert(&mut tx, &attempt, &asked("May I?"), false).await.unwrap();
    upsert(&mut tx, &attempt, &message("b", 1), true).await.unwrap();
    upsert(&mut tx, &attempt, &asked("May I, please?"), false).await.unwrap();
    let found = question(&mut tx, &attempt, &RequestId::new("q")).await.unwrap();
    assert_eq!(found, Some(asked("May I, please?")));
    assert_eq!(question(&mut tx, &attempt, &RequestId::new("r")).await.unwrap(), None);
    assert_eq!(question(&mut tx, &AttemptId::new("other"), &RequestId::new("q")).await.unwrap(), None);
}
