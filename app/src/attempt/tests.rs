//! The attempts of a card as the server renders them: all of it is readable without a script.

use shared::attempt::{Attempt, AttemptStatus, Todo, TodoStatus, Todos};
use shared::board::BoardState;
use shared::card::{Attention, AttentionReason, Card, CardAttempt, DiffCount};
use shared::conversation::{
    ConversationItem, FileEdit, ItemKind, PermissionKind, PermissionOption, PermissionRequest, Role,
    ToolKind, ToolStatus, ToolUse,
};
use shared::ids::ItemId;
use shared::page::Page;
use shared::time::Timestamp;

use crate::samples::{OneBoard, attempt, board, card, rendered};
use crate::snapshot::CardAttempts;

fn item(number: i64, kind: ItemKind) -> ConversationItem {
    let id = ItemId::new(format!("i{number}"));
    ConversationItem { id, timestamp: Timestamp::from_millis(1_782_898_200_000 + number), kind }
}

fn said(number: i64, role: Role, text: &str) -> ConversationItem {
    item(number, ItemKind::Message { role, text: text.to_owned() })
}

/// A board whose first card has this attempt as its newest.
fn at_work(attempt: &Attempt) -> BoardState {
    let face = CardAttempt {
        attempt_id: attempt.attempt_id.clone(),
        status: attempt.status,
        agent: attempt.agent.clone(),
        started_at: attempt.started_at,
        ended_at: attempt.ended_at,
        todos: None,
        diff: attempt.diff,
        pr: None,
        attention: None,
        activity: None,
        last_sign_at: None,
    };
    board(vec![Card { attempt: Some(face), ..card("c1", "First") }], vec![])
}

async fn html(attempts: Vec<Attempt>, items: Vec<ConversationItem>, address: &str) -> String {
    let state = attempts.last().map_or_else(|| board(vec![card("c1", "First")], vec![]), at_work);
    let shown = attempts.last().map(|newest| newest.attempt_id.clone());
    let conversation = Page { items, next_cursor: None };
    let attempts = CardAttempts { card: "c1".into(), attempts, shown, conversation };
    let (status, html) =
        rendered(OneBoard { attempts: Some(attempts), ..OneBoard::from(state) }, address).await;
    assert_eq!(status, 200);
    html
}

fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[tokio::test]
async fn attempts_and_the_newest_of_the_conversation_are_readable_without_a_script() {
    let todo = |text: &str, status| Todo { id: text.to_owned(), text: text.to_owned(), status };
    let todos = Todos::new(vec![todo("Look", TodoStatus::Done), todo("Leap", TodoStatus::InProgress)]);
    let newest = Attempt { todos: Some(todos), ..attempt(2, AttemptStatus::Running) };
    let tool = ToolUse {
        tool_call_id: "t1".into(),
        name: "Edit README.md".to_owned(),
        kind: ToolKind::Edit,
        status: ToolStatus::Completed,
        input: None,
        output: Some("done & dusted".to_owned()),
        terminal_ids: vec![],
        diff: vec![FileEdit { path: "README.md".into(), old_text: Some("a".into()), new_text: "b".into() }],
        started_at: Timestamp::from_millis(0),
        ended_at: Some(Timestamp::from_millis(1_200)),
    };
    let items = vec![
        said(1, Role::User, "Sort it."),
        item(2, ItemKind::Thinking { text: "Hm.".to_owned() }),
        item(3, ItemKind::Tool(tool)),
        said(4, Role::Agent, "It is **sorted**."),
        item(5, ItemKind::Error { text: "Out of memory.".to_owned() }),
    ];
    let html = html(vec![attempt(1, AttemptStatus::Failed), newest], items, "/boards/b1/cards/c1").await;
    has(
        &html,
        &[
            "href=\"/boards/b1/cards/c1?attempt=a1\"",
            "<span>#2 demo</span>",
            "Plan 1/2",
            ">Leap</span>",
            "<p>Sort it.</p>",
            "<p>Hm.</p>",
            "Edit README.md",
            "<ins>+1</ins><del>−1</del>",
            "done &amp; dusted",
            "1.2 s",
            "<strong>sorted</strong>",
            "Out of memory.",
            "mainstay/mai-1-first-2",
        ],
    );
}

