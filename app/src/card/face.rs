//! What a card's face says in its one line of state, and why.

use shared::attempt::AttemptStatus;
use shared::card::{Attention, AttentionReason, Card, CardAttempt};
use shared::time::Timestamp;

use crate::ui::icon::Icon;

/// The line of state on a card's face: icon, words, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceState {
    /// The class that gives it its colour.
    pub class: &'static str,
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its words.
    pub text: String,
    /// Since when.
    pub since: Option<Timestamp>,
}

impl FaceState {
    /// What this card's face says; `blockers` are the keys of the cards that block it.
    ///
    /// What waits for a person comes first, then what the agent does, then what blocks.
    #[must_use]
    pub fn of(card: &Card, blockers: &[String]) -> Self {
        let attempt = card.attempt.as_ref();
        attempt
            .and_then(Self::of_attempt)
            .unwrap_or_else(|| if blockers.is_empty() { Self::idle(card) } else { Self::blocked(blockers) })
    }

    fn idle(card: &Card) -> Self {
        let text = if card.has_description { "Described" } else { "" };
        Self { class: "is-idle", icon: None, text: text.to_owned(), since: Some(card.updated_at) }
    }

    fn blocked(blockers: &[String]) -> Self {
        let text = format!("Blocked by {}", blockers.join(", "));
        Self { class: "is-block", icon: Some(Icon::Block), text, since: None }
    }

    fn of_attempt(attempt: &CardAttempt) -> Option<Self> {
        let is_interrupted = attempt.status == AttemptStatus::Interrupted;
        match &attempt.attention {
            // Stalled says why in other words: it was heard of, and what came last was its end.
            Some(attention) if !is_interrupted || attention.reason != AttentionReason::Stalled => {
                let state = Self::of_attention(attention);
                let text = attempt.activity.as_ref().and_then(|it| said(attention.reason, &it.text));
                Some(Self { text: text.unwrap_or(state.text), ..state })
            }
            _ => Self::of_status(attempt),
        }
    }

    /// What a card's face says while it needs a person.
    #[must_use]
    pub fn of_attention(attention: &Attention) -> Self {
        let (class, icon) = match attention.reason {
            AttentionReason::Ask => ("is-ask", Icon::Ask),
            AttentionReason::Failed => ("is-fail", Icon::Fail),
            AttentionReason::Stalled => ("is-stall", Icon::Stall),
            AttentionReason::Conflict => ("is-conflict", Icon::Conflict),
            AttentionReason::Review => ("is-ready", Icon::Ready),
            AttentionReason::LandReady => ("is-ready", Icon::Land),
        };
        let text = reason_words(attention.reason).to_owned();
        Self { class, icon: Some(icon), text, since: Some(attention.since) }
    }

    fn of_status(attempt: &CardAttempt) -> Option<Self> {
        let activity = attempt.activity.as_ref();
        let (class, icon, words, since) = match attempt.status {
            AttemptStatus::Queued => ("is-queue", Icon::Queue, "Queued", None),
            AttemptStatus::Running => ("is-run", Icon::Ring, "Running", attempt.started_at),
            AttemptStatus::Waiting => ("is-ask", Icon::Ask, "Asks a question", None),
            AttemptStatus::Stopping => ("is-queue", Icon::Stop, "Stopping", None),
            AttemptStatus::Failed => ("is-fail", Icon::Fail, "Failed", attempt.ended_at),
            AttemptStatus::Stopped => ("is-queue", Icon::Stop, "Stopped", attempt.ended_at),
            AttemptStatus::Interrupted => {
                ("is-stall", Icon::Stall, "Interrupted, can be resumed", attempt.ended_at)
            }
            // The work is done: the column says where the card stands.
            AttemptStatus::Succeeded => return None,
        };
        let text = activity
            .filter(|_| attempt.status == AttemptStatus::Running)
            .map(|activity| activity.text.clone());
        Some(Self { class, icon: Some(icon), text: text.unwrap_or_else(|| words.to_owned()), since })
    }
}

/// What a person is needed for, in the words of what happened.
fn said(reason: AttentionReason, activity: &str) -> Option<String> {
    match reason {
        AttentionReason::Ask => Some(format!("Asks: {activity}")),
        AttentionReason::Failed => Some(activity.to_owned()),
        _ => None,
    }
}

