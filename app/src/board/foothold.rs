//! Keeps the focus from being lost where others, or an answer of the server, change the board under it.
//!
//! A card that goes to another place gets another element there, and what the person was on is gone. So at the moment of
//! a change, while the page still shows what was, this looks where the focus is, and in the next frame, unless something
//! has it by then, puts it where it belongs.

use leptos::prelude::*;
use shared::ids::{CardId, ColumnId};

use super::context::{BoardContext, element_id};
use crate::browser::{self, FocusPlace};

/// How many cards above and below are thought of for when the card in focus goes.
const NEIGHBOURS: usize = 3;
/// The way off of each token of the filter.
const CHIPS: &str = ".filter .chip__off";
/// What else in the filter's rows goes when the filter is another one.
const CLEARS: &str = ".filter > a, .filter__remarks button";
/// The filter's field.
const FIELD: &str = ".filter__field input";

/// Keeps the focus on the board's cards and in its filter, until the calling view goes.
pub(super) fn provide(board: BoardContext) {
    // One look is kept for the next frame: in a tab that nobody sees there is none for hours.
    let newest = StoredValue::new(None::<Left>);
    // Not when all effects run: by then the page may show what is.
    ImmediateEffect::new_scoped(move || {
        follow_cards(board);
        if let Some(card) = browser::focused_card() {
            let is_first = newest.with_value(Option::is_none);
            // Where things lie is asked once a frame: it has the browser lay out the page.
            let known = newest.with_value(|left| left.as_ref().map(|left| left.was_in_view));
            let was_in_view = known.unwrap_or_else(|| browser::is_in_view(&element_id(&card)));
            newest.set_value(Some(Left::look(board, card, was_in_view)));
            if is_first {
                request_animation_frame(move || {
                    let left = newest.try_update_value(Option::take).flatten();
                    if let Some(left) = left.filter(|_| browser::focus_place("") == FocusPlace::Nowhere) {
                        left.catch(board);
                    }
                });
            }
        }
    });
    ImmediateEffect::new_scoped(move || {
        board.filter.track();
        let chip = browser::focus_index(CHIPS);
        if chip.is_some() || browser::focus_index(CLEARS).is_some() {
            in_next_frame(move || {
                if !chip.is_some_and(|index| browser::focus_nth(CHIPS, index)) {
                    browser::focus_first(&[(String::new(), FIELD)]);
                }
            });
        }
    });
}

/// Does something in the next frame if the focus is nowhere by then.
pub(super) fn in_next_frame(act: impl FnOnce() + 'static) {
    request_animation_frame(move || {
        if browser::focus_place("") == FocusPlace::Nowhere {
            act();
        }
    });
}

/// Tracks all that can take a card's element off the page, or put it elsewhere.
fn follow_cards(board: BoardContext) {
    let signals = board.kanban.board();
    for lane in signals.order().get().iter().filter_map(|column| signals.lane(column)) {
        lane.track();
    }
    board.filter.track();
    board.found.track();
    board.strips.track();
    // Whether the filter shows it may depend on what it says.
    if let Some(card) = board.focused.get().and_then(|card| board.card(&card)) {
        card.track();
    }
}

/// What the focus was on.
struct Left {
    card: CardId,
    /// Whether it was seen: a reader who scrolled away from it stays where they read.
    was_in_view: bool,
    key: String,
    beside: Vec<CardId>,
}

impl Left {
    fn look(board: BoardContext, card: CardId, was_in_view: bool) -> Self {
        let key = board.key_of(&card).unwrap_or_default();
        let beside = browser::cards_beside(&element_id(&card), NEIGHBOURS);
        Self { card, was_in_view, key, beside }
    }

    /// Puts the focus where the card is, or else beside where it was.
    fn catch(&self, board: BoardContext) {
        if board.kanban.id_while_shown().is_none() {
            return;
        }
        let column = untrack(|| board.column_of(&self.card));
        let strip = column.filter(|column| untrack(|| board.is_strip(column)));
        let link = |card: &CardId| (element_id(card), "a");
        let mut ways = vec![link(&self.card)];
        ways.extend(strip.iter().map(|column| expander(column)));
        ways.extend(self.beside.iter().map(link));
        ways.extend([".board .card__link", ".board .column__add"].map(|any| (String::new(), any)));
        let taken = match self.was_in_view {
            true => browser::focus_first(&ways),
            false => browser::focus_first_in_place(&ways),
        };
        if taken.is_none_or(|index| index > 0) {
            board.notices.say(self.words(board, strip.as_ref()));
        }
    }

    fn words(&self, board: BoardContext, strip: Option<&ColumnId>) -> String {
        let key = &self.key;
        match strip.and_then(|column| untrack(|| board.column_title(column))) {
            Some(title) => format!("{key} is in {title}, which is collapsed"),
            None if board.key_of(&self.card).is_some() => format!("{key} is no longer shown"),
            None => format!("{key} is no longer on the board"),
        }
    }
}

/// What expands a strip: the id of an element, and what in it does.
#[must_use]
pub(in crate::board) fn expander(column: &ColumnId) -> (String, &'static str) {
    (format!("head-{column}"), ".column__expand")
}
