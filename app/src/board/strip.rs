//! What a strip has at its head: the way back to a column, and how many cards in it need a person.
//!
//! It comes with the menus, after the page, as does the way to make a strip.

use leptos::prelude::*;
use shared::card::Card;
use shared::ids::{CardId, ColumnId};

use super::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};

/// The head of a strip.
#[component]
pub(super) fn StripHead(
    /// The column that is one.
    column: ColumnId,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let title = column.clone();
    let label = Memo::new(move |_| format!("Expand {}", board.column_title(&title).unwrap_or_default()));
    let lane = board.kanban.board().lane(&column)?;
    let needs_you = Memo::new(move |_| {
        let attends = |card: &Card| card.attempt.as_ref().is_some_and(|it| it.attention.is_some());
        let needs_you = |id: &&CardId| board.card(id).is_some_and(|card| card.with(attends));
        lane.read().iter().filter(needs_you).count()
    });
    Some(view! {
        <button
            class="button is-icon is-quiet is-small column__expand"
            type="button"
            aria-expanded="false"
            aria-label=move || label.get()
            title=move || label.get()
            on:click=move |_| board.toggle_strip(&column)
        >
            <Glyph icon=Icon::Right/>
        </button>
        <span class="column__needs" class:u-hidden=move || needs_you.get() == 0 title="Cards that need you">
            {move || needs_you.get()}
            <span class="u-hidden">" need you"</span>
        </span>
    })
}
