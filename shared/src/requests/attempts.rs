//! The bodies of what people ask of attempts.

use serde::{Deserialize, Serialize};

use super::not_null;
use crate::ids::{AgentId, AttemptId, OptionId, ProfileId};

/// `POST /boards/{boardId}/cards/{cardId}/attempts`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartAttempt {
    /// The id that the client made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AttemptId>,
    /// Who does the work; the default agent if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// How the agent is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<ProfileId>,
    /// The branch it starts from; the board's default branch if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_branch: Option<String>,
    /// What the agent is asked; the card's title and description if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

/// `POST /attempts/{attemptId}/messages`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WriteMessage {
    /// What the agent is asked.
    pub prompt: String,
    /// Whether the turn that is under way is cancelled for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub steer: bool,
}

/// `POST /attempts/{attemptId}/permissions/{requestId}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerPermission {
    /// The answer that was chosen.
    pub option_id: OptionId,
}

/// `PATCH /settings`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchSettings {
    /// How many attempts run at once.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
}
