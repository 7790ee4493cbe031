//! The conversation, however long: the rows near what can be seen, and who reads at its end stays there.
//!
//! What was rendered is measured before it is painted; what was estimated is put right at once, and the reader's place
//! with it. So nothing moves under their eyes.

use leptos::web_sys::Element;
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use shared::attempt::Attempt;
use shared::conversation::{ConversationItem, ItemKind};

use super::desk::Desk;
use super::heights::{Heights, Scroll, Window, stays_at_end};
use super::log::Bones;
use super::open_attempt::OpenAttempt;
use super::outcome::Outcome;
use super::panels::Unread;
use super::row::Row;
use super::timeline::Older;
use crate::browser::{self, Sizes};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// How far beyond what can be seen rows are rendered, in pixels.
const MARGIN: f64 = 800.0;
/// The window moves in steps of so many pixels.
const STEP: f64 = 200.0;
/// How near to the top older items are read without being asked for.
const NEAR_TOP: f64 = 600.0;

/// The conversation of the attempt that is shown.
#[component]
pub(super) fn Conversation(open: OpenAttempt, attempt: Memo<Option<Attempt>>, desk: Desk) -> impl IntoView {
    let place = Place::new(open);
    let scroller = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Ol>::new();
    let ends = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let (Some(scroller), Some(list), Some(ends)) = (scroller.get(), list.get(), ends.get()) else {
            return;
        };
        place.settle_in(scroller.into(), list.into(), &ends);
    });
    Effect::new(move || {
        open.rows().track();
        place.cover();
    });
    let window = place.window();
    let rows = Memo::new(move |_| window.with(|window| window.rows.clone().collect::<Vec<_>>()));
    // Not as an attribute: pages carry no styles of their own.
    Effect::new(move || {
        let (before, after) = window.with(|window| (window.before, window.after));
        if let Some(list) = list.get() {
            browser::make_room(&list, before, after);
        }
    });
    let is_at_work =
        Memo::new(move |_| attempt.with(|it| it.as_ref().is_some_and(|it| it.status.is_active())));
    let last = Memo::new(move |_| open.rows().get().1 - 1);
    let jump = move || {
        (!place.at_end.get()).then(|| {
            view! {
                <button class="button is-small timeline__jump" type="button" on:click=move |_| place.jump()>
                    <Glyph icon=Icon::Bottom/>
                    "Jump to latest"
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="timeline-frame">
            <div
                class="timeline"
                tabindex="0"
                role="region"
                aria-label="Conversation, newest last"
                node_ref=scroller
                on:scroll=move |_| place.scrolled()
            >
                <Before open/>
                <ol class="timeline__rows" node_ref=list>
                    <List each=rows key=|ordinal: i64| ordinal.to_string() let:ordinal>
                        <Row open ordinal place is_at_work last/>
                    </List>
                </ol>
                <div node_ref=ends>
                    <Ends open/>
                    <Outcome attempt desk/>
                </div>
            </div>
            {move || jump()}
        </div>
    }
}

/// What stands above the first row: the way to older ones.
#[component]
fn Before(open: OpenAttempt) -> impl IntoView {
    let older = Memo::new(move |_| open.state().with(|state| state.older.clone()));
    let shown = move || match older.get() {
        Older::Nothing => None,
        Older::More(_) => Some(
            view! {
                <button
                    class="button is-quiet is-small timeline__older needs-script"
                    type="button"
                    on:click=move |_| open.read_older()
                >
                    <Glyph icon=Icon::Up small=true/>
                    "Show older"
                </button>
            }
            .into_any(),
        ),
        Older::Reading(_) => Some(
            view! { <p class="timeline__older" role="status">"Reading what came before…"</p> }.into_any(),
        ),
        Older::Failed(_, why) => {
            Some(view! { <Unread why on_retry=Callback::new(move |()| open.read_older())/> }.into_any())
        }
    };
    view! { {move || shown()} }
}

/// What stands below the last row, and in place of all of them.
#[component]
fn Ends(open: OpenAttempt) -> impl IntoView {
    let is_known = Memo::new(move |_| open.state().with(|state| state.is_known));
    let failure = Memo::new(move |_| open.state().with(|state| state.failure.clone()));
    let is_empty = Memo::new(move |_| open.rows().with(|(first, end)| first == end));
    let waits =
        move || (!is_known.get() && failure.with(Option::is_none)).then(|| view! { <Bones/> }.into_any());
    let empty = move || {
        (is_known.get() && is_empty.get())
            .then(|| view! { <p class="timeline__calm u-faint">"Nothing has been said yet."</p> }.into_any())
    };
    let unread = move || {
        failure
            .get()
            .map(|why| view! { <Unread why on_retry=Callback::new(move |()| open.retry())/> }.into_any())
    };
    view! {
        {move || waits()}
        {move || empty()}
        {move || unread()}
    }
}

/// Where a reader is in a conversation; a handle that is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Place {
    open: OpenAttempt,
    heights: StoredValue<Heights>,
    /// Rows came, or were measured.
    layout: RwSignal<u32>,
    /// Where the list is scrolled to; `None` until the browser has taken over.
    scroll: RwSignal<Option<Scroll>>,
    at_end: RwSignal<bool>,
    /// By how much the rows before what is seen grew, which the reader's place has not followed yet.
    owed: StoredValue<f64>,
    sizes: StoredValue<Option<SendWrapper<Sizes>>>,
    /// What scrolls, and the list in it.
    parts: StoredValue<Option<SendWrapper<(Element, Element)>>>,
}

impl Place {
    fn new(open: OpenAttempt) -> Self {
        Self {
            open,
            heights: StoredValue::new(Heights::default()),
            layout: RwSignal::new(0),
            scroll: RwSignal::new(None),
            at_end: RwSignal::new(true),
            owed: StoredValue::new(0.0),
            sizes: StoredValue::new(None),
            parts: StoredValue::new(None),
        }
    }

    /// The browser has taken over: rows are measured from now on.
    fn settle_in(self, scroller: Element, list: Element, ends: &Element) {
        let sizes = Sizes::new(move |measured| self.measured(&measured));
        sizes.watch(&scroller);
        sizes.watch(&list);
        sizes.watch(ends);
        self.sizes.set_value(Some(SendWrapper::new(sizes)));
        self.parts.set_value(Some(SendWrapper::new((scroller, list))));
        self.follow_end();
        on_cleanup(move || {
            self.sizes.try_update_value(Option::take);
        });
    }

    /// Measures a row from now on, until the calling view unmounts.
    pub(super) fn watch_row(self, row: Element) {
        self.sizes.try_with_value(|sizes| sizes.as_ref().map(|sizes| sizes.watch(&row)));
        let row = SendWrapper::new(row);
        on_cleanup(move || {
            self.sizes.try_with_value(|sizes| sizes.as_ref().map(|sizes| sizes.leave(&row)));
        });
    }

    /// The rows to render.
    fn window(self) -> Memo<Window> {
        Memo::new(move |_| {
            let (first, end) = self.open.rows().get();
            let Some(scroll) = self.scroll.get() else {
                return Window { rows: first..end, ..Window::default() };
            };
            self.layout.track();
            let at_end = self.at_end.get();
            let top = (scroll.top / STEP).floor() * STEP;
            self.heights.with_value(|heights| match at_end {
                true => heights.window_at_end(scroll.viewport, MARGIN),
                false => heights.window(top, scroll.viewport + STEP, MARGIN),
            })
        })
    }

    /// Makes room for the rows that there are.
    fn cover(self) {
        let (first, end) = self.open.rows().get_untracked();
        let estimate = |ordinal| self.open.look(ordinal, estimate).unwrap_or_default();
        let grown = self.heights.try_update_value(|heights| heights.cover(first..end, estimate));
        self.owed.try_update_value(|owed| *owed += grown.unwrap_or_default());
        self.layout.try_update(|layout| *layout = layout.wrapping_add(1));
    }

    /// Takes note of what was rendered, before it is painted: the first row that is seen stays where it is seen.
    fn measured(self, measured: &[(Option<i64>, f64)]) {
        let Some(now) = self.read() else { return };
        let before = self.scroll.get_untracked().unwrap_or(now);
        let mut is_other = false;
        let grown = self.heights.try_update_value(|heights| {
            let seen = heights.first_seen(before.top);
            let rows = measured.iter().filter_map(|(row, height)| Some(((*row)?, *height)));
            rows.fold(0.0, |grown, (row, height)| {
                let difference = heights.measure(row, height);
                is_other |= difference != 0.0;
                if row < seen { grown + difference } else { grown }
            })
        });
        let owed = self.owed.try_update_value(std::mem::take).unwrap_or_default() + grown.unwrap_or_default();
        let place = before.top + owed;
        if self.at_end.get_untracked() {
            self.follow_end();
        } else if (place - now.top).abs() >= 1.0 {
            self.scroll_to(place);
        } else {
            self.look(now);
        }
        if is_other {
            self.layout.try_update(|layout| *layout = layout.wrapping_add(1));
        }
    }

    /// The reader, or this page, has scrolled.
    fn scrolled(self) {
        let Some(now) = self.read() else { return };
        let before = self.scroll.get_untracked().unwrap_or(now);
        let stays = stays_at_end(self.at_end.get_untracked(), before, now);
        if stays != self.at_end.get_untracked() {
            self.at_end.set(stays);
        }
        self.look(now);
        let has_older = self.open.state().with_untracked(|state| matches!(state.older, Older::More(_)));
        if !stays && now.top < NEAR_TOP && has_older {
            self.open.read_older();
        }
    }

    /// Where the list is scrolled to; `None` while another part of the inspector is in front of it.
    fn read(self) -> Option<Scroll> {
        let read = |(scroller, list): &(Element, Element)| browser::scroll_of(scroller, list);
        let now = self.parts.try_with_value(|parts| parts.as_ref().map(|parts| read(parts))).flatten();
        now.filter(|now| now.is_shown())
    }

    /// Goes to the end, and stays there while more comes.
    fn jump(self) {
        self.at_end.set(true);
        self.follow_end();
    }

    fn follow_end(self) {
        self.scroll_to(f64::MAX);
    }

    fn scroll_to(self, top: f64) {
        let scroll = |(scroller, list): &(Element, Element)| browser::scroll_to(scroller, list, top);
        let now = self.parts.try_with_value(|parts| parts.as_ref().map(|parts| scroll(parts))).flatten();
        if let Some(now) = now.filter(|now| now.is_shown()) {
            self.look(now);
        }
    }

    fn look(self, now: Scroll) {
        if self.scroll.try_with_untracked(|scroll| *scroll != Some(now)) == Some(true) {
            self.scroll.set(Some(now));
        }
    }
}

/// The height that a row is taken for until it was rendered, in pixels.
fn estimate(item: &ConversationItem) -> f64 {
    const LINE_CHARS: usize = 62;
    const LINE: f64 = 22.0;
    let lines = |text: &str| {
        let lines: usize = text.lines().take(400).map(|line| 1 + line.len() / LINE_CHARS).sum();
        // A few hundred at most: exact in a float.
        lines.max(1) as f64
    };
    match &item.kind {
        ItemKind::Message { text, .. } => lines(text) * LINE + 16.0,
        ItemKind::Tool(_) | ItemKind::Automation(_) => 30.0,
        ItemKind::Error { text } => lines(text) * 18.0 + 12.0,
        ItemKind::Thinking { .. } | ItemKind::Permission(_) | ItemKind::Other { .. } => 32.0,
    }
}
