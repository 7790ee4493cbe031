//! What takes an operation back, as the board is just before it.

use shared::board::BoardState;
use shared::card::Card;
use shared::ids::CardId;
use shared::overlay::Operation;
use shared::requests::{Deed, Patch, PatchCard, PatchColumn};

use super::{Back, Inverse, Place, Reorder};

/// What was done, and what takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What was done, in words.
    pub words: String,
    /// What takes it back.
    pub inverse: Inverse,
}

/// What takes operations back that are done as one; `None` if that is not undone but asked about before.
///
/// `description` is what the card's description was, where one of them changes that: the board doesn't know.
#[must_use]
pub fn inverse(operations: &[Operation], state: &BoardState, description: Option<&str>) -> Option<Taken> {
    if let [Operation::PatchColumn { column_id, change }] = operations {
        let column = state.columns.get(column_id)?;
        let words = match change {
            PatchColumn { title: Some(_), .. } => "renamed",
            PatchColumn { index: Some(_), .. } => "moved",
            PatchColumn { .. } => "changed",
        };
        let reorder = change.index.map(|_| {
            let mut after = state.clone();
            operations.iter().for_each(|operation| operation.apply_to(&mut after));
            Reorder::new(state.column_order.clone(), after.column_order)
        });
        let before = PatchColumn {
            title: change.title.is_some().then(|| column.title.clone()),
            wip_limit: unless_absent(&change.wip_limit, column.wip_limit.into()),
            index: None,
        };
        return Some(Taken {
            words: format!("Column {} {words}", column.title),
            inverse: Inverse::Column(column_id.clone(), before, reorder),
        });
    }
    // Each is taken back from the board as it was just before it.
    let mut state = state.clone();
    let mut deeds = Vec::new();
    let words = words(operations, &state)?;
    for operation in operations {
        deeds.push(card_before(operation, &state, description)?);
        operation.apply_to(&mut state);
    }
    deeds.reverse();
    Some(Taken { words, inverse: Inverse::Cards(deeds) })
}

fn words(operations: &[Operation], state: &BoardState) -> Option<String> {
    let key = |card: &CardId| state.cards.get(card).map(|card| card.key.clone());
    let verb = |operation: &Operation| match operation {
        Operation::CreateCard { .. } => Some("added"),
        Operation::PatchCard { .. } => Some("changed"),
        Operation::MoveCard { .. } => Some("moved"),
        Operation::DeleteCard { .. } => Some("deleted"),
        _ => None,
    };
    let what = match operations {
        [] => return None,
        [Operation::CreateCard { card, .. }] => format!("“{}”", card.title),
        [
            Operation::PatchCard { card_id, .. }
            | Operation::MoveCard { card_id, .. }
            | Operation::DeleteCard { card_id },
        ] => key(card_id)?,
        several => format!("{} cards", several.len()),
    };
    Some(format!("{what} {}", verb(operations.first()?)?))
}

fn card_before(
    operation: &Operation,
    state: &BoardState,
    description: Option<&str>,
) -> Option<(CardId, Back)> {
    let (card, back) = match operation {
        Operation::CreateCard { card, .. } => (&card.id, Back::Deed(Deed::Delete)),
        Operation::DeleteCard { card_id } => (card_id, Back::Deed(Deed::Restore)),
        Operation::MoveCard { card_id, .. } => (card_id, Back::Place(Place::of(card_id, state)?)),
        Operation::PatchCard { card_id, change } => {
            let card = state.cards.get(card_id)?;
            let fields = fields(card, change, state, description)?;
            (card_id, Back::Deed(Deed::Patch(Box::new(fields))))
        }
        _ => return None,
    };
    Some((card.clone(), back))
}

/// What stands in the fields that a change is about.
fn fields(
    card: &Card,
    change: &PatchCard,
    state: &BoardState,
    description: Option<&str>,
) -> Option<PatchCard> {
    let old = description.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()).into());
    let description = if change.description.is_absent() { Patch::Absent } else { old? };
    Some(PatchCard {
        title: change.title.is_some().then(|| card.title.clone()),
        description,
        column_id: change.column_id.as_ref().and_then(|_| Some(state.column_of(&card.id)?.id.clone())),
        card_type: unless_absent(&change.card_type, card.card_type.into()),
        priority: unless_absent(&change.priority, card.priority.into()),
        labels: unless_absent(&change.labels, Patch::Value(card.labels.clone())),
        depends_on: unless_absent(&change.depends_on, Patch::Value(card.depends_on.clone())),
    })
}

