//! What agents report, as the conversation that it makes.

mod bounds;
mod cut;

use serde_json::json;
use serde_json::value::RawValue;
use shared::attempt::TodoStatus;
use shared::conversation::{
    Conversation, ConversationOutcome, ItemChange, PermissionKind, ToolKind, ToolStatus, ToolUse,
};

use super::*;

/// A translation, and the conversation as a reader has it.
#[derive(Default)]
struct Told {
    translation: Translation,
    conversation: Conversation,
    ids: usize,
    clock: i64,
}

impl Told {
    /// Takes an update, and returns what it changed.
    fn take(&mut self, update: &Update) -> Vec<Change> {
        self.clock += 1;
        let ids = &mut self.ids;
        let new_id = || {
            *ids += 1;
            ItemId::from(format!("i{ids}"))
        };
        let changes = self.translation.take(update, Timestamp::from_millis(self.clock), new_id);
        for change in &changes {
            fold(&mut self.conversation, change);
        }
        changes
    }

    fn said(&mut self, json: &str) -> Vec<Change> {
        self.take(&said(json))
    }

    fn chunk(&mut self, kind: &str, text: &str) -> Vec<Change> {
        self.said(&json!({"sessionUpdate": kind, "content": {"type": "text", "text": text}}).to_string())
    }

    /// The conversation, an item a line.
    fn items(&self) -> Vec<String> {
        self.conversation.items.iter().map(in_words).collect()
    }

    fn tool(&self, id: &str) -> &ToolUse {
        let tools = self.conversation.items.iter().rev().filter_map(|item| match &item.kind {
            ItemKind::Tool(tool) => Some(tool),
            _ => None,
        });
        tools.into_iter().find(|tool| tool.tool_call_id.as_str() == id).unwrap()
    }
}

/// A reader takes a change; nothing may be missing or told twice.
fn fold(conversation: &mut Conversation, change: &Change) {
    let change = match change {
        Change::Item(item) => ItemChange::Item { item: item.clone() },
        Change::Append(more) => ItemChange::Append(more.clone()),
        _ => return,
    };
    let outcome = conversation.take(change.clone());
    let is_new = matches!(outcome, ConversationOutcome::Added(_) | ConversationOutcome::Changed(_));
    assert!(is_new, "{outcome:?}: {change:?}");
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap()
}

fn said(json: &str) -> Update {
    Update::Said(raw(json))
}

fn terminal(output: &str) -> Update {
    Update::Terminal { terminal_id: "term".into(), output: output.into() }
}

fn in_words(item: &ConversationItem) -> String {
    match &item.kind {
        ItemKind::Message { role, text } => format!("{role:?}: {text}"),
        ItemKind::Thinking { text } => format!("thought: {text}"),
        ItemKind::Tool(it) => {
            format!("tool {}: {:?}: {}", it.name, it.status, it.output.as_deref().unwrap_or("-"))
        }
        ItemKind::Permission(it) => format!("permission {}: {:?}", it.title, it.decision),
        ItemKind::Error { text } => format!("error: {text}"),
        ItemKind::Other { kind, json } => format!("other {kind}: {json}"),
        ItemKind::Automation(it) => format!("automation {}", it.command),
    }
}

/// How many bytes changes have as messages.
fn cost(changes: &[Change]) -> usize {
    let size = |json: serde_json::Result<String>| json.unwrap().len();
    let costs = changes.iter().map(|change| match change {
        Change::Item(item) => size(serde_json::to_string(item)),
        Change::Append(more) => size(serde_json::to_string(more)),
        Change::Activity(line) => line.len(),
        _ => 0,
    });
    costs.sum()
}