#[tokio::test]
async fn the_size_of_a_change_is_on_the_face_of_the_card_and_beside_the_attempt() {
    let first = Attempt {
        diff: Some(DiffCount { files: 1, additions: 7, deletions: 0 }),
        ..attempt(1, AttemptStatus::Failed)
    };
    let newest = Attempt {
        diff: Some(DiffCount { files: 3, additions: 120, deletions: 14 }),
        ..attempt(2, AttemptStatus::Running)
    };
    let shown = "<span title=\"3 files changed\" class=\"diff\"><ins>+120</ins><del>−14</del></span>";
    let html_of = async |address: &str| html(vec![first.clone(), newest.clone()], vec![], address).await;
    let html = html_of("/boards/b1/cards/c1").await;
    let (board, inspector) = html.split_once("<aside").expect("an inspector");
    has(board, &[shown]);
    has(inspector, &[shown]);
    // Of another attempt the face tells nothing.
    let html = html_of("/boards/b1/cards/c1?attempt=a1").await;
    let (board, inspector) = html.split_once("<aside").expect("an inspector");
    has(board, &[shown]);
    has(inspector, &["title=\"1 file changed\"", "<ins>+7</ins><del data-none=\"\">−0</del>"]);
    assert!(!inspector.contains("+120"), "{inspector}");
}

#[tokio::test]
async fn an_attempt_that_has_changed_nothing_shows_no_size() {
    let html = html(vec![attempt(1, AttemptStatus::Running)], vec![], "/boards/b1/cards/c1").await;
    assert!(!html.contains("class=\"diff\""), "{html}");
}

#[tokio::test]
async fn a_question_stays_in_sight_with_its_answers() {
    let option =
        |id: &str, name: &str, kind| PermissionOption { option_id: id.into(), name: name.into(), kind };
    let question = PermissionRequest {
        request_id: "r1".into(),
        tool_call_id: Some("t1".into()),
        title: "Edit README.md".to_owned(),
        options: vec![
            option("no", "Reject", PermissionKind::RejectOnce),
            option("yes", "Allow once", PermissionKind::AllowOnce),
        ],
        decision: None,
    };
    let edit = ToolUse {
        tool_call_id: "t1".into(),
        name: "Edit README.md".to_owned(),
        kind: ToolKind::Edit,
        status: ToolStatus::Pending,
        input: None,
        output: None,
        terminal_ids: vec![],
        diff: vec![FileEdit { path: "README.md".into(), old_text: None, new_text: "Hello".into() }],
        started_at: Timestamp::from_millis(0),
        ended_at: None,
    };
    let items = vec![item(1, ItemKind::Tool(edit)), item(2, ItemKind::Permission(question))];
    let html = html(vec![attempt(1, AttemptStatus::Waiting)], items, "/boards/b1/cards/c1").await;
    has(
        &html,
        &[
            "demo asks",
            "<p class=\"request__what\">Edit README.md</p>",
            "Reject<kbd aria-hidden=\"true\">1</kbd></button>",
            "Allow once<kbd aria-hidden=\"true\">2</kbd></button>",
            "<span role=\"status\" class=\"standing__words\">Waits for your answer</span>",
        ],
    );
    assert_eq!(html.matches("README.md (new)").count(), 2, "the edit stands with the question too: {html}");
    assert_eq!(html.matches("is-primary").count(), 1, "one filled button, to allow: {html}");
}

#[tokio::test]
async fn an_attempt_of_which_nothing_was_heard_says_so_as_its_card_does() {
    let running = attempt(1, AttemptStatus::Running);
    let mut state = at_work(&running);
    let since = Timestamp::from_millis(1_782_898_200_000);
    for card in state.cards.values_mut() {
        let silent = Attention { reason: AttentionReason::Stalled, since };
        card.attempt = card.attempt.take().map(|face| CardAttempt {
            attention: Some(silent),
            last_sign_at: Some(since),
            ..face
        });
    }
    let conversation = Page { items: vec![], next_cursor: None };
    let shown = Some(running.attempt_id.clone());
    let attempts = CardAttempts { card: "c1".into(), attempts: vec![running], shown, conversation };
    let board = OneBoard { attempts: Some(attempts), ..OneBoard::from(state) };
    let (_, html) = rendered(board, "/boards/b1/cards/c1").await;
    has(
        &html,
        &[
            "class=\"standing state is-stall\"",
            "class=\"standing__words\">No sign of life</span>",
            "last sign ",
        ],
    );
}

#[tokio::test]
async fn a_card_without_attempts_offers_to_start_one() {
    let html = html(vec![], vec![], "/boards/b1/cards/c1").await;
    has(&html, &["No agent has worked on this card", "Start"]);
    assert!(!html.contains("timeline"), "{html}");
}

#[tokio::test]
async fn what_an_agent_says_is_text() {
    let nasty = "<script>alert(1)</script>\"><img src=x>";
    let items = vec![
        said(1, Role::Agent, nasty),
        item(2, ItemKind::Error { text: nasty.to_owned() }),
        item(3, ItemKind::Other { kind: nasty.to_owned(), json: serde_json::json!({ "x": nasty }) }),
    ];
    let attempt = Attempt { reason: Some(nasty.to_owned()), ..attempt(1, AttemptStatus::Failed) };
    let html = html(vec![attempt], items, "/boards/b1/cards/c1").await;
    assert!(!html.contains("<script>alert") && !html.contains("<img"), "{html}");
    has(&html, &["&lt;script&gt;alert(1)"]);
}
