//! The messages of the Agent Client Protocol, version 1, that the agent reads and writes: JSON-RPC, one on each line.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The version of the protocol.
const VERSION: u16 = 1;

/// What the client says.
#[derive(Debug)]
pub(super) enum Heard {
    Request {
        id: Value,
        method: String,
        params: Option<Box<RawValue>>,
    },
    Notification {
        method: String,
        params: Option<Box<RawValue>>,
    },
    /// The answer to a request of the agent's; none if the client refused it.
    Answer {
        id: Value,
        result: Option<Box<RawValue>>,
    },
}

/// What is wrong with a message, in JSON-RPC's terms.
#[derive(Debug, Serialize)]
pub(super) struct RpcError {
    code: i32,
    message: String,
}

impl RpcError {
    pub fn unreadable(error: &serde_json::Error) -> Self {
        Self { code: -32700, message: format!("this line is no JSON: {error}") }
    }

    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self { code: -32600, message: message.into() }
    }

    pub fn unknown_method(method: &str) -> Self {
        Self { code: -32601, message: format!("the demo agent knows no method `{method}`") }
    }

    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self { code: -32602, message: message.into() }
    }

    pub fn failed(message: String) -> Self {
        Self { code: -32603, message }
    }
}

/// Reads a line of the client's.
///
/// # Errors
/// If it is no message.
pub(super) fn read(line: &str) -> Result<Heard, RpcError> {
    #[derive(Deserialize)]
    struct Line {
        id: Option<Value>,
        method: Option<String>,
        params: Option<Box<RawValue>>,
        result: Option<Box<RawValue>>,
    }
    let line: Line = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => RpcError::invalid_request(error.to_string()),
        _ => RpcError::unreadable(&error),
    })?;
    match line {
        Line { id: Some(id), method: Some(method), params, .. } => Ok(Heard::Request { id, method, params }),
        Line { id: None, method: Some(method), params, .. } => Ok(Heard::Notification { method, params }),
        Line { id: Some(id), method: None, result, .. } => Ok(Heard::Answer { id, result }),
        Line { id: None, method: None, .. } => {
            Err(RpcError::invalid_request("a message has a method or an id"))
        }
    }
}

/// Reads what a method is told.
///
/// # Errors
/// If it is not what the method takes.
pub(super) fn params<T: for<'de> Deserialize<'de>>(params: Option<&RawValue>) -> Result<T, RpcError> {
    serde_json::from_str(params.map_or("null", RawValue::get))
        .map_err(|error| RpcError::invalid_params(error.to_string()))
}

/// The parameters of `session/new`, and of `session/load` beside the session's id.
#[derive(Debug, Deserialize)]
pub(super) struct Opened {
    pub cwd: PathBuf,
}

/// Any parameters that name a session.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    pub session_id: String,
}

/// The parameters of `session/prompt`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prompted {
    pub session_id: String,
    prompt: Vec<Block>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        text: String,
    },
    #[serde(other)]
    Other,
}

impl Prompted {
    /// The prompt's text; what is no text is not for this agent.
    pub fn text(&self) -> String {
        let texts = self.prompt.iter().filter_map(|block| match block {
            Block::Text { text } => Some(text.as_str()),
            Block::Other => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// The answer to a question: the option that was chosen, or none if the turn is cancelled.
#[derive(Debug, Deserialize)]
pub(super) struct Decided {
    pub outcome: Outcome,
}

/// What became of a question.
#[derive(Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(super) enum Outcome {
    Selected { option_id: String },
    Cancelled,
}

/// What the agent says: an answer, a request or a notification.
#[derive(Debug, Serialize)]
pub(super) struct Said<T> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    body: T,
}

impl<T: Serialize> Said<T> {
    pub fn new(body: T) -> Self {
        Self { jsonrpc: "2.0", body }
    }
}

/// The good answer to a request.
#[derive(Debug, Serialize)]
pub(super) struct Granted<T> {
    pub id: Value,
    pub result: T,
}

/// The refusal of a request.
#[derive(Debug, Serialize)]
pub(super) struct Refusal {
    pub id: Value,
    pub error: RpcError,
}

/// A request or, without an id, a notification.
#[derive(Debug, Serialize)]
pub(super) struct Call<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    pub method: &'static str,
    pub params: T,
}

/// The answer to `initialize`.
pub(super) fn capabilities() -> Value {
    serde_json::json!({
        "protocolVersion": VERSION,
        "agentCapabilities": { "loadSession": true },
        "agentInfo": { "name": "mainstay-demo-agent", "title": "Demo agent", "version": env!("CARGO_PKG_VERSION") },
        "authMethods": [],
    })
}

/// The parameters of `session/update`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Updated<'a> {
    pub session_id: &'a str,
    pub update: Update<'a>,
}

/// What a session has to tell.
#[derive(Debug, Serialize)]
#[serde(tag = "sessionUpdate", rename_all = "snake_case")]
pub(super) enum Update<'a> {
    AgentMessageChunk {
        content: Text<'a>,
    },
    AgentThoughtChunk {
        content: Text<'a>,
    },
    Plan {
        entries: Vec<PlanEntry<'a>>,
    },
    ToolCall(ToolCall<'a>),
    #[serde(rename = "tool_call_update")]
    ToolCallChange(ToolCall<'a>),
}

/// A block of text.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "text")]
pub(super) struct Text<'a> {
    pub text: &'a str,
}

/// A step of a plan.
#[derive(Debug, Serialize)]
pub(super) struct PlanEntry<'a> {
    pub content: &'a str,
    pub priority: &'static str,
    pub status: &'static str,
}

/// A use of a tool, or what has changed of one.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolCall<'a> {
    pub tool_call_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locations: Option<[Location<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<[ToolContent<'a>; 1]>,
}

/// A place that a tool works at.
#[derive(Debug, Serialize)]
pub(super) struct Location<'a> {
    pub path: &'a Path,
}

/// What a tool has to show.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(super) enum ToolContent<'a> {
    Content { content: Text<'a> },
    Diff { path: &'a Path, old_text: Option<&'a str>, new_text: &'a str },
}

/// The parameters of `session/request_permission`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question<'a> {
    pub session_id: &'a str,
    pub tool_call: ToolCall<'a>,
    pub options: [ChoiceOption; 2],
}

/// An answer that is offered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChoiceOption {
    pub option_id: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart_by_method_and_id() {
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#),
            Ok(Heard::Request { .. })
        ));
        assert!(matches!(
            read(r#"{"jsonrpc":"2.0","method":"session/cancel"}"#),
            Ok(Heard::Notification { .. })
        ));
        assert!(matches!(read(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), Ok(Heard::Answer { .. })));
        assert!(matches!(read(r#"{"id":1,"error":{}}"#), Ok(Heard::Answer { result: None, .. })));
        assert_eq!(read("{").unwrap_err().code, -32700);
        assert_eq!(read("{}").unwrap_err().code, -32600);
        assert_eq!(read("[]").unwrap_err().code, -32600);
    }

    #[test]
    fn a_prompt_is_its_texts() {
        let text = r#"{"sessionId":"s","prompt":[{"type":"text","text":"a"},{"type":"resource_link","uri":"x"},{"type":"text","text":"b"}]}"#;
        assert_eq!(serde_json::from_str::<Prompted>(text).unwrap().text(), "a\nb");
    }
}