#[test]
fn chunks_of_one_voice_are_one_item() {
    let mut told = Told::default();
    told.chunk("agent_thought_chunk", "Hm");
    told.chunk("agent_thought_chunk", "…");
    told.chunk("agent_message_chunk", "I ");
    let changes = told.chunk("agent_message_chunk", "see");
    told.chunk("agent_message_chunk", "");
    told.said(r#"{"sessionUpdate":"usage_update","used":1}"#);
    told.chunk("agent_message_chunk", ".");
    told.said(r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Look"}"#);
    told.chunk("agent_message_chunk", "Done");
    assert!(
        matches!(&changes[0], Change::Append(more) if more.at == 2 && more.append == "see"),
        "{changes:?}"
    );
    let expected = [
        "thought: Hm…",
        "Agent: I see.",
        r#"other usage_update: {"sessionUpdate":"usage_update","used":1}"#,
        "tool Look: Pending: -",
        "Agent: Done",
    ];
    assert_eq!(told.items(), expected);
}

#[test]
fn words_of_a_person_that_the_agent_tells_are_items_of_their_own() {
    let mut told = Told::default();
    told.chunk("user_message_chunk", "One");
    told.chunk("user_message_chunk", "Two");
    told.chunk("agent_message_chunk", "Three");
    assert_eq!(told.items(), ["User: One", "User: Two", "Agent: Three"]);
}

#[test]
fn a_tool_is_patched_by_what_is_said_of_it() {
    let mut told = Told::default();
    told.said(
        r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Edit a.rs","kind":"edit","rawInput":{"path":"a.rs"}}"#,
    );
    told.said(r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"in_progress"}"#);
    told.said(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","content":[{"type":"diff","path":"a.rs","oldText":"x","newText":"y"}]}"#,
    );
    let same = told.said(r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"in_progress"}"#);
    told.said(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"completed","content":[{"type":"content","content":{"type":"text","text":"Edited."}}]}"#,
    );
    let tool = told.tool("t");
    assert_eq!(same, []);
    assert_eq!(told.items(), ["tool Edit a.rs: Completed: Edited."]);
    assert_eq!((tool.kind, tool.input.clone()), (ToolKind::Edit, Some(json!({"path": "a.rs"}))));
    assert_eq!((tool.diff.len(), tool.diff[0].new_text.as_str()), (1, "y"));
    assert_eq!((tool.started_at.as_millis(), tool.ended_at.unwrap().as_millis()), (1, 5));
}

#[test]
fn a_tool_of_which_only_an_update_came_is_begun_by_it() {
    let mut told = Told::default();
    told.said(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"completed","rawOutput":"42"}"#,
    );
    assert_eq!(told.items(), ["tool Tool: Completed: 42"]);
}

#[test]
fn output_that_grew_is_sent_as_what_is_new() {
    let mut told = Told::default();
    let update = |text: &str| {
        let content = json!([{"type": "content", "content": {"type": "text", "text": text}}]);
        json!({"sessionUpdate": "tool_call_update", "toolCallId": "t", "content": content}).to_string()
    };
    told.said(r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run"}"#);
    let first = told.said(&update("one\n"));
    let second = told.said(&update("one\ntwo\n"));
    let third = told.said(&update("else"));
    assert!(matches!(&first[..], [Change::Append(more)] if more.append == "one\n"), "{first:?}");
    assert!(matches!(&second[..], [Change::Append(more)] if more.append == "two\n"), "{second:?}");
    assert!(matches!(&third[..], [Change::Item(_)]), "{third:?}");
    assert_eq!(told.tool("t").output.as_deref(), Some("else"));
}

#[test]
fn what_a_terminal_prints_is_output_of_its_tool() {
    let mut told = Told::default();
    told.said(
        r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run","kind":"execute","content":[{"type":"terminal","terminalId":"term"}]}"#,
    );
    told.take(&terminal("one\n"));
    let second = told.take(&terminal("two\n"));
    told.take(&Update::TerminalEnded { terminal_id: "term".into(), exit_code: Some(0) });
    assert!(matches!(&second[..], [Change::Append(more)] if more.append == "two\n" && more.at == 4));
    assert_eq!(told.items(), ["tool Run: Pending: one\ntwo\n"]);
    assert_eq!(told.tool("t").terminal_ids, ["term"]);
    // The agent tells the same again at the end.
    told.said(
        r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"completed","content":[{"type":"terminal","terminalId":"term"},{"type":"content","content":{"type":"text","text":"one\ntwo"}}],"rawOutput":"one two"}"#,
    );
    assert_eq!(told.items(), ["tool Run: Completed: one\ntwo\n"]);
}

