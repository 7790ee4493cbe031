//! The life of an attempt, as a pure function of where it stands and what happened.
//!
//! | state | on the wire | what goes on |
//! |---|---|---|
//! | [`State::Queued`] | `queued` | it waits for its turn |
//! | [`State::SettingUp`] | `queued` | its worktree and its agent's host are being made ready |
//! | [`State::Working`] | `running`, `waiting` | the agent has a turn; it waits while a question of its is open |
//! | [`State::Stopping`] | `stopping` | a person ended it, and its agent has not yet |
//! | [`State::Ended`] | a final status | nothing, until a person asks for more |
//!
//! People's events can be refused, which leaves everything as it was. The world's can't: one that no longer fits, because
//! something else came first, changes nothing. Nothing here waits: what takes time is an [`Effect`], and its outcome
//! another event.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::attempt::AttemptStatus;
use shared::ids::RequestId;

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// It waits for its turn.
    Queued {
        /// What it will begin with.
        start: Start,
    },
    /// Its worktree and its agent's host are being made ready.
    SettingUp {
        /// What it will begin with.
        start: Start,
    },
    /// The agent has a turn.
    Working {
        /// What the agent asked and nobody has answered.
        questions: BTreeSet<RequestId>,
        /// The turn was cancelled for the sake of a message that is waiting.
        steered: bool,
    },
    /// A person ended it, and its agent has not ended yet.
    Stopping,
    /// It is over, until a person asks for more.
    Ended {
        /// How.
        ending: Ending,
        /// Why, in words for a person; nothing to say about success.
        reason: Option<String>,
    },
}

/// What an attempt begins with when its turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Start {
    /// A new session in a new worktree.
    Anew,
    /// The message that is waiting, in the session that there was.
    Message,
    /// The session that there was, from where it broke off.
    Resumed,
}

/// How an attempt is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// The agent finished its turn.
    Succeeded,
    /// The agent or its set-up failed.
    Failed,
    /// A person stopped it.
    Stopped,
    /// The agent was lost.
    Interrupted,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its turn has come.
    Admitted,
    /// The agent has a session in the worktree.
    SessionReady,
    /// Worktree, set-up script, agent or session could not be made ready.
    SetUpFailed {
        /// Why, in words for a person.
        reason: String,
    },
    /// The agent asked something.
    Asked(RequestId),
    /// A question was answered, or is no longer asked.
    Settled(RequestId),
    /// The agent ended its turn.
    TurnEnded {
        /// How.
        outcome: TurnOutcome,
        /// Whether a message waits for the next turn.
        message_waits: bool,
    },
    /// The agent's process ended by itself.
    AgentEnded {
        /// How, in words for a person.
        reason: String,
    },
    /// It is proven that agent and host are gone, and nobody saw how.
    AgentLost,
    /// All that was left of it has been ended.
    Cleared,
    /// A person wrote a message.
    MessageWritten {
        /// Whether the turn that is under way should end for it.
        steer: bool,
    },
    /// A person asked to stop.
    StopAsked,
    /// A person asked to go on.
    ResumeAsked,
}

/// How an agent's turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnOutcome {
    /// It was done.
    Done,
    /// It was cancelled.
    Cancelled,
    /// The agent gave up.
    Failed {
        /// Why, in words for a person.
        reason: String,
    },
}

/// What has to be done, in this order, once the new state is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make worktree, host and session ready; tell by [`Event::SessionReady`] or [`Event::SetUpFailed`].
    SetUp(Start),
    /// Take the card to In Progress.
    TakeCardInProgress,
    /// Take the card from Review, if it is there, back to In Progress.
    TakeCardFromReview,
    /// Take the card to Review.
    TakeCardToReview,
    /// Give the agent the attempt's prompt.
    SendPrompt,
    /// Give the agent the oldest message that is waiting.
    SendMessage,
    /// Tell the agent to go on where it broke off.
    SendGoOn,
    /// Cancel the agent's turn, which then ends.
    CancelTurn,
    /// Withdraw the questions that are open.
    WithdrawQuestions,
    /// End agent and host, by force if need be; tell by [`Event::Cleared`].
    End,
    /// End what may be left of agent and host; nothing waits for it.
    SweepUp,
    /// Note in the log that a person stopped it.
    NoteStop,
}

