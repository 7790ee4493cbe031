//! The dashboard: what runs, what waits for a person, and how each board stands.

use serde::{Deserialize, Serialize};

use crate::attempt::AttemptStatus;
use crate::card::AttentionReason;
use crate::ids::{AgentId, AttemptId, BoardId, CardId};
use crate::time::Timestamp;

/// `dashboard_overview`: everything the dashboard shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DashboardOverview {
    /// When it was computed.
    pub as_of: Timestamp,
    /// The span of time it looks back on.
    pub range: Range,
    /// Counts over all boards.
    pub totals: Totals,
    /// What waits for a person.
    pub needs_you: Vec<NeedsYou>,
    /// What agents work on.
    pub running: Vec<RunningAttempt>,
    /// The boards.
    pub boards: Vec<BoardOverview>,
}

/// A span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// Its name, unless it was given by its ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<RangePreset>,
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// A span of time that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RangePreset {
    /// A day.
    #[serde(rename = "last_24h")]
    Last24h,
    /// A week.
    #[serde(rename = "last_7d")]
    Last7d,
    /// Thirty days.
    #[serde(rename = "last_30d")]
    Last30d,
    /// Ninety days.
    #[serde(rename = "last_90d")]
    Last90d,
    /// Everything there is.
    #[serde(rename = "all_time")]
    AllTime,
}

/// Counts over all boards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Boards.
    pub boards: u64,
    /// Cards.
    pub cards: u64,
    /// Attempts that run.
    pub running: u64,
    /// Attempts in the queue.
    pub queued: u64,
    /// Attempts whose agent asked something.
    pub waiting: u64,
    /// How many attempts may run at once; 0 if the server doesn't tell.
    #[serde(default)]
    pub limit: u64,
}

/// Something that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedsYou {
    /// The board.
    pub board_id: BoardId,
    /// The card.
    pub card_id: CardId,
    /// The attempt that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt_id: Option<AttemptId>,
    /// The card's ticket key.
    pub card_key: String,
    /// The card's title.
    pub title: String,
    /// What a person is needed for.
    pub reason: AttentionReason,
    /// Since when.
    pub since: Timestamp,
}

/// An attempt that an agent works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningAttempt {
    /// The board.
    pub board_id: BoardId,
    /// The card.
    pub card_id: CardId,
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The card's ticket key.
    pub card_key: String,
    /// The card's title.
    pub title: String,
    /// Who works on it.
    pub agent: AgentId,
    /// How it stands.
    pub status: AttemptStatus,
    /// When it left the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
}

/// How a board stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoardOverview {
    /// The board.
    pub board_id: BoardId,
    /// Its name.
    pub name: String,
    /// All cards.
    pub cards: u64,
    /// Cards that are not done.
    pub open_cards: u64,
    /// Cards whose attempt is running.
    pub running: u64,
    /// Cards that wait for a person.
    pub needs_you: u64,
}
