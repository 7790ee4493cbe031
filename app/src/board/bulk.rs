//! What is done to several cards at once: one request, which shows at once and is one step to undo.

use leptos::prelude::*;
use shared::board::BoardState;
use shared::card::{Card, Priority};
use shared::ids::{BoardId, CardId, ColumnId};
use shared::requests::{Bulk, BulkOperation, Deed, MoveCard, Patch, PatchCard, limits};

use super::context::BoardContext;
use super::selection::Selection;
use super::selection_bar;
use super::undo::{Taken, Thing, inverse};
use super::undoing::{reason, undo_action};
use crate::api::{self, Answer, ApiFailure};
use crate::live::{Operation, Sending};
use crate::tab::TabMemory;

/// What is done to each of the cards that are selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Moves them to the end of a column.
    MoveTo(ColumnId),
    /// Puts a label on them.
    Label(String),
    /// Takes a label off them.
    Unlabel(String),
    /// Gives them a priority, or none.
    Priority(Option<Priority>),
    /// Deletes them.
    Delete,
}

/// The operations of an action on these cards, from the top of the first column to the bottom of the last; none for a card
/// that is as it should be.
fn operations(action: &Action, state: &BoardState, is_meant: impl Fn(&CardId) -> bool) -> Vec<Operation> {
    let cards = state.ordered_columns().flat_map(|column| column.card_ids.iter().map(|id| (&column.id, id)));
    let meant = cards.filter(|(_, id)| is_meant(id));
    meant.filter_map(|(column, id)| operation(action, column, state.cards.get(id)?)).collect()
}

fn operation(action: &Action, column: &ColumnId, card: &Card) -> Option<Operation> {
    let card_id = card.id.clone();
    let patch =
        |change: PatchCard| Operation::PatchCard { card_id: card_id.clone(), change: Box::new(change) };
    let labels = |labels: Vec<String>| {
        (labels != card.labels)
            .then(|| patch(PatchCard { labels: Patch::Value(labels), ..PatchCard::default() }))
    };
    match action {
        Action::MoveTo(to) => (to != column).then(|| Operation::MoveCard {
            card_id: card_id.clone(),
            from: column.clone(),
            column_id: to.clone(),
            before: None,
        }),
        Action::Label(label) if card.labels.contains(label) => None,
        Action::Label(label) => labels(card.labels.iter().chain([label]).cloned().collect()),
        Action::Unlabel(label) => labels(card.labels.iter().filter(|it| *it != label).cloned().collect()),
        Action::Priority(priority) => (*priority != card.priority)
            .then(|| patch(PatchCard { priority: (*priority).into(), ..PatchCard::default() })),
        Action::Delete => Some(Operation::DeleteCard { card_id }),
    }
}

/// The request. A list of labels is a change of the list that was seen, so it names that card's revision.
fn body(operations: &[Operation], state: &BoardState) -> Bulk {
    let operation = |operation: &Operation| {
        let (card, deed) = match operation.clone() {
            Operation::MoveCard { card_id, column_id, before, .. } => {
                let before_card_id = Patch::from(before);
                (card_id, Deed::Move(MoveCard { column_id, index: None, before_card_id }))
            }
            Operation::PatchCard { card_id, change } => (card_id, Deed::Patch(change)),
            Operation::DeleteCard { card_id } => (card_id, Deed::Delete),
            _ => return None,
        };
        let is_list = matches!(&deed, Deed::Patch(change) if !change.labels.is_absent());
        let revision = state.cards.get(&card).map(|card| card.revision).filter(|_| is_list);
        Some(BulkOperation::new(card, revision, deed))
    };
    Bulk { operations: operations.iter().filter_map(operation).collect() }
}

/// What is asked of the server, and what takes it back.
struct Asked {
    operations: Vec<Operation>,
    body: Bulk,
    taken: Taken,
}

impl Asked {
    /// What an action on these cards asks for; `None` if they are as they should be.
    fn of(action: &Action, state: &BoardState, chosen: &Selection) -> Option<Self> {
        let operations = operations(action, state, |card| chosen.contains(card));
        let (body, taken) = (body(&operations, state), inverse(&operations, state, None)?);
        Some(Self { operations, body, taken })
    }
}

/// Does something to all cards that are selected.
pub(crate) fn act_on_selected(board: BoardContext, memory: TabMemory, action: &Action) {
    ask_for_selected(board, memory, action, move |answer| {
        if let Err(why) = answer {
            memory.tell_failure(board.notices, why);
        }
    });
}

