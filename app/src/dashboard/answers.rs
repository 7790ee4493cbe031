//! What can be done about an entry of the queue without leaving the inbox: a question is answered, an attempt is stopped
//! or goes on.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::attempt::AttemptStatus;
use shared::card::AttentionReason;
use shared::conversation::{PermissionKind, PermissionOption};
use shared::ids::AttemptId;
use shared::plain::plain;

use crate::api::{self, ApiFailure, OpenQuestion, Remedy};
use crate::browser;
use crate::ui::clicks::Clicks;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::notices::Notices;

/// An entry that something can be done about; a handle that is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Case {
    attempt: StoredValue<Option<AttemptId>>,
    remedy: Option<Remedy>,
    question: RwSignal<Option<OpenQuestion>>,
    /// Why it failed, if it did and that is known.
    why: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    queue: Queue,
    notices: Notices,
}

/// What the entries share; a handle that is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Queue {
    /// Whether somebody pressed a button of an entry, which goes once it was of use.
    pressed: StoredValue<bool>,
    clicks: Clicks,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { pressed: StoredValue::new(false), clicks: Clicks::new() }
    }

    /// Entries went or came: if the one with the focus is gone, the focus goes on to the next.
    pub(super) fn catch_focus(self) {
        if self.pressed.get_value() {
            // Wherever the focus is then: what goes or comes later has nothing to do with that press.
            let looked = move || self.release();
            browser::catch_focus(&[".queue .need__acts button", ".queue a", "#needs-you"], looked);
        }
    }

    /// What a button asked for is done with.
    fn release(self) {
        let _ = self.pressed.try_set_value(false);
    }
}

/// What helps with an attempt that needs somebody, and that stands so; `None` if it is over.
fn remedy(reason: AttentionReason, status: Option<AttemptStatus>) -> Option<Remedy> {
    match (reason, status) {
        (AttentionReason::Stalled, Some(status)) if status.is_active() => Some(Remedy::Stop),
        (AttentionReason::Stalled | AttentionReason::Failed, None) => Some(Remedy::Resume),
        _ => None,
    }
}

impl Case {
    /// Something can be done if the entry is about an attempt.
    pub(super) fn new(
        queue: Queue,
        attempt: Option<AttemptId>,
        reason: AttentionReason,
        status: Option<AttemptStatus>,
    ) -> Self {
        let case = Self {
            remedy: attempt.as_ref().and_then(|_| remedy(reason, status)),
            attempt: StoredValue::new(attempt),
            question: RwSignal::new(None),
            why: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            queue,
            notices: expect_context::<Notices>(),
        };
        Effect::new(move || match reason {
            AttentionReason::Ask => case.read_question(),
            AttentionReason::Failed => case.read_why(),
            _ => {}
        });
        case
    }

    /// What the agent asks, or why it failed. Tracks it.
    pub(super) fn said(self) -> Option<String> {
        let asked = self.question.with(|it| it.as_ref().map(|it| format!("Asks: {}", plain(&it.title))));
        asked.or_else(|| self.why.with(|why| why.as_deref().map(plain)))
    }

    fn read_why(self) {
        let Some(attempt) = self.attempt.try_get_value().flatten() else { return };
        spawn_local(async move {
            // That it failed is said without.
            if let Ok(why) = api::reason_of(&attempt).await {
                let _ = self.why.try_set(why);
            }
        });
    }

    fn read_question(self) {
        let Some(attempt) = self.attempt.try_get_value().flatten() else { return };
        spawn_local(async move {
            match api::open_question(&attempt).await {
                Ok(question) => {
                    let is_asked = question.is_some();
                    let _ = self.question.try_set(question);
                    if is_asked {
                        let _ = self.busy.try_set(false);
                    }
                }
                // The entry still leads to the question, and what was asked before can be answered again.
                Err(_) => _ = self.busy.try_set(false),
            }
        });
    }

