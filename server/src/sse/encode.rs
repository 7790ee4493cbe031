//! The frames that are not in the log: what a stream says of itself, and snapshots.

use bytes::Bytes;
use shared::{
    ids::EventId,
    sse::{SseMsg, frame},
};

/// A message's frame.
///
/// # Errors
/// Never for a message that was built from its types.
pub fn encode(id: Option<&str>, message: &SseMsg, retry: Option<u64>) -> Result<Bytes, serde_json::Error> {
    Ok(frame(id, message.event_type(), &message.encode_payload()?, retry).into())
}

/// The field `id` for a frame that was encoded without one: sent before it, it becomes the frame's first line. So the
/// same bytes of a large frame serve at any position.
#[must_use]
pub fn id_line(id: &EventId) -> Bytes {
    format!("id: {id}\n").into()
}