/// As [`act_on_selected`], but why it came to nothing is told to the caller instead of in a notice.
pub(crate) fn ask_for_selected(
    board: BoardContext,
    memory: TabMemory,
    action: &Action,
    answered: impl FnOnce(Result<(), String>) + 'static,
) {
    untrack(|| selection_bar::keep_seen(board));
    let chosen = board.selection.get_untracked();
    if chosen.is_empty() {
        return answered(Err("No card is selected any more.".to_owned()));
    }
    let Some(asked) = board.kanban.with_board(|state| Asked::of(action, state, &chosen)).flatten() else {
        board.notices.say("The cards are as they should be");
        return answered(Ok(()));
    };
    let operations = asked.operations.clone();
    if operations.len() > limits::BULK_OPERATIONS {
        let (most, many) = (limits::BULK_OPERATIONS, operations.len());
        return answered(Err(format!("At most {most} cards can be changed at once, and these are {many}.")));
    }
    let (id, action) = (board.kanban.board_id(), action.clone());
    let sending: Sending = Box::pin(async move {
        match send(&id, &action, &chosen, asked).await {
            Ok((Answer { at, value }, taken)) => {
                let after: Box<dyn FnOnce()> = Box::new(move || {
                    let words = taken.words.clone();
                    let made: Vec<_> =
                        value.into_iter().map(|(card, now)| (Thing::Card(card), now)).collect();
                    let number = memory.with_steps(|steps| steps.push(id, taken, &made)).flatten();
                    board.notices.done(words, number.map(|number| undo_action(board, memory, number)));
                    answered(Ok(()));
                });
                (Ok(at), after)
            }
            Err(why) => {
                let told = format!("Nothing was changed: {}", reason(&why));
                let after: Box<dyn FnOnce()> = Box::new(move || {
                    // What was hidden by it was let go of, and is here again.
                    let is_empty = board.selection.try_with_untracked(Selection::is_empty);
                    if is_empty == Some(true) {
                        board.selection.set(chosen);
                    }
                    answered(Err(told));
                });
                (Err(why), after)
            }
        }
    });
    board.kanban.perform(operations, sending);
}

/// How often a request is made anew before the person is told.
const MAX_TRIES: usize = 4;

/// Sends the request. Where somebody else has changed a list since it was seen, it is made anew on what is there by then,
/// and neither change is lost. Answers with what takes back what was done in the end.
async fn send(
    board: &BoardId,
    action: &Action,
    chosen: &Selection,
    mut asked: Asked,
) -> Result<(Answer<Vec<(CardId, u64)>>, Taken), ApiFailure> {
    for _ in 1..MAX_TRIES {
        match api::bulk(board, &asked.body).await {
            Err(why) if why.refused_with() == Some(412) => {}
            answer => return Ok((answer?, asked.taken)),
        }
        let Answer { at, value } = api::board(board).await?;
        match Asked::of(action, &value, chosen) {
            Some(anew) => asked = anew,
            // Somebody else has done it, so there is nothing to take back either.
            None => return Ok((Answer { at, value: Vec::new() }, asked.taken)),
        }
    }
    Ok((api::bulk(board, &asked.body).await?, asked.taken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn state() -> BoardState {
        let labelled = Card { labels: vec!["ui".to_owned()], ..samples::card("c2", "Second") };
        samples::board(vec![samples::card("c1", "First"), labelled], vec![samples::card("c3", "Third")])
    }

    fn asked(action: &Action) -> Bulk {
        let state = state();
        body(&operations(action, &state, |_| true), &state)
    }

    fn cards(bulk: &Bulk) -> Vec<&str> {
        bulk.operations.iter().map(|it| it.card_id.as_str()).collect()
    }

    #[test]
    fn cards_go_in_the_order_in_which_they_lie_and_those_that_are_there_stay() {
        let state = state();
        let second = state.column_order[1].clone();
        let in_second = &state.columns[&second].card_ids;
        let bulk = asked(&Action::MoveTo(second.clone()));
        let expected: Vec<&str> =
            ["c1", "c2", "c3"].into_iter().filter(|id| !in_second.contains(&CardId::new(*id))).collect();
        assert_eq!(cards(&bulk), expected);
        assert_eq!(cards(&asked(&Action::Delete)), ["c1", "c2", "c3"]);
    }

    #[test]
    fn a_list_of_labels_names_the_revision_that_it_was_made_on() {
        let bulk = asked(&Action::Label("ui".to_owned()));
        assert_eq!(cards(&bulk), ["c1", "c3"]);
        assert!(bulk.operations.iter().all(|it| it.revision == Some(1)));
        assert_eq!(cards(&asked(&Action::Unlabel("ui".to_owned()))), ["c2"]);
        let priority = asked(&Action::Priority(Some(Priority::High)));
        assert!(priority.operations.iter().all(|it| it.revision.is_none()));
        assert_eq!(cards(&asked(&Action::Priority(None))), [""; 0]);
    }
}
