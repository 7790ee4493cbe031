//! How columns become strips, and strips columns: each browser keeps its own.

use leptos::prelude::*;
use shared::ids::ColumnId;

use super::context::BoardContext;
use super::strips::Strips;
use crate::browser;

impl BoardContext {
    /// Whether a column is a strip. Tracks it.
    #[must_use]
    pub fn is_strip(&self, column: &ColumnId) -> bool {
        self.strips.with(|strips| strips.contains(column))
    }

    /// Makes a column a strip, or a strip a column; the focus stays at its head.
    pub fn toggle_strip(&self, column: &ColumnId) {
        self.turn_strip(column);
        // What was pressed is hidden now; what takes it back stands in the same place.
        browser::focus_in(&format!("head-{column}"), "button");
    }

    /// Makes a column a strip, or a strip a column.
    pub fn turn_strip(&self, column: &ColumnId) {
        let is_strip = !self.strips.with_untracked(|strips| strips.contains(column));
        self.strips.update(|strips| strips.set(column, is_strip));
        // On what is kept by now: another tab may show another board.
        let mut kept = Strips::from_cookies(&browser::cookies());
        kept.set(column, is_strip);
        browser::keep_cookie(&kept.cookie());
    }
}
