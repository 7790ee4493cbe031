//! What the agent plays, as a line of the prompt says.

/// Something that the agent can play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// It does its work.
    Succeed,
    /// It asks before it edits.
    Ask,
    /// It works for a minute, in small steps.
    Wait,
    /// It prints as much as it can, as fast as it can.
    Flood,
    /// It advances a longer plan.
    Todos,
    /// Its turn fails.
    Fail,
    /// Its process dies in mid-turn.
    Crash,
    /// It does not let itself be cancelled or ended.
    IgnoreCancel,
}

/// A line of the prompt names a scenario that there is not.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the demo agent knows no scenario `{name}`; there are {}", names())]
pub(super) struct UnknownScenario {
    name: String,
}

const SCENARIOS: [(&str, Scenario); 8] = [
    ("succeed", Scenario::Succeed),
    ("ask", Scenario::Ask),
    ("wait", Scenario::Wait),
    ("flood", Scenario::Flood),
    ("todos", Scenario::Todos),
    ("fail", Scenario::Fail),
    ("crash", Scenario::Crash),
    ("ignore-cancel", Scenario::IgnoreCancel),
];

/// The most characters of an unknown name that are repeated.
const NAME_CHARS: usize = 40;

impl Scenario {
    /// What a prompt asks for: its first line `scenario: NAME` counts, and without one all goes well.
    ///
    /// # Errors
    /// If there is no such scenario.
    pub fn asked_for(prompt: &str) -> Result<Self, UnknownScenario> {
        let Some(name) = prompt.lines().find_map(named_in) else { return Ok(Self::Succeed) };
        let known = SCENARIOS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known
            .map(|&(_, scenario)| scenario)
            .ok_or_else(|| UnknownScenario { name: name.chars().take(NAME_CHARS).collect() })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        SCENARIOS.iter().find(|(_, scenario)| *scenario == self).map_or("", |(name, _)| name)
    }
}

/// The name in a line `scenario: NAME`.
pub(super) fn named_in(line: &str) -> Option<&str> {
    let (key, name) = line.split_once(':')?;
    key.trim().eq_ignore_ascii_case("scenario").then(|| name.trim())
}

fn names() -> String {
    SCENARIOS.map(|(name, _)| format!("`{name}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_names_one_counts() {
        assert_eq!(Scenario::asked_for("Fix it\n\nscenario: ask\nscenario: fail"), Ok(Scenario::Ask));
        assert_eq!(Scenario::asked_for("  SCENARIO :  Ignore-Cancel "), Ok(Scenario::IgnoreCancel));
        assert_eq!(Scenario::asked_for("a scenario: ask"), Ok(Scenario::Succeed));
        assert_eq!(Scenario::asked_for(""), Ok(Scenario::Succeed));
    }

    #[test]
    fn an_unknown_one_says_which_there_are() {
        let error = Scenario::asked_for("scenario: dance").unwrap_err().to_string();
        assert!(error.contains("`dance`") && error.contains("`succeed`, `ask`"), "{error}");
    }

    #[test]
    fn each_one_has_its_name() {
        for (name, scenario) in SCENARIOS {
            assert_eq!(
                (scenario.name(), Scenario::asked_for(&format!("scenario:{name}"))),
                (name, Ok(scenario))
            );
        }
    }
}
