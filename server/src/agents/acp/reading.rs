//! What an agent reports by the protocol, in the words of [`Said`] and [`Question`]. Nothing in it is an error: what is
//! not understood is kept as [`Said::Other`].

mod blocks;
mod tools;

use agent_client_protocol::v1::schema::{ContentChunk, PlanEntry, PlanEntryStatus};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::attempt::{Todo, TodoStatus, Todos};
use shared::conversation::{PermissionKind, PermissionOption, Role};
use shared::ids::OptionId;

use crate::agents::said::{Question, Said};

/// The most bytes of JSON that are kept of what is not understood.
const MAX_JSON: usize = 256 << 10;
/// How deeply objects and lists may lie in each other; most readers give up at 128.
const MAX_DEPTH: usize = 64;

/// Reads the `update` of a `session/update`.
#[must_use]
pub fn read_said(update: &RawValue) -> Said {
    understood(update).unwrap_or_else(|| Said::Other { kind: kind_of(update), json: kept(update.get()) })
}

fn understood(update: &RawValue) -> Option<Said> {
    let text = |it: &RawValue| {
        let chunk: ContentChunk = serde_json::from_str(it.get()).ok()?;
        Some(blocks::text_of(&chunk.content))
    };
    Some(match kind_of(update).as_str() {
        "user_message_chunk" => Said::Message { role: Role::User, text: text(update)? },
        "agent_message_chunk" => Said::Message { role: Role::Agent, text: text(update)? },
        "agent_thought_chunk" => Said::Thought { text: text(update)? },
        "tool_call" | "tool_call_update" => Said::Tool(tools::read(update)?),
        "plan" => Said::Plan(plan(update)?),
        _ => return None,
    })
}

fn kind_of(update: &RawValue) -> String {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Kind {
        session_update: String,
    }
    serde_json::from_str(update.get()).map_or_else(|_| "unknown".to_owned(), |it: Kind| it.session_update)
}

/// JSON as a value, or the beginning of its text if it is too large or too deep to be shown: what is around it must still be
/// JSON that any reader takes.
pub(super) fn kept(json: &str) -> Value {
    let is_small = json.len() <= MAX_JSON && !is_deeper_than(MAX_DEPTH, json);
    let value = is_small.then(|| serde_json::from_str(json).ok()).flatten();
    value.unwrap_or_else(|| Value::String(shortened(json, MAX_JSON)))
}

fn is_deeper_than(most: usize, json: &str) -> bool {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => depth += 1,
            b'}' | b']' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}

/// A text, or its beginning and how much is missing.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = &text[..text.floor_char_boundary(most)];
    format!("{head}\n[{} more bytes were left out]", text.len() - head.len())
}

fn plan(update: &RawValue) -> Option<Todos> {
    #[derive(Deserialize)]
    struct Plan {
        entries: Vec<PlanEntry>,
    }
    let plan: Plan = serde_json::from_str(update.get()).ok()?;
    let todos = plan.entries.into_iter().enumerate().map(|(index, entry)| Todo {
        id: (index + 1).to_string(),
        text: entry.content,
        status: match entry.status {
            PlanEntryStatus::Completed => TodoStatus::Done,
            PlanEntryStatus::InProgress => TodoStatus::InProgress,
            _ => TodoStatus::Open,
        },
    });
    Some(Todos::new(todos.collect()))
}

/// Reads the `params` of a `session/request_permission`.
#[must_use]
pub fn read_question(params: &RawValue) -> Question {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params<'a> {
        #[serde(borrow)]
        tool_call: Option<&'a RawValue>,
        #[serde(default, borrow)]
        options: Vec<&'a RawValue>,
    }
    let Ok(params) = serde_json::from_str::<Params<'_>>(params.get()) else {
        return Question { tool: None, options: Vec::new() };
    };
    Question {
        tool: params.tool_call.and_then(tools::read),
        options: params.options.into_iter().filter_map(option).collect(),
    }
}

fn option(raw: &RawValue) -> Option<PermissionOption> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Offered {
        option_id: OptionId,
        name: String,
        kind: String,
    }
    let option: Offered = serde_json::from_str(raw.get()).ok()?;
    let kind = match option.kind.as_str() {
        "allow_once" => PermissionKind::AllowOnce,
        "reject_once" => PermissionKind::RejectOnce,
        // An allowance of a kind that is not known may reach far.
        kind if kind.starts_with("allow") => PermissionKind::AllowAlways,
        _ => PermissionKind::RejectAlways,
    };
    Some(PermissionOption { option_id: option.option_id, name: option.name, kind })
}

#[cfg(test)]
mod tests;
