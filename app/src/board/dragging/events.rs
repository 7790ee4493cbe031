//! What the browser tells, as events of the machine that moves cards.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys;

use super::effects::Dragger;
use super::keys;
use crate::board::context::element_id;
use crate::board::drag::{Event, Point, Press, State, Tip};
use crate::browser::{self, FocusPlace, Pressed};

/// What is heard on the board itself: before the page's links and keys hear of it, and where it can be prevented.
const ON_BOARD: &[&str] =
    &["pointerdown", "click", "contextmenu", "touchmove", "touchend", "keydown", "focusout"];
/// What is heard wherever it happens.
const ANYWHERE: &[&str] = &[
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "lostpointercapture",
    "keydown",
    "blur",
    "visibilitychange",
];

impl Dragger {
    /// Listens until the calling view unmounts. The board's element may be another one in time.
    pub(super) fn listen(self) {
        let area = self.board.dragging.area;
        Effect::new(move || {
            let hear = |area: web_sys::HtmlDivElement| {
                browser::hear(&area, ON_BOARD, move |event| self.hear_on_board(event))
            };
            // Kept by the effect, until it runs again or ends.
            let _ = StoredValue::new_local(area.get().map(hear));
        });
        Effect::new(move || {
            let heard = browser::hear_anywhere(ANYWHERE, move |event| self.hear_anywhere(event));
            let _ = StoredValue::new_local(heard);
        });
    }

    fn hear_on_board(self, event: &web_sys::Event) {
        match event.type_().as_str() {
            "pointerdown" => self.press(event.unchecked_ref()),
            "click" => self.click(event.unchecked_ref()),
            "keydown" => self.key(event.unchecked_ref()),
            "focusout" => self.focus_left(),
            // While a finger carries a card, it neither scrolls nor opens a menu, nor does it click when it lets go.
            "contextmenu" | "touchmove" if self.pointer().is_some() => event.prevent_default(),
            "touchend" if self.swallows_click.get_value() && event.cancelable() => {
                self.swallows_click.set_value(false);
                event.prevent_default();
            }
            _ => {}
        }
    }

    fn hear_anywhere(self, event: &web_sys::Event) {
        match event.type_().as_str() {
            "pointerdown" => self.press_anywhere(event.unchecked_ref()),
            "pointermove" => self.point(event.unchecked_ref()),
            "pointerup" => self.feed(Event::Release(pointer(event))),
            "pointercancel" => self.feed(Event::Cancel(pointer(event))),
            // A finger's pointer belongs to what it went down on, until the board captures it.
            "lostpointercapture" if self.is_of_board(event) => self.feed(Event::Cancel(pointer(event))),
            "keydown" => self.escape(event.unchecked_ref()),
            "blur" => self.feed(Event::Leave),
            "visibilitychange" if browser::is_hidden() => self.feed(Event::Leave),
            _ => {}
        }
    }

    fn is_of_board(self, event: &web_sys::Event) -> bool {
        let area = self.board.dragging.area.try_get_untracked().flatten();
        area.is_some_and(|area| event.target().as_ref() == Some(area.as_ref()))
    }

    fn press(self, event: &web_sys::PointerEvent) {
        let is_plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if !is_plain || event.default_prevented() {
            return;
        }
        let at = point(event);
        let Some(Pressed { card, grip }) = event.target().and_then(|it| browser::pressed_card(&it, at))
        else {
            return;
        };
        if self.pointer().is_none() {
            self.grip.set_value(grip);
        }
        let tip = if event.pointer_type() == "touch" { Tip::Finger } else { Tip::Mouse };
        let (pointer, since) = (event.pointer_id(), browser::ticks());
        self.feed(Event::Press(Press { card, pointer, tip, at, since }));
    }

    /// Whoever presses anything while the keyboard carries a card, or presses with a second finger, means something else.
    fn press_anywhere(self, event: &web_sys::PointerEvent) {
        self.swallows_click.set_value(false);
        let is_second =
            |state: &State| matches!(state, State::Pressed(it) if it.pointer != event.pointer_id());
        if self.is_by_keys() || self.look(is_second) == Some(true) {
            self.feed(Event::Leave);
        }
    }

    fn point(self, event: &web_sys::PointerEvent) {
        if self.look(|state| *state == State::Idle) != Some(false) || self.is_by_keys() {
            return;
        }
        let pointer = event.pointer_id();
        if event.buttons() & 1 == 0 {
            // It was let go where the page could not see it.
            return self.feed(Event::Cancel(pointer));
        }
        let at = point(event);
        self.feed(Event::Point { pointer, at, over: self.over(at), now: browser::ticks() });
    }

    /// The click that the browser makes of a release is not meant for what lies there. One without a pointer is none.
    fn click(self, event: &web_sys::MouseEvent) {
        if self.swallows_click.try_update_value(std::mem::take) == Some(true) && event.detail() != 0 {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn key(self, event: &web_sys::KeyboardEvent) {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let key = keys::Key {
            name: event.key(),
            alt: event.alt_key(),
            other: event.ctrl_key() || event.meta_key() || event.shift_key(),
            repeats: event.repeat(),
        };
        let is_by_keys = self.is_by_keys();
        let meant = if is_by_keys {
            keys::while_carrying(&key)
        } else {
            event
                .target()
                .and_then(|it| browser::card_of_link(&it))
                .and_then(|card| keys::on_card(&key, card))
        };
        // A key that comes again and again does what it does only once, but it doesn't scroll the page instead.
        let is_ours = meant.is_some() || (is_by_keys && matches!(key.name.as_str(), " " | "Enter"));
        if is_ours && meant != Some(Event::Leave) {
            event.prevent_default();
        }
        if let Some(meant) = meant {
            self.feed(meant);
        }
    }

    /// Escape means the card in the hand, wherever the focus is.
    fn escape(self, event: &web_sys::KeyboardEvent) {
        if event.key() == "Escape" && self.look(|state| *state != State::Idle) == Some(true) {
            event.prevent_default();
            self.feed(Event::GiveBack);
        }
    }

    /// The focus left what had it. If it went elsewhere, so did the person; if what had it was only made anew, because
    /// somebody else moved the card, it is kept.
    fn focus_left(self) {
        let card = self.look(|state| match state {
            State::Carrying(carried) if self.is_by_keys() => Some(carried.card.clone()),
            _ => None,
        });
        let Some(card) = card.flatten() else { return };
        let element = element_id(&card);
        request_animation_frame(move || match browser::focus_place(&element) {
            FocusPlace::There => {}
            FocusPlace::Nowhere => browser::keep_focus(&element, "a"),
            FocusPlace::Elsewhere if self.is_by_keys() => self.feed(Event::Leave),
            FocusPlace::Elsewhere => {}
        });
    }
}

fn pointer(event: &web_sys::Event) -> i32 {
    event.unchecked_ref::<web_sys::PointerEvent>().pointer_id()
}

fn point(event: &web_sys::PointerEvent) -> Point {
    Point { x: f64::from(event.client_x()), y: f64::from(event.client_y()) }
}
