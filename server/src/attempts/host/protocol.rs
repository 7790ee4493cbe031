//! The lines between server and host: one JSON object each, over a Unix socket, in both directions.
//!
//! A line is an object of one field, named for what it tells: so an update goes through as it came, without being read.
//! The first line each way is a hello. Every line may grow fields, which a reader that doesn't know them ignores; what
//! changes the meaning of a line gets a new [`VERSION`], and a server speaks to hosts of the version before, too.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared::ids::{AttemptId, OptionId, RequestId};

/// The version of these lines.
pub const VERSION: u32 = 1;

/// The most bytes of a line, its end included. An update that is longer is the host's to shorten.
pub const MAX_LINE: usize = 16 << 20;

/// Names a command, so that it is carried out once however often it is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(pub String);

/// What a host tells the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HostLine {
    /// Who it is; the first line.
    Hello {
        /// The version of its lines.
        version: u32,
        /// The attempt that it is for.
        attempt_id: AttemptId,
        /// The number of its newest update, 0 before the first.
        newest: u64,
    },
    /// What the agent said or did.
    Update {
        /// Its number, from 1.
        n: u64,
        /// As the agent said it.
        update: Box<RawValue>,
    },
    /// A command is in the journal, and will be or has been carried out.
    Heard {
        /// Which one.
        id: CommandId,
    },
}

/// What the server tells a host.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerLine {
    /// From where on it lacks updates; the first line.
    Hello {
        /// The version of its lines.
        version: u32,
        /// The number of the last update that it has.
        host_seq: u64,
    },
    /// It has all updates up to here, for good.
    Ack {
        /// The number of the last one.
        n: u64,
    },
    /// Something to be done.
    Command {
        /// Its name.
        id: CommandId,
        /// What.
        command: Command,
    },
}

/// What a host can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Give the agent a prompt: a turn begins.
    Prompt {
        /// The prompt.
        text: String,
    },
    /// Answer a question of the agent's.
    Decide {
        /// Which one.
        request_id: RequestId,
        /// The option that was chosen; none withdraws the question.
        option_id: Option<OptionId>,
    },
    /// Cancel the turn.
    Cancel,
    /// End the agent, by force if need be, and then the host.
    End,
}
