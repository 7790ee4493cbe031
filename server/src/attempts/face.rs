//! What a card's face shows of its newest attempt.

use shared::attempt::AttemptStatus;
use shared::board::ColumnKey;
use shared::card::{Activity, Attention, AttentionReason, CardAttempt};

use super::translation::line::line_of;
use crate::board::CommandError;
use crate::board::edit::Edit;
use crate::store::attempts::{self, StoredAttempt};
use crate::store::cards::StoredCard;

/// The face of an attempt whose card is in a column with this meaning, if it has one. `is_silent` says that its agent gave
/// no sign of life for longer than it should.
#[must_use]
pub fn face(it: &StoredAttempt, column: Option<ColumnKey>, is_silent: bool) -> CardAttempt {
    let status = it.state.status();
    let is_at_work = status.is_active();
    CardAttempt {
        attempt_id: it.attempt.attempt_id.clone(),
        status,
        agent: it.attempt.agent.clone(),
        started_at: it.attempt.started_at,
        ended_at: it.attempt.ended_at,
        todos: it.attempt.todos.as_ref().map(shared::attempt::Todos::count),
        diff: it.attempt.diff,
        pr: it.attempt.pr.clone(),
        attention: attention(it, column, is_silent),
        activity: it.activity.clone().filter(|_| is_at_work).or_else(|| last_words(it)),
        last_sign_at: it.last_sign_at.filter(|_| is_at_work),
    }
}

/// Why it came to a bad end, as far as that fits into a line.
fn last_words(it: &StoredAttempt) -> Option<Activity> {
    let is_bad = matches!(it.state.status(), AttemptStatus::Failed | AttemptStatus::Interrupted);
    let reason = it.state.reason().filter(|_| is_bad)?;
    let text = line_of(reason.lines().find(|line| !line.trim().is_empty())?);
    Some(Activity { text, at: it.status_at })
}

/// Lets the face follow its card into another column, which may mean that somebody has seen to it.
///
/// # Errors
/// If the database fails.
pub(crate) async fn follow(edit: &mut Edit, card: &mut StoredCard) -> Result<(), CommandError> {
    let Some(newest) = attempts::shown_of_card(edit.conn(), &card.id).await? else { return Ok(()) };
    let is_silent = card.attempt.as_ref().and_then(|face| face.attention.as_ref());
    let is_silent = is_silent.is_some_and(|attention| attention.reason == AttentionReason::Stalled);
    let column = card.column.as_ref().and_then(|column| edit.column(column)?.key);
    card.attempt = Some(face(&newest, column, is_silent));
    attempts::set_face(edit.conn(), &card.id, card.attempt.as_ref()).await?;
    Ok(())
}

/// What an attempt needs a person for. Where its card was taken back to the backlog or is done, somebody has seen to it.
fn attention(it: &StoredAttempt, column: Option<ColumnKey>, is_silent: bool) -> Option<Attention> {
    let is_seen_to = matches!(column, Some(ColumnKey::Backlog | ColumnKey::Done));
    let silent_since = it.last_sign_at.unwrap_or(it.status_at);
    let (reason, since) = match it.state.status() {
        AttemptStatus::Waiting => (AttentionReason::Ask, it.status_at),
        AttemptStatus::Running if is_silent => (AttentionReason::Stalled, silent_since),
        AttemptStatus::Failed if !is_seen_to => (AttentionReason::Failed, it.status_at),
        AttemptStatus::Interrupted if !is_seen_to => (AttentionReason::Stalled, it.status_at),
        AttemptStatus::Succeeded if column == Some(ColumnKey::Review) => {
            (AttentionReason::Review, it.status_at)
        }
        _ => return None,
    };
    Some(Attention { reason, since })
}

#[cfg(test)]
mod tests {
    use shared::ids::RequestId;
    use shared::time::Timestamp;

    use super::*;
    use crate::attempts::fixture;
    use crate::attempts::machine::{Ending, State};

    fn at(state: State) -> StoredAttempt {
        let now = Timestamp::from_millis(5);
        let activity = Some(Activity { text: "Edit".to_owned(), at: now });
        StoredAttempt { state, status_at: now, activity, last_sign_at: Some(now), ..fixture::attempt() }
    }

    fn ended(ending: Ending) -> StoredAttempt {
        at(State::Ended { ending, reason: None })
    }

    fn working(questions: &[&str]) -> StoredAttempt {
        let questions = questions.iter().map(|id| RequestId::new(*id)).collect();
        at(State::Working { questions, steered: false })
    }

    fn reason(it: &StoredAttempt, column: Option<ColumnKey>, is_silent: bool) -> Option<AttentionReason> {
        face(it, column, is_silent).attention.map(|attention| attention.reason)
    }

    #[test]
    fn a_question_needs_a_person_wherever_the_card_is() {
        for column in [None, Some(ColumnKey::Backlog), Some(ColumnKey::InProgress)] {
            assert_eq!(reason(&working(&["q"]), column, false), Some(AttentionReason::Ask));
        }
    }

    #[test]
    fn work_needs_a_person_only_once_it_is_silent() {
        assert_eq!(reason(&working(&[]), None, false), None);
        assert_eq!(reason(&working(&[]), None, true), Some(AttentionReason::Stalled));
        assert_eq!(reason(&at(State::Stopping), None, true), None);
    }

    #[test]
    fn what_failed_or_was_lost_needs_a_person_until_the_card_is_put_aside() {
        for (ending, needs) in
            [(Ending::Failed, AttentionReason::Failed), (Ending::Interrupted, AttentionReason::Stalled)]
        {
            assert_eq!(reason(&ended(ending), Some(ColumnKey::InProgress), false), Some(needs));
            assert_eq!(reason(&ended(ending), None, false), Some(needs));
            assert_eq!(reason(&ended(ending), Some(ColumnKey::Backlog), false), None);
            assert_eq!(reason(&ended(ending), Some(ColumnKey::Done), false), None);
        }
        assert_eq!(reason(&ended(Ending::Stopped), Some(ColumnKey::InProgress), false), None);
    }

    #[test]
    fn success_needs_a_person_while_the_card_is_in_review() {
        assert_eq!(
            reason(&ended(Ending::Succeeded), Some(ColumnKey::Review), false),
            Some(AttentionReason::Review)
        );
        assert_eq!(reason(&ended(Ending::Succeeded), Some(ColumnKey::InProgress), false), None);
    }

    #[test]
    fn what_the_agent_does_is_only_shown_while_it_does_it() {
        assert!(face(&working(&[]), None, false).activity.is_some());
        let over = face(&ended(Ending::Succeeded), None, false);
        assert_eq!((over.activity, over.last_sign_at), (None, None));
    }

    #[test]
    fn a_bad_end_says_why() {
        let reason = Some("It ended with exit code 1.\nno key".to_owned());
        for ending in [Ending::Failed, Ending::Interrupted] {
            let it = at(State::Ended { ending, reason: reason.clone() });
            let said = face(&it, None, false).activity.map(|activity| activity.text);
            assert_eq!(said.as_deref(), Some("It ended with exit code 1."));
        }
        let stopped = at(State::Ended { ending: Ending::Stopped, reason });
        assert_eq!(face(&stopped, None, false).activity, None);
    }
}
