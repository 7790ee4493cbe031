//! What an agent says and does, as its host journals it: in the agent's own words, not yet translated.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared::ids::{OptionId, RequestId, SessionId};

/// Something that an agent said or did.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Update {
    /// It has a session in its worktree, and takes prompts.
    Session {
        /// Its own id of the conversation.
        session_id: SessionId,
        /// Whether it is the one that was asked for, with all that was said in it.
        is_continued: bool,
    },
    /// It reported something: the `update` of an ACP `session/update`, as it came.
    Said(Box<RawValue>),
    /// It asks for permission: the `params` of an ACP `session/request_permission`, as they came.
    Asked {
        /// The name that the answer carries.
        request_id: RequestId,
        /// The question.
        question: Box<RawValue>,
    },
    /// A question is open no more.
    Settled {
        /// Which one.
        request_id: RequestId,
        /// The option that was chosen, by a person or the policy; none if it was withdrawn.
        option_id: Option<OptionId>,
    },
    /// A command that it runs through us printed something.
    Terminal {
        /// Which one, as its tool calls name it.
        terminal_id: String,
        /// What it printed, since the last time.
        output: String,
    },
    /// A command that it runs through us ended.
    TerminalEnded {
        /// Which one.
        terminal_id: String,
        /// Its exit code; none if a signal ended it.
        exit_code: Option<i32>,
    },
    /// A line of its output, if its protocol is a command line.
    Output(String),
    /// A line that it printed on its standard error.
    Stderr(String),
    /// Its turn is over.
    TurnEnded(TurnEnd),
    /// Its process ended, or could not be started or spoken to; the last update there is.
    Ended {
        /// How, in words for a person: with the exit code or signal, and the last lines of its standard error.
        reason: String,
    },
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TurnEnd {
    /// It was done.
    Done,
    /// It was cancelled.
    Cancelled,
    /// The agent gave up, or refused.
    Failed {
        /// Why, in words for a person.
        reason: String,
    },
}
