//! Attempts and what their agents do, in words and icons.

use shared::attempt::{Attempt, AttemptStatus, Link};
use shared::card::{AttentionReason, CardAttempt};
use shared::conversation::{AutomationStage, PermissionKind, ToolKind};
use shared::ids::AgentId;

use crate::ui::icon::Icon;

/// How an attempt stands: the class that gives it its colour, an icon, and words.
#[must_use]
pub fn status(status: AttemptStatus) -> (&'static str, Icon, &'static str) {
    match status {
        AttemptStatus::Queued => ("is-queue", Icon::Queue, "Queued"),
        AttemptStatus::Running => ("is-run", Icon::Ring, "Running"),
        AttemptStatus::Waiting => ("is-ask", Icon::Ask, "Waits for your answer"),
        AttemptStatus::Stopping => ("is-queue", Icon::Stop, "Stopping"),
        AttemptStatus::Succeeded => ("is-pass", Icon::Check, "Succeeded"),
        AttemptStatus::Failed => ("is-fail", Icon::Fail, "Failed"),
        AttemptStatus::Stopped => ("is-queue", Icon::Stop, "Stopped"),
        AttemptStatus::Interrupted => ("is-stall", Icon::Stall, "Interrupted"),
    }
}

/// How an attempt looks that runs, but of which nothing was heard for too long: as its card says it.
pub const SILENT: (&str, Icon, &str) = ("is-stall", Icon::Stall, "No sign of life");

/// Whether nothing was heard of an attempt for too long, as its card's face tells.
#[must_use]
pub fn is_silent(face: &CardAttempt) -> bool {
    face.attention.as_ref().is_some_and(|attention| attention.reason == AttentionReason::Stalled)
}

/// What is to be said of how an attempt stands beyond its status.
#[must_use]
pub fn reason(attempt: &Attempt) -> Option<String> {
    let fallback = match (attempt.status, attempt.link) {
        (AttemptStatus::Running | AttemptStatus::Waiting, Link::Verifying) => {
            "Finding out whether the agent still runs."
        }
        (AttemptStatus::Running | AttemptStatus::Waiting, Link::Lost) => "The agent is out of reach.",
        (AttemptStatus::Queued, _) if attempt.started_at.is_some() => {
            "Its worktree and agent are made ready."
        }
        (AttemptStatus::Queued, _) => "It starts as soon as there is a place for it.",
        (AttemptStatus::Stopping, _) => "The agent has a few seconds to end by itself.",
        (AttemptStatus::Interrupted, _) => {
            "The agent was lost. The conversation is kept; resume it to go on."
        }
        _ => "",
    };
    let said = attempt.reason.clone().filter(|reason| !reason.is_empty());
    said.or_else(|| (!fallback.is_empty()).then(|| fallback.to_owned()))
}

/// What a tool does to the world: an icon, and a word for who can't see it.
#[must_use]
pub fn tool(kind: ToolKind) -> (Icon, &'static str) {
    match kind {
        ToolKind::Read => (Icon::File, "Read"),
        ToolKind::Edit => (Icon::Edit, "Edit"),
        ToolKind::Delete => (Icon::Trash, "Delete"),
        ToolKind::Move => (Icon::Swap, "Move"),
        ToolKind::Search => (Icon::Search, "Search"),
        ToolKind::Execute => (Icon::Terminal, "Run"),
        ToolKind::Think => (Icon::Think, "Think"),
        ToolKind::Fetch => (Icon::Land, "Fetch"),
        ToolKind::SwitchMode => (Icon::Tag, "Mode"),
        ToolKind::Other => (Icon::Dots, "Tool"),
    }
}

/// When an automation has its turn.
#[must_use]
pub fn stage(stage: AutomationStage) -> &'static str {
    match stage {
        AutomationStage::CopyFiles => "Copy files",
        AutomationStage::Setup => "Set-up",
        AutomationStage::Cleanup => "Clean-up",
        AutomationStage::Other => "Automation",
    }
}

/// Whether an answer allows what was asked for.
#[must_use]
pub fn allows(kind: PermissionKind) -> bool {
    matches!(kind, PermissionKind::AllowOnce | PermissionKind::AllowAlways)
}

/// The first two letters of an agent's name, such as `Co`.
#[must_use]
pub fn initials(agent: &AgentId) -> String {
    let mut letters = agent.as_str().chars().filter(|letter| letter.is_alphanumeric());
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.next()).collect()
}

/// How long something took: `0.2 s`, `41 s`, `1:12`, `2:03:09`.
#[must_use]
pub fn span(millis: i64) -> String {
    let millis = millis.max(0);
    let seconds = millis / 1_000;
    match seconds {
        0..10 => format!("{seconds}.{} s", millis % 1_000 / 100),
        10..60 => format!("{seconds} s"),
        60..3_600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

/// The first line of a text, for a row that has room for one.
#[must_use]
pub fn first_line(text: &str) -> String {
    const MAX_CHARS: usize = 160;
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::attempt;

    #[test]
    fn a_span_is_as_exact_as_it_is_short() {
        let spans = [-5, 240, 9_999, 41_000, 72_000, 7_389_000].map(span);
        assert_eq!(spans, ["0.0 s", "0.2 s", "9.9 s", "41 s", "1:12", "2:03:09"]);
    }

    #[test]
    fn a_reason_that_was_given_comes_before_a_general_one() {
        let queued = attempt(1, AttemptStatus::Queued);
        assert!(reason(&queued).is_some_and(|words| words.contains("place")));
        let told = Attempt { reason: Some("Not installed.".to_owned()), ..attempt(1, AttemptStatus::Failed) };
        assert_eq!(reason(&told).as_deref(), Some("Not installed."));
        assert_eq!(reason(&attempt(1, AttemptStatus::Succeeded)), None);
    }

    #[test]
    fn an_agents_initials_are_its_first_two_letters() {
        let of = |agent: &str| initials(&AgentId::new(agent));
        assert_eq!(
            (of("codex"), of("_a"), of("--"), of("ßx")),
            ("Co".into(), "A".into(), String::new(), "SSx".into())
        );
    }

    #[test]
    fn a_first_line_is_short() {
        assert_eq!(first_line("\n one \ntwo"), "one ");
        assert_eq!(first_line(&"x".repeat(1_000)).len(), 160);
    }
}
