//! Cards and boards for tests.

use shared::board::{BoardState, Column, ColumnHead, ColumnKey};
use shared::card::Card;
use shared::time::Timestamp;

/// A card of key `MAI-1` (after the digits of its id) with nothing special about it.
pub fn card(id: &str, title: &str) -> Card {
    let number = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    Card {
        id: id.into(),
        key: format!("MAI-{number}"),
        revision: 1,
        title: title.to_owned(),
        has_description: false,
        card_type: None,
        priority: None,
        labels: vec![],
        depends_on: vec![],
        blocked_by: vec![],
        attempt: None,
        created_at: Timestamp::from_millis(1_782_898_200_000),
        updated_at: Timestamp::from_millis(1_782_898_200_000),
    }
}

/// A board with a backlog and a done column that hold these cards.
pub fn board(backlog: Vec<Card>, done: Vec<Card>) -> BoardState {
    let column = |id: &str, key, title: &str, cards: &[Card]| {
        let head = ColumnHead {
            id: id.into(),
            key: Some(key),
            revision: 1,
            title: title.to_owned(),
            wip_limit: None,
        };
        Column { card_ids: cards.iter().map(|card| card.id.clone()).collect(), ..Column::new(head) }
    };
    let columns = [
        column("backlog", ColumnKey::Backlog, "Backlog", &backlog),
        column("done", ColumnKey::Done, "Done", &done),
    ];
    BoardState {
        board_id: "b1".into(),
        name: "lodestar".to_owned(),
        revision: 1,
        meta_revision: 1,
        column_order: columns.iter().map(|column| column.id.clone()).collect(),
        columns: columns.into_iter().map(|column| (column.id.clone(), column)).collect(),
        cards: backlog.into_iter().chain(done).map(|card| (card.id.clone(), card)).collect(),
    }
}
