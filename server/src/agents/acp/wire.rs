//! The messages of the protocol: JSON-RPC, one JSON object a line.
//!
//! They are read and written here rather than by the protocol's crate, whose queues between reading a line and handling it
//! have no bound: an agent that talks faster than its updates are journaled would grow our memory. Here, nothing is read
//! before what was read is told; and what is told are the agent's own bytes.

use std::borrow::Cow;
use std::collections::VecDeque;

use agent_client_protocol::v1::schema::Error;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// Something that the agent sent.
#[derive(Debug)]
pub(super) enum Incoming {
    /// It wants something, and an answer.
    Request(Request),
    /// It tells something.
    Notice { method: String, params: Box<RawValue> },
    /// It answers a request of ours.
    Answer { id: u64, outcome: Result<Box<RawValue>, Error> },
}

/// Something that the agent wants.
#[derive(Debug)]
pub(super) struct Request {
    pub id: RequestId,
    pub method: String,
    pub params: Box<RawValue>,
}

/// The agent's own name for a request of its.
#[derive(Clone, Debug)]
pub(super) struct RequestId(Box<RawValue>);

impl RequestId {
    /// Whether it is this, as JSON.
    pub fn is(&self, json: &RawValue) -> bool {
        self.0.get() == json.get()
    }
}

/// Reads a line. None if it is no message.
pub(super) fn read(line: &str) -> Option<Incoming> {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
        #[serde(borrow)]
        method: Option<Cow<'a, str>>,
        #[serde(borrow)]
        params: Option<&'a RawValue>,
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
    }
    // A list would pass for an object with its fields in order.
    let line = line.trim_start().starts_with('{').then_some(line)?;
    let message: Message<'_> = serde_json::from_str(line).ok()?;
    let params = || message.params.unwrap_or(RawValue::NULL).to_owned();
    Some(match (message.id, message.method) {
        (Some(id), Some(method)) => Incoming::Request(Request {
            id: RequestId(id.to_owned()),
            method: method.into_owned(),
            params: params(),
        }),
        (None, Some(method)) => Incoming::Notice { method: method.into_owned(), params: params() },
        (Some(id), None) => {
            let result = message.result.unwrap_or(RawValue::NULL).to_owned();
            let outcome = message.error.map_or(Ok(result), |error| Err(refusal(error)));
            Incoming::Answer { id: id.get().parse().ok()?, outcome }
        }
        (None, None) => return None,
    })
}

/// Why a request of ours is refused. One that is not as the protocol has it is a refusal all the same, with all that it
/// says for a reason: whoever waits for the answer must not wait for ever.
fn refusal(error: &RawValue) -> Error {
    serde_json::from_str(error.get()).unwrap_or_else(|_| Error::new(-32603, error.get()))
}

/// A line to be sent.
pub(super) type Message = Vec<u8>;

/// A request of ours.
pub(super) fn request(id: u64, method: &str, params: &impl Serialize) -> Message {
    #[derive(Serialize)]
    struct Line<'a, P> {
        jsonrpc: &'static str,
        id: u64,
        method: &'a str,
        params: &'a P,
    }
    line(&Line { jsonrpc: "2.0", id, method, params })
}

/// Something that wants no answer.
pub(super) fn notice(method: &str, params: &impl Serialize) -> Message {
    #[derive(Serialize)]
    struct Line<'a, P> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a P,
    }
    line(&Line { jsonrpc: "2.0", method, params })
}

/// The result of a request of the agent's, as it is sent.
pub(super) type Outcome = Result<Box<RawValue>, Error>;

/// A result to be sent.
pub(super) fn done(result: &impl Serialize) -> Outcome {
    to_raw_value(result).map_err(Error::into_internal_error)
}

/// The answer to a request of the agent's.
pub(super) fn answer(id: &RequestId, outcome: Outcome) -> Message {
    #[derive(Serialize)]
    struct Line<'a> {
        jsonrpc: &'static str,
        id: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<Box<RawValue>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Error>,
    }
    let (result, error) = match outcome {
        Ok(result) => (Some(result), None),
        Err(error) => (None, Some(error)),
    };
    line(&Line { jsonrpc: "2.0", id: &id.0, result, error })
}

