//! What agents are called. What travels names them by their ids; their labels are read once for a page, after it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::AgentId;

use crate::api::{self, KnownAgent};

/// What agents are called, in context; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct AgentNames(RwSignal<Vec<(AgentId, String)>>);

impl AgentNames {
    /// Gives the names to the components below: none until they are read.
    pub fn provide() -> Self {
        let names = Self(RwSignal::new(vec![]));
        provide_context(names);
        names
    }

    /// What an agent is called; its id until that is known. Tracks it.
    #[must_use]
    pub fn of(self, agent: &AgentId) -> String {
        self.0.with(|names| {
            let known = names.iter().find(|(id, _)| id == agent);
            known.map_or_else(|| agent.to_string(), |(_, name)| name.clone())
        })
    }

    /// Reads the names. Without an answer the ids stay.
    pub fn read(self) {
        spawn_local(async move {
            if let Ok(answer) = api::agents().await {
                self.learn(&answer.value);
            }
        });
    }

    /// Takes the names from what was read of the agents.
    pub fn learn(self, known: &[KnownAgent]) {
        let names: Vec<_> = known.iter().map(|it| (it.agent.clone(), it.name().to_owned())).collect();
        // Most pages that ask once more hear the same.
        let _ = self.0.try_maybe_update(|known| {
            let is_other = *known != names;
            *known = names;
            (is_other, ())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_called_by_its_id_until_its_label_is_known() {
        let owner = Owner::new();
        owner.with(|| {
            let names = AgentNames::provide();
            assert_eq!(names.of(&"demo".into()), "demo");
            let known = serde_json::from_str::<Vec<KnownAgent>>(
                r#"[{"agent":"demo","label":"Demo agent"},{"agent":"x"}]"#,
            );
            names.learn(&known.unwrap());
            assert_eq!(
                [names.of(&"demo".into()), names.of(&"x".into()), names.of(&"y".into())],
                ["Demo agent", "x", "y"]
            );
        });
    }
}
