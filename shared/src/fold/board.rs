//! What a reader of a board stream knows.

use super::{Changed, Outcome, SnapshotReason, StreamPosition};
use crate::board::BoardState;
use crate::dashboard::DashboardOverview;
use crate::ids::EventId;
use crate::patch::{BoardPatch, Changes};
use crate::sse::{Decoded, Hello, Payload, SseMsg};

/// What a reader of a board stream knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardFold {
    /// The board; `None` until the first snapshot.
    pub state: Option<BoardState>,
    /// The overview of all boards, on a stream that carries it.
    pub overview: Option<DashboardOverview>,
    /// How the current stream began.
    pub hello: Option<Hello>,
    position: StreamPosition,
}

impl BoardFold {
    /// A reader who has a snapshot, taken at this position.
    #[must_use]
    pub fn from_snapshot(state: BoardState, at: EventId) -> Self {
        Self { state: Some(state), position: StreamPosition::starting_at(at), ..Self::default() }
    }

    /// Replaces the state by a snapshot that was fetched, and goes on from its position.
    pub fn reset(&mut self, state: BoardState, at: EventId) -> Changed {
        self.position = StreamPosition::starting_at(at);
        self.replace_state(state)
    }

    /// Where a new stream should go on; `None` asks for a fresh snapshot.
    #[must_use]
    pub fn resume_from(&self) -> Option<&EventId> {
        self.position.resume_from()
    }

    /// The position that the stream has passed: what was answered at or before it is part of the state.
    #[must_use]
    pub fn passed(&self) -> Option<&EventId> {
        self.position.passed()
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
            Decoded::Malformed(reason) => self.lose(SnapshotReason::Malformed(reason)),
        }
    }

    /// Takes the next message of the stream.
    pub fn take(&mut self, id: Option<&EventId>, msg: SseMsg) -> Outcome {
        if self.position.is_repeat(id, &msg) {
            return Outcome::Ignored;
        }
        if msg.is_fresh_hello() {
            // The snapshot that follows starts anew, and only the id of its last frame counts.
            self.position.restart();
            return self.fold(msg);
        }
        let outcome = self.fold(msg);
        self.position.advance_to(id);
        outcome
    }

    fn fold(&mut self, msg: SseMsg) -> Outcome {
        match msg {
            SseMsg::Hello(hello) => self.begin(hello),
            SseMsg::State(state) => Outcome::Changed(self.replace_state(*state)),
            SseMsg::BoardPatch(patch) => self.patch(&patch),
            SseMsg::DashboardOverview(overview) => {
                self.overview = Some(*overview);
                Outcome::Changed(Changed { overview: true, ..Changed::default() })
            }
            SseMsg::Heartbeat(_) => Outcome::Ignored,
            other => Outcome::Forward(Box::new(other)),
        }
    }

    fn begin(&mut self, hello: Hello) -> Outcome {
        self.hello = Some(hello);
        Outcome::Changed(Changed { hello: true, ..Changed::default() })
    }

    fn replace_state(&mut self, state: BoardState) -> Changed {
        let board = match &self.state {
            Some(before) => Changes::between(before, &state),
            None => Changes::everything(&state),
        };
        self.state = Some(state);
        Changed { replaced: true, board, ..Changed::default() }
    }

    fn patch(&mut self, patch: &BoardPatch) -> Outcome {
        let Some(state) = &mut self.state else { return self.lose(SnapshotReason::NoState) };
        match state.apply(patch) {
            Ok(board) => Outcome::Changed(Changed { board, ..Changed::default() }),
            Err(error) => self.lose(error.into()),
        }
    }

    fn lose(&mut self, reason: SnapshotReason) -> Outcome {
        self.position.lose();
        Outcome::NeedsSnapshot(reason)
    }
}

/// Decodes the types that the fold keeps something of.
fn decode(event: &str, data: &str) -> Decoded {
    match event {
        Hello::EVENT => Hello::decode(data),
        Box::<BoardState>::EVENT => Box::<BoardState>::decode(data),
        BoardPatch::EVENT => BoardPatch::decode(data),
        Box::<DashboardOverview>::EVENT => Box::<DashboardOverview>::decode(data),
        _ => Decoded::Unknown,
    }
}