    fn answer(self, option: PermissionOption) {
        let request = self.question.with_untracked(|it| it.as_ref().map(|it| it.request.clone()));
        let (Some(attempt), Some(request)) = (self.attempt.get_value(), request) else { return };
        let told = format!("Answered “{}”", option.name);
        self.act(told, async move { api::answer_question(&attempt, &request, option.option_id).await });
    }

    fn help(self, remedy: Remedy) {
        let Some(attempt) = self.attempt.get_value() else { return };
        let told = match remedy {
            Remedy::Stop => "The agent is told to stop",
            Remedy::Resume => "The attempt goes on",
        };
        self.act(told.to_owned(), async move { api::remedy(&attempt, remedy).await });
    }

    /// `told` is for who can't see that the entry goes.
    fn act(self, told: String, answer: impl Future<Output = Result<(), ApiFailure>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        self.queue.pressed.set_value(true);
        spawn_local(async move {
            // The stream tells what came of it, and the entry goes.
            match answer.await {
                Ok(()) => self.notices.say(told),
                Err(failure) => {
                    self.queue.release();
                    let _ = self.busy.try_set(false);
                    let _ = self.failure.try_set(Some(failure.sentence));
                }
            }
            // Somebody else may have been faster, or the agent asks more than one thing.
            if self.question.try_with_untracked(Option::is_some) == Some(true) {
                self.read_question();
            }
        });
    }
}

/// The buttons of an entry, and what went wrong.
#[component]
pub(super) fn Answers(
    case: Case,
    /// Where an attempt that is to be reviewed is.
    review: Option<String>,
) -> impl IntoView {
    let busy = case.busy;
    let button = move |class: &'static str, icon: Icon, words: String, act: Callback<()>| {
        view! {
            <button
                class=format!("button is-small {class}")
                type="button"
                aria-disabled=move || busy.get().then_some("true")
                on:click=move |event| {
                    if case.queue.clicks.is_meant(&event) {
                        act.run(());
                    }
                }
            >
                <Glyph icon/>
                {words}
            </button>
        }
        .into_any()
    };
    let answers = move || {
        let options = case.question.get().map(|question| question.options).unwrap_or_default();
        let allows = |it: &PermissionOption| {
            matches!(it.kind, PermissionKind::AllowOnce | PermissionKind::AllowAlways)
        };
        let first = options.iter().position(allows);
        let answer = move |(index, option): (usize, PermissionOption)| {
            let icon = if allows(&option) { Icon::Check } else { Icon::Close };
            let class = if first == Some(index) { "is-primary" } else { "" };
            let name = option.name.clone();
            button(class, icon, name, Callback::new(move |()| case.answer(option.clone())))
        };
        options.into_iter().enumerate().map(answer).collect_view()
    };
    let help = case.remedy.map(|remedy| {
        let (class, icon, words) = match remedy {
            Remedy::Stop => ("is-danger", Icon::Stop, "Stop"),
            Remedy::Resume => ("", Icon::Play, "Resume"),
        };
        button(class, icon, words.to_owned(), Callback::new(move |()| case.help(remedy)))
    });
    let review = review.map(|href| {
        view! {
            <a class="button is-small" href=href>
                <Glyph icon=Icon::Ready/>
                "Review"
            </a>
        }
        .into_any()
    });
    view! {
        <div class="need__acts">
            {review}
            <span class="need__answers needs-script">{answers}{help}</span>
        </div>
        <p class="field__error" role="alert">{move || case.failure.get()}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_silent_is_stopped_and_what_broke_off_goes_on() {
        let running = Some(AttemptStatus::Running);
        assert_eq!(remedy(AttentionReason::Stalled, running), Some(Remedy::Stop));
        assert_eq!(remedy(AttentionReason::Stalled, None), Some(Remedy::Resume));
        assert_eq!(remedy(AttentionReason::Failed, None), Some(Remedy::Resume));
        assert_eq!(remedy(AttentionReason::Review, None), None);
        assert_eq!(remedy(AttentionReason::Ask, running), None);
    }
}
