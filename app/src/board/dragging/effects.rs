//! What moves the cards of a board: it feeds the machine of [`drag`], and does what that asks for.

use std::time::Duration;

use leptos::prelude::*;
use shared::ids::{CardId, ColumnId};

use super::{Lifted, SLOT};
use crate::board::context::{BoardContext, INSPECTOR, element_id};
use crate::board::drag::{self, Event, Gap, Hand, Point, Slot, Spot, State, Way};
use crate::board::foothold::expander;
use crate::board::lanes::edges::{Drift, drift};
use crate::browser::{self, Grip};
use crate::live::Operation;

/// What moves the cards of a board; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Dragger {
    pub(super) board: BoardContext,
    state: StoredValue<State>,
    /// Where the pointer is that carries a card.
    pub(super) at: RwSignal<Point>,
    pub(super) grip: StoredValue<Grip>,
    /// How the scrolling goes on, as long as there is something to carry.
    drift: StoredValue<Option<Drift>>,
    /// The click that follows the end of a drag is none.
    pub(super) swallows_click: StoredValue<bool>,
}

impl Dragger {
    /// Listens to what happens on a board until the calling view unmounts, and is in context below that.
    pub fn provide(board: BoardContext) -> Self {
        let dragger = Self {
            board,
            state: StoredValue::new(State::Idle),
            at: RwSignal::new(Point::default()),
            grip: StoredValue::new(Grip::default()),
            drift: StoredValue::new(None),
            swallows_click: StoredValue::new(false),
        };
        dragger.listen();
        dragger.follow_changes();
        provide_context(dragger);
        dragger
    }

    /// Moves a card at once.
    pub fn go(self, card: CardId, way: Way) {
        self.feed(Event::Go(card, way));
    }

    /// Whether a card gets anywhere by going this way.
    #[must_use]
    pub fn leads(self, card: &CardId, way: &Way) -> bool {
        untrack(|| drag::leads(&self.board, card, way))
    }

    /// Looks at what is held.
    pub(super) fn look<R>(self, look: impl FnOnce(&State) -> R) -> Option<R> {
        self.state.try_with_value(look)
    }

    /// Whether the keyboard carries a card.
    pub(super) fn is_by_keys(self) -> bool {
        self.look(|state| matches!(state, State::Carrying(it) if matches!(it.hand, Hand::Keys(_))))
            == Some(true)
    }

    /// The pointer that carries a card, and where it is.
    pub(super) fn pointer(self) -> Option<(drag::PointerId, Point)> {
        let pointer = |state: &State| match state {
            State::Carrying(carried) => match carried.hand {
                Hand::Pointer(pointer, at) => Some((pointer, at)),
                Hand::Keys(_) => None,
            },
            State::Idle | State::Pressed(_) => None,
        };
        self.look(pointer).flatten()
    }