/// What a person is needed for, in words.
#[must_use]
pub fn reason_words(reason: AttentionReason) -> &'static str {
    match reason {
        AttentionReason::Ask => "Asks a question",
        AttentionReason::Failed => "Failed",
        AttentionReason::Stalled => "No sign of life",
        AttentionReason::Review => "Ready to review",
        AttentionReason::Conflict => "Conflicts with its base",
        AttentionReason::LandReady => "Ready to land",
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::{AgentId, AttemptId};

    use super::*;
    use crate::samples::card;

    fn attempt(status: AttemptStatus) -> CardAttempt {
        CardAttempt {
            attempt_id: AttemptId::new("a1"),
            status,
            agent: AgentId::new("demo"),
            started_at: None,
            ended_at: None,
            todos: None,
            diff: None,
            pr: None,
            attention: None,
            activity: None,
            last_sign_at: None,
        }
    }

    #[test]
    fn a_blocked_card_names_its_blockers() {
        let state = FaceState::of(&card("c3", "Third"), &["MAI-1".into(), "MAI-2".into()]);
        assert_eq!((state.class, state.text.as_str()), ("is-block", "Blocked by MAI-1, MAI-2"));
    }

    #[test]
    fn what_waits_for_a_person_comes_before_what_the_agent_does() {
        let attention = Attention { reason: AttentionReason::Conflict, since: Timestamp::UNIX_EPOCH };
        let waiting = CardAttempt { attention: Some(attention), ..attempt(AttemptStatus::Running) };
        let card = Card { attempt: Some(waiting), ..card("c1", "First") };
        assert_eq!(FaceState::of(&card, &["MAI-2".into()]).class, "is-conflict");
    }

    #[test]
    fn an_interrupted_attempt_says_that_it_can_be_resumed() {
        let attention = Attention { reason: AttentionReason::Stalled, since: Timestamp::UNIX_EPOCH };
        let lost = CardAttempt { attention: Some(attention), ..attempt(AttemptStatus::Interrupted) };
        let state = FaceState::of(&Card { attempt: Some(lost.clone()), ..card("c1", "First") }, &[]);
        assert_eq!((state.class, state.text.as_str()), ("is-stall", "Interrupted, can be resumed"));
        let silent = CardAttempt { status: AttemptStatus::Running, ..lost };
        let state = FaceState::of(&Card { attempt: Some(silent), ..card("c1", "First") }, &[]);
        assert_eq!((state.class, state.text.as_str()), ("is-stall", "No sign of life"));
    }

    #[test]
    fn a_running_attempt_says_what_the_agent_does() {
        use shared::card::Activity;
        let activity = Some(Activity { text: "Edit a.rs".to_owned(), at: Timestamp::UNIX_EPOCH });
        let words = |status| {
            let attempt = CardAttempt { activity: activity.clone(), ..attempt(status) };
            FaceState::of(&Card { attempt: Some(attempt), ..card("c1", "First") }, &[]).text
        };
        assert_eq!(words(AttemptStatus::Running), "Edit a.rs");
        assert_eq!(words(AttemptStatus::Queued), "Queued");
        assert_eq!(words(AttemptStatus::Stopping), "Stopping");
    }

    #[test]
    fn what_waits_for_a_person_says_what_it_is() {
        use shared::card::Activity;
        let words = |reason, status| {
            let activity = Activity { text: "Run cargo add".to_owned(), at: Timestamp::UNIX_EPOCH };
            let attention = Some(Attention { reason, since: Timestamp::UNIX_EPOCH });
            let attempt = CardAttempt { activity: Some(activity), attention, ..attempt(status) };
            FaceState::of(&Card { attempt: Some(attempt), ..card("c1", "First") }, &[]).text
        };
        assert_eq!(words(AttentionReason::Ask, AttemptStatus::Waiting), "Asks: Run cargo add");
        assert_eq!(words(AttentionReason::Failed, AttemptStatus::Failed), "Run cargo add");
        assert_eq!(words(AttentionReason::Stalled, AttemptStatus::Running), "No sign of life");
    }

    #[test]
    fn a_finished_attempt_leaves_the_line_to_the_card() {
        let card = Card { attempt: Some(attempt(AttemptStatus::Succeeded)), ..card("c1", "First") };
        assert_eq!(FaceState::of(&card, &["MAI-2".into()]).class, "is-block");
    }
}
