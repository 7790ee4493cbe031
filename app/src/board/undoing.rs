//! Noting what a person does on a board, and taking it back.

use std::rc::Rc;

use shared::ids::{BoardId, CardId};
use shared::requests::{Bulk, BulkOperation, Deed};

use super::context::BoardContext;
use super::undo::{Asked, Step, StepNumber, Steps, Thing, WayBack, inverse};
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
    Action::new("Undo", Icon::Undo, move || {
        let take = move |steps: &mut Steps, _: &BoardId| steps.take(number);
        take_back(board, memory, Box::new(take), "It was undone already");
    })
}

/// Takes the last step back.
pub(crate) fn undo_last(board: BoardContext, memory: TabMemory) {
    take_back(board, memory, Box::new(Steps::take_last), "There is nothing to undo");
}

/// Which step is taken, of those on a board.
type Take = Box<dyn FnOnce(&mut Steps, &BoardId) -> Option<Step>>;

/// Takes a step back, once all that is on its way has been answered: only then it is known which one is the last, and at
/// which revisions things are.
fn take_back(board: BoardContext, memory: TabMemory, take: Take, without: &'static str) {
    board.kanban.perform_in_turn(Box::new(move || {
        // Whoever has left the board sees nothing of it: the step stays.
        let id = board.kanban.id_while_shown()?;
        let Some(step) = memory.with_steps(|steps| take(steps, &id)).flatten() else {
            board.notices.done(without, None);
            return None;
        };
        match board.kanban.with_board(|state| step.inverse.way_back(state))? {
            Ok(WayBack { shown, asked }) => Some((shown, send(board, memory, step, asked))),
            Err(why) => {
                board.notices.failed(format!("Not undone: {why}"));
                None
            }
        }
    }));
}

fn send(board: BoardContext, memory: TabMemory, step: Step, asked: Asked) -> Sending {
    let id = step.board.clone();
    Box::pin(async move {
        let answer = match &asked {
            Asked::Cards(deeds) => api::bulk(&id, &body(&step, deeds)).await.map(|Answer { at, value }| {
                let things = value.into_iter().map(|(card, revision)| (Thing::Card(card), revision));
                Answer { at, value: things.collect::<Vec<_>>() }
            }),
            Asked::Column(column, change) => {
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
    })
}

/// Says why a step was not taken back. One that did not reach the server can be tried again.
fn give_up(board: BoardContext, memory: TabMemory, step: Step, why: &ApiFailure) {
    if why.may_pass() {
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
