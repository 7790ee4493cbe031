//! The inspector's edge, by which it is made wider or narrower where it stands beside the board.
//!
//! What follows it is the style sheet alone: nothing is rendered anew while it moves.

use leptos::{ev, prelude::*};

use super::width::{Bounds, PROPERTY, Width};
use crate::board::context::INSPECTOR;
use crate::browser;

/// The edge in a hand: where the pointer went down, and how wide the inspector was, in pixels.
#[derive(Clone, Copy)]
struct Held {
    at: f64,
    width: f64,
}

/// How wide the inspector is, and may be.
#[derive(Clone, Copy, PartialEq)]
struct Measured {
    width: f64,
    bounds: Bounds,
}

impl Measured {
    fn now() -> Option<Self> {
        let width = browser::width_of(INSPECTOR)?;
        Some(Self { width, bounds: Bounds::within(width + browser::width_of("main")?) })
    }
}

/// The edge: a separator that is dragged, or moved by keys. A double click gives the usual width back.
#[component]
pub fn Grip() -> impl IntoView {
    let measured = RwSignal::new(None::<Measured>);
    let held = RwSignal::new(None::<Held>);
    let look = move || measured.set(Measured::now());
    Effect::new(move || {
        look();
        let resized = window_event_listener(ev::resize, move |_| look());
        on_cleanup(move || resized.remove());
    });
    let take = move |choice: Option<Width>| {
        browser::set_root_property(PROPERTY, &Width::property(choice));
        look();
    };
    let keep = move |choice: Option<Width>| {
        take(choice);
        browser::keep_cookie(&Width::cookie(choice));
    };

    let press = move |event: ev::PointerEvent| {
        if let Some(Measured { width, .. }) = Measured::now().filter(|_| event.button() == 0) {
            browser::capture(&event);
            held.set(Some(Held { at: f64::from(event.client_x()), width }));
        }
    };
    let reached = move |event: &ev::PointerEvent| {
        let (Held { at, width }, now) = (held.get_untracked()?, Measured::now()?);
        Some(now.bounds.nearest(width + at - f64::from(event.client_x())))
    };
    let drag = move |event: ev::PointerEvent| {
        if let Some(width) = reached(&event) {
            take(Some(width));
        }
    };
    let let_go = move |event: ev::PointerEvent| {
        // Whoever only pressed it has chosen nothing.
        let was_moved = held.get_untracked().is_some_and(|held| held.at != f64::from(event.client_x()));
        if let Some(width) = reached(&event).filter(|_| was_moved) {
            keep(Some(width));
        }
        held.set(None);
    };
    let keys = move |event: ev::KeyboardEvent| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        let now = Measured::now().filter(|_| is_plain);
        if let Some(width) = now.and_then(|now| now.bounds.after(&event.key(), now.width)) {
            event.prevent_default();
            keep(Some(width));
        }
    };
    let pixels = move |of: fn(Measured) -> f64| measured.get().map(|now| of(now).round().to_string());
    view! {
        <div
            class="grip needs-script"
            class:is-held=move || held.with(Option::is_some)
            role="separator"
            tabindex=move || pixels(|now| now.width).map(|_| "0")
            aria-orientation="vertical"
            aria-label="Width of the card, in pixels"
            aria-controls=INSPECTOR
            aria-valuenow=move || pixels(|now| now.width)
            aria-valuemin=move || pixels(|now| u16::from(now.bounds.least).into())
            aria-valuemax=move || pixels(|now| u16::from(now.bounds.most).into())
            title="Drag, or use the arrow keys. A double click gives the usual width back"
            on:pointerdown=press
            on:pointermove=drag
            on:pointerup=let_go
            on:pointercancel=let_go
            on:dblclick=move |_| keep(None)
            on:keydown=keys
        ></div>
    }
}