/// Why a person's wish can't be met now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is being stopped.
    #[error("The attempt is being stopped.")]
    Stopping,
    /// It is under way: there is nothing to resume.
    #[error("The attempt is under way.")]
    UnderWay,
    /// It succeeded: there is nothing to resume.
    #[error("The attempt has succeeded.")]
    Succeeded,
}

impl State {
    /// An attempt that was just asked for.
    #[must_use]
    pub fn new() -> Self {
        Self::Queued { start: Start::Anew }
    }

    /// How it stands, as it is told.
    #[must_use]
    pub fn status(&self) -> AttemptStatus {
        match self {
            Self::Queued { .. } | Self::SettingUp { .. } => AttemptStatus::Queued,
            Self::Working { questions, .. } if questions.is_empty() => AttemptStatus::Running,
            Self::Working { .. } => AttemptStatus::Waiting,
            Self::Stopping => AttemptStatus::Stopping,
            Self::Ended { ending, .. } => match ending {
                Ending::Succeeded => AttemptStatus::Succeeded,
                Ending::Failed => AttemptStatus::Failed,
                Ending::Stopped => AttemptStatus::Stopped,
                Ending::Interrupted => AttemptStatus::Interrupted,
            },
        }
    }

    /// Why it stands so, if there is anything to say.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Ended { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }

