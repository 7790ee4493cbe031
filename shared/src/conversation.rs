//! An attempt's conversation: its items, and how they grow.

mod growth;

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, BoardId, CardId, ItemId, OptionId, RequestId, ToolCallId};
use crate::time::Timestamp;

pub use growth::{Appended, Conversation, ConversationOutcome};

/// `conversation_item`: an attempt's conversation grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationItemChanged {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// What is new.
    #[serde(flatten)]
    pub change: ItemChange,
}

/// What is new in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ItemChange {
    /// An item that is new, or takes the place of the one with its id.
    Item {
        /// The whole item.
        item: Box<ConversationItem>,
    },
    /// An item grew at its end.
    Append(ItemAppend),
}

/// More text for an item: of a message or thought its `text`, of a tool or automation its `output`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemAppend {
    /// The item that grew.
    pub item_id: ItemId,
    /// How many UTF-8 bytes its text had before.
    pub at: usize,
    /// The new text.
    pub append: String,
}

/// One item of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationItem {
    /// The item.
    pub id: ItemId,
    /// When it was begun.
    pub timestamp: Timestamp,
    /// What it is.
    #[serde(flatten)]
    pub kind: ItemKind,
}

/// What an item of a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ItemKind {
    /// Somebody said something.
    Message {
        /// Who.
        role: Role,
        /// What, in Markdown.
        text: String,
    },
    /// The agent thought aloud.
    Thinking {
        /// What.
        text: String,
    },
    /// The agent used a tool.
    Tool(ToolUse),
    /// The agent asked for permission.
    Permission(PermissionRequest),
    /// Mainstay ran a command around the agent's work.
    Automation(Automation),
    /// Something failed.
    Error {
        /// What.
        text: String,
    },
    /// Something that Mainstay keeps without understanding it.
    Other {
        /// What its sender calls it.
        kind: String,
        /// What was sent.
        json: serde_json::Value,
    },
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// A person.
    User,
    /// The agent.
    Agent,
}

/// One use of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolUse {
    /// The agent's own id of this use.
    pub tool_call_id: ToolCallId,
    /// What it says it does.
    pub name: String,
    /// What it does to the world.
    pub kind: ToolKind,
    /// How it stands.
    pub status: ToolStatus,
    /// What it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<serde_json::Value>,
    /// What it printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The edits that it proposes or made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diff: Vec<FileEdit>,
    /// The commands that it runs through Mainstay, by the ids that the agent knows them by; what they print is output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terminal_ids: Vec<String>,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// What a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ToolKind {
    /// Reads files.
    Read,
    /// Changes files.
    Edit,
    /// Deletes files.
    Delete,
    /// Moves files.
    Move,
    /// Searches.
    Search,
    /// Runs a command.
    Execute,
    /// Thinks.
    Think,
    /// Fetches from the network.
    Fetch,
    /// Changes how the agent works.
    SwitchMode,
    /// Anything else.
    #[serde(other)]
    Other,
}

/// How the use of a tool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ToolStatus {
    /// Not begun: the agent prepares it or waits for permission.
    Pending,
    /// Begun.
    InProgress,
    /// Done.
    Completed,
    /// It failed, or was not allowed.
    Failed,
}

/// A change of a file, by its whole text or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEdit {
    /// The file.
    pub path: String,
    /// The text before; none if the file is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_text: Option<String>,
    /// The text after.
    pub new_text: String,
}

/// A question for permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionRequest {
    /// The question.
    pub request_id: RequestId,
    /// The use of a tool that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<ToolCallId>,
    /// What the agent wants to do.
    pub title: String,
    /// The answers that it offers.
    pub options: Vec<PermissionOption>,
    /// The answer that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<PermissionDecision>,
}

/// An answer that an agent offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionOption {
    /// The answer.
    pub option_id: OptionId,
    /// Its words.
    pub name: String,
    /// What it means.
    pub kind: PermissionKind,
}

/// What an answer to a question for permission means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PermissionKind {
    /// Yes, this time.
    AllowOnce,
    /// Yes, and don't ask again.
    AllowAlways,
    /// No, not this time.
    RejectOnce,
    /// No, and don't ask again.
    RejectAlways,
}

/// How a question for permission was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PermissionDecision {
    /// With one of the answers offered.
    Selected {
        /// The answer.
        option_id: OptionId,
    },
    /// With none: the turn ended first.
    Cancelled,
}

/// A command that Mainstay ran around the agent's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Automation {
    /// When it has its turn.
    pub stage: AutomationStage,
    /// The command.
    pub command: String,
    /// How it stands.
    pub status: AutomationStatus,
    /// What the command ended with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// What it printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// When an automation has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AutomationStage {
    /// Files that git doesn't know are copied into the worktree.
    CopyFiles,
    /// Before the agent starts.
    Setup,
    /// After the agent ended.
    Cleanup,
    /// At another time.
    #[serde(other)]
    Other,
}

/// How an automation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AutomationStatus {
    /// It runs.
    Running,
    /// It did what it should.
    Succeeded,
    /// It did not.
    Failed,
}