fn line(message: &impl Serialize) -> Message {
    let mut bytes = serde_json::to_vec(message).expect("what is sent has only text for keys");
    bytes.push(b'\n');
    bytes
}

/// How many messages, and how many bytes of them, may wait for an agent before it has to listen to be heard.
const MAX_WAITING: usize = 64;
const MAX_WAITING_BYTES: usize = 16 << 20;

/// Messages on their way to the agent.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Message>,
    /// How many bytes they have.
    bytes: usize,
    /// How much of the first is sent.
    sent: usize,
}

impl Outbox {
    /// Whether there is room for what the agent may cause.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < MAX_WAITING && self.bytes < MAX_WAITING_BYTES
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Puts a message behind the others.
    pub fn push(&mut self, message: Message) {
        self.bytes += message.len();
        self.waiting.push_back(message);
    }

    /// Lets go of all of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Sends some of what waits, as much as the pipe takes at once. May be dropped and called again.
    pub async fn send_some(&mut self, pipe: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let Some(message) = self.waiting.front() else { return Ok(()) };
        match pipe.write(&message[self.sent..]).await? {
            0 => return Err(std::io::ErrorKind::WriteZero.into()),
            written => self.sent += written,
        }
        if self.sent == message.len() {
            self.bytes -= message.len();
            self.waiting.pop_front();
            self.sent = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_and_keep_their_bytes() {
        let request = read(r#"{"jsonrpc":"2.0","id":"q-1","method":"m","params":{"b":1.0, "a":2}}"#).unwrap();
        let Incoming::Request(request) = request else { panic!("{request:?}") };
        assert_eq!((request.method.as_str(), request.params.get()), ("m", r#"{"b":1.0, "a":2}"#));
        let answer = String::from_utf8(answer(&request.id, done(&1))).unwrap();
        assert_eq!(answer, "{\"jsonrpc\":\"2.0\",\"id\":\"q-1\",\"result\":1}\n");
        let notice = read(r#"{"method":"session\/update"}"#).unwrap();
        assert!(
            matches!(&notice, Incoming::Notice { method, params } if method == "session/update" && params.get() == "null")
        );
        let answer = read(r#"{"id":3,"result":null}"#).unwrap();
        assert!(matches!(&answer, Incoming::Answer { id: 3, outcome: Ok(it) } if it.get() == "null"));
        let answer = read(r#"{"id":3,"error":{"code":-32000,"message":"log in"}}"#).unwrap();
        assert!(matches!(&answer, Incoming::Answer { id: 3, outcome: Err(it) } if it.message == "log in"));
    }

    #[test]
    fn an_error_in_a_shape_of_its_own_is_a_refusal_that_says_what_it_says() {
        for (line, says) in [
            (r#"{"id":3,"error":7}"#, "7"),
            (r#"{"id":3,"error":{"code":"E_AUTH","message":"log in"}}"#, "log in"),
            (r#"{"id":3,"error":{"code":-32000}}"#, "-32000"),
        ] {
            let Some(Incoming::Answer { id: 3, outcome: Err(error) }) = read(line) else { panic!("{line}") };
            assert!(error.message.contains(says), "{}", error.message);
        }
        let fine = read(r#"{"id":3,"result":1,"error":null}"#);
        assert!(matches!(fine, Some(Incoming::Answer { outcome: Ok(_), .. })), "{fine:?}");
    }

    #[tokio::test]
    async fn an_outbox_is_full_by_number_or_by_bytes_and_has_room_again_once_it_was_emptied() {
        for (count, bytes) in [(MAX_WAITING, 1), (2, MAX_WAITING_BYTES / 2)] {
            let mut outbox = Outbox::default();
            for _ in 0..count {
                assert!(outbox.has_room());
                outbox.push(vec![0; bytes]);
            }
            assert!(!outbox.has_room());
            let mut pipe = Vec::new();
            while !outbox.is_empty() {
                outbox.send_some(&mut pipe).await.unwrap();
            }
            assert!(outbox.has_room() && outbox.bytes == 0 && pipe.len() == count * bytes);
        }
    }

    #[test]
    fn what_is_no_message_is_none() {
        for line in ["", "hello", "{", "[]", r#"["2.0",1,"m"]"#, "17", "{}", r#"{"id":"ours?"}"#] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