#[test]
fn a_terminal_that_no_tool_names_is_shown_by_itself() {
    let mut told = Told::default();
    told.take(&terminal("one\n"));
    told.take(&terminal("two\n"));
    told.take(&Update::TerminalEnded { terminal_id: "term".into(), exit_code: None });
    assert_eq!(told.items(), ["tool Terminal: Failed: one\ntwo\n"]);
    told.take(&Update::TerminalEnded { terminal_id: "silent".into(), exit_code: None });
    assert_eq!(told.items().len(), 1);
}

const QUESTION: &str = r#"{"sessionId":"s","toolCall":{"toolCallId":"t","title":"Delete it","kind":"delete"},
    "options":[{"optionId":"y","name":"Yes","kind":"allow_once"},{"optionId":"n","name":"No","kind":"reject_once"}]}"#;

fn asked(id: &str) -> Update {
    Update::Asked { request_id: id.into(), question: raw(QUESTION) }
}

fn settled(id: &str, option: Option<&str>) -> Update {
    Update::Settled { request_id: id.into(), option_id: option.map(OptionId::from) }
}

#[test]
fn a_question_is_an_item_that_its_answer_replaces() {
    let mut told = Told::default();
    told.said(r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Delete"}"#);
    let asked = told.take(&asked("q"));
    let ItemKind::Permission(question) = &told.conversation.items[1].kind else { panic!() };
    assert_eq!((question.title.as_str(), question.tool_call_id.clone()), ("Delete it", Some("t".into())));
    let kinds: Vec<_> = question.options.iter().map(|it| (it.option_id.as_str(), it.kind)).collect();
    assert_eq!(kinds, [("y", PermissionKind::AllowOnce), ("n", PermissionKind::RejectOnce)]);
    assert_eq!(asked.last(), Some(&Change::Happened(Fact::Asked("q".into()))));
    let changes = told.take(&settled("q", Some("y")));
    assert_eq!(changes.last(), Some(&Change::Happened(Fact::Settled("q".into()))));
    let decided = r#"permission Delete it: Some(Selected { option_id: OptionId("y") })"#;
    assert_eq!(told.items(), ["tool Delete it: Pending: -", decided]);
    assert_eq!(told.take(&settled("q", None)), [Change::Happened(Fact::Settled("q".into()))]);
}

#[test]
fn what_is_open_when_the_turn_ends_is_closed() {
    for (end, tool, fact) in [
        (Update::TurnEnded(TurnEnd::Done), "Completed", Fact::TurnEnded(TurnOutcome::Done)),
        (Update::TurnEnded(TurnEnd::Cancelled), "Failed", Fact::TurnEnded(TurnOutcome::Cancelled)),
        (
            Update::Ended { reason: "exit code 1".into() },
            "Failed",
            Fact::AgentEnded { reason: "exit code 1".into() },
        ),
    ] {
        let mut told = Told::default();
        told.take(&asked("q"));
        let changes = told.take(&end);
        let expected =
            [format!("tool Delete it: {tool}: -"), "permission Delete it: Some(Cancelled)".to_owned()];
        assert_eq!(told.items(), expected);
        assert_eq!(changes.last(), Some(&Change::Happened(fact)));
    }
}

#[test]
fn a_turn_that_failed_leaves_its_reason_in_the_conversation() {
    let mut told = Told::default();
    let changes = told.take(&Update::TurnEnded(TurnEnd::Failed { reason: "no credit".into() }));
    assert_eq!(told.items(), ["error: no credit"]);
    let outcome = TurnOutcome::Failed { reason: "no credit".into() };
    assert_eq!(changes.last(), Some(&Change::Happened(Fact::TurnEnded(outcome))));
}

#[test]
fn plans_sessions_and_lines_pass_through() {
    let mut told = Told::default();
    let plan =
        r#"{"sessionUpdate":"plan","entries":[{"content":"a","priority":"high","status":"completed"}]}"#;
    let changes = told.said(plan);
    let [Change::Todos(todos)] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((todos.total, todos.completed, todos.items[0].status), (1, 1, TodoStatus::Done));
    let session = Update::Session { session_id: "s".into(), is_continued: true };
    assert_eq!(told.take(&session), [Change::Session { id: "s".into(), is_continued: true }]);
    let log = |level, message: &str| [Change::Log { level, message: message.into() }];
    assert_eq!(told.take(&Update::Stderr("warned".into())), log(LogLevel::Warn, "warned"));
    assert_eq!(told.take(&Update::Output("printed".into())), log(LogLevel::Info, "printed"));
    assert!(told.items().is_empty());
}

#[test]
fn what_is_not_understood_is_kept_and_what_only_stands_is_replaced() {
    let mut told = Told::default();
    told.said(r#"{"sessionUpdate":"current_mode_update","currentModeId":"plan"}"#);
    told.said(r#"{"sessionUpdate":"of_the_future","x":1}"#);
    told.said(r#"{"sessionUpdate":"of_the_future","x":2}"#);
    told.said(r#"{"sessionUpdate":"current_mode_update","currentModeId":"code"}"#);
    let expected = [
        r#"other current_mode_update: {"sessionUpdate":"current_mode_update","currentModeId":"code"}"#,
        r#"other of_the_future: {"sessionUpdate":"of_the_future","x":1}"#,
        r#"other of_the_future: {"sessionUpdate":"of_the_future","x":2}"#,
    ];
    assert_eq!(told.items(), expected);
}

/// The line that the card shows after these changes.
fn line(changes: Vec<Change>) -> Option<String> {
    let activity = |change| if let Change::Activity(line) = change { Some(line) } else { None };
    join(changes).into_iter().find_map(activity)
}

#[test]
fn the_card_shows_the_tool_at_work_or_the_last_words() {
    let mut told = Told::default();
    let mut lines = Vec::new();
    let mut shown = |changes: Vec<Change>| {
        lines.extend(line(changes));
    };
    shown(told.chunk("agent_message_chunk", "First line\n"));
    shown(told.chunk("agent_message_chunk", "\n"));
    shown(told.chunk("agent_message_chunk", "Second"));
    shown(told.said(r#"{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run\nthe tests"}"#));
    shown(told.said(r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"in_progress"}"#));
    shown(told.said(r#"{"sessionUpdate":"tool_call_update","toolCallId":"t","status":"completed"}"#));
    // The same line again is no news.
    lines.dedup();
    assert_eq!(lines, ["First line", "Second", "the tests"]);
}

#[test]
fn however_long_a_message_is_the_card_shows_its_last_words() {
    let mut told = Told::default();
    let mut changes = Vec::new();
    for step in 0..500 {
        for piece in [format!("Step {step}"), " is done.\n".to_owned()] {
            changes.extend(told.chunk("agent_message_chunk", &piece));
        }
    }
    assert_eq!(line(changes).as_deref(), Some("Step 499 is done."));
    // What says nothing once it is plain leaves the line before.
    let more = ["Now **this**.\n", "```", "\n"]
        .into_iter()
        .flat_map(|piece| told.chunk("agent_message_chunk", piece));
    let more: Vec<Change> = more.collect();
    assert_eq!(line(more).as_deref(), Some("Now this."));
}

#[test]
fn joined_changes_make_the_same_conversation() {
    let mut told = Told::default();
    let mut changes = Vec::new();
    for text in ["a", "b\n", "c"] {
        changes.extend(told.chunk("agent_message_chunk", text));
    }
    changes.extend(told.chunk("agent_thought_chunk", "d"));
    changes.extend(told.chunk("agent_thought_chunk", "e"));
    let joined = join(changes);
    let kinds: Vec<&str> = joined
        .iter()
        .map(|change| match change {
            Change::Item(_) => "item",
            Change::Append(_) => "append",
            Change::Activity(_) => "activity",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["item", "append", "item", "append", "activity"]);
    let mut again = Conversation::default();
    joined.iter().for_each(|change| fold(&mut again, change));
    assert_eq!(again, told.conversation);
}

/// A turn of the protocol's own example agent, as it is on the wire.
#[test]
fn a_recorded_turn() {
    let mut told = Told::default();
    let mut facts = Vec::new();
    let question = r#"{"sessionId":"1f","toolCall":{"toolCallId":"call_2","title":"Modifying critical configuration file","kind":"edit","status":"pending","locations":[{"path":"/project/config.json"}],"rawInput":{"path":"/project/config.json","content":"{\"database\": {\"host\": \"new-host\"}}"}},"options":[{"kind":"allow_once","name":"Allow this change","optionId":"allow"},{"kind":"reject_once","name":"Skip this change","optionId":"reject"}]}"#;
    let updates = [
        said(
            r#"{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"I'll help you with that."}}"#,
        ),
        said(
            r#"{"sessionUpdate":"tool_call","toolCallId":"call_1","title":"Reading project files","kind":"read","status":"pending","locations":[{"path":"/project/README.md"}],"rawInput":{"path":"/project/README.md"}}"#,
        ),
        said(
            r##"{"sessionUpdate":"tool_call_update","toolCallId":"call_1","status":"completed","content":[{"type":"content","content":{"type":"text","text":"# My Project"}}],"rawOutput":{"content":"# My Project"}}"##,
        ),
        said(
            r#"{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":" Now I understand."}}"#,
        ),
        said(
            r#"{"sessionUpdate":"tool_call","toolCallId":"call_2","title":"Modifying critical configuration file","kind":"edit","status":"pending","locations":[{"path":"/project/config.json"}],"rawInput":{"path":"/project/config.json"}}"#,
        ),
        Update::Asked { request_id: "q".into(), question: raw(question) },
        settled("q", Some("allow")),
        said(
            r#"{"sessionUpdate":"tool_call_update","toolCallId":"call_2","status":"completed","rawOutput":{"success":true}}"#,
        ),
        said(r#"{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":" Perfect!"}}"#),
        Update::TurnEnded(TurnEnd::Done),
        Update::Ended { reason: "The agent was ended.".into() },
    ];
    for update in &updates {
        let changes = told.take(update).into_iter();
        facts.extend(changes.filter_map(|change| match change {
            Change::Happened(fact) => Some(fact),
            _ => None,
        }));
    }
    let expected = [
        "Agent: I'll help you with that.",
        "tool Reading project files: Completed: # My Project",
        "Agent:  Now I understand.",
        "tool Modifying critical configuration file: Completed: {\n  \"success\": true\n}",
        r#"permission Modifying critical configuration file: Some(Selected { option_id: OptionId("allow") })"#,
        "Agent:  Perfect!",
    ];
    assert_eq!(told.items(), expected);
    let ended = Fact::AgentEnded { reason: "The agent was ended.".into() };
    let expected =
        [Fact::Asked("q".into()), Fact::Settled("q".into()), Fact::TurnEnded(TurnOutcome::Done), ended];
    assert_eq!(facts, expected);
    assert_eq!(told.tool("call_2").status, ToolStatus::Completed);
}
