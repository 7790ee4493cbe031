//! The messages of the stream, and the frames that carry them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::agent::{AgentProfileChanged, AgentRegistered};
use crate::attempt::{
    AttemptLog, AttemptPr, AttemptSession, AttemptStarted, AttemptStatusChanged, AttemptTodos,
};
use crate::board::BoardState;
use crate::conversation::ConversationItemChanged;
use crate::dashboard::DashboardOverview;
use crate::git::{GitCommit, GitPush, GitStatus};
use crate::ids::{AttemptId, Epoch};
use crate::patch::BoardPatch;
use crate::time::Timestamp;

/// What the field `retry` of a `hello` says: how long a browser by itself would wait before it reconnects.
pub const RETRY_MS: u64 = 1500;

/// One table makes the enum, its names and both directions of its encoding, so that they can't drift apart.
macro_rules! messages {
    ($($(#[$doc:meta])* $variant:ident($payload:ty) = $event:literal;)*) => {
        /// A message of the stream: an event type and its payload.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "payload")]
        pub enum SseMsg {$(
            $(#[$doc])*
            #[serde(rename = $event)]
            $variant($payload),
        )*}

        /// Every event type.
        pub const EVENT_TYPES: [&str; [$($event),*].len()] = [$($event),*];

        impl SseMsg {
            /// The frame's `event`.
            #[must_use]
            pub fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $event,)*
                }
            }

            /// The frame's `data`: the payload alone, as one line of JSON.
            ///
            /// # Errors
            /// Never for a message that was built from these types; the signature is `serde_json`'s.
            pub fn encode_payload(&self) -> Result<String, serde_json::Error> {
                match self {
                    $(Self::$variant(payload) => serde_json::to_string(payload),)*
                }
            }

            /// Reads a frame's `event` and `data`.
            #[must_use]
            pub fn decode(event: &str, data: &str) -> Decoded {
                match event {
                    $($event => <$payload>::decode(data),)*
                    _ => Decoded::Unknown,
                }
            }
        }

        $(impl Payload for $payload {
            const EVENT: &'static str = $event;

            fn decode(data: &str) -> Decoded {
                match serde_json::from_str(data) {
                    Ok(payload) => Decoded::Msg(SseMsg::$variant(payload)),
                    Err(error) => Decoded::Malformed(error.to_string()),
                }
            }
        })*
    };
}

messages! {
    /// The first frame of every stream, and the head of a lag reset.
    Hello(Hello) = "hello";
    /// The whole board.
    State(Box<BoardState>) = "state";
    /// A sign of life.
    Heartbeat(Heartbeat) = "heartbeat";
    /// An attempt left the queue; its set-up begins.
    AttemptStarted(AttemptStarted) = "attempt_started";
    /// How an attempt stands now.
    AttemptStatus(AttemptStatusChanged) = "attempt_status";
    /// A line of an attempt's log.
    AttemptLog(AttemptLog) = "attempt_log";
    /// An attempt's conversation grew.
    ConversationItem(ConversationItemChanged) = "conversation_item";
    /// The agent's session in its worktree was recorded.
    AttemptSession(AttemptSession) = "attempt_session";
    /// The agent's plan changed.
    AttemptTodos(AttemptTodos) = "attempt_todos";
    /// A worktree's status changed.
    GitStatus(GitStatus) = "git_status";
    /// A commit was created.
    GitCommit(GitCommit) = "git_commit";
    /// A push completed.
    GitPush(GitPush) = "git_push";
    /// A pull request was created, or its state changed.
    AttemptPr(AttemptPr) = "attempt_pr";
    /// A profile changed.
    AgentProfile(AgentProfileChanged) = "agent_profile";
    /// An agent not known before became available.
    AgentRegistered(AgentRegistered) = "agent_registered";
    /// Everything the dashboard shows.
    DashboardOverview(Box<DashboardOverview>) = "dashboard_overview";
    /// What changed on the board, for those who asked for patches.
    BoardPatch(BoardPatch) = "board_patch";
    /// The last frame before the server ends a stream on purpose.
    Bye(Bye) = "bye";
}

