//! A small board for tests, and the frames that change it.

use shared::{
    board::{BoardState, Column, ColumnHead, ColumnKey},
    card::Card,
    ids::{BoardId, ColumnId, EventId},
    patch::{BoardPatch, diff},
    sse::{Hello, SseMsg},
    time::Timestamp,
};

use crate::{samples, snapshot::Snapshot};

/// Three columns with two cards each: `a1 a2`, `b1 b2`, `c1 c2`.
pub(super) fn board() -> BoardState {
    let mut state = BoardState {
        board_id: BoardId::new("board"),
        name: "Website".to_owned(),
        revision: 1,
        meta_revision: 1,
        column_order: Vec::new(),
        columns: [].into(),
        cards: [].into(),
    };
    for (id, key) in [("a", ColumnKey::Backlog), ("b", ColumnKey::InProgress), ("c", ColumnKey::Done)] {
        let head = ColumnHead {
            id: ColumnId::new(id),
            key: Some(key),
            revision: 1,
            title: id.to_uppercase(),
            wip_limit: None,
        };
        let mut column = Column::new(head);
        for number in 1..=2 {
            let card = card(&format!("{id}{number}"));
            column.card_ids.push(card.id.clone());
            state.cards.insert(card.id.clone(), card);
        }
        state.column_order.push(column.id.clone());
        state.columns.insert(column.id.clone(), column);
    }
    state
}

pub(super) fn card(id: &str) -> Card {
    samples::card(id, &format!("Card {id}"))
}

/// The board at position 10.
pub(super) fn snapshot() -> Snapshot<BoardState> {
    Snapshot { at: Some(position(10)), data: board() }
}

pub(super) fn position(seq: u64) -> EventId {
    format!("e1.{seq}").parse().expect("an event id")
}

/// A server's board, which changes and says so.
pub(super) struct Server {
    pub(super) state: BoardState,
    seq: u64,
}

/// A frame: its last event id, its type, its data.
pub(super) type RawFrame = (String, &'static str, String);

impl Server {
    /// The server that [`snapshot`] is of.
    pub(super) fn new() -> Self {
        Self { state: board(), seq: 10 }
    }

    /// Changes the board, and gives back the message that says so.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut BoardState)) -> RawFrame {
        let before = self.state.clone();
        change(&mut self.state);
        self.state.revision += 1;
        self.seq += 1;
        let patch = BoardPatch {
            board_id: self.state.board_id.clone(),
            from_revision: before.revision,
            revision: self.state.revision,
            meta_revision: None,
            ops: diff(&before, &self.state),
        };
        self.frame(&SseMsg::BoardPatch(patch))
    }

    /// The opening of a fresh stream: a `hello`, then the whole board with the position in it.
    pub(super) fn opening(&self) -> [RawFrame; 2] {
        let hello = Hello {
            server_time: Timestamp::UNIX_EPOCH,
            epoch: self.position().epoch,
            seq: self.seq,
            resumed: false,
            heartbeat_ms: 15_000,
        };
        let (_, event, data) = self.frame(&SseMsg::Hello(hello));
        [(String::new(), event, data), self.frame(&SseMsg::State(Box::new(self.state.clone())))]
    }

    /// The position of the last change.
    pub(super) fn position(&self) -> EventId {
        position(self.seq)
    }

    fn frame(&self, msg: &SseMsg) -> RawFrame {
        (self.position().to_string(), msg.event_type(), msg.encode_payload().expect("JSON"))
    }
}
