//! What agents report, as they report it.

use serde_json::json;
use shared::attempt::TodoStatus;
use shared::conversation::{FileEdit, ToolKind, ToolStatus};

use super::*;
use crate::agents::said::ToolChange;

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap()
}

fn said(json: &str) -> Said {
    read_said(&raw(json))
}

fn tool(json: &str) -> ToolChange {
    match said(json) {
        Said::Tool(tool) => tool,
        other => panic!("{other:?}"),
    }
}

fn chunk(content: &str) -> String {
    let update = format!(r#"{{"sessionUpdate":"agent_message_chunk","content":{content}}}"#);
    match said(&update) {
        Said::Message { role: Role::Agent, text } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_are_read_with_who_says_them() {
    let of = |kind: &str| {
        said(&format!(r#"{{"sessionUpdate":"{kind}","content":{{"type":"text","text":"a\nb"}}}}"#))
    };
    let text = "a\nb".to_owned();
    assert_eq!(of("agent_message_chunk"), Said::Message { role: Role::Agent, text: text.clone() });
    assert_eq!(of("user_message_chunk"), Said::Message { role: Role::User, text: text.clone() });
    assert_eq!(of("agent_thought_chunk"), Said::Thought { text });
}

#[test]
fn what_is_too_deep_to_be_read_again_is_kept_as_text() {
    let of = |depth: usize| {
        let (open, closed) = ("[".repeat(depth), "]".repeat(depth));
        let json = format!(r#"{{"sessionUpdate":"new","it":{open}"\"[{{"{closed}}}"#);
        match said(&json) {
            Said::Other { json, .. } => json.is_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!([1, 63, 64, 127].map(of), [false, false, true, true]);
}

#[test]
fn what_is_no_text_is_named() {
    assert_eq!(
        chunk(r#"{"type":"image","mimeType":"image/png","data":"AAAAAAAA"}"#),
        "[image: image/png, 1 kB]"
    );
    assert_eq!(chunk(r#"{"type":"audio","mimeType":"audio/wav","data":""}"#), "[audio: audio/wav, 0 kB]");
    assert_eq!(
        chunk(r#"{"type":"resource_link","name":"a.rs","uri":"file:///a.rs"}"#),
        "[a.rs](file:///a.rs)"
    );
    assert_eq!(
        chunk(r#"{"type":"resource","resource":{"uri":"file:///a","text":"hi"}}"#),
        "file:///a\n\nhi\n"
    );
    assert_eq!(
        chunk(r#"{"type":"resource","resource":{"uri":"file:///a","blob":"AAAA"}}"#),
        "[file file:///a: binary, 1 kB]"
    );
}

#[test]
fn a_new_tool_is_read_in_full() {
    let tool = tool(
        r#"{"sessionUpdate":"tool_call","toolCallId":"t1","title":"Edit a.rs","kind":"edit",
        "locations":[{"path":"/w/a.rs","line":3}],"rawInput":{"b":1,"a":2},
        "content":[{"type":"content","content":{"type":"text","text":"one"}},
            {"type":"diff","path":"/w/b.rs","oldText":null,"newText":"x"},
            {"type":"terminal","terminalId":"term"},
            {"type":"of_the_future","x":1},
            {"type":"content","content":{"type":"text","text":"two"}}]}"#,
    );
    let content = tool.content.clone().unwrap();
    assert_eq!((tool.id.as_str(), tool.title.as_deref()), ("t1", Some("Edit a.rs")));
    assert_eq!((tool.kind, tool.status), (Some(ToolKind::Edit), Some(ToolStatus::Pending)));
    assert_eq!(tool.input, Some(json!({"a": 2, "b": 1})));
    assert_eq!(content.text, "one\n{\"type\":\"of_the_future\",\"x\":1}\ntwo");
    assert_eq!(content.diff, [FileEdit { path: "/w/b.rs".into(), old_text: None, new_text: "x".into() }]);
    assert_eq!(content.terminals, ["term"]);
    assert_eq!(tool.paths.unwrap(), ["/w/a.rs", "/w/b.rs"]);
}

#[test]
fn an_update_of_a_tool_has_what_is_new_and_nothing_else() {
    let update = tool(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t1","status":"completed","rawOutput":{"ok":true}}"#,
    );
    let expected = ToolChange {
        status: Some(ToolStatus::Completed),
        returned: Some("{\n  \"ok\": true\n}".into()),
        ..ToolChange::none("t1".into())
    };
    assert_eq!(update, expected);
    let update = tool(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t1","kind":"of_the_future","status":"lost","rawOutput":"text"}"#,
    );
    let expected = ToolChange {
        kind: Some(ToolKind::Other),
        returned: Some("text".into()),
        ..ToolChange::none("t1".into())
    };
    assert_eq!(update, expected);
}

#[test]
fn a_plan_is_read_with_how_far_it_is() {
    let plan = r#"{"sessionUpdate":"plan","entries":[{"content":"a","priority":"high","status":"completed"},
        {"content":"b","priority":"low","status":"in_progress"},{"content":"c","priority":"medium","status":"pending"}]}"#;
    let Said::Plan(todos) = said(plan) else { panic!() };
    assert_eq!((todos.total, todos.completed), (3, 1));
    let steps: Vec<_> = todos.items.iter().map(|it| (it.id.as_str(), it.text.as_str(), it.status)).collect();
    let expected =
        [("1", "a", TodoStatus::Done), ("2", "b", TodoStatus::InProgress), ("3", "c", TodoStatus::Open)];
    assert_eq!(steps, expected);
}

#[test]
fn what_is_not_understood_is_kept_as_it_came() {
    let other = |kind: &str, json: Value| Said::Other { kind: kind.into(), json };
    let usage = r#"{"sessionUpdate":"usage_update","used":1,"size":2}"#;
    assert_eq!(said(usage), other("usage_update", serde_json::from_str(usage).unwrap()));
    for broken in [
        r#"{"sessionUpdate":"agent_message_chunk"}"#,
        r#"{"sessionUpdate":"agent_message_chunk","content":{"type":"smell"}}"#,
        r#"{"sessionUpdate":"tool_call","title":"no id"}"#,
        r#"{"sessionUpdate":"plan","entries":[{"content":1}]}"#,
    ] {
        assert!(matches!(said(broken), Said::Other { kind, .. } if kind != "unknown"), "{broken}");
    }
    for json in ["{}", "7", "null", r#"{"sessionUpdate":3}"#] {
        assert_eq!(said(json), other("unknown", serde_json::from_str(json).unwrap()));
    }
}

#[test]
fn what_is_too_deep_or_too_long_is_kept_as_text() {
    let deep = ["[".repeat(1000), "]".repeat(1000)].concat();
    assert_eq!(said(&deep), Said::Other { kind: "unknown".into(), json: Value::String(deep) });
    let long = format!("\"{}\"", "ä".repeat(MAX_JSON));
    let Said::Other { json: Value::String(kept), .. } = said(&long) else { panic!() };
    assert!(kept.len() < MAX_JSON + 100 && kept.ends_with("more bytes were left out]"));
}

#[test]
fn a_question_is_read_with_its_tool_and_its_options() {
    let question = read_question(&raw(
        r#"{"sessionId":"s","toolCall":{"toolCallId":"t","title":"Run it","kind":"execute"},"options":[
        {"optionId":"a","name":"Yes","kind":"allow_once"},{"optionId":"b","name":"Always","kind":"allow_always"},
        {"optionId":"c","name":"No","kind":"reject_once"},{"optionId":"d","name":"Never","kind":"reject_always"},
        {"optionId":"e","name":"For now","kind":"allow_session"},{"optionId":"f","name":"Hm","kind":"hm"},{"no":"option"}]}"#,
    ));
    assert_eq!(question.tool.unwrap().title.as_deref(), Some("Run it"));
    let kinds: Vec<_> = question.options.iter().map(|it| (it.option_id.as_str(), it.kind)).collect();
    let expected = [
        ("a", PermissionKind::AllowOnce),
        ("b", PermissionKind::AllowAlways),
        ("c", PermissionKind::RejectOnce),
        ("d", PermissionKind::RejectAlways),
        ("e", PermissionKind::AllowAlways),
        ("f", PermissionKind::RejectAlways),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(read_question(&raw("7")), Question { tool: None, options: Vec::new() });
}
