//! Where a person writes to the agent: for when its turn ends, or to steer it now.

use leptos::task::spawn_local;
use leptos::{ev, prelude::*};
use shared::attempt::{Attempt, AttemptStatus, WaitingMessage};
use shared::requests::WriteMessage;

use super::desk::Desk;
use super::words;
use crate::api::{self, Answer};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// What becomes of a message that is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    /// The agent reads it when it begins.
    Before,
    /// The agent reads it when its turn ends, unless it steers.
    During,
    /// The agent goes on with it.
    After,
    /// It can't be sent: the attempt is being stopped.
    Never,
}

impl Sending {
    fn of(status: AttemptStatus) -> Self {
        match status {
            AttemptStatus::Queued => Self::Before,
            AttemptStatus::Running | AttemptStatus::Waiting => Self::During,
            AttemptStatus::Stopping => Self::Never,
            status if status.is_final() => Self::After,
            _ => Self::Never,
        }
    }

    fn hint(self, steers: bool) -> &'static str {
        match (self, steers) {
            (Self::During, true) => "Steering ends the step at hand",
            (Self::During, false) => "Sent when the turn ends",
            (Self::Before, _) => "Sent after the first turn",
            (Self::After, _) => "Goes on with this attempt",
            (Self::Never, _) => "The attempt is being stopped",
        }
    }

    fn verb(self, steers: bool) -> (Icon, &'static str) {
        match (self, steers) {
            (Self::During, true) => (Icon::Steer, "Steer"),
            (Self::During | Self::Before, _) => (Icon::View, "Queue"),
            (Self::After | Self::Never, _) => (Icon::Send, "Send"),
        }
    }
}

/// The field, the messages that wait, and the buttons.
#[component]
pub(super) fn Composer(desk: Desk, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let message = desk.message();
    let sending = Memo::new(move |_| {
        attempt.with(|it| it.as_ref().map_or(Sending::Never, |it| Sending::of(it.status)))
    });
    let steer = RwSignal::new(false);
    let steers = Memo::new(move |_| steer.get() && sending.get() == Sending::During);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let can_send = Memo::new(move |_| {
        sending.get() != Sending::Never && !busy.get() && message.with(|text| !text.trim().is_empty())
    });
    let send = move || {
        let Some(id) = attempt.with_untracked(|it| it.as_ref().map(|it| it.attempt_id.clone())) else {
            return;
        };
        if !can_send.get_untracked() {
            return;
        }
        let body = WriteMessage { prompt: message.get_untracked(), steer: steers.get_untracked() };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = api::write_message(&id, &body).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(Answer { value, .. }) => {
                    // What was typed since stays.
                    let _ = message.try_update(|text| {
                        if *text == body.prompt {
                            text.clear();
                        }
                    });
                    let _ = steer.try_set(false);
                    desk.learn(value);
                }
                Err(why) => _ = failure.try_set(Some(why.sentence)),
            }
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let keys = move |event: ev::KeyboardEvent| {
        let is_send = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
        if is_send && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let waiting =
        Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.waiting.clone()).unwrap_or_default()));
    let agent =
        Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.agent.to_string()).unwrap_or_default()));
    let label = move || format!("Write to {}", agent.get());
    let can_steer = Memo::new(move |_| sending.get() == Sending::During);
    let ways = move || can_steer.get().then(|| view! { <Ways steer/> }.into_any());
    let button = move || {
        let (icon, verb) = sending.get().verb(steers.get());
        let icon = if busy.get() { Icon::Ring } else { icon };
        let words = if busy.get() { "Sending…" } else { verb };
        view! { <Glyph icon turning=icon == Icon::Ring/>{words} }.into_any()
    };
    view! {
        <form class="composer needs-script" on:submit=submit>
            <List each=waiting key=|it: WaitingMessage| it.id let:it>
                <Waiting it/>
            </List>
            <textarea
                class="composer__text"
                rows="2"
                aria-label=label
                placeholder=label
                title="Ctrl or ⌘ and Enter sends"
                prop:value=move || message.get()
                on:input:target=move |event| message.set(event.target().value())
                on:keydown=keys
            ></textarea>
            <p class="field__error" role="alert">{move || failure.get()}</p>
            <div class="composer__bar">
                {move || ways()}
                <span class="composer__hint u-cut">{move || sending.get().hint(steers.get())}</span>
                <span class="u-end"></span>
                <button
                    class="button is-small"
                    class:is-disabled=move || !can_send.get()
                    type="submit"
                    aria-disabled=move || (!can_send.get()).then_some("true")
                >
                    {move || button()}
                </button>
            </div>
        </form>
    }
}

/// Whether a message waits for the turn's end or cuts it short.
#[component]
fn Ways(steer: RwSignal<bool>) -> impl IntoView {
    let way = move |value: bool, icon: Icon, words: &'static str| {
        let is_current = move || steer.get() == value;
        view! {
            <button
                type="button"
                class:is-current=is_current
                aria-pressed=move || is_current().to_string()
                on:click=move |_| steer.set(value)
            >
                <Glyph icon small=true/>
                {words}
            </button>
        }
        .into_any()
    };
    view! {
        <span class="segment" role="group" aria-label="When the agent reads it">
            {way(false, Icon::View, "Queue")}
            {way(true, Icon::Steer, "Steer")}
        </span>
    }
}

#[component]
fn Waiting(it: WaitingMessage) -> impl IntoView {
    let text = words::first_line(&it.prompt);
    view! {
        <div class="composer__queued" title=it.prompt>
            <Glyph icon=Icon::View small=true/>
            <span class="u-cut">"Queued: "{text}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_a_message_follows_from_how_the_attempt_stands() {
        let expected = [
            Sending::Before,
            Sending::During,
            Sending::During,
            Sending::Never,
            Sending::After,
            Sending::After,
            Sending::After,
            Sending::After,
        ];
        assert_eq!(AttemptStatus::ALL.map(Sending::of), expected);
        assert_eq!(Sending::During.verb(true).1, "Steer");
        assert_eq!(Sending::After.verb(true).1, "Send", "there is no turn to steer");
    }
}
