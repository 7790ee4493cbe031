//! Finding the patch between two states.

use std::collections::{BTreeMap, BTreeSet};

use super::PatchOp;
use crate::board::{BoardState, Column, Slot};
use crate::ids::{CardId, ColumnId};

/// Steps that lead from one state of a board to another: applied to `before` they make `after`, but for its
/// revisions.
///
/// Only what differs is written, and of the cards of a column as few as possible are moved. Both states must
/// be whole: each card in one column, each column once in the order.
#[must_use]
pub fn diff(before: &BoardState, after: &BoardState) -> Vec<PatchOp> {
    let mut ops = Vec::new();
    if before.name != after.name {
        ops.push(PatchOp::SetName { name: after.name.clone() });
    }
    upsert_columns(before, after, &mut ops);
    cards(before, after, &mut ops);
    moves(before, after, &mut ops);
    remove_columns(before, after, &mut ops);
    order_columns(before, after, &mut ops);
    ops
}

fn upsert_columns(before: &BoardState, after: &BoardState, ops: &mut Vec<PatchOp>) {
    for (id, column) in &after.columns {
        let head = column.head();
        if before.columns.get(id).map(Column::head).as_ref() != Some(&head) {
            ops.push(PatchOp::UpsertColumn { column: head });
        }
    }
}

fn cards(before: &BoardState, after: &BoardState, ops: &mut Vec<PatchOp>) {
    for (id, card) in &after.cards {
        if before.cards.get(id) != Some(card) {
            ops.push(PatchOp::UpsertCard { card: Box::new(card.clone()) });
        }
    }
    for id in before.cards.keys().filter(|id| !after.cards.contains_key(*id)) {
        ops.push(PatchOp::RemoveCard { card_id: id.clone() });
    }
}

fn moves(before: &BoardState, after: &BoardState, ops: &mut Vec<PatchOp>) {
    let mut lanes = Lanes::of(before, after);
    for (column, target) in &after.columns {
        let source = before.columns.get(column).map_or(&[][..], |it| &it.card_ids);
        let kept = longest_common_order(source, &target.card_ids);
        let mut above: Option<&CardId> = None;
        for card in &target.card_ids {
            if !kept.contains(card)
                && let Some(index) = lanes.move_below(card, column, above)
            {
                ops.push(PatchOp::MoveCard { card_id: card.clone(), column_id: column.clone(), index });
            }
            above = Some(card);
        }
    }
}

fn remove_columns(before: &BoardState, after: &BoardState, ops: &mut Vec<PatchOp>) {
    for id in before.columns.keys().filter(|id| !after.columns.contains_key(*id)) {
        ops.push(PatchOp::RemoveColumn { column_id: id.clone() });
    }
}

fn order_columns(before: &BoardState, after: &BoardState, ops: &mut Vec<PatchOp>) {
    // What the steps so far have made of the order: columns that go have left it, new ones stand at its end.
    let stayed = before.column_order.iter().filter(|id| after.columns.contains_key(*id));
    let added = after.columns.keys().filter(|id| !before.columns.contains_key(*id));
    if !stayed.chain(added).eq(&after.column_order) {
        ops.push(PatchOp::OrderColumns { column_order: after.column_order.clone() });
    }
}

/// The cards of each column, as the moves so far have left them.
struct Lanes<'a> {
    lanes: BTreeMap<&'a ColumnId, Vec<&'a CardId>>,
    column_of: BTreeMap<&'a CardId, &'a ColumnId>,
}

impl<'a> Lanes<'a> {
    /// As they are once columns and cards have been added and removed.
    fn of(before: &'a BoardState, after: &'a BoardState) -> Self {
        let mut lanes: BTreeMap<_, Vec<_>> = after.columns.keys().map(|id| (id, Vec::new())).collect();
        let mut column_of = BTreeMap::new();
        for (id, column) in &before.columns {
            let stay = column.card_ids.iter().filter(|card| after.cards.contains_key(*card));
            let lane: Vec<_> = stay.collect();
            column_of.extend(lane.iter().map(|card| (*card, id)));
            lanes.insert(id, lane);
        }
        Self { lanes, column_of }
    }

    /// Moves a card to right below another, or to the top, and gives its index; `None` if it is there
    /// already.
    fn move_below(
        &mut self,
        card: &'a CardId,
        column: &'a ColumnId,
        above: Option<&CardId>,
    ) -> Option<usize> {
        let from = self.take_out(card);
        let lane = self.lanes.entry(column).or_default();
        let index = above.and_then(|above| lane.iter().position(|it| *it == above)).map_or(0, |it| it + 1);
        lane.insert(index, card);
        self.column_of.insert(card, column);
        (from != Some(Slot { column: column.clone(), index })).then_some(index)
    }

    fn take_out(&mut self, card: &CardId) -> Option<Slot> {
        let column = *self.column_of.get(card)?;
        let lane = self.lanes.get_mut(column)?;
        let index = lane.iter().position(|it| *it == card)?;
        lane.remove(index);
        Some(Slot { column: column.clone(), index })
    }
}

/// The most cards that are in both lists and can stay where they are: all others have to move around them.
fn longest_common_order<'a>(before: &[CardId], after: &'a [CardId]) -> BTreeSet<&'a CardId> {
    let place: BTreeMap<&CardId, usize> = before.iter().enumerate().map(|(index, id)| (id, index)).collect();
    let common: Vec<(&CardId, usize)> = after.iter().filter_map(|id| Some((id, *place.get(id)?))).collect();

    // Longest increasing subsequence: `ends[n]` is where the best run of n + 1 cards ends, best being the one
    // that leaves most room; `previous` leads from each card to the one before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(common.len());
    for (current, (_, place)) in common.iter().enumerate() {
        let length = ends.partition_point(|&end| common[end].1 < *place);
        previous.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = current,
            None => ends.push(current),
        }
    }
    std::iter::successors(ends.last().copied(), |&at| previous[at]).map(|at| common[at].0).collect()
}