fn unless_absent<T>(change: &Patch<T>, before: Patch<T>) -> Patch<T> {
    if change.is_absent() { Patch::Absent } else { before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn state() -> BoardState {
        let cards = ["c1", "c2", "c3"].map(|id| samples::card(id, "A card")).to_vec();
        samples::board(cards, vec![])
    }

    fn columns(state: &BoardState) -> (shared::ids::ColumnId, shared::ids::ColumnId) {
        (state.column_order[0].clone(), state.column_order[1].clone())
    }

    fn move_card(card: &str, state: &BoardState) -> Operation {
        let (from, column_id) = columns(state);
        Operation::MoveCard { card_id: card.into(), from, column_id, before: None }
    }

    /// Does it, to see where it leads.
    fn apply(inverse: &Inverse, state: &mut BoardState) {
        let way = inverse.way_back(state).expect("there is a way");
        way.shown.iter().for_each(|operation| operation.apply_to(state));
    }

    #[test]
    fn several_cards_that_were_moved_at_once_go_back_each_to_its_place() {
        let before = state();
        let operations: Vec<_> = ["c1", "c2", "c3"].map(|card| move_card(card, &before)).to_vec();
        let taken = inverse(&operations, &before, None).expect("it can be undone");
        assert_eq!(taken.words, "3 cards moved");
        let mut after = before.clone();
        operations.iter().for_each(|operation| operation.apply_to(&mut after));
        assert_ne!(before.columns, after.columns);
        apply(&taken.inverse, &mut after);
        assert_eq!(after.columns, before.columns);
    }

    #[test]
    fn an_edit_is_taken_back_field_by_field() {
        let before = state();
        let change = PatchCard {
            title: Some("Other".to_owned()),
            labels: Patch::Value(vec!["ui".to_owned()]),
            ..PatchCard::default()
        };
        let operation = Operation::PatchCard { card_id: "c2".into(), change: Box::new(change) };
        let taken = inverse(&[operation], &before, None).expect("it can be undone");
        assert_eq!(taken.words, "MAI-2 changed");
        let back = PatchCard {
            title: Some("A card".to_owned()),
            labels: Patch::Value(vec![]),
            ..PatchCard::default()
        };
        let back = Back::Deed(Deed::Patch(Box::new(back)));
        assert_eq!(taken.inverse, Inverse::Cards(vec![("c2".into(), back)]));
    }

    #[test]
    fn a_description_is_taken_back_if_it_is_known_what_it_was() {
        let change = || PatchCard { description: Patch::Value("new".to_owned()), ..PatchCard::default() };
        let operation = || Operation::PatchCard { card_id: "c1".into(), change: Box::new(change()) };
        assert_eq!(inverse(&[operation()], &state(), None), None);
        let taken = inverse(&[operation()], &state(), Some("old")).expect("it can be undone");
        let Inverse::Cards(deeds) = taken.inverse else { panic!("cards") };
        let [(_, Back::Deed(Deed::Patch(back)))] = deeds.as_slice() else { panic!("one patch") };
        assert_eq!(back.description, Patch::Value("old".to_owned()));
    }

    #[test]
    fn what_was_added_is_deleted_and_what_was_deleted_comes_back() {
        let before = state();
        let (column_id, _) = columns(&before);
        let card = Box::new(samples::card("c9", "New one"));
        let added = inverse(&[Operation::CreateCard { card, column_id }], &before, None).expect("undone");
        assert_eq!(added.words, "“New one” added");
        assert_eq!(added.inverse, Inverse::Cards(vec![("c9".into(), Back::Deed(Deed::Delete))]));
        let deleted =
            inverse(&[Operation::DeleteCard { card_id: "c1".into() }], &before, None).expect("undone");
        assert_eq!(deleted.inverse, Inverse::Cards(vec![("c1".into(), Back::Deed(Deed::Restore))]));
    }

    #[test]
    fn a_column_goes_back_to_its_title_and_its_place() {
        let before = state();
        let (column_id, _) = columns(&before);
        let title = before.columns[&column_id].title.clone();
        let change =
            PatchColumn { title: Some("Later".to_owned()), index: Some(1), ..PatchColumn::default() };
        let operation = Operation::PatchColumn { column_id: column_id.clone(), change };
        let taken = inverse(std::slice::from_ref(&operation), &before, None).expect("undone");
        let mut after = before.clone();
        operation.apply_to(&mut after);
        assert_ne!(after.column_order, before.column_order);
        apply(&taken.inverse, &mut after);
        assert_eq!((after.column_order, &after.columns[&column_id].title), (before.column_order, &title));
    }

    #[test]
    fn a_column_that_others_went_past_since_stays() {
        let before = state();
        let (column_id, other) = columns(&before);
        let change = PatchColumn { index: Some(1), ..PatchColumn::default() };
        let operation = Operation::PatchColumn { column_id: column_id.clone(), change };
        let taken = inverse(&[operation], &before, None).expect("undone");
        assert_eq!(taken.words, "Column Backlog moved");
        // Somebody has put it back already, and the other one in front again.
        assert_eq!(before.column_order, [column_id, other]);
        assert!(taken.inverse.way_back(&before).is_err());
    }

    #[test]
    fn what_is_asked_about_before_is_not_undone() {
        let before = state();
        let (column_id, _) = columns(&before);
        assert_eq!(inverse(&[Operation::DeleteColumn { column_id, move_to: None }], &before, None), None);
        assert_eq!(inverse(&[Operation::RenameBoard { name: "x".to_owned() }], &before, None), None);
        assert_eq!(inverse(&[], &before, None), None);
    }
}
