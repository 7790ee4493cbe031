//! An attempt, one agent's try at a card, and the messages that tell of it.

use serde::{Deserialize, Serialize};

use crate::card::{DiffCount, Pr, TodoCount};
use crate::ids::{AgentId, AttemptId, BoardId, CardId, ProfileId, SessionId};
use crate::time::Timestamp;

/// One agent's try at a card, in its own worktree and branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The card it is a try at.
    pub card_id: CardId,
    /// The card's board.
    pub board_id: BoardId,
    /// The how-manieth of its card it is, from 1.
    pub number: u32,
    /// How it stands.
    pub status: AttemptStatus,
    /// What the status rests on.
    pub link: Link,
    /// Who works on it.
    pub agent: AgentId,
    /// The profile the agent runs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<ProfileId>,
    /// The branch it works on.
    pub branch: String,
    /// The branch it started from.
    pub base_branch: String,
    /// Its worktree on the server's disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worktree: Option<String>,
    /// The agent's own id of the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it left the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it stands as it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The agent's plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todos: Option<Todos>,
    /// How large its change is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<DiffCount>,
    /// Its pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pr: Option<Pr>,
    /// What was written to the agent and waits for the end of its turn, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingMessage>,
}

/// A message to an agent that waits for the end of its turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitingMessage {
    /// Tells the messages of one attempt apart.
    pub id: String,
    /// What it says.
    pub prompt: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttemptStatus {
    /// It waits for its turn, or is being set up.
    Queued,
    /// The agent works.
    Running,
    /// The agent asked something.
    Waiting,
    /// It was told to stop and has not yet.
    Stopping,
    /// The agent finished.
    Succeeded,
    /// The agent or its set-up failed.
    Failed,
    /// A person stopped it.
    Stopped,
    /// The agent was lost.
    Interrupted,
}

impl AttemptStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Stopping,
        Self::Succeeded,
        Self::Failed,
        Self::Stopped,
        Self::Interrupted,
    ];

    /// Whether there is still something going on.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Waiting | Self::Stopping)
    }

    /// Whether it stays so unless a person asks for more.
    #[must_use]
    pub fn is_final(self) -> bool {
        !self.is_active()
    }

    /// The status as it is written in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopping => "stopping",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What the status of an attempt rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// The agent's process is in reach.
    Attached,
    /// Whether it still runs is being found out.
    Verifying,
    /// The agent's process is gone.
    Lost,
}

/// An agent's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todos {
    /// All steps.
    pub total: u32,
    /// Steps that are done.
    pub completed: u32,
    /// The steps in order.
    pub items: Vec<Todo>,
}

impl Todos {
    /// A plan of these steps, counted.
    #[must_use]
    pub fn new(items: Vec<Todo>) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let completed = items.iter().filter(|item| item.status == TodoStatus::Done).count();
        Self { total: count(items.len()), completed: count(completed), items }
    }

    /// How far it is done.
    #[must_use]
    pub fn count(&self) -> TodoCount {
        TodoCount { completed: self.completed, total: self.total }
    }
}

/// A step of an agent's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    /// Tells the steps of one plan apart.
    pub id: String,
    /// What is to be done.
    pub text: String,
    /// How it stands.
    pub status: TodoStatus,
}

/// How a step of a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TodoStatus {
    /// Not begun.
    Open,
    /// Begun.
    InProgress,
    /// Done.
    Done,
}

/// How serious a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    /// As it should be.
    Info,
    /// Worth a look.
    Warn,
    /// Something failed.
    Error,
}

/// `attempt_started`: an attempt left the queue; its set-up begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptStarted {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// Who works on it.
    pub agent: AgentId,
    /// The profile the agent runs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<ProfileId>,
    /// The branch it works on.
    pub branch: String,
    /// The branch it starts from.
    pub base_branch: String,
}

/// `attempt_status`: how an attempt stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptStatusChanged {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// How it stands.
    pub status: AttemptStatus,
    /// How it stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_status: Option<AttemptStatus>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// `attempt_log`: a line of an attempt's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptLog {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// How serious it is.
    pub level: LogLevel,
    /// What happened.
    pub message: String,
    /// When.
    pub ts: Timestamp,
}

/// `attempt_session`: the agent's session in its worktree was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptSession {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// The agent's own id of the conversation.
    pub session_id: SessionId,
    /// The worktree on the server's disk.
    pub worktree: String,
}

/// `attempt_todos`: the agent's plan changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptTodos {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// The whole plan.
    pub todos: Todos,
}

/// `attempt_pr`: a pull request was created, or its state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptPr {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// The pull request.
    pub pr: Pr,
}
