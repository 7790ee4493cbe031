//! Patches: what each step does, that a patch is applied whole or not at all, and that differences lead where
//! they should.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shared::board::{BoardState, ColumnHead, ColumnKey};
use shared::card::Card;
use shared::ids::{CardId, ColumnId};
use shared::patch::{BoardPatch, Changes, PatchError, PatchOp, diff};

use crate::sample::{board, boards, card, head, lane};

fn patch(state: &BoardState, ops: Vec<PatchOp>) -> BoardPatch {
    BoardPatch {
        board_id: state.board_id.clone(),
        from_revision: state.revision,
        revision: state.revision + 1,
        meta_revision: None,
        ops,
    }
}

fn apply(state: &mut BoardState, ops: Vec<PatchOp>) -> Result<Changes, PatchError> {
    let before = state.clone();
    let outcome = state.apply(&patch(&before, ops));
    match &outcome {
        Ok(_) => assert_eq!(state.revision, before.revision + 1),
        Err(_) => assert_eq!(*state, before, "a patch that fails leaves no trace"),
    }
    outcome
}

fn move_card(card: &str, column: &str, index: usize) -> PatchOp {
    PatchOp::MoveCard { card_id: card.into(), column_id: column.into(), index }
}

fn upsert(card: Card) -> PatchOp {
    PatchOp::UpsertCard { card: Box::new(card) }
}

fn ids<T: From<&'static str> + Ord>(ids: &[&'static str]) -> BTreeSet<T> {
    ids.iter().map(|&id| id.into()).collect()
}

fn sample() -> BoardState {
    board(&[("a", &["1", "2", "3"]), ("b", &["4"]), ("c", &[])])
}

#[test]
fn an_index_counts_after_the_card_was_taken_out() {
    for (index, expected) in [(0, ["1", "2", "3"]), (1, ["2", "1", "3"]), (2, ["2", "3", "1"])] {
        let mut state = sample();
        apply(&mut state, vec![move_card("1", "a", index)]).unwrap();
        assert_eq!(lane(&state, "a"), expected);
    }
}

#[test]
fn an_index_beyond_the_end_means_the_end() {
    for index in [1, 2, usize::MAX] {
        let mut state = sample();
        let changes = apply(&mut state, vec![move_card("1", "b", index)]).unwrap();
        assert_eq!(lane(&state, "b"), ["4", "1"]);
        assert_eq!(changes, Changes { lanes: ids(&["a", "b"]), ..Changes::default() });
    }
}

#[test]
fn a_move_to_where_it_is_changes_nothing() {
    let mut state = sample();
    assert!(apply(&mut state, vec![move_card("2", "a", 1)]).unwrap().is_empty());
    assert!(apply(&mut state, vec![upsert(card("2"))]).unwrap().is_empty());
}

#[test]
fn a_new_card_is_added_and_placed() {
    let mut state = sample();
    let changes = apply(&mut state, vec![upsert(card("5")), move_card("5", "a", 1)]).unwrap();
    assert_eq!(lane(&state, "a"), ["1", "5", "2", "3"]);
    assert_eq!(changes, Changes { cards: ids(&["5"]), lanes: ids(&["a"]), ..Changes::default() });
}

#[test]
fn a_card_is_replaced_in_its_place() {
    let mut state = sample();
    let edited = Card { title: "Edited".into(), ..card("2") };
    let changes = apply(&mut state, vec![upsert(edited.clone())]).unwrap();
    assert_eq!(changes, Changes { cards: ids(&["2"]), ..Changes::default() });
    assert_eq!(state.cards["2"], edited);
}

#[test]
fn a_card_is_removed_from_board_and_column() {
    let mut state = sample();
    let changes = apply(&mut state, vec![PatchOp::RemoveCard { card_id: "2".into() }]).unwrap();
    assert_eq!(changes, Changes { cards: ids(&["2"]), lanes: ids(&["a"]), ..Changes::default() });
    assert_eq!(lane(&state, "a"), ["1", "3"]);
    assert!(!state.cards.contains_key("2"));
}