    /// Whether it counts among those that may run at once.
    #[must_use]
    pub fn holds_a_place(&self) -> bool {
        matches!(self, Self::SettingUp { .. } | Self::Working { .. } | Self::Stopping)
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

/// Where an attempt stands after an event, and what has to be done for it.
///
/// # Errors
/// If a person asked for what can't be now; the attempt stands as before.
pub fn step(state: State, event: Event) -> Result<(State, Vec<Effect>), Refusal> {
    match event {
        Event::Admitted => Ok(admitted(state)),
        Event::SessionReady => Ok(session_ready(state)),
        Event::SetUpFailed { reason } => Ok(set_up_failed(state, reason)),
        Event::Asked(question) => Ok(asked(state, question)),
        Event::Settled(question) => Ok(settled(state, &question)),
        Event::TurnEnded { outcome, message_waits } => Ok(turn_ended(state, outcome, message_waits)),
        Event::AgentEnded { reason } => Ok(agent_gone(state, Ending::Failed, reason)),
        Event::AgentLost => Ok(agent_gone(state, Ending::Interrupted, LOST.to_owned())),
        Event::Cleared => Ok(cleared(state)),
        Event::MessageWritten { steer } => message_written(state, steer),
        Event::StopAsked => Ok(stop_asked(state)),
        Event::ResumeAsked => resume_asked(state),
    }
}

const LOST: &str = "The agent's process was lost.";

fn unchanged(state: State) -> (State, Vec<Effect>) {
    (state, Vec::new())
}

fn at_work() -> State {
    State::Working { questions: BTreeSet::new(), steered: false }
}

fn ended(ending: Ending, reason: Option<String>) -> State {
    State::Ended { ending, reason }
}

fn admitted(state: State) -> (State, Vec<Effect>) {
    match state {
        State::Queued { start } => (State::SettingUp { start }, vec![Effect::SetUp(start)]),
        other => unchanged(other),
    }
}

fn session_ready(state: State) -> (State, Vec<Effect>) {
    let State::SettingUp { start } = state else { return unchanged(state) };
    let first = match start {
        Start::Anew => Effect::SendPrompt,
        Start::Message => Effect::SendMessage,
        Start::Resumed => Effect::SendGoOn,
    };
    (at_work(), vec![Effect::TakeCardInProgress, first])
}

fn set_up_failed(state: State, reason: String) -> (State, Vec<Effect>) {
    match state {
        State::SettingUp { .. } => {
            let effects = vec![Effect::TakeCardInProgress, Effect::SweepUp];
            (ended(Ending::Failed, Some(reason)), effects)
        }
        // It failed because it was being ended.
        State::Stopping => cleared(state),
        // Its host had left, and no other one could be had.
        State::Working { .. } => agent_gone(state, Ending::Failed, reason),
        other => unchanged(other),
    }
}

fn asked(state: State, question: RequestId) -> (State, Vec<Effect>) {
    match state {
        State::Working { mut questions, steered } => {
            questions.insert(question);
            unchanged(State::Working { questions, steered })
        }
        other => unchanged(other),
    }
}

fn settled(state: State, question: &RequestId) -> (State, Vec<Effect>) {
    match state {
        State::Working { mut questions, steered } => {
            questions.remove(question);
            unchanged(State::Working { questions, steered })
        }
        other => unchanged(other),
    }
}

fn turn_ended(state: State, outcome: TurnOutcome, message_waits: bool) -> (State, Vec<Effect>) {
    let State::Working { questions, steered } = state else {
        // A turn that ends while it is being stopped is not the end yet: the agent still has to go.
        return unchanged(state);
    };
    let mut effects = Vec::new();
    if !questions.is_empty() {
        effects.push(Effect::WithdrawQuestions);
    }
    let next = match outcome {
        TurnOutcome::Done | TurnOutcome::Cancelled if message_waits => {
            effects.push(Effect::SendMessage);
            at_work()
        }
        TurnOutcome::Done => {
            effects.push(Effect::TakeCardToReview);
            ended(Ending::Succeeded, None)
        }
        // The message for which it was cancelled can't be gone; if it is, nothing is left to do.
        TurnOutcome::Cancelled if steered => ended(Ending::Stopped, None),
        TurnOutcome::Cancelled => {
            ended(Ending::Failed, Some("The agent cancelled its turn by itself.".to_owned()))
        }
        TurnOutcome::Failed { reason } => ended(Ending::Failed, Some(reason)),
    };
    (next, effects)
}

fn agent_gone(state: State, ending: Ending, reason: String) -> (State, Vec<Effect>) {
    match state {
        // Where its card is in work, people see that it needs them.
        State::SettingUp { .. } => {
            (ended(ending, Some(reason)), vec![Effect::TakeCardInProgress, Effect::SweepUp])
        }
        State::Working { questions, .. } => {
            let withdraw = (!questions.is_empty()).then_some(Effect::WithdrawQuestions);
            let effects = withdraw.into_iter().chain([Effect::SweepUp]).collect();
            (ended(ending, Some(reason)), effects)
        }
        // What may be left of its process group still has to be ended: that is what the stop waits for.
        other => unchanged(other),
    }
}

fn cleared(state: State) -> (State, Vec<Effect>) {
    match state {
        State::Stopping => unchanged(ended(Ending::Stopped, None)),
        other => unchanged(other),
    }
}

fn message_written(state: State, steer: bool) -> Result<(State, Vec<Effect>), Refusal> {
    Ok(match state {
        State::Stopping => return Err(Refusal::Stopping),
        State::Ended { .. } => (State::Queued { start: Start::Message }, vec![Effect::TakeCardFromReview]),
        State::Working { questions, steered: false } if steer => {
            let withdraw = (!questions.is_empty()).then_some(Effect::WithdrawQuestions);
            let effects = withdraw.into_iter().chain([Effect::CancelTurn]).collect();
            (State::Working { questions: BTreeSet::new(), steered: true }, effects)
        }
        // It waits for its turn, durably, like the attempt itself.
        other => unchanged(other),
    })
}

fn stop_asked(state: State) -> (State, Vec<Effect>) {
    match state {
        State::Queued { .. } => (ended(Ending::Stopped, None), vec![Effect::NoteStop]),
        State::SettingUp { .. } => (State::Stopping, vec![Effect::NoteStop, Effect::End]),
        State::Working { questions, .. } => {
            let withdraw = (!questions.is_empty()).then_some(Effect::WithdrawQuestions);
            let rest = [Effect::NoteStop, Effect::CancelTurn, Effect::End];
            (State::Stopping, withdraw.into_iter().chain(rest).collect())
        }
        other => unchanged(other),
    }
}

fn resume_asked(state: State) -> Result<(State, Vec<Effect>), Refusal> {
    match state {
        State::Ended { ending: Ending::Succeeded, .. } => Err(Refusal::Succeeded),
        State::Ended { .. } => {
            Ok((State::Queued { start: Start::Resumed }, vec![Effect::TakeCardFromReview]))
        }
        State::Stopping => Err(Refusal::Stopping),
        State::Queued { .. } | State::SettingUp { .. } | State::Working { .. } => Err(Refusal::UnderWay),
    }
}

#[cfg(test)]
mod tests;
