//! Where a person writes to the agent: for when its turn ends, or to steer it now.

use leptos::task::spawn_local;
use leptos::{ev, prelude::*};
use shared::attempt::{Attempt, AttemptStatus, WaitingMessage};
use shared::card::Card;
use shared::requests::WriteMessage;

use super::desk::Desk;
use super::start::blockers;
use super::words;
use crate::api;
use crate::card::inspector::drafts::Drafts;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// What becomes of a message that is sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sending {
    /// Nothing is known of the attempt yet.
    Unknown,
    /// The agent reads it when it begins.
    Before,
    /// The agent reads it when its turn ends, unless it steers.
    During,
    /// The agent goes on with it.
    After,
    /// It can't be sent, and why.
    Never(String),
}

impl Sending {
    /// `other` is the number of another attempt that is under way; `blockers` are what blocks the card, in words.
    fn of(status: Option<AttemptStatus>, other: Option<u32>, blockers: Option<String>) -> Self {
        match status {
            None => Self::Unknown,
            Some(AttemptStatus::Queued) => Self::Before,
            Some(AttemptStatus::Running | AttemptStatus::Waiting) => Self::During,
            Some(AttemptStatus::Stopping) => Self::Never("The attempt is being stopped".to_owned()),
            Some(_) => match (other, blockers) {
                (Some(number), _) => Self::Never(format!("Attempt #{number} is under way")),
                (None, Some(blockers)) => Self::Never(blockers),
                (None, None) => Self::After,
            },
        }
    }

    fn is_possible(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Never(_))
    }

    fn hint(&self, steers: bool) -> String {
        let hint = match (self, steers) {
            (Self::During, true) => "Steering ends the step at hand",
            (Self::During, false) => "Sent when the turn ends",
            (Self::Before, _) => "Sent after the first turn",
            (Self::After, _) => "Goes on with this attempt",
            (Self::Unknown, _) => "",
            (Self::Never(why), _) => why,
        };
        hint.to_owned()
    }

    fn verb(&self, steers: bool) -> (Icon, &'static str) {
        match (self, steers) {
            (Self::During, true) => (Icon::Steer, "Steer"),
            (Self::During | Self::Before, _) => (Icon::View, "Queue"),
            (Self::After | Self::Never(_) | Self::Unknown, _) => (Icon::Send, "Send"),
        }
    }
}

/// What was sent in vain, and what was typed since.
fn put_back(sent: &str, typed: &str) -> String {
    if typed.trim().is_empty() { sent.to_owned() } else { format!("{sent}\n\n{typed}") }
}

/// The field, the messages that wait, and the buttons.
#[component]
pub(super) fn Composer(card: RwSignal<Card>, desk: Desk, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let message = desk.message();
    let blockers = blockers(card);
    let sending = Memo::new(move |_| {
        let status = attempt.with(|it| it.as_ref().map(|it| it.status));
        let other = desk.with_roster(|roster| roster.active().map(|it| it.number));
        Sending::of(status, other, blockers.get())
    });
    let drafts = expect_context::<Drafts>();
    let steer = RwSignal::new(false);
    let steers = Memo::new(move |_| steer.get() && sending.get() == Sending::During);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    // Sent before the attempt was known: it goes once it is.
    let early = RwSignal::new(false);
    let can_send = Memo::new(move |_| {
        sending.with(Sending::is_possible) && !busy.get() && message.with(|text| !text.trim().is_empty())
    });
    let send = move || {
        if sending.with_untracked(|it| *it == Sending::Unknown) {
            return early.set(message.with_untracked(|text| !text.trim().is_empty()));
        }
        let Some(id) = attempt.with_untracked(|it| it.as_ref().map(|it| it.attempt_id.clone())) else {
            return;
        };
        if !can_send.get_untracked() {
            return;
        }
        let card_id = card.with_untracked(|card| card.id.clone());
        let body = WriteMessage { prompt: message.get_untracked(), steer: steers.get_untracked() };
        busy.set(true);
        failure.set(None);
        // Sent, it is no draft any more, not even if the card is closed before the answer.
        message.set(String::new());
        spawn_local(async move {
            let answer = api::write_message(&id, &body).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(answer) => {
                    let _ = steer.try_set(false);
                    desk.learn(answer);
                }
                Err(why) => {
                    let _ = failure.try_set(Some(why.sentence));
                    let back = message.try_update(|text| *text = put_back(&body.prompt, text));
                    if back.is_none() {
                        drafts.update_message(card_id, |text| put_back(&body.prompt, text));
                    }
                }
            }
        });
    };
    Effect::new(move || {
        if early.get() && sending.with(|it| *it != Sending::Unknown) {
            early.set(false);
            send();
        }
    });
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
    let agent = Memo::new(move |_| {
        attempt.with(|it| it.as_ref().map_or_else(|| "the agent".to_owned(), |it| desk.name_of(&it.agent)))
    });
    let label = move || format!("Write to {}", agent.get());
    let can_steer = Memo::new(move |_| sending.get() == Sending::During);
    let ways = move || can_steer.get().then(|| view! { <Ways steer/> }.into_any());
    let button = move || {
        let is_sending = busy.get() || early.get();
        let (icon, verb) =
            if is_sending { (Icon::Ring, "Sending…") } else { sending.get().verb(steers.get()) };
        view! { <Glyph icon turning=is_sending/>{verb} }.into_any()
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

    fn of(status: AttemptStatus) -> Sending {
        Sending::of(Some(status), None, None)
    }

    #[test]
    fn what_becomes_of_a_message_follows_from_how_the_attempt_stands() {
        let never = Sending::Never("The attempt is being stopped".to_owned());
        let expected = [
            Sending::Before,
            Sending::During,
            Sending::During,
            never,
            Sending::After,
            Sending::After,
            Sending::After,
            Sending::After,
        ];
        assert_eq!(AttemptStatus::ALL.map(of), expected);
        assert_eq!(Sending::During.verb(true).1, "Steer");
        assert_eq!(Sending::After.verb(true).1, "Send", "there is no turn to steer");
    }

    #[test]
    fn of_an_attempt_that_could_not_be_read_nothing_is_claimed() {
        let unknown = Sending::of(None, Some(2), Some("Blocked by MAI-1".to_owned()));
        assert_eq!((unknown.is_possible(), unknown.hint(false)), (false, String::new()));
    }

    #[test]
    fn what_the_server_would_refuse_can_not_be_sent() {
        let ended = |other, blockers: Option<&str>| {
            Sending::of(Some(AttemptStatus::Succeeded), other, blockers.map(str::to_owned))
        };
        assert_eq!(ended(Some(2), None).hint(false), "Attempt #2 is under way");
        assert_eq!(ended(None, Some("Blocked by MAI-1")).hint(false), "Blocked by MAI-1");
        assert!(!ended(Some(2), None).is_possible() && ended(None, None).is_possible());
        let running = Sending::of(Some(AttemptStatus::Running), Some(1), Some("Blocked by MAI-1".to_owned()));
        assert_eq!(running, Sending::During, "it is at work already");
    }

    #[test]
    fn what_was_sent_in_vain_comes_back_before_what_was_typed_since() {
        assert_eq!(put_back("One.", " "), "One.");
        assert_eq!(put_back("One.", "Two."), "One.\n\nTwo.");
    }
}
