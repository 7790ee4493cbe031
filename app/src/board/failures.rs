//! What a person is told about what they did on the board and came to nothing.

use std::sync::Arc;

use leptos::prelude::{Effect, Get as _, expect_context};

use super::context::BoardContext;
use crate::live::{Failure, Operation};
use crate::tab::TabMemory;
use crate::ui::icon::Icon;
use crate::ui::notices::Action;

/// Each operation that came to nothing is told once, with its reason.
pub(super) fn tell_of_failures(board: BoardContext) {
    let (memory, notices) = (expect_context::<TabMemory>(), board.notices);
    board.kanban.tell_late(Arc::new(move |failure| memory.tell_failure(notices, words(failure))));
    let failures = board.kanban.failures();
    Effect::new(move || {
        if let Some(failure) = failures.get() {
            let is_worth_another_try = failure.cause.may_pass();
            let operation = failure.operation.clone();
            // A creation carries its id, so that even one that did arrive is not made twice.
            let again =
                Action::new("Try again", Icon::Reconnect, move || board.kanban.act(operation.clone()));
            let action = is_worth_another_try.then_some(again);
            let words = words(&failure);
            match failure.operation {
                Operation::MoveCard { .. } => board.notices.told_but(words, action),
                // Its title is nowhere else: one that is refused is in the field again, this is not.
                Operation::CreateCard { .. } if action.is_some() => {
                    board.notices.failed_for_good(words, action)
                }
                _ => board.notices.failed_but(words, action),
            }
            board.kanban.dismiss_failure();
        }
    });
}

/// What came to nothing, and why.
fn words(failure: &Failure) -> String {
    let what = match &failure.operation {
        Operation::CreateCard { card, .. } => format!("“{}” was not added", card.title),
        Operation::PatchCard { .. } => "Not saved".to_owned(),
        Operation::MoveCard { .. } => "Not moved".to_owned(),
        Operation::DeleteCard { .. } | Operation::DeleteColumn { .. } => "Not deleted".to_owned(),
        Operation::CreateColumn { .. } => "The column was not added".to_owned(),
        Operation::PatchColumn { .. } => "The column was not changed".to_owned(),
        Operation::RenameBoard { .. } => "Not renamed".to_owned(),
    };
    format!("{what}: {}", failure.cause)
}
