//! What a driver is given: how to run the agent, and what to tell it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
pub use shared::agent::Protocol;
use shared::ids::{OptionId, RequestId, SessionId};

/// How to run an agent. It may hold secrets, in its variables: it is written to nothing that others can read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Launch {
    /// How the agent is spoken to.
    pub protocol: Protocol,
    /// The program and its arguments; no shell is between.
    pub command: Vec<String>,
    /// Variables for its environment, on top of those that there are.
    pub env: BTreeMap<String, String>,
    /// The folder that it works in, and may not leave through us.
    pub worktree: PathBuf,
    /// What is answered when it asks.
    pub policy: Policy,
    /// The session to go on with; none begins one.
    pub session: Option<SessionId>,
    /// How long it may take until it has a session.
    pub answer: Duration,
}

/// How long agents may take until they have a session, unless told otherwise.
pub const ANSWER: Duration = Duration::from_secs(60);

/// What is answered when an agent asks for permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Policy {
    /// What a person says.
    Ask,
    /// Edits in the worktree are allowed, else what a person says.
    AcceptEdits,
    /// Everything is allowed.
    AllowAll,
}

/// What an agent is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// A prompt: a turn begins.
    Prompt {
        /// Its text.
        text: String,
    },
    /// The answer to a question of its. One that is not open any more changes nothing.
    Decide {
        /// Which question.
        request_id: RequestId,
        /// The option that was chosen; none withdraws the question.
        option_id: Option<OptionId>,
    },
    /// The turn is cancelled; without one, this changes nothing.
    Cancel,
}
