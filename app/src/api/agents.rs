//! The agents that can be asked to work.

use serde::Deserialize;
use shared::ids::AgentId;

use super::{Answer, ApiFailure, call::Call};

/// An agent, as far as a page needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownAgent {
    /// Its name.
    pub agent: AgentId,
    /// Its name for people.
    #[serde(default)]
    pub label: Option<String>,
    /// Whether it is installed here.
    #[serde(default = "yes")]
    pub available: bool,
    /// What to do where it is not.
    #[serde(default)]
    pub hint: Option<String>,
    /// How Mainstay talks to it.
    #[serde(default)]
    pub protocol: Option<String>,
}

fn yes() -> bool {
    true
}

impl KnownAgent {
    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        self.label.as_deref().unwrap_or(self.agent.as_str())
    }

    /// Whether it is a command line, whose output is the attempt's log: it says nothing in the conversation.
    #[must_use]
    pub fn speaks_in_log(&self) -> bool {
        self.protocol.as_deref() == Some("command")
    }
}

/// `GET /agents`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn agents() -> Result<Answer<Vec<KnownAgent>>, ApiFailure> {
    Call::get("/agents").answer().await
}

/// `POST /agents/discover`: has the server look once more.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn discover_agents() -> Result<Answer<Vec<KnownAgent>>, ApiFailure> {
    Call::post_bare("/agents/discover").answer().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_read_whatever_else_is_said_of_it() {
        let json = r#"[{"agent":"demo","label":"Demo","protocol":"acp","command":["x"],"available":false,
            "hint":"Install it","version":3},{"agent":"bare"}]"#;
        let agents: Vec<KnownAgent> = serde_json::from_str(json).unwrap();
        assert_eq!(
            (agents[0].name(), agents[0].available, agents[0].speaks_in_log()),
            ("Demo", false, false)
        );
        assert_eq!((agents[1].name(), agents[1].available, &agents[1].hint), ("bare", true, &None));
    }
}
