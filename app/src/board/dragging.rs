//! Dragging as the page does it: browser events into the machine of [`super::drag`], its effects into the board.

use leptos::{ev, html, prelude::*};
use shared::ids::{CardId, ColumnId};

use super::context::{BoardContext, focus_card};
use super::drag::{self, Event, Grip, Held, Point, PointerId, Spot, State};
use super::{face::CardFace, lanes};
use crate::browser;

/// The card in the hand; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Dragging {
    state: RwSignal<State>,
    /// The element around the columns.
    pub area: NodeRef<html::Div>,
    grip: StoredValue<Grip>,
    /// A click that ends a drag is none.
    swallows_click: StoredValue<bool>,
}

impl Dragging {
    /// An empty hand.
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(State::Idle),
            area: NodeRef::new(),
            grip: StoredValue::new(Grip::default()),
            swallows_click: StoredValue::new(false),
        }
    }

    /// The card that is being carried.
    #[must_use]
    pub fn carried(self) -> Memo<Option<CardId>> {
        Memo::new(move |_| self.state.read().carried().cloned())
    }

    /// The slot that is open in a column: above which card, or at its end.
    #[must_use]
    pub fn slot_in(self, column: ColumnId) -> Memo<Option<Option<CardId>>> {
        Memo::new(move |_| {
            let state = self.state.read();
            state.slot().filter(|slot| slot.column == column).map(|slot| slot.before.clone())
        })
    }

    fn over(self, at: Point) -> Option<Spot> {
        self.area.get_untracked().and_then(|area| lanes::spot(&browser::measure_lanes(&area), at))
    }

    fn feed(self, board: &BoardContext, event: Event) {
        let Some(state) = self.state.try_get_untracked() else { return };
        let (next, effects) = drag::step(state.clone(), event);
        if next != state {
            self.state.set(next);
        }
        for effect in effects {
            self.carry_out(board, effect);
        }
    }

    fn carry_out(self, board: &BoardContext, effect: drag::Effect) {
        match effect {
            drag::Effect::Capture(pointer) => {
                if let Some(area) = self.area.get_untracked() {
                    browser::capture_pointer(&area, pointer);
                }
                self.scroll_on(*board, pointer);
            }
            drag::Effect::Lifted(card) => {
                let key = board.key_of(&card).unwrap_or_default();
                board.notices.say(format!("{key} lifted. Escape gives it back."));
            }
            drag::Effect::Drop { card, to } => {
                self.swallow_click();
                board.move_card(&card, to);
            }
            drag::Effect::GivenBack(card) => {
                self.swallow_click();
                let key = board.key_of(&card).unwrap_or_default();
                board.notices.say(format!("{key} is back where it was."));
                focus_card(&card);
            }
        }
    }

    /// Scrolls frame by frame while a card is carried near an edge.
    fn scroll_on(self, board: BoardContext, pointer: PointerId) {
        request_animation_frame(move || {
            let Some(State::Dragging { at, .. }) = self.state.try_get_untracked() else { return };
            if self.area.try_get_untracked().flatten().is_some_and(|area| browser::scroll_towards(&area, at))
            {
                // The board moved under a pointer that did not.
                self.feed(&board, Event::Move { pointer, at, over: self.over(at) });
            }
            self.scroll_on(board, pointer);
        });
    }

    /// The click that the browser makes of a release is not meant for what lies there.
    fn swallow_click(self) {
        self.swallows_click.set_value(true);
        let forget = move || {
            self.swallows_click.try_update_value(|it| *it = false);
        };
        set_timeout(forget, std::time::Duration::ZERO);
    }
}

/// The area that cards are dragged in.
#[component]
pub fn DragArea(
    /// Whether what is shown is old enough to lose its colour.
    stale: Memo<bool>,
    /// The columns.
    children: Children,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let dragging = board.dragging;

    let press = move |event: ev::PointerEvent| {
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        // A finger scrolls; it moves cards by their menus.
        if !plain || event.pointer_type() == "touch" {
            return;
        }
        let at = point(&event);
        let Some(pressed) = event.target().and_then(|target| browser::pressed_card(&target, at)) else {
            return;
        };
        dragging.grip.set_value(pressed.grip);
        let held = Held { card: pressed.card, pointer: event.pointer_id(), from: pressed.from, pressed: at };
        dragging.feed(&board, Event::Press(held));
    };
    let go = move |event: ev::PointerEvent| {
        let pointer = event.pointer_id();
        if dragging.state.read_untracked().held().is_none() {
            return;
        }
        if event.buttons() & 1 == 0 {
            // It was let go where the page could not see it.
            return dragging.feed(&board, Event::Cancel { pointer });
        }
        let at = point(&event);
        dragging.feed(&board, Event::Move { pointer, at, over: dragging.over(at) });
    };
    let release =
        move |event: ev::PointerEvent| dragging.feed(&board, Event::Release { pointer: event.pointer_id() });
    let cancel =
        move |event: ev::PointerEvent| dragging.feed(&board, Event::Cancel { pointer: event.pointer_id() });
    let click = move |event: ev::MouseEvent| {
        if dragging.swallows_click.try_update_value(std::mem::take).unwrap_or_default() {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    give_back_on_escape(board);
    let_go_of_the_gone(board);

    let carried = dragging.carried();
    view! {
        <div
            class="board"
            class:is-dragging=move || carried.with(Option::is_some)
            class:is-stale=move || stale.get()
            node_ref=dragging.area
            on:pointerdown=press
            on:pointermove=go
            on:pointerup=release
            on:pointercancel=cancel
            on:lostpointercapture=cancel
            on:click:capture=click
        >
            {children()}
        </div>
        <InHand/>
    }
}

/// The card in the hand, under the pointer.
#[component]
fn InHand() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let dragging = board.dragging;
    let carried = dragging.carried();
    let corner = move || match &*dragging.state.read() {
        State::Dragging { at, .. } => {
            let Grip { offset, .. } = dragging.grip.get_value();
            format!("{}px {}px", at.x - offset.x, at.y - offset.y)
        }
        State::Idle | State::Pressed(_) => "0px 0px".to_owned(),
    };
    let lifted =
        move || {
            let card = carried.get().and_then(|card| board.card(&card))?;
            let width = format!("{}px", dragging.grip.get_value().width);
            Some(view! {
            <ol class="drag" aria-hidden="true" style:inline-size=width style:translate=move || corner()>
                <li class="card is-lifted">
                    <CardFace card/>
                </li>
            </ol>
        }
        .into_any())
        };
    view! { {move || lifted()} }
}

fn point(event: &ev::PointerEvent) -> Point {
    Point { x: f64::from(event.client_x()), y: f64::from(event.client_y()) }
}

fn give_back_on_escape(board: BoardContext) {
    Effect::new(move || {
        let keys = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                board.dragging.feed(&board, Event::Escape);
            }
        });
        on_cleanup(move || keys.remove());
    });
}

/// A card that someone deletes while it is carried is no longer there to drop.
fn let_go_of_the_gone(board: BoardContext) {
    let carried = board.dragging.carried();
    Effect::new(move || {
        if let Some(card) = carried.get().filter(|card| board.column_of(card).is_none()) {
            board.dragging.feed(&board, Event::Gone(card));
        }
    });
}
