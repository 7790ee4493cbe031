//! Boards, cards and messages to test with.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shared::attempt::{AttemptLog, AttemptStatus, AttemptStatusChanged, LogLevel};
use shared::board::{BoardState, Column, ColumnHead, ColumnKey};
use shared::card::{Card, CardType};
use shared::dashboard::{DashboardOverview, Range, RangePreset, Totals};
use shared::ids::{CardId, ColumnId, EventId};
use shared::sse::{Heartbeat, Hello, SseMsg};
use shared::time::Timestamp;

pub fn ts(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_782_898_200_000 + millis)
}

pub fn at(seq: u64) -> EventId {
    format!("e1.{seq}").parse().expect("an event id")
}

pub fn card(id: &str) -> Card {
    Card {
        id: id.into(),
        key: format!("WEB-{id}"),
        revision: 1,
        title: format!("Card {id}"),
        has_description: false,
        card_type: None,
        priority: None,
        labels: Vec::new(),
        depends_on: Vec::new(),
        blocked_by: Vec::new(),
        attempt: None,
        created_at: ts(0),
        updated_at: ts(0),
    }
}

pub fn head(id: &str) -> ColumnHead {
    ColumnHead { id: id.into(), key: None, revision: 1, title: format!("Column {id}"), wip_limit: None }
}

/// A board named "Web" at revision 7 with these columns, left to right, and these cards in them.
pub fn board(lanes: &[(&str, &[&str])]) -> BoardState {
    let mut state = BoardState {
        board_id: "b".into(),
        name: "Web".into(),
        revision: 7,
        meta_revision: 2,
        column_order: Vec::new(),
        columns: BTreeMap::new(),
        cards: BTreeMap::new(),
    };
    for (id, cards) in lanes {
        let mut column = Column::new(head(id));
        column.card_ids = cards.iter().map(|&card| card.into()).collect();
        state.column_order.push(column.id.clone());
        state.cards.extend(cards.iter().map(|&id| (id.into(), card(id))));
        state.columns.insert(column.id.clone(), column);
    }
    state
}

pub fn lane(state: &BoardState, column: &str) -> Vec<String> {
    state.columns[column].card_ids.iter().map(ToString::to_string).collect()
}

pub fn hello(resumed: bool, seq: u64) -> SseMsg {
    SseMsg::Hello(Hello {
        server_time: ts(0),
        epoch: "e1".parse().expect("an epoch"),
        seq,
        resumed,
        heartbeat_ms: 15_000,
    })
}

pub fn heartbeat() -> SseMsg {
    SseMsg::Heartbeat(Heartbeat { ts: ts(0) })
}

pub fn status(attempt: &str, status: AttemptStatus) -> SseMsg {
    SseMsg::AttemptStatus(AttemptStatusChanged {
        attempt_id: attempt.into(),
        card_id: "1".into(),
        board_id: "b".into(),
        status,
        previous_status: None,
        reason: None,
        ended_at: None,
    })
}

pub fn log(message: &str) -> SseMsg {
    SseMsg::AttemptLog(AttemptLog {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        level: LogLevel::Info,
        message: message.into(),
        ts: ts(1),
    })
}

pub fn overview() -> DashboardOverview {
    DashboardOverview {
        as_of: ts(0),
        range: Range { preset: Some(RangePreset::Last24h), from: ts(-86_400_000), to: ts(0) },
        totals: Totals { boards: 1, cards: 2, running: 1, queued: 0, waiting: 1, limit: 10 },
        needs_you: Vec::new(),
        running: Vec::new(),
        boards: Vec::new(),
    }
}

/// Whole boards: each card in one column, each column once in the order. Two of them share some cards and
/// columns.
pub fn boards() -> impl Strategy<Value = BoardState> {
    let cards = prop::collection::btree_map(0..12_u8, (0..6_usize, any::<u16>(), 0..3_u64), 0..12);
    let columns = prop::collection::btree_map(0..6_u8, (any::<u16>(), 0..2_u64), 1..6);
    (cards, columns, 0..2_u8).prop_map(|(cards, columns, name)| {
        let mut state = board(&[]);
        state.name = format!("Board {name}");
        let ids: Vec<ColumnId> = columns.keys().map(|n| format!("col{n}").into()).collect();
        for (id, (_, revision)) in ids.iter().zip(columns.values()) {
            let key = (id.as_str() == "col0").then_some(ColumnKey::Done);
            let head = ColumnHead { key, revision: *revision, ..head(id.as_str()) };
            state.columns.insert(id.clone(), Column::new(head));
        }
        let mut order: Vec<(u16, ColumnId)> = columns.values().map(|it| it.0).zip(ids.clone()).collect();
        order.sort();
        state.column_order = order.into_iter().map(|(_, id)| id).collect();

        let mut places: Vec<(u16, CardId, usize)> = Vec::new();
        for (n, (column, place, revision)) in cards {
            let id = CardId::new(format!("c{n}"));
            let card_type = (revision == 1).then_some(CardType::Bug);
            state.cards.insert(id.clone(), Card { revision, card_type, ..card(id.as_str()) });
            places.push((place, id, column));
        }
        places.sort();
        for (_, id, column) in places {
            let column = &ids[column % ids.len()];
            state.columns.get_mut(column).expect("a column of the board").card_ids.push(id);
        }
        state
    })
}
