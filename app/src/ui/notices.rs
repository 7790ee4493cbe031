//! What a page tells its reader in passing: toasts, and words for a screen reader alone.

use std::sync::Arc;
use std::time::Duration;

use leptos::{ev, prelude::*};

use super::icon::{Glyph, Icon};
use super::list::List;
use crate::browser;

/// The most toasts at a time; the oldest makes room.
const MAX_TOASTS: usize = 4;
/// The most toasts in all, with those that stay.
const MAX_LASTING: usize = 20;
/// How long a toast stays while nobody points at it.
const STAY: Duration = Duration::from_secs(10);

/// Where a page's notices go, in context; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Notices {
    toasts: RwSignal<Vec<Toast>>,
    spoken: RwSignal<String>,
    next: StoredValue<u64>,
}

#[derive(Clone)]
struct Toast {
    number: u64,
    tone: Tone,
    text: String,
    action: Option<Action>,
    /// Whether it stays until somebody decides: what it tells of is nowhere else.
    stays: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    Done,
    Failed,
    /// As `Failed`, said where the steps of what failed were said.
    Told,
}

/// What a toast offers to do.
#[derive(Clone)]
pub struct Action {
    label: &'static str,
    icon: Icon,
    // No `Callback`: that would end with the view or the effect that offers it, and a notice outlives both.
    run: Arc<dyn Fn() + Send + Sync>,
}

impl Action {
    /// Words, an icon, and what it does.
    #[must_use]
    pub fn new(label: &'static str, icon: Icon, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self { label, icon, run: Arc::new(run) }
    }
}

impl Notices {
    /// Makes a place for notices, and gives it to the components below.
    pub fn provide() -> Self {
        let notices =
            Self { toasts: RwSignal::default(), spoken: RwSignal::default(), next: StoredValue::new(0) };
        provide_context(notices);
        notices
    }

    /// Says that something was done, and offers what can still be done about it.
    pub fn done(self, text: impl Into<String>, action: Option<Action>) {
        self.show(Tone::Done, text.into(), action, false);
    }

    /// Says that something came to nothing, and why.
    pub fn failed(self, text: impl Into<String>) {
        self.failed_but(text, None);
    }

    /// As [`Self::failed`], and offers what can be done about it.
    pub fn failed_but(self, text: impl Into<String>, action: Option<Action>) {
        self.show(Tone::Failed, text.into(), action, false);
    }

    /// As [`Self::failed_but`], for what is nowhere else any more: it stays until somebody decides about it.
    pub fn failed_for_good(self, text: impl Into<String>, action: Option<Action>) {
        self.show(Tone::Failed, text.into(), action, true);
    }

    /// As [`Self::failed_but`], for what is told step by step: a screen reader says it there, and not once more here.
    pub fn told_but(self, text: impl Into<String>, action: Option<Action>) {
        let text = text.into();
        self.say(text.clone());
        self.show(Tone::Told, text, action, false);
    }

    /// Whether the page that they are on is there: who tells it of anything later tells nobody.
    #[must_use]
    pub fn are_shown(self) -> bool {
        self.next.try_get_value().is_some()
    }

    /// Says something to a screen reader alone.
    pub fn say(self, text: impl Into<String>) {
        // A page that was left has nobody to say it to.
        let _ = self.spoken.try_update(|spoken| *spoken = again(spoken, text.into()));
    }

    fn show(self, tone: Tone, text: String, action: Option<Action>, stays: bool) {
        let Some(number) = self.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        let _ = self.toasts.try_update(|toasts| add(toasts, Toast { number, tone, text, action, stays }));
    }

    fn dismiss(self, number: u64) {
        let _ = self.toasts.try_update(|toasts| toasts.retain(|toast| toast.number != number));
    }
}

/// Adds one; the oldest make room, of those that go by themselves first.
fn add(toasts: &mut Vec<Toast>, toast: Toast) {
    // The same words again are news, but need no second line. Of what stays, each is about a thing of its own.
    toasts.retain(|it| it.stays || it.text != toast.text);
    toasts.push(toast);
    let passing = toasts.iter().filter(|it| !it.stays).count();
    let mut surplus = passing.saturating_sub(MAX_TOASTS);
    toasts.retain(|it| {
        let goes = !it.stays && surplus > 0;
        surplus -= usize::from(goes);
        !goes
    });
    let surplus = toasts.len().saturating_sub(MAX_LASTING);
    toasts.drain(..surplus);
}

