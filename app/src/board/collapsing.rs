//! Which columns are strips: each browser keeps its own, board by board.

use leptos::prelude::*;
use shared::ids::ColumnId;

use super::context::BoardContext;
use crate::browser;

impl BoardContext {
    /// Goes on with the strips that the browser has kept for this board, once the page is there.
    pub(super) fn keep_strips(self) {
        Effect::new(move || {
            if let Some(kept) = browser::kept(&self.strips_name()) {
                self.strips.set(kept.lines().map(ColumnId::from).collect());
            }
        });
    }

    /// Whether a column is a strip. Tracks it.
    #[must_use]
    pub fn is_strip(&self, column: &ColumnId) -> bool {
        self.strips.with(|strips| strips.contains(column))
    }

    /// Makes a column a strip, or a strip a column.
    pub fn toggle_strip(&self, column: &ColumnId) {
        self.strips.update(|strips| match strips.iter().position(|strip| strip == column) {
            Some(index) => drop(strips.remove(index)),
            None => strips.push(column.clone()),
        });
        let lines: Vec<_> =
            self.strips.with_untracked(|strips| strips.iter().map(ToString::to_string).collect());
        browser::keep(&self.strips_name(), &lines.join("\n"));
        // What was pressed is hidden now; what takes it back stands in the same place.
        browser::focus_in(&format!("head-{column}"), "button");
    }

    /// Under which name the browser keeps them.
    fn strips_name(&self) -> String {
        format!("mainstay.strips.{}", self.kanban.board_id())
    }
}
