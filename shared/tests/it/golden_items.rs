//! The exact JSON of every kind of conversation item, and its way back.

use insta::assert_snapshot;
use serde_json::json;
use shared::conversation::{
    Automation, AutomationStage, AutomationStatus, ConversationItem, ConversationItemChanged, FileEdit,
    ItemAppend, ItemChange, ItemKind, PermissionDecision, PermissionKind, PermissionOption,
    PermissionRequest, Role, ToolKind, ToolStatus, ToolUse,
};
use shared::sse::{Decoded, SseMsg};

use crate::golden::wire;
use crate::sample::ts;

fn message(change: ItemChange) -> SseMsg {
    SseMsg::ConversationItem(ConversationItemChanged {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        change,
    })
}

fn item(kind: ItemKind) -> SseMsg {
    let item = ConversationItem { id: "i1".into(), timestamp: ts(0), kind };
    message(ItemChange::Item { item: Box::new(item) })
}

#[test]
fn an_append() {
    let append = ItemAppend { item_id: "i1".into(), at: 12, append: " and so on".into() };
    assert_snapshot!(wire(&message(ItemChange::Append(append))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","itemId":"i1","at":12,"append":" and so on"}
    "#);
}

#[test]
fn message_items() {
    assert_snapshot!(wire(&item(ItemKind::Message { role: Role::User, text: "Sort it.".into() })), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"message","role":"user","text":"Sort it."}}
    "#);
    assert_snapshot!(wire(&item(ItemKind::Message { role: Role::Agent, text: "Done.".into() })), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"message","role":"agent","text":"Done."}}
    "#);
}

#[test]
fn thinking_item() {
    assert_snapshot!(wire(&item(ItemKind::Thinking { text: "Hm.".into() })), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"thinking","text":"Hm."}}
    "#);
}

#[test]
fn tool_items() {
    let started = ToolUse {
        tool_call_id: "t1".into(),
        name: "Run the tests".into(),
        kind: ToolKind::Execute,
        status: ToolStatus::InProgress,
        input: None,
        output: None,
        diff: Vec::new(),
        terminal_ids: Vec::new(),
        started_at: ts(1),
        ended_at: None,
    };
    assert_snapshot!(wire(&item(ItemKind::Tool(started.clone()))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"tool","toolCallId":"t1","name":"Run the tests","kind":"execute","status":"inProgress","startedAt":"2026-07-01T09:30:00.001Z"}}
    "#);
    let ended = ToolUse {
        status: ToolStatus::Completed,
        input: Some(json!({"command": ["make", "test", 1, 0.5, -3, null]})),
        output: Some("ok\n".into()),
        diff: vec![
            FileEdit { path: "a.rs".into(), old_text: None, new_text: "fn a() {}".into() },
            FileEdit { path: "b.rs".into(), old_text: Some("x".into()), new_text: String::new() },
        ],
        terminal_ids: vec!["term-1".into()],
        ended_at: Some(ts(2)),
        ..started
    };
    assert_snapshot!(wire(&item(ItemKind::Tool(ended))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"tool","toolCallId":"t1","name":"Run the tests","kind":"execute","status":"completed","input":{"command":["make","test",1,0.5,-3,null]},"output":"ok\n","diff":[{"path":"a.rs","newText":"fn a() {}"},{"path":"b.rs","oldText":"x","newText":""}],"terminalIds":["term-1"],"startedAt":"2026-07-01T09:30:00.001Z","endedAt":"2026-07-01T09:30:00.002Z"}}
    "#);
}

#[test]
fn permission_items() {
    let option = |id: &str, kind| PermissionOption { option_id: id.into(), name: id.to_uppercase(), kind };
    let asked = PermissionRequest {
        request_id: "r1".into(),
        tool_call_id: Some("t1".into()),
        title: "Delete a.rs".into(),
        options: vec![
            option("yes", PermissionKind::AllowOnce),
            option("always", PermissionKind::AllowAlways),
            option("no", PermissionKind::RejectOnce),
            option("never", PermissionKind::RejectAlways),
        ],
        decision: None,
    };
    assert_snapshot!(wire(&item(ItemKind::Permission(asked.clone()))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"permission","requestId":"r1","toolCallId":"t1","title":"Delete a.rs","options":[{"optionId":"yes","name":"YES","kind":"allowOnce"},{"optionId":"always","name":"ALWAYS","kind":"allowAlways"},{"optionId":"no","name":"NO","kind":"rejectOnce"},{"optionId":"never","name":"NEVER","kind":"rejectAlways"}]}}
    "#);
    let with = |decision| PermissionRequest {
        tool_call_id: None,
        options: Vec::new(),
        decision: Some(decision),
        ..asked.clone()
    };
    let selected = with(PermissionDecision::Selected { option_id: "no".into() });
    assert_snapshot!(wire(&item(ItemKind::Permission(selected))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"permission","requestId":"r1","title":"Delete a.rs","options":[],"decision":{"outcome":"selected","optionId":"no"}}}
    "#);
    let cancelled = with(PermissionDecision::Cancelled);
    assert_snapshot!(wire(&item(ItemKind::Permission(cancelled))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"permission","requestId":"r1","title":"Delete a.rs","options":[],"decision":{"outcome":"cancelled"}}}
    "#);
}

#[test]
fn automation_items() {
    let running = Automation {
        stage: AutomationStage::Setup,
        command: "npm ci".into(),
        status: AutomationStatus::Running,
        exit_code: None,
        output: None,
    };
    assert_snapshot!(wire(&item(ItemKind::Automation(running.clone()))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"automation","stage":"setup","command":"npm ci","status":"running"}}
    "#);
    let failed = Automation {
        stage: AutomationStage::CopyFiles,
        status: AutomationStatus::Failed,
        exit_code: Some(-1),
        output: Some("no such file".into()),
        ..running
    };
    assert_snapshot!(wire(&item(ItemKind::Automation(failed))), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"automation","stage":"copyFiles","command":"npm ci","status":"failed","exitCode":-1,"output":"no such file"}}
    "#);
}

#[test]
fn error_item() {
    assert_snapshot!(wire(&item(ItemKind::Error { text: "The agent went away.".into() })), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"error","text":"The agent went away."}}
    "#);
}

#[test]
fn other_item() {
    let json = json!({"type": "usage"});
    assert_snapshot!(wire(&item(ItemKind::Other { kind: "usage".into(), json })), @r#"
    conversation_item
    {"attemptId":"a1","cardId":"1","boardId":"b","item":{"id":"i1","timestamp":"2026-07-01T09:30:00.000Z","type":"other","kind":"usage","json":{"type":"usage"}}}
    "#);
    assert!(
        wire(&item(ItemKind::Other { kind: "empty".into(), json: json!(null) })).contains(r#""json":null"#)
    );
}

#[test]
fn a_kind_of_tool_from_a_newer_server_is_other() {
    assert_eq!(serde_json::from_str::<ToolKind>(r#""telepathy""#).unwrap(), ToolKind::Other);
    assert_eq!(serde_json::from_str::<AutomationStage>(r#""noon""#).unwrap(), AutomationStage::Other);
}

#[test]
fn an_item_message_without_item_or_append_is_malformed() {
    for rest in [r#""itemId":"i1""#, r#""itemId":"i1","at":-1,"append":"x""#, r#""item":{"id":"i1"}"#] {
        let data = format!(r#"{{"attemptId":"a1","cardId":"1","boardId":"b",{rest}}}"#);
        assert!(matches!(SseMsg::decode("conversation_item", &data), Decoded::Malformed(_)), "{data}");
    }
}