/// Words to be said after others. The same again would be no change, which nobody is told of: so they differ by what nobody
/// hears.
fn again(before: &str, mut words: String) -> String {
    if words == before {
        words.push('\u{a0}');
    }
    words
}

/// Shows the notices in context.
#[component]
pub fn NoticeBoard() -> impl IntoView {
    let notices = expect_context::<Notices>();
    view! {
        <section class="toasts" aria-live="polite" aria-label="Notices">
            <ol>
                <List each=notices.toasts key=|toast| toast.number.to_string() let:toast>
                    <ToastLine notices toast/>
                </List>
            </ol>
        </section>
        <p class="u-hidden" role="status">{move || notices.spoken.get()}</p>
    }
}

/// A toast goes with what was pressed in it. Whoever did so by key still has to be somewhere; a mouse is where it is.
fn keep_focus(event: &ev::MouseEvent) {
    if event.detail() == 0 {
        browser::catch_focus(&[".toast button", ".board .card__link", "main a, main button"], || ());
    }
}

#[component]
fn ToastLine(notices: Notices, toast: Toast) -> impl IntoView {
    let Toast { number, tone, text, action, stays } = toast;
    let held = RwSignal::new(false);
    Effect::new(move || {
        if !stays
            && !held.get()
            && let Ok(timer) = set_timeout_with_handle(move || notices.dismiss(number), STAY)
        {
            on_cleanup(move || timer.clear());
        }
    });
    let action = action.map(|action| {
        let run = move |event: ev::MouseEvent| {
            notices.dismiss(number);
            keep_focus(&event);
            (action.run)();
        };
        view! { <button class="button" type="button" on:click=run><Glyph icon=action.icon/>{action.label}</button> }
    });
    // The browser also tells of it when the line is taken off the page, after its signals.
    let let_go = move || _ = held.try_set(false);
    let dismiss = move |event: ev::MouseEvent| {
        notices.dismiss(number);
        keep_focus(&event);
    };
    let failed = tone != Tone::Done;
    let icon = if failed { Icon::Warn } else { Icon::Check };
    view! {
        <li
            class="toast"
            class:is-fail=failed
            role=(tone == Tone::Failed).then_some("alert")
            aria-live=(tone == Tone::Told).then_some("off")
            on:pointerenter=move |_| held.set(true)
            on:pointerleave=move |_| let_go()
            on:focusin=move |_| held.set(true)
            on:focusout=move |_| let_go()
        >
            <Glyph icon/>
            <span class="toast__text">{text}</span>
            {action}
            <button class="button is-icon" type="button" aria-label="Dismiss" on:click=dismiss>
                <Glyph icon=Icon::Close/>
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(added: &[(&str, bool)]) -> Vec<String> {
        let mut toasts = Vec::new();
        for (number, (text, stays)) in (0..).zip(added) {
            let text = (*text).to_owned();
            add(&mut toasts, Toast { number, tone: Tone::Failed, text, action: None, stays: *stays });
        }
        toasts.into_iter().map(|toast| toast.text).collect()
    }

    #[test]
    fn what_passes_makes_room_and_is_said_in_one_line() {
        assert_eq!(texts(&[("a", false), ("b", false), ("a", false)]), ["b", "a"]);
        let five = ["a", "b", "c", "d", "e"].map(|text| (text, false));
        assert_eq!(texts(&five), ["b", "c", "d", "e"]);
    }

    #[test]
    fn what_stays_makes_no_room_and_each_is_a_thing_of_its_own() {
        let mut added = vec![("lost", true), ("lost", true)];
        added.extend(["a", "b", "c", "d", "e"].map(|text| (text, false)));
        assert_eq!(texts(&added), ["lost", "lost", "b", "c", "d", "e"]);
        assert_eq!(texts(&[("lost", true); MAX_LASTING + 3]).len(), MAX_LASTING);
    }

    #[test]
    fn the_same_words_are_said_again() {
        let first = again("", "Position 1.".to_owned());
        let second = again(&first, "Position 1.".to_owned());
        let third = again(&second, "Position 1.".to_owned());
        assert_ne!(first, second);
        assert_ne!(second, third);
        assert!([&first, &second, &third].iter().all(|it| it.trim() == "Position 1."));
    }
}
