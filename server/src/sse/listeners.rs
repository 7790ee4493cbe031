//! What each domain event says on the stream: the whole table, as one pure function.

use shared::attempt::{AttemptLog, LogLevel};
use shared::git::{GitCommit, GitPush};
use shared::ids::BoardId;
use shared::sse::SseMsg;

use super::message::{Channel, Signal};
use crate::events::{AttemptStopped, DomainEvent};

/// A message on its way into the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// Whom it reaches.
    pub channel: Channel,
    /// What it says.
    pub msg: SseMsg,
}

/// The messages of an event, in the order in which they are sent.
#[must_use]
pub fn messages(event: &DomainEvent) -> Vec<Logged> {
    match event {
        // A new board has no streams yet, and those of a deleted one end; the dashboard learns of both by a signal.
        DomainEvent::BoardCreated { .. } | DomainEvent::BoardDeleted { .. } => Vec::new(),
        // The dashboard says how many attempts may run at once; nothing else on the stream does.
        DomainEvent::SettingsChanged => Vec::new(),
        DomainEvent::BoardStateChanged(it) => to_board(&it.board_id, SseMsg::BoardPatch(it.clone())),
        DomainEvent::AttemptQueued(it) | DomainEvent::AttemptStatusChanged(it) => {
            to_board(&it.board_id, SseMsg::AttemptStatus(it.clone()))
        }
        DomainEvent::AttemptStarted(it) => to_board(&it.board_id, SseMsg::AttemptStarted(it.clone())),
        DomainEvent::AttemptLogAppended(it) => to_board(&it.board_id, SseMsg::AttemptLog(it.clone())),
        DomainEvent::AttemptConversationAppended(it) => {
            to_board(&it.board_id, SseMsg::ConversationItem(it.clone()))
        }
        DomainEvent::AttemptSessionRecorded(it) => to_board(&it.board_id, SseMsg::AttemptSession(it.clone())),
        DomainEvent::AttemptTodosUpdated(it) => to_board(&it.board_id, SseMsg::AttemptTodos(it.clone())),
        DomainEvent::AttemptStopped(it) => to_board(&it.board_id, SseMsg::AttemptLog(stopped(it))),
        DomainEvent::GitStatusChanged(it) => to_board(&it.board_id, SseMsg::GitStatus(it.clone())),
        DomainEvent::GitCommitCreated(it) => {
            let mut messages = to_board(&it.board_id, SseMsg::GitCommit(it.clone()));
            messages.extend(committed(it).map(|log| on_board(&it.board_id, SseMsg::AttemptLog(log))));
            messages
        }
        DomainEvent::GitPushCompleted(it) => {
            let mut messages = to_board(&it.board_id, SseMsg::GitPush(it.clone()));
            messages.extend(pushed(it).map(|log| on_board(&it.board_id, SseMsg::AttemptLog(log))));
            messages
        }
        DomainEvent::GithubPrCreated(it) | DomainEvent::GithubPrChanged(it) => {
            to_board(&it.board_id, SseMsg::AttemptPr(it.clone()))
        }
        DomainEvent::AgentProfileChanged(it) => to_everyone(SseMsg::AgentProfile(it.clone())),
        DomainEvent::AgentRegistered(it) => to_everyone(SseMsg::AgentRegistered(it.clone())),
    }
}

/// What the hub is told of an event beside its messages.
#[must_use]
pub fn signals(event: &DomainEvent) -> Vec<Signal> {
    match event {
        DomainEvent::BoardDeleted { board_id } => {
            vec![Signal::BoardDeleted(board_id.clone()), Signal::OverviewChanged]
        }
        DomainEvent::BoardCreated { .. }
        | DomainEvent::BoardStateChanged(_)
        | DomainEvent::AttemptQueued(_)
        | DomainEvent::AttemptStatusChanged(_)
        | DomainEvent::AttemptStarted(_)
        | DomainEvent::AttemptSessionRecorded(_)
        | DomainEvent::AttemptTodosUpdated(_)
        | DomainEvent::AttemptStopped(_)
        | DomainEvent::GitCommitCreated(_)
        | DomainEvent::GithubPrCreated(_)
        | DomainEvent::GithubPrChanged(_)
        | DomainEvent::SettingsChanged
        | DomainEvent::AgentProfileChanged(_)
        | DomainEvent::AgentRegistered(_) => vec![Signal::OverviewChanged],
        // What an agent says and what git finds in passing changes nothing that the dashboard counts.
        DomainEvent::AttemptLogAppended(_)
        | DomainEvent::AttemptConversationAppended(_)
        | DomainEvent::GitStatusChanged(_)
        | DomainEvent::GitPushCompleted(_) => Vec::new(),
    }
}

fn on_board(board: &BoardId, msg: SseMsg) -> Logged {
    Logged { channel: Channel::Board(board.clone()), msg }
}

fn to_board(board: &BoardId, msg: SseMsg) -> Vec<Logged> {
    vec![on_board(board, msg)]
}

fn to_everyone(msg: SseMsg) -> Vec<Logged> {
    vec![Logged { channel: Channel::Everyone, msg }]
}

fn stopped(it: &AttemptStopped) -> AttemptLog {
    AttemptLog {
        attempt_id: it.attempt_id.clone(),
        card_id: it.card_id.clone(),
        board_id: it.board_id.clone(),
        level: LogLevel::Info,
        message: "Attempt stopped by user".to_owned(),
        ts: it.ts,
    }
}

/// The line in the log of the attempt that a commit belongs to, if it belongs to one.
fn committed(it: &GitCommit) -> Option<AttemptLog> {
    Some(AttemptLog {
        attempt_id: it.attempt_id.clone()?,
        card_id: it.card_id.clone()?,
        board_id: it.board_id.clone(),
        level: LogLevel::Info,
        message: format!("[git] committed {} {}", it.short_sha, it.subject),
        ts: it.ts,
    })
}

/// The line in the log of the attempt whose branch was pushed, if it was an attempt's.
fn pushed(it: &GitPush) -> Option<AttemptLog> {
    Some(AttemptLog {
        attempt_id: it.attempt_id.clone()?,
        card_id: it.card_id.clone()?,
        board_id: it.board_id.clone(),
        level: LogLevel::Info,
        message: format!("[git] pushed {} to {}", it.branch, it.remote),
        ts: it.ts,
    })
}

#[cfg(test)]
mod tests;