#[test]
fn columns_are_added_written_on_ordered_and_removed() {
    let mut state = sample();
    let column = ColumnHead { title: "New".into(), wip_limit: Some(2), ..head("b") };
    let ops = vec![
        PatchOp::UpsertColumn { column: head("d") },
        PatchOp::UpsertColumn { column: column.clone() },
        PatchOp::RemoveColumn { column_id: "c".into() },
        PatchOp::OrderColumns { column_order: vec!["d".into(), "b".into(), "a".into()] },
        PatchOp::SetName { name: "Shop".into() },
    ];
    let changes = apply(&mut state, ops).unwrap();
    let columns = ids(&["b", "c", "d"]);
    assert_eq!(changes, Changes { columns, order: true, name: true, ..Changes::default() });
    assert_eq!(state.columns["b"].head(), column);
    assert_eq!(lane(&state, "b"), ["4"], "what is written on a column does not touch its cards");
    assert_eq!(state.column_order, ["d", "b", "a"].map(ColumnId::from));
    assert_eq!(state.name, "Shop");
}

#[test]
fn a_new_column_stands_at_the_right_end() {
    let mut state = sample();
    apply(&mut state, vec![PatchOp::UpsertColumn { column: head("d") }]).unwrap();
    assert_eq!(state.column_order, ["a", "b", "c", "d"].map(ColumnId::from));
}

#[test]
fn the_revisions_follow_the_patch() {
    let mut state = sample();
    let jump = BoardPatch { revision: 12, meta_revision: Some(5), ..patch(&state, Vec::new()) };
    state.apply(&jump).unwrap();
    assert_eq!((state.revision, state.meta_revision), (12, 5));
    assert_eq!(state.apply(&jump), Err(PatchError::Revision { from: 7, at: 12 }));
}

#[test]
fn a_patch_that_does_not_fit_changes_nothing() {
    let remove_column = |id: &str| PatchOp::RemoveColumn { column_id: id.into() };
    let order =
        |ids: &[&str]| PatchOp::OrderColumns { column_order: ids.iter().map(|&id| id.into()).collect() };
    let cases = [
        (PatchOp::RemoveCard { card_id: "9".into() }, PatchError::UnknownCard("9".into())),
        (move_card("9", "a", 0), PatchError::UnknownCard("9".into())),
        (move_card("1", "z", 0), PatchError::UnknownColumn("z".into())),
        (remove_column("z"), PatchError::UnknownColumn("z".into())),
        (remove_column("b"), PatchError::ColumnNotEmpty("b".into())),
        (upsert(card("9")), PatchError::Unplaced("9".into())),
        (order(&["a", "b"]), PatchError::ColumnOrder),
        (order(&["a", "b", "c", "c"]), PatchError::ColumnOrder),
        (order(&["a", "b", "z"]), PatchError::ColumnOrder),
        (order(&["a", "b", "b"]), PatchError::ColumnOrder),
    ];
    for (op, error) in cases {
        let mut state = sample();
        // Steps of every kind before the one that fails: all of them have to be taken back.
        let ops = vec![
            upsert(card("5")),
            move_card("5", "a", 1),
            move_card("4", "c", 0),
            move_card("4", "b", 0),
            upsert(Card { title: "Edited".into(), ..card("3") }),
            PatchOp::RemoveCard { card_id: "2".into() },
            PatchOp::UpsertColumn { column: ColumnHead { revision: 2, ..head("a") } },
            PatchOp::SetName { name: "Shop".into() },
            order(&["c", "b", "a"]),
            PatchOp::UpsertColumn { column: head("d") },
            remove_column("d"),
            op,
        ];
        assert_eq!(apply(&mut state, ops), Err(error));
    }
}

#[test]
fn a_patch_for_another_board_or_backwards_is_refused() {
    let mut state = sample();
    let other = BoardPatch { board_id: "other".into(), ..patch(&state, Vec::new()) };
    assert_eq!(state.apply(&other), Err(PatchError::Board("other".into())));
    let backwards = BoardPatch { revision: 6, ..patch(&state, Vec::new()) };
    assert_eq!(state.apply(&backwards), Err(PatchError::Backwards { from: 7, to: 6 }));
}

#[test]
fn one_move_is_one_step() {
    let before = sample();
    let mut after = sample();
    apply(&mut after, vec![move_card("3", "a", 0)]).unwrap();
    assert_eq!(diff(&before, &after), [move_card("3", "a", 0)]);
    assert_eq!(diff(&before, &before), []);
}

