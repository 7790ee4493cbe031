//! Which agents there are to do the work, as far as the page knows, and the menu to choose one from.

use leptos::{ev, prelude::*};

use shared::ids::AgentId;
use shared::plain::plain;

use super::desk::Desk;
use crate::api::KnownAgent;
use crate::ui::icon::Icon;
use crate::ui::menu::MenuItem;

/// The agent that only shows how things go.
const DEMO: &str = "demo";

/// What is known of the agents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agents {
    /// Those that were read.
    pub known: Vec<KnownAgent>,
    /// What became of the question.
    pub question: Question,
}

/// What became of the question which agents there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Question {
    /// It has not been answered.
    #[default]
    Asked,
    /// It was.
    Answered,
    /// It could not be answered, and why.
    Failed(String),
}

impl Agents {
    /// Takes the answer. What was known stays if there is none.
    pub fn answered(&mut self, answer: Result<Vec<KnownAgent>, String>) {
        match answer {
            Ok(known) => *self = Self { known, question: Question::Answered },
            Err(why) => self.question = Question::Failed(why),
        }
    }

    /// The agent that the server takes when nobody is named: the first that is no demonstration, if there is one.
    #[must_use]
    pub fn usual(&self) -> Option<&KnownAgent> {
        let mut here = self.known.iter().filter(|it| it.available);
        let real = here.clone().find(|it| it.agent.as_str() != DEMO);
        real.or_else(|| here.next())
    }

    /// The agent to begin with: the one that worked on the card before, if it can, or else the usual one.
    #[must_use]
    pub fn next(&self, before: Option<&AgentId>) -> Option<&KnownAgent> {
        let again = before.and_then(|id| self.known.iter().find(|it| it.agent == *id && it.available));
        again.or_else(|| self.usual())
    }

    /// Whether this agent says nothing in its conversation: what it prints is the attempt's log.
    #[must_use]
    pub fn speaks_in_log(&self, agent: &AgentId) -> bool {
        self.known.iter().any(|it| it.agent == *agent && it.speaks_in_log())
    }

    /// What to say in place of a list, or above it.
    #[must_use]
    fn words(&self) -> Option<String> {
        match &self.question {
            Question::Asked => Some("Looking for agents…".to_owned()),
            Question::Failed(why) => Some(format!("Not found out which agents there are: {why}")),
            Question::Answered if self.known.is_empty() => Some("No agent is known.".to_owned()),
            Question::Answered => None,
        }
    }
}

/// The agents to choose from, and another look for them.
#[component]
pub(super) fn AgentItems(desk: Desk) -> impl IntoView {
    let agents = desk.agents();
    // Somebody may have registered one since.
    Effect::new(move || desk.look_for_agents());
    let known = Memo::new(move |_| agents.with(|agents| agents.known.clone()));
    let item = move |it: KnownAgent| {
        let id = it.agent.clone();
        let refusal =
            (!it.available).then(|| it.hint.as_deref().map_or("It is not installed.".to_owned(), plain));
        view! {
            <MenuItem icon=Icon::Play refusal on_select=move |()| desk.start(Some(id.clone()))>
                {it.name().to_owned()}
            </MenuItem>
        }
        .into_any()
    };
    let words = Memo::new(move |_| agents.with(Agents::words));
    let words = move || words.get().map(|words| view! { <p class="menu__head">{words}</p> }.into_any());
    view! {
        {move || words()}
        {move || known.get().into_iter().map(item).collect_view()}
        // The menu stays open for what is found.
        <div role="none" on:click=|event: ev::MouseEvent| event.stop_propagation()>
            <MenuItem icon=Icon::Search on_select=move |()| desk.discover_agents()>
                "Look for agents again"
            </MenuItem>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(name: &str, available: bool) -> KnownAgent {
        KnownAgent { agent: name.into(), label: None, available, hint: None, protocol: None }
    }

    #[test]
    fn the_agent_that_is_usually_taken_is_no_demonstration_if_there_is_another() {
        let usual = |known: &[KnownAgent]| {
            let agents = Agents { known: known.to_vec(), question: Question::Answered };
            agents.usual().map(|it| it.agent.to_string())
        };
        let (demo, codex, gemini) = (agent("demo", true), agent("codex", true), agent("gemini", false));
        assert_eq!(usual(&[demo.clone(), gemini.clone(), codex]).as_deref(), Some("codex"));
        assert_eq!(usual(&[gemini, demo]).as_deref(), Some("demo"));
        assert_eq!(usual(&[]), None);
    }

    #[test]
    fn it_is_told_when_nobody_could_find_out_which_agents_there_are() {
        let mut agents = Agents::default();
        assert_eq!(agents.words().as_deref(), Some("Looking for agents…"));
        agents.answered(Err("no answer".to_owned()));
        assert!(agents.words().is_some_and(|words| words.contains("no answer")));
        agents.answered(Ok(vec![agent("demo", true)]));
        assert_eq!(agents.words(), None);
        agents.answered(Err("no answer".to_owned()));
        assert_eq!(agents.known.len(), 1, "what is known stays");
    }
}
