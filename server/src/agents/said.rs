//! What an agent reported, as the rest of the program understands it, whatever its protocol.

use serde_json::Value;
use shared::attempt::Todos;
use shared::conversation::{FileEdit, PermissionOption, Role, ToolKind, ToolStatus};
use shared::ids::ToolCallId;

/// Something that an agent reported.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// More of a message.
    Message {
        /// Whose.
        role: Role,
        /// What follows.
        text: String,
    },
    /// More of a thought.
    Thought {
        /// What follows.
        text: String,
    },
    /// A tool is used, or its use changed.
    Tool(ToolChange),
    /// Its plan, in full.
    Plan(Todos),
    /// Something that is kept without being understood.
    Other {
        /// What the agent calls it.
        kind: String,
        /// As it came.
        json: Value,
    },
}

/// What is new about the use of a tool; what is none is as before.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolChange {
    /// Which use.
    pub id: ToolCallId,
    /// What it says it does.
    pub title: Option<String>,
    /// What it does to the world.
    pub kind: Option<ToolKind>,
    /// How it stands.
    pub status: Option<ToolStatus>,
    /// What it was given.
    pub input: Option<Value>,
    /// What it made so far, in full.
    pub content: Option<ToolContent>,
    /// What it returned to the agent; worth showing if it made nothing else.
    pub returned: Option<String>,
    /// The files that it is about, edits included.
    pub paths: Option<Vec<String>>,
}

impl ToolChange {
    /// Nothing new.
    #[must_use]
    pub fn none(id: ToolCallId) -> Self {
        Self {
            id,
            title: None,
            kind: None,
            status: None,
            input: None,
            content: None,
            returned: None,
            paths: None,
        }
    }
}

/// What a tool made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolContent {
    /// What it printed or found.
    pub text: String,
    /// The edits that it proposes or made.
    pub diff: Vec<FileEdit>,
    /// The commands that it runs through us.
    pub terminals: Vec<String>,
}

/// A question for permission.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The use of a tool that it is about, with what is new about it.
    pub tool: Option<ToolChange>,
    /// The answers that it offers.
    pub options: Vec<PermissionOption>,
}
