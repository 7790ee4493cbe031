//! What is rendered of long columns: it follows where each is scrolled to.
//!
//! It comes with the menus, after the page; until then a long column shows its first cards.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::{ev, prelude::*};
use send_wrapper::SendWrapper;
use shared::ids::{CardId, ColumnId};

use super::context::{BoardContext, element_id};
use super::seen::{MOST, Seen};
use crate::browser::{self, Scrolling};
use crate::density::ShownDensity;

/// Where each column is scrolled to; a handle that is copied freely.
#[derive(Clone, Copy)]
struct Windows {
    board: BoardContext,
    columns: StoredValue<BTreeMap<ColumnId, ArcRwSignal<Seen>>>,
    carried: Memo<Option<CardId>>,
}

/// Has long columns render what can be seen of them, from now on.
pub(super) fn provide(board: BoardContext) {
    let windows =
        Windows { board, columns: StoredValue::new(BTreeMap::new()), carried: board.dragging.carried() };
    Effect::new(move || {
        browser::measure_columns(|column, measure| windows.look(column, measure));
        let scrolling =
            SendWrapper::new(Scrolling::listen(move |column, measure| windows.look(column, measure)));
        let focus = window_event_listener(ev::focusin, move |_| {
            if let Some(card) = browser::focused_card() {
                board.focused.try_set(Some(card));
            }
        });
        on_cleanup(move || {
            drop(scrolling);
            focus.remove();
        });
        board.windows.set(Some(Arc::new(move |column, shown| windows.of(column, shown))));
    });
    // Another density is another step from one card to the next.
    let density = use_context::<ShownDensity>();
    Effect::new(move || {
        if density.and_then(ShownDensity::get).is_some() {
            browser::measure_columns(|column, measure| windows.look(column, measure));
        }
    });
    windows.number();
}

impl Windows {
    /// Where a column is scrolled to. Before it ever was, it is at its beginning.
    fn column(self, column: &ColumnId) -> Option<ArcRwSignal<Seen>> {
        self.columns.try_update_value(|columns| columns.entry(column.clone()).or_default().clone())
    }

    fn look(self, column: ColumnId, measure: &dyn Fn(Seen) -> Seen) {
        let Some(seen) = self.column(&column) else { return };
        let (before, now) = (seen.get_untracked(), measure(seen.get_untracked()));
        if now != before {
            let focused = browser::focused_card();
            seen.set(now);
            // An element that is put elsewhere in the list loses the focus.
            if let Some(card) = focused {
                browser::keep_focus(&element_id(&card), "a");
            }
        }
    }

    /// The indices to render of the cards that a column shows. Tracks what they depend on.
    fn of(self, column: &ColumnId, shown: &[CardId]) -> Vec<std::ops::Range<usize>> {
        let board = self.board;
        let seen = self.column(column).map(|seen| seen.get()).unwrap_or_default();
        let kept = [board.focused.try_get(), board.open_card.try_get(), self.carried.try_get()];
        let place = |card: CardId| shown.iter().position(|it| *it == card);
        let kept = kept.into_iter().flatten().flatten().filter_map(place);
        // A place that is open between two cards is seen only beside them.
        let open = board.dragging.slot_in(column.clone()).get().flatten().and_then(place);
        seen.of(shown.len(), kept.chain(open))
    }

    /// Numbers the cards of long columns for who can't see where they are.
    fn number(self) {
        let board = self.board;
        let signals = board.kanban.board();
        Effect::new(move || {
            for column in signals.order().get() {
                let shown = board.shown_in(&column).get();
                let ranges = if shown.len() > MOST { self.of(&column, &shown) } else { Vec::new() };
                let cards = ranges.into_iter().flatten();
                let cards = cards.filter_map(|index| Some((shown.get(index)?.clone(), index + 1))).collect();
                browser::number_cards(&column, cards, shown.len());
            }
        });
    }
}
