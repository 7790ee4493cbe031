//! Agents: how they are run, and the messages that tell of them and of the profiles they run with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ProfileId};

/// How an agent is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// By the Agent Client Protocol, over its standard input and output.
    Acp,
    /// By a command line: one run for each prompt.
    Command,
}

/// An agent, and how it is run. Its variables may be secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentDefinition {
    /// Its name.
    pub agent: AgentId,
    /// Its name for people.
    pub label: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The program and its arguments; no shell is between.
    pub command: Vec<String>,
    /// Variables for its environment, on top of those that there are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

/// An agent as `GET /agents` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// Its name.
    pub agent: AgentId,
    /// Its name for people.
    pub label: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// What the variables are called that it is given; their values are told to nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// Whether a person registered it; the others come with Mainstay.
    pub registered: bool,
    /// Whether its program is on this machine.
    pub available: bool,
    /// What a person can do: to get it, or to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

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
