//! What a person is told about what they did on the board and came to nothing.

use leptos::prelude::{Effect, Get as _};

use super::context::BoardContext;
use crate::api::FailureKind;
use crate::live::Operation;
use crate::ui::icon::Icon;
use crate::ui::notices::Action;

/// Each operation that came to nothing is told once, with its reason.
pub(super) fn tell_of_failures(board: BoardContext) {
    let failures = board.kanban.failures();
    Effect::new(move || {
        if let Some(failure) = failures.get() {
            let what = match &failure.operation {
                Operation::CreateCard { card, .. } => format!("“{}” was not added", card.title),
                Operation::PatchCard { .. } => "Not saved".to_owned(),
                Operation::MoveCard { .. } => "Not moved".to_owned(),
                Operation::DeleteCard { .. } | Operation::DeleteColumn { .. } => "Not deleted".to_owned(),
                Operation::CreateColumn { .. } => "The column was not added".to_owned(),
                Operation::PatchColumn { .. } => "The column was not changed".to_owned(),
                Operation::RenameBoard { .. } => "Not renamed".to_owned(),
            };
            let is_worth_another_try =
                matches!(failure.cause.kind, FailureKind::Unreachable | FailureKind::Unavailable);
            let operation = failure.operation.clone();
            // A creation carries its id, so that even one that did arrive is not made twice.
            let again =
                Action::new("Try again", Icon::Reconnect, move || board.kanban.act(operation.clone()));
            let action = is_worth_another_try.then_some(again);
            let words = format!("{what}: {}", failure.cause);
            if matches!(failure.operation, Operation::MoveCard { .. }) {
                board.notices.told_but(words, action);
            } else {
                board.notices.failed_but(words, action);
            }
            board.kanban.dismiss_failure();
        }
    });
}
