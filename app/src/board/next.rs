//! The next card of the board that needs a person: by its key, or a press of its button.
//!
//! It comes with the menus, after the page: nobody misses it in the first moment.

use leptos::prelude::*;
use shared::card::{AttentionReason, Card};
use shared::ids::CardId;
use shared::time::Timestamp;

use super::context::BoardContext;
use crate::topbar::Running;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::fill;

/// Puts the button into the bar above the board, beside how much is under way.
#[component]
pub(super) fn Next() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let overview = board.kanban.overview();
    let totals = Memo::new(move |_| overview.with(|it| it.as_ref().map(|it| it.totals).unwrap_or_default()));
    fill(board.beside_title, move || view! { <Running totals/> <NextButton/> }.into_any());
}

/// The button that goes to the next card that needs a person. It is there while any does.
#[component]
fn NextButton() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let id = board.kanban.board_id();
    let count = Memo::new(move |_| {
        board.kanban.overview().with(|live| {
            let boards = live.as_ref().map(|it| it.boards.as_slice()).unwrap_or_default();
            boards.iter().find(|it| it.board_id == id).map_or(0, |it| it.needs_you)
        })
    });
    let button = move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <button class="button is-quiet is-small needs-script" type="button" title="The next card that needs you, n" on:click=move |_| go(board)>
                    <Glyph icon=Icon::Ask/>
                    <span><b>{count.to_string()}</b> {if count == 1 { " needs you" } else { " need you" }}</span>
                </button>
            }
            .into_any()
        })
    };
    view! { {move || button()} }
}

/// Opens the next card that needs a person, and goes to what its agent asks.
pub fn go(board: BoardContext) {
    let needing = board.kanban.with_board(|state| {
        let since = |card: &Card| Some(card.attempt.as_ref()?.attention.as_ref()?.since);
        state.cards.values().filter_map(|card| Some((since(card)?, card.id.clone()))).collect::<Vec<_>>()
    });
    let needing = needing.unwrap_or_default();
    match next(needing, board.open_card.get_untracked().as_ref()) {
        Some(card) => {
            board.open(&card);
            // Where nothing is asked, nothing that is asked later on may take the focus.
            let asks = board.card(&card).is_some_and(|card| card.with_untracked(asks));
            board.answering.set(asks.then_some(card));
        }
        None => board.notices.say("Nothing on this board needs you"),
    }
}

fn asks(card: &Card) -> bool {
    let attention = card.attempt.as_ref().and_then(|attempt| attempt.attention.as_ref());
    attention.is_some_and(|attention| attention.reason == AttentionReason::Ask)
}

/// The card that has waited longest, or the one after the card that is open.
fn next(mut needing: Vec<(Timestamp, CardId)>, open: Option<&CardId>) -> Option<CardId> {
    needing.sort();
    let at = open.and_then(|open| needing.iter().position(|(_, card)| card == open));
    let next = at.map_or(0, |at| (at + 1) % needing.len());
    needing.into_iter().nth(next).map(|(_, card)| card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_card_is_the_one_that_has_waited_longest_and_so_on_round() {
        let needing =
            || vec![(Timestamp::from_millis(9), "c1".into()), (Timestamp::from_millis(3), "c2".into())];
        let next_after = |open: Option<&str>| next(needing(), open.map(CardId::from).as_ref());
        assert_eq!(next_after(None), Some("c2".into()));
        assert_eq!(next_after(Some("c2")), Some("c1".into()));
        assert_eq!(next_after(Some("c1")), Some("c2".into()));
        assert_eq!(next_after(Some("other")), Some("c2".into()));
        assert_eq!(next(vec![], None), None);
    }
}