    pub(super) fn feed(self, event: Event) {
        let Some(state) = self.state.try_update_value(std::mem::take) else { return };
        let was_idle = state == State::Idle;
        let (next, effects) = untrack(|| drag::step(state, event, &self.board));
        if was_idle && next == State::Idle && effects.is_empty() {
            return;
        }
        self.show(&next);
        self.state.set_value(next);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn show(self, next: &State) {
        let was_dragged = self.pointer_was_shown();
        let lifted = match next {
            State::Carrying(carried) => Some(Lifted {
                card: carried.card.clone(),
                spot: Slot::spot(&carried.slot),
                place: (carried.slot.index() + 1, carried.slot.count()),
                is_by_keys: matches!(carried.hand, Hand::Keys(_)),
            }),
            State::Idle | State::Pressed(_) => None,
        };
        if let State::Carrying(carried) = next
            && let Hand::Pointer(_, at) = carried.hand
            && self.at.get_untracked() != at
        {
            self.at.set(at);
        }
        let shown = self.board.dragging.shown;
        if was_dragged && lifted.is_none() {
            self.swallows_click.set_value(true);
        }
        if shown.with_untracked(|shown| *shown != lifted) {
            shown.set(lifted);
        }
    }

    fn pointer_was_shown(self) -> bool {
        self.board.dragging.shown.with_untracked(|shown| shown.as_ref().is_some_and(|it| !it.is_by_keys))
    }

    fn carry_out(self, effect: drag::Effect) {
        match effect {
            drag::Effect::Wait { since, millis } => {
                let waited = move || self.feed(Event::Waited { since, now: browser::ticks() });
                // At most as long as a finger waits: the cast cuts off nothing.
                set_timeout(waited, Duration::from_millis(millis.ceil() as u64));
            }
            drag::Effect::Capture(pointer) => {
                if let Some(area) = self.board.dragging.area.get_untracked() {
                    browser::capture_pointer(&area, pointer);
                }
                if self.drift.with_value(Option::is_none) {
                    self.scroll_on(Drift::default());
                }
            }
            drag::Effect::Say(words) => self.board.notices.say(words),
            drag::Effect::Tell(words) => self.board.notices.told_but(words, None),
            drag::Effect::Reveal => browser::reveal(SLOT),
            drag::Effect::Move { card, from, to } => self.move_card(card, from, to),
            drag::Effect::Focus(card) => self.focus(card),
        }
    }

    /// Puts the focus on a card that was put down, or on what shows it where its column is collapsed.
    fn focus(self, card: CardId) {
        let column = untrack(|| self.board.column_of(&card).filter(|column| self.board.is_strip(column)));
        match column {
            // At once: nothing else is said of it then.
            Some(column) if !browser::is_focus_in(INSPECTOR) => {
                browser::focus_first(&[expander(&column)]);
            }
            Some(_) => {}
            // Moved by the inspector's menu, which has given the focus back by then, it stays there.
            None => browser::focus_in_unless_within(&element_id(&card), "a", INSPECTOR),
        }
        // Where a long column shows only what can be seen, it shows this one, too.
        self.board.focused.set(Some(card));
    }

    /// Moves a card at once. If that is refused, the card goes back, the board's page tells why, and the focus is kept.
    fn move_card(self, card: CardId, from: ColumnId, to: Spot) {
        let Spot { column, before } = to;
        let element = element_id(&card);
        let operation = Operation::MoveCard { card_id: card, from, column_id: column, before };
        self.board.kanban.act_then(operation, None, move |answer| {
            if answer.is_err() {
                browser::keep_focus(&element, "a");
            }
        });
    }

    /// The gap under a point.
    pub(super) fn over(self, at: Point) -> Option<Gap> {
        self.board.dragging.area.get_untracked().and_then(|area| browser::gap_at(&area, at))
    }

    /// Scrolls frame by frame while a pointer carries a card near an edge.
    fn scroll_on(self, last: Drift) {
        self.drift.try_set_value(Some(last));
        browser::next_frame(move |now| {
            let carried = self.pointer().zip(self.board.dragging.area.try_get_untracked().flatten());
            let Some(((pointer, at), area)) = carried else {
                self.drift.try_set_value(None);
                return;
            };
            let (next, stride) = drift(last, &browser::scroll_frame(&area, at), at, now);
            if browser::scroll_by(&area, at, stride) {
                // The board moves under a pointer that does not.
                self.feed(Event::Point { pointer, at, over: self.over(at), now });
            }
            self.scroll_on(next);
        });
    }

    /// Others change the board while a card is carried.
    fn follow_changes(self) {
        let shown = self.board.dragging.shown;
        let carried = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|it| it.card.clone())));
        let column = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|it| it.spot.column.clone())));
        Effect::new(move || {
            let (Some(card), Some(column)) = (carried.get(), column.get()) else { return };
            // Read, so that this is told of their changes.
            let board: &dyn drag::Places = &self.board;
            let _ = (board.columns(), board.column_of(&card), board.cards(&column));
            self.feed(Event::Change);
        });
    }
}