impl SseMsg {
    /// The attempt that the message belongs to.
    #[must_use]
    pub fn attempt_id(&self) -> Option<&AttemptId> {
        match self {
            Self::AttemptStarted(it) => Some(&it.attempt_id),
            Self::AttemptStatus(it) => Some(&it.attempt_id),
            Self::AttemptLog(it) => Some(&it.attempt_id),
            Self::ConversationItem(it) => Some(&it.attempt_id),
            Self::AttemptSession(it) => Some(&it.attempt_id),
            Self::AttemptTodos(it) => Some(&it.attempt_id),
            Self::AttemptPr(it) => Some(&it.attempt_id),
            Self::GitStatus(it) => it.attempt_id.as_ref(),
            Self::GitCommit(it) => it.attempt_id.as_ref(),
            Self::GitPush(it) => it.attempt_id.as_ref(),
            _ => None,
        }
    }

    /// Whether it is a detail of an attempt, which a stream carries only if it asked for that attempt.
    #[must_use]
    pub fn is_detail(&self) -> bool {
        matches!(self, Self::AttemptLog(_) | Self::ConversationItem(_) | Self::AttemptTodos(_))
    }

    /// Whether a fresh snapshot begins with it.
    #[must_use]
    pub fn is_fresh_hello(&self) -> bool {
        matches!(self, Self::Hello(hello) if !hello.resumed)
    }

    /// Whether it is kept in the message log, and so has a number of its own.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        !matches!(
            self,
            Self::State(_) | Self::DashboardOverview(_) | Self::Hello(_) | Self::Heartbeat(_) | Self::Bye(_)
        )
    }
}

/// What a frame turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A message.
    Msg(SseMsg),
    /// A type from a newer server, to be ignored.
    Unknown,
    /// A payload that is not what its type promises, and why: what is known can't be trusted any more.
    Malformed(String),
}

/// The payload of one type of message: for readers who decode only the types that they have a use for.
pub trait Payload {
    /// The frame's `event`.
    const EVENT: &'static str;

    /// Reads a frame's `data`.
    fn decode(data: &str) -> Decoded;
}

/// `hello`: a stream begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// The server's clock.
    pub server_time: Timestamp,
    /// The message log.
    pub epoch: Epoch,
    /// The log's head: a reader that has not reached it is catching up.
    pub seq: u64,
    /// Whether the stream goes on where the reader was; else a fresh snapshot follows.
    pub resumed: bool,
    /// How often a heartbeat comes.
    pub heartbeat_ms: u64,
}

/// `heartbeat`: a sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// The server's clock.
    pub ts: Timestamp,
}

/// `bye`: the server ends the stream on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bye {
    /// Why.
    pub reason: ByeReason,
    /// How long to wait before the first reconnect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

/// Why a server ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ByeReason {
    /// It stops, perhaps to start again.
    Shutdown,
    /// The reader's sign-in ended.
    SignedOut,
    /// The board is gone.
    BoardDeleted,
}

/// The bytes of one frame: the field lines `id`, `event`, `data`, `retry`, in this order, then an empty line.
///
/// Each line is the field's name, a colon, a space and the value, ended by LF. An empty `id`, which clears
/// the browser's last event id, is the line `id:`. Whatever the arguments hold, the frame stays one event
/// with these fields: a line end in `data` starts another `data` line, which is how the format writes it;
/// what `id` and `event` could not carry (CR, LF, NUL) is left out.
#[must_use]
pub fn frame(id: Option<&str>, event: &str, data: &str, retry: Option<u64>) -> String {
    let mut text = String::with_capacity(event.len() + data.len() + 128);
    if let Some(id) = id {
        push_field(&mut text, "id", &single_line(id));
    }
    push_field(&mut text, "event", &single_line(event));
    for line in lf_ended(data).split('\n') {
        push_field(&mut text, "data", line);
    }
    if let Some(retry) = retry {
        push_field(&mut text, "retry", &retry.to_string());
    }
    text.push('\n');
    text
}

fn push_field(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push(':');
    if !value.is_empty() {
        text.push(' ');
        text.push_str(value);
    }
    text.push('\n');
}

fn single_line(value: &str) -> Cow<'_, str> {
    const FORBIDDEN: [char; 3] = ['\r', '\n', '\0'];
    if value.contains(FORBIDDEN) { value.replace(FORBIDDEN, "").into() } else { value.into() }
}

/// A reader of the stream takes CRLF and CR for line ends too.
fn lf_ended(data: &str) -> Cow<'_, str> {
    if data.contains('\r') { data.replace("\r\n", "\n").replace('\r', "\n").into() } else { data.into() }
}