#[test]
fn a_board_knows_its_columns_and_counts() {
    let mut state = sample();
    assert!(state.done_column().is_none());
    assert_eq!(state.counts().open_cards, 4);
    let done = state.columns.get_mut("b").unwrap();
    done.key = Some(ColumnKey::Done);
    done.wip_limit = Some(0);
    assert!(state.is_done(&"4".into()) && !state.is_done(&"1".into()));
    assert_eq!(state.counts().open_cards, 3);
    assert_eq!(state.column_of(&"4".into()).map(|it| it.id.as_str()), Some("b"));
    assert!(state.columns["b"].is_over_limit() && !state.columns["a"].is_over_limit());
    let depends_on: [CardId; 3] = ["1".into(), "4".into(), "gone".into()];
    assert_eq!(state.blockers(&depends_on), ["1".into()], "neither done nor deleted");
}

fn ops() -> impl Strategy<Value = PatchOp> {
    let card_id = || (0..14_u8).prop_map(|n| CardId::new(format!("c{n}")));
    let column_id = || (0..7_u8).prop_map(|n| ColumnId::new(format!("col{n}")));
    prop_oneof![
        card_id().prop_map(|id| upsert(Card { revision: 9, ..card(id.as_str()) })),
        card_id().prop_map(|card_id| PatchOp::RemoveCard { card_id }),
        (card_id(), column_id(), 0..9_usize).prop_map(|(card_id, column_id, index)| PatchOp::MoveCard {
            card_id,
            column_id,
            index
        }),
        column_id().prop_map(|id| PatchOp::UpsertColumn { column: head(id.as_str()) }),
        column_id().prop_map(|column_id| PatchOp::RemoveColumn { column_id }),
        prop::collection::vec(column_id(), 0..4)
            .prop_map(|column_order| PatchOp::OrderColumns { column_order }),
        "[a-z]{0,3}".prop_map(|name| PatchOp::SetName { name }),
    ]
}

/// Each card in one column, each column once in the order.
fn is_whole(state: &BoardState) -> bool {
    let mut placed: Vec<&CardId> = state.columns.values().flat_map(|column| &column.card_ids).collect();
    placed.sort();
    let mut order: Vec<&ColumnId> = state.column_order.iter().collect();
    order.sort();
    placed.into_iter().eq(state.cards.keys()) && order.into_iter().eq(state.columns.keys())
}

proptest! {
    #[test]
    fn a_difference_leads_from_one_state_to_the_other(before in boards(), mut after in boards()) {
        after.revision = before.revision + 1;
        after.meta_revision = before.meta_revision + 1;
        let ops = diff(&before, &after);
        let patch = BoardPatch { meta_revision: Some(after.meta_revision), ..patch(&before, ops) };
        let mut state = before.clone();
        let changes = state.apply(&patch);
        prop_assert_eq!(changes, Ok(Changes::between(&before, &after)));
        prop_assert_eq!(state, after);
    }

    #[test]
    fn equal_states_differ_in_nothing(state in boards()) {
        prop_assert_eq!(diff(&state, &state), vec![]);
        prop_assert!(Changes::between(&state, &state).is_empty());
    }

    #[test]
    fn one_move_of_one_card_is_at_most_one_step(
        before in boards(),
        card in any::<prop::sample::Index>(),
        column in any::<prop::sample::Index>(),
        index in 0..9_usize,
    ) {
        prop_assume!(!before.cards.is_empty());
        let card_id = card.get(&before.cards.keys().cloned().collect::<Vec<_>>()).clone();
        let column_id = column.get(&before.column_order).clone();
        let mut after = before.clone();
        after.apply(&patch(&before, vec![PatchOp::MoveCard { card_id, column_id, index }])).unwrap();
        prop_assert!(diff(&before, &after).len() <= 1);
    }

    #[test]
    fn any_steps_are_applied_whole_or_not_at_all(
        before in boards(),
        ops in prop::collection::vec(ops(), 0..6),
    ) {
        let mut state = before.clone();
        match state.apply(&patch(&before, ops)) {
            Err(_) => prop_assert_eq!(state, before),
            Ok(changes) => {
                prop_assert!(is_whole(&state));
                // Steps may undo each other, so more may be told than differs; never less.
                let differs = Changes::between(&before, &state);
                prop_assert!(differs.cards.is_subset(&changes.cards));
                prop_assert!(differs.lanes.is_subset(&changes.lanes));
                prop_assert!(differs.columns.is_subset(&changes.columns));
                prop_assert!(!differs.order || changes.order);
                prop_assert!(!differs.name || changes.name);
            }
        }
    }
}
