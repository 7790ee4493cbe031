//! The messages that tell of agents and of the profiles they run with.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ProfileId};

/// `agent_profile`: a profile changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentProfileChanged {
    /// What happened to it.
    pub kind: ProfileChange,
    /// The profile.
    pub profile_id: ProfileId,
    /// The agent that it runs.
    pub agent: AgentId,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What happened to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProfileChange {
    /// It is new.
    Created,
    /// It changed.
    Updated,
    /// It is gone.
    Deleted,
}

/// `agent_registered`: an agent not known before became available.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentRegistered {
    /// The agent.
    pub agent: AgentId,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}
