//! What a reader of the dashboard stream knows.

use super::{Changed, Outcome, SnapshotReason, StreamPosition};
use crate::dashboard::DashboardOverview;
use crate::ids::EventId;
use crate::sse::{Decoded, Hello, Payload, SseMsg};

/// What a reader of the dashboard stream knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashboardFold {
    /// The overview; `None` until the first one came.
    pub overview: Option<DashboardOverview>,
    /// How the current stream began.
    pub hello: Option<Hello>,
    position: StreamPosition,
}

impl DashboardFold {
    /// A reader who has an overview, computed at this position.
    #[must_use]
    pub fn from_snapshot(overview: DashboardOverview, at: EventId) -> Self {
        Self { overview: Some(overview), hello: None, position: StreamPosition::starting_at(at) }
    }

    /// Replaces the overview by one that was fetched, and goes on from its position.
    pub fn reset(&mut self, overview: DashboardOverview, at: EventId) -> Changed {
        self.position = StreamPosition::starting_at(at);
        self.replace(overview)
    }

    /// Where a new stream should go on; `None` asks for a fresh start.
    #[must_use]
    pub fn resume_from(&self) -> Option<&EventId> {
        self.position.resume_from()
    }

    /// Takes a frame as the browser hands it over: an empty `id` is none. What the fold keeps nothing of isn't decoded.
    pub fn take_frame(&mut self, id: &str, event: &str, data: &str) -> Outcome {
        let id: Option<EventId> = id.parse().ok();
        match decode(event, data) {
            Decoded::Msg(msg) => self.take(id.as_ref(), msg),
            Decoded::Unknown => {
                self.position.advance_to(id.as_ref());
                Outcome::Ignored
            }
            Decoded::Malformed(reason) => {
                self.position.lose();
                Outcome::NeedsSnapshot(SnapshotReason::Malformed(reason))
            }
        }
    }

    /// Takes the next message of the stream.
    pub fn take(&mut self, id: Option<&EventId>, msg: SseMsg) -> Outcome {
        if self.position.is_repeat(id, &msg) {
            return Outcome::Ignored;
        }
        if msg.is_fresh_hello() {
            self.position.restart();
        } else {
            self.position.advance_to(id);
        }
        match msg {
            SseMsg::Hello(hello) => {
                self.hello = Some(hello);
                Outcome::Changed(Changed { hello: true, ..Changed::default() })
            }
            SseMsg::DashboardOverview(overview) => Outcome::Changed(self.replace(*overview)),
            SseMsg::Heartbeat(_) => Outcome::Ignored,
            other => Outcome::Forward(Box::new(other)),
        }
    }

    fn replace(&mut self, overview: DashboardOverview) -> Changed {
        self.overview = Some(overview);
        Changed { overview: true, ..Changed::default() }
    }
}

/// Decodes the types that the fold keeps something of.
fn decode(event: &str, data: &str) -> Decoded {
    match event {
        Hello::EVENT => Hello::decode(data),
        Box::<DashboardOverview>::EVENT => Box::<DashboardOverview>::decode(data),
        _ => Decoded::Unknown,
    }
}
