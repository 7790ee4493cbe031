//! A message of the log as the bytes that every reader gets: encoded once, shared by all.

use bytes::Bytes;
use shared::{
    ids::{AttemptId, Epoch, EventId},
    sse::frame,
};
use tokio::time::Instant;

use super::message::Published;

/// The event type of the messages that a stream without patches replaces by whole states.
const BOARD_PATCH: &str = "board_patch";

/// One message's frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The message's number in the log.
    pub seq: u64,
    /// What decides which streams carry it.
    pub kind: FrameKind,
    /// The whole frame, with its id and the empty line at its end.
    pub bytes: Bytes,
    /// When it was published; `None` if it comes from the log on disk.
    pub published_at: Option<Instant>,
}

/// What decides which streams carry a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// A change of the board: sent to those who asked for patches.
    Patch,
    /// A detail of an attempt: sent to those who asked for this attempt.
    Detail(AttemptId),
    /// Sent to all.
    Plain,
}

impl Frame {
    /// Encodes a message of the log that `epoch` names.
    #[must_use]
    pub fn encode(epoch: &Epoch, message: &Published, published_at: Option<Instant>) -> Self {
        let id = EventId::new(epoch.clone(), message.seq).to_string();
        let kind = match &message.attempt_id {
            Some(attempt) => FrameKind::Detail(attempt.clone()),
            None if message.event == BOARD_PATCH => FrameKind::Patch,
            None => FrameKind::Plain,
        };
        let bytes = frame(Some(&id), &message.event, &message.payload, None).into();
        Self { seq: message.seq, kind, bytes, published_at }
    }
}

#[cfg(test)]
mod tests {
    use shared::{ids::BoardId, patch::BoardPatch, sse::SseMsg};

    use super::*;
    use crate::sse::message::Channel;

    fn published(event: &'static str, attempt_id: Option<&str>) -> Published {
        Published {
            seq: 7,
            channel: Channel::Everyone,
            event: event.into(),
            attempt_id: attempt_id.map(AttemptId::from),
            payload: r#"{"a":1}"#.into(),
        }
    }

    fn epoch() -> Epoch {
        "e1".parse().expect("an epoch")
    }

    #[test]
    fn a_frame_carries_its_id_type_and_payload() {
        let frame = Frame::encode(&epoch(), &published("agent_registered", None), None);
        assert_eq!(frame.bytes, "id: e1.7\nevent: agent_registered\ndata: {\"a\":1}\n\n");
        assert_eq!((frame.seq, frame.kind), (7, FrameKind::Plain));
    }

    #[test]
    fn a_patch_is_known_by_the_name_that_it_has_on_the_wire() {
        let patch = BoardPatch {
            board_id: BoardId::from("b"),
            from_revision: 1,
            revision: 2,
            meta_revision: None,
            ops: Vec::new(),
        };
        let event = SseMsg::BoardPatch(patch).event_type();
        assert_eq!(Frame::encode(&epoch(), &published(event, None), None).kind, FrameKind::Patch);
    }

    #[test]
    fn a_detail_is_known_by_its_attempt() {
        let frame = Frame::encode(&epoch(), &published("attempt_log", Some("a1")), None);
        assert_eq!(frame.kind, FrameKind::Detail(AttemptId::from("a1")));
    }
}
