//! What is new about the use of a tool.

use agent_client_protocol::v1::schema::{
    ToolCallContent, ToolCallStatus, ToolCallUpdate, ToolKind as AcpToolKind,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::conversation::{FileEdit, ToolKind, ToolStatus};

use super::{blocks, kept, shortened};
use crate::agents::said::{ToolChange, ToolContent};

/// The most bytes that are kept of what a tool was given.
const MAX_INPUT: usize = 64 << 10;
/// The most bytes that are kept of each side of an edit, and of all edits together.
const MAX_EDIT: usize = 256 << 10;
const MAX_EDITS: usize = 2 << 20;

/// What is read beside the fields that have a type: it is told apart here whether they came at all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(default)]
    session_update: String,
    #[serde(default, borrow)]
    content: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    raw_input: Option<&'a RawValue>,
    #[serde(default, borrow)]
    raw_output: Option<&'a RawValue>,
}

/// Reads a `tool_call`, a `tool_call_update` or the `toolCall` of a question, which have the same fields.
pub(super) fn read(raw: &RawValue) -> Option<ToolChange> {
    let fields: Fields<'_> = serde_json::from_str(raw.get()).ok()?;
    let typed: ToolCallUpdate = serde_json::from_str(raw.get()).ok()?;
    // A new use begins as pending, if nothing else is said.
    let begins = (fields.session_update == "tool_call").then_some(ToolStatus::Pending);
    let content = fields.content.as_deref().map(content);
    let edited = content.iter().flat_map(|it| it.diff.iter().map(|edit| edit.path.clone()));
    let located = typed.fields.locations.iter().flatten().map(|it| it.path.to_string_lossy().into_owned());
    let paths: Vec<String> = located.chain(edited).collect();
    Some(ToolChange {
        id: typed.tool_call_id.0.as_ref().into(),
        title: typed.fields.title.map(|title| shortened(&title, 2000)).filter(|title| !title.is_empty()),
        kind: typed.fields.kind.map(kind),
        status: typed.fields.status.map(status).or(begins),
        input: fields.raw_input.map(input),
        content,
        returned: fields.raw_output.and_then(returned),
        paths: (!paths.is_empty()).then_some(paths),
    })
}

fn kind(kind: AcpToolKind) -> ToolKind {
    match kind {
        AcpToolKind::Read => ToolKind::Read,
        AcpToolKind::Edit => ToolKind::Edit,
        AcpToolKind::Delete => ToolKind::Delete,
        AcpToolKind::Move => ToolKind::Move,
        AcpToolKind::Search => ToolKind::Search,
        AcpToolKind::Execute => ToolKind::Execute,
        AcpToolKind::Think => ToolKind::Think,
        AcpToolKind::Fetch => ToolKind::Fetch,
        AcpToolKind::SwitchMode => ToolKind::SwitchMode,
        _ => ToolKind::Other,
    }
}

fn status(status: ToolCallStatus) -> ToolStatus {
    match status {
        ToolCallStatus::InProgress => ToolStatus::InProgress,
        ToolCallStatus::Completed => ToolStatus::Completed,
        ToolCallStatus::Failed => ToolStatus::Failed,
        _ => ToolStatus::Pending,
    }
}

fn input(raw: &RawValue) -> Value {
    match raw.get() {
        json if json.len() <= MAX_INPUT => kept(json),
        json => Value::String(shortened(json, MAX_INPUT)),
    }
}

fn content(parts: &[&RawValue]) -> ToolContent {
    let mut content = ToolContent::default();
    let mut texts = Vec::new();
    let mut room = MAX_EDITS;
    for part in parts {
        match serde_json::from_str(part.get()) {
            Ok(ToolCallContent::Content(it)) => texts.push(blocks::text_of(&it.content)),
            Ok(ToolCallContent::Diff(diff)) if room < 2 * MAX_EDIT => {
                texts.push(format!("[edits {}]", diff.path.display()));
            }
            Ok(ToolCallContent::Diff(diff)) => {
                let edit = FileEdit {
                    path: diff.path.to_string_lossy().into_owned(),
                    old_text: diff.old_text.map(|text| shortened(&text, MAX_EDIT)),
                    new_text: shortened(&diff.new_text, MAX_EDIT),
                };
                let size = edit.old_text.as_ref().map_or(0, String::len) + edit.new_text.len();
                room = room.saturating_sub(size);
                content.diff.push(edit);
            }
            Ok(ToolCallContent::Terminal(it)) => content.terminals.push(it.terminal_id.0.as_ref().into()),
            // It is shown as it came.
            _ => texts.push(shortened(part.get(), MAX_INPUT)),
        }
    }
    content.text = texts.join("\n");
    content
}

fn returned(raw: &RawValue) -> Option<String> {
    match serde_json::from_str(raw.get()) {
        Ok(Value::String(text)) => Some(text),
        Ok(Value::Null) => None,
        Ok(value) => Some(serde_json::to_string_pretty(&value).unwrap_or_else(|_| raw.get().to_owned())),
        Err(_) => Some(raw.get().to_owned()),
    }
    .filter(|text| !text.is_empty())
}
