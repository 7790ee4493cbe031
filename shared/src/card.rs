//! A card, and what its face shows of its newest attempt.

mod detail;

use serde::{Deserialize, Serialize};

use crate::attempt::AttemptStatus;
use crate::ids::{AgentId, AttemptId, CardId, ColumnId};
use crate::time::Timestamp;

/// A card as the board shows it; its description comes with [`CardDetail`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The card.
    pub id: CardId,
    /// The ticket key, such as `WEB-12`.
    pub key: String,
    /// Counts changes of what people wrote on it, not of its attempt.
    pub revision: u64,
    /// What is to be done, in one line.
    pub title: String,
    /// Whether there is a description.
    pub has_description: bool,
    /// What kind of work it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub card_type: Option<CardType>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Free words to find it by.
    pub labels: Vec<String>,
    /// The cards that should be done first.
    pub depends_on: Vec<CardId>,
    /// Those of `depends_on` that are neither deleted nor done.
    pub blocked_by: Vec<CardId>,
    /// Its newest attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<CardAttempt>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A card with its description: one JSON object with the fields of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardDetail {
    /// The card.
    #[serde(flatten)]
    pub card: Card,
    /// The description, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A card that was deleted and can be restored: one JSON object with the fields of the card and these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedCard {
    /// The card.
    #[serde(flatten)]
    pub card: Card,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// The column that it was in, if that is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_id: Option<ColumnId>,
}

/// What kind of work a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CardType {
    /// Something to do.
    Task,
    /// Something that is wrong.
    Bug,
    /// Something new.
    Feature,
    /// Something that keeps the house in order.
    Chore,
}

/// How much a card matters; the more it matters, the smaller it sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// Before everything else.
    Urgent,
    /// Soon.
    High,
    /// In its turn.
    Medium,
    /// When there is time.
    Low,
}

/// What a card's face shows of its newest attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardAttempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// How it stands.
    pub status: AttemptStatus,
    /// Who works on it.
    pub agent: AgentId,
    /// When it left the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How far the agent's plan is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todos: Option<TodoCount>,
    /// How large its change is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<DiffCount>,
    /// Its pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pr: Option<Pr>,
    /// Why it needs a person, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<Attention>,
    /// What the agent does or said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// When the agent last gave a sign of life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_at: Option<Timestamp>,
}

/// That a person is needed, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// What for.
    pub reason: AttentionReason,
    /// Since when.
    pub since: Timestamp,
}

/// What a person is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttentionReason {
    /// The agent asked something.
    Ask,
    /// The attempt failed.
    Failed,
    /// Nothing was heard for a while, or the attempt was interrupted.
    Stalled,
    /// There is work to review.
    Review,
    /// The work conflicts with its base branch.
    Conflict,
    /// Reviewed work can land.
    LandReady,
}

/// What an agent does or said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// The current tool, or the last words.
    pub text: String,
    /// When that was.
    pub at: Timestamp,
}

/// How far a plan is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TodoCount {
    /// Steps that are done.
    pub completed: u32,
    /// All steps.
    pub total: u32,
}

/// How large a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffCount {
    /// Files that differ.
    pub files: u32,
    /// Lines added.
    pub additions: u32,
    /// Lines deleted.
    pub deletions: u32,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pr {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub state: PrState,
}

/// How a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrState {
    /// Open for review.
    Open,
    /// Open, not ready for review.
    Draft,
    /// Merged.
    Merged,
    /// Closed without being merged.
    Closed,
}
