//! Noting what a person does on a board, and taking it back.

use std::rc::Rc;

use shared::board::BoardState;
use shared::ids::CardId;
use shared::requests::{Bulk, BulkOperation, Deed, MoveCard};

use super::context::BoardContext;
use super::undo::{Inverse, Step, StepNumber, Thing, inverse};
use crate::api::{self, Answer, ApiFailure, FailureKind};
use crate::live::{Operation, Sending};
use crate::tab::TabMemory;
use crate::ui::icon::Icon;
use crate::ui::notices::Action;

/// Notes each step that is made on the board from now on, and offers to bring back what was deleted.
pub(super) fn note_steps(board: BoardContext, memory: TabMemory) {
    // An answer may come when the page is gone.
    let id = board.kanban.board_id();
    board.kanban.witness(Rc::new(move |operation| {
        let about = card_of(operation).and_then(|card| memory.description_of(card));
        let one = std::slice::from_ref(operation);
        let taken = board.kanban.with_board(|state| inverse(one, state, about.as_deref())).flatten()?;
        let thing = thing_of(operation)?;
        let is_deletion = matches!(operation, Operation::DeleteCard { .. });
        let id = id.clone();
        Some(Box::new(move |done| {
            let of_card = || Some(done.card.as_ref()?.read().ok()?.card.revision);
            let Some(revision) = done.revision.or_else(of_card) else { return };
            let words = taken.words.clone();
            let number = memory.with_steps(|steps| steps.push(id, taken, &[(thing, revision)]));
            if is_deletion {
                board.notices.done(words, number.flatten().map(|number| undo_action(board, memory, number)));
            }
        }))
    }));
}

fn card_of(operation: &Operation) -> Option<&CardId> {
    match operation {
        Operation::CreateCard { card, .. } => Some(&card.id),
        Operation::PatchCard { card_id, .. }
        | Operation::MoveCard { card_id, .. }
        | Operation::DeleteCard { card_id } => Some(card_id),
        _ => None,
    }
}

fn thing_of(operation: &Operation) -> Option<Thing> {
    match operation {
        Operation::PatchColumn { column_id, .. } => Some(Thing::Column(column_id.clone())),
        other => card_of(other).cloned().map(Thing::Card),
    }
}

/// What a notice offers: to take a step back.
pub(super) fn undo_action(board: BoardContext, memory: TabMemory, number: StepNumber) -> Action {
    Action::new("Undo", Icon::Undo, move || match memory.with_steps(|steps| steps.take(number)).flatten() {
        Some(step) => take_back(board, memory, step),
        None => board.notices.say("It was undone already"),
    })
}

/// Takes the last step back, once all that is on its way has been answered.
pub(crate) fn undo_last(board: BoardContext, memory: TabMemory) {
    board.kanban.then(move || {
        // Whoever has left the board sees nothing of it: the step stays.
        let Some(id) = board.kanban.id_while_shown() else { return };
        match memory.with_steps(|steps| steps.take_last(&id)).flatten() {
            Some(step) => take_back(board, memory, step),
            None => board.notices.done("There is nothing to undo", None),
        }
    });
}

fn take_back(board: BoardContext, memory: TabMemory, step: Step) {
    let id = board.kanban.board_id();
    let shown = board.kanban.with_board(|state| shown(&step.inverse, state)).unwrap_or_default();
    let sending: Sending = Box::pin(async move {
        let answer = match &step.inverse {
            Inverse::Cards(deeds) => api::bulk(&id, &body(&step, deeds)).await.map(|Answer { at, value }| {
                let things = value.into_iter().map(|(card, revision)| (Thing::Card(card), revision));
                Answer { at, value: things.collect::<Vec<_>>() }
            }),
            Inverse::Column(column, change) => {
                let thing = Thing::Column(column.clone());
                let answer = api::patch_column(&id, column, change, step.expects(&thing)).await;
                answer.map(|Answer { at, value }| Answer {
                    at,
                    value: value.into_iter().map(|revision| (thing.clone(), revision)).collect(),
                })
            }
        };
        match answer {
            Ok(Answer { at, value }) => {
                let after: Box<dyn FnOnce()> = Box::new(move || {
                    memory.with_steps(|steps| steps.taken_back(&step, &value));
                    board.notices.done(format!("Undone: {}", step.words), None);
                });
                (Ok(at), after)
            }
            Err(why) => {
                let told = why.clone();
                let after: Box<dyn FnOnce()> = Box::new(move || give_up(board, memory, step, &told));
                (Err(why), after)
            }
        }
    });
    board.kanban.perform(shown, sending);
}

/// Says why a step was not taken back. One that did not reach the server can be tried again.
fn give_up(board: BoardContext, memory: TabMemory, step: Step, why: &ApiFailure) {
    if matches!(why.kind, FailureKind::Unreachable | FailureKind::Unavailable) {
        memory.with_steps(|steps| steps.put_back(step));
    }
    board.notices.failed(match &why.kind {
        FailureKind::Refused(problem) if problem.status == 412 => {
            format!("Not undone: {}", problem.detail)
        }
        _ => format!("Not undone: {}", reason(why)),
    });
}

/// Why a bulk came to nothing, without the places in its body, which mean nothing to a person.
pub(super) fn reason(why: &ApiFailure) -> String {
    match &why.kind {
        FailureKind::Refused(problem) => {
            let sentences = std::iter::once(&problem.detail).chain(&problem.hints);
            sentences.map(String::as_str).collect::<Vec<_>>().join(" ")
        }
        _ => why.sentence.clone(),
    }
}

fn body(step: &Step, deeds: &[(CardId, Deed)]) -> Bulk {
    let operation = |(card, deed): &(CardId, Deed)| {
        let revision = step.expects(&Thing::Card(card.clone()));
        BulkOperation::new(card.clone(), revision, deed.clone())
    };
    Bulk { operations: deeds.iter().map(operation).collect() }
}

/// What shows at once. What was deleted shows when the stream brings it: nobody here knows the card any more.
fn shown(inverse: &Inverse, state: &BoardState) -> Vec<Operation> {
    match inverse {
        Inverse::Column(column_id, change) => {
            vec![Operation::PatchColumn { column_id: column_id.clone(), change: change.clone() }]
        }
        Inverse::Cards(deeds) => {
            deeds.iter().filter_map(|(card, deed)| shown_deed(card, deed, state)).collect()
        }
    }
}

fn shown_deed(card: &CardId, deed: &Deed, state: &BoardState) -> Option<Operation> {
    let card_id = card.clone();
    Some(match deed {
        Deed::Move(MoveCard { column_id, before_card_id, .. }) => Operation::MoveCard {
            card_id,
            from: state.column_of(card)?.id.clone(),
            column_id: column_id.clone(),
            before: before_card_id.value().cloned(),
        },
        Deed::Patch(change) => Operation::PatchCard { card_id, change: change.clone() },
        Deed::Delete => Operation::DeleteCard { card_id },
        Deed::Restore => return None,
    })
}
