//! How a stream begins: the frames up to the first live one, and which of them carries which id.
//!
//! An id means that everything up to it has been sent. So a fresh opening has none before its last frame, and its `hello`
//! clears the one that the browser may still have: a stream that is cut within its opening starts over.

use bytes::Bytes;
use shared::{
    ids::EventId,
    sse::{Hello, RETRY_MS, SseMsg},
};

use super::encode::{encode, id_line};

/// A fresh opening: `hello`, then these frames, the last of which gets the id.
///
/// # Errors
/// Never for frames that were built from their types.
pub fn fresh(hello: Hello, position: &EventId, frames: Vec<Bytes>) -> Result<Vec<Bytes>, serde_json::Error> {
    let mut opening = vec![encode(Some(""), &SseMsg::Hello(hello), Some(RETRY_MS))?];
    opening.extend(frames);
    let last = opening.len() - 1;
    opening.insert(last, id_line(position));
    Ok(opening)
}

/// A resumed opening: `hello` at the position that the reader was at, then these frames, which are not in the log.
///
/// # Errors
/// Never for frames that were built from their types.
pub fn resumed(hello: Hello, from: &EventId, frames: Vec<Bytes>) -> Result<Vec<Bytes>, serde_json::Error> {
    let mut opening = vec![encode(Some(&from.to_string()), &SseMsg::Hello(hello), Some(RETRY_MS))?];
    opening.extend(frames);
    Ok(opening)
}

#[cfg(test)]
mod tests {
    use shared::{ids::Epoch, time::Timestamp};

    use super::*;

    fn epoch() -> Epoch {
        "e".parse().expect("an epoch")
    }

    fn hello(resumed: bool) -> Hello {
        Hello { server_time: Timestamp::UNIX_EPOCH, epoch: epoch(), seq: 9, resumed, heartbeat_ms: 15_000 }
    }

    fn text(frames: Vec<Bytes>) -> String {
        frames.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    fn frames() -> Vec<Bytes> {
        ["event: state\ndata: 1\n\n", "event: attempt_status\ndata: 2\n\n"].map(Bytes::from).into()
    }

    const HELLO: &str = r#""serverTime":"1970-01-01T00:00:00.000Z","epoch":"e","seq":9,"#;

    #[test]
    fn a_fresh_opening_clears_the_id_and_sets_it_on_its_last_frame_only() {
        let opening = fresh(hello(false), &EventId::new(epoch(), 9), frames()).expect("it encodes");
        assert_eq!(
            text(opening),
            format!(
                "id:\nevent: hello\ndata: {{{HELLO}\"resumed\":false,\"heartbeatMs\":15000}}\nretry: 1500\n\n\
                 event: state\ndata: 1\n\n\
                 id: e.9\nevent: attempt_status\ndata: 2\n\n"
            )
        );
    }

    #[test]
    fn a_resumed_hello_carries_the_id_it_resumed_from() {
        let opening = resumed(hello(true), &EventId::new(epoch(), 3), frames()).expect("it encodes");
        assert_eq!(
            text(opening),
            format!(
                "id: e.3\nevent: hello\ndata: {{{HELLO}\"resumed\":true,\"heartbeatMs\":15000}}\nretry: 1500\n\n\
                 event: state\ndata: 1\n\n\
                 event: attempt_status\ndata: 2\n\n"
            )
        );
    }
}
