//! The bar above a conversation: the card's attempts, how the one that is shown stands, and what can be done with it.

use leptos::{ev, prelude::*};
use shared::attempt::{Attempt, AttemptStatus};
use shared::card::{Card, CardAttempt};
use shared::ids::AttemptId;

use super::clock::Elapsed;
use super::desk::{Busy, Desk};
use super::panels::Unread;
use super::roster::can_resume;
use super::start::Start;
use super::words;
use crate::card::marks::DiffMark;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// The attempts, how the one that is shown stands, and what can be done with it.
#[component]
pub(super) fn AttemptBar(card: RwSignal<Card>, desk: Desk) -> impl IntoView {
    let ids = Memo::new(move |_| {
        desk.with_roster(|roster| {
            roster.attempts().iter().map(|it| it.attempt_id.clone()).collect::<Vec<_>>()
        })
    });
    let attempt = desk.attempt();
    let failure = desk.failure();
    let is_there = Memo::new(move |_| attempt.with(Option::is_some));
    let unread = Memo::new(move |_| {
        desk.with_roster(|roster| roster.failure().filter(|_| !roster.is_known()).map(str::to_owned))
    });
    let unread = move || {
        unread
            .get()
            .map(|why| view! { <Unread why on_retry=Callback::new(move |()| desk.retry())/> }.into_any())
    };
    view! {
        <div class="attempts">
            <nav class="attempts__list" aria-label="Attempts">
                <List each=ids key=String::from let:id>
                    <AttemptTab desk id/>
                </List>
            </nav>
            <Resume desk attempt/>
            <Start card desk/>
        </div>
        {move || unread()}
        {move || is_there.get().then(|| view! { <Standing card desk attempt/> }.into_any())}
        <p class="field__error attempts__failure" role="alert">{move || failure.get()}</p>
    }
}

#[component]
fn AttemptTab(desk: Desk, id: AttemptId) -> impl IntoView {
    let href = {
        let id = id.clone();
        move || desk.href(&id)
    };
    let known = id.clone();
    let face = Memo::new(move |_| {
        desk.with_roster(|roster| {
            roster.attempt(&known).map(|it| (it.status, it.number, desk.name_of(&it.agent)))
        })
    });
    let is_current = Memo::new(move |_| desk.shown().with(|shown| shown.as_ref() == Some(&id)));
    // All of it at once: a class that is set beside it would go when the status changes.
    let class = move || {
        let class = face.with(|face| face.as_ref().map_or("", |(status, ..)| words::status(*status).0));
        format!("attempt {class}{}", if is_current.get() { " is-current" } else { "" })
    };
    let icon = Memo::new(move |_| face.with(|face| face.as_ref().map(|(status, ..)| *status)));
    let glyph = move || {
        icon.get().map(|status| {
            let (_, icon, _) = words::status(status);
            view! { <Glyph icon small=true turning=icon == Icon::Ring/> }.into_any()
        })
    };
    let name = move || face.with(|face| face.as_ref().map(|(_, number, agent)| format!("#{number} {agent}")));
    let words = move || icon.get().map(|status| format!(", {}", words::status(status).2));
    view! {
        <a
            class=class
            aria-current=move || is_current.get().then_some("true")
            href=href
        >
            {move || glyph()}
            <span>{move || name()}</span>
            <span class="u-hidden">{move || words()}</span>
        </a>
    }
}

/// How the attempt stands: status, why, how long, how large its change is, and on which branch.
#[component]
fn Standing(card: RwSignal<Card>, desk: Desk, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let status = Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.status)));
    let reason = Memo::new(move |_| attempt.with(|it| it.as_ref().and_then(words::reason)));
    let branch = Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.branch.clone())));
    let is_silent = Memo::new(move |_| face_of(card, attempt, words::is_silent) == Some(true));
    let look = Memo::new(move |_| match (status.get(), is_silent.get()) {
        (Some(AttemptStatus::Running), true) => words::SILENT,
        (status, _) => status.map_or(("", Icon::Dots, ""), words::status),
    });
    let class = move || format!("standing state {}", look.get().0);
    let glyph = move || {
        let (_, icon, _) = look.get();
        view! { <Glyph icon turning=icon == Icon::Ring/> }.into_any()
    };
    let words = move || look.get().2;
    let reason = move || reason.get().map(|why| view! { <p class="standing__why">{why}</p> }.into_any());
    view! {
        <div class=class>
            {move || glyph()}
            // Not around the times: they change by the second, and whatever changes here is read out.
            <span class="standing__words" role="status">{move || words()}</span>
            <Evidence card attempt/>
            <Size card attempt/>
            <span class="standing__branch u-cut" title=move || branch.get()>
                <Glyph icon=Icon::Branch small=true/>
                <code class="u-cut">{move || branch.get()}</code>
            </span>
            <Stop desk attempt/>
        </div>
        {move || reason()}
    }
}

/// What the status rests on: how long it has run, and when the agent last gave a sign of life.
#[component]
fn Evidence(card: RwSignal<Card>, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let sign = Memo::new(move |_| {
        let sign = |face: &CardAttempt| face.last_sign_at.filter(|_| face.status == AttemptStatus::Running);
        face_of(card, attempt, sign).flatten()
    });
    let times = Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| (it.started_at, it.ended_at))));
    let signs = move || {
        sign.get().map(|_| {
            let at = Signal::derive(move || sign.get().unwrap_or(shared::time::Timestamp::UNIX_EPOCH));
            view! { <span class="evidence">"last sign " <Elapsed since=at/> " ago"</span> }.into_any()
        })
    };
    let has_sign = Memo::new(move |_| sign.with(Option::is_some));
    let time = move || match times.get() {
        Some((Some(start), Some(end))) => Some(
            view! { <span class="evidence is-elapsed">{words::span(end.millis_since(start))}</span> }
                .into_any(),
        ),
        Some((Some(start), None)) => {
            Some(view! { <span class="evidence is-elapsed"><Elapsed since=start/></span> }.into_any())
        }
        _ => None,
    };
    let signs = move || has_sign.get().then(|| untrack(|| signs()));
    view! {
        {move || time()}
        {move || signs()}
    }
}

/// How large the attempt's change is. If it is the one on the face of the card, the board tells it first.
#[component]
fn Size(card: RwSignal<Card>, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let diff = Memo::new(move |_| {
        let known = attempt.with(|it| it.as_ref().and_then(|it| it.diff));
        face_of(card, attempt, |face| face.diff).unwrap_or(known)
    });
    view! { {move || diff.get().map(|diff| view! { <DiffMark diff/> }.into_any())} }
}

/// Something of the card's face, if it is this attempt's. Tracks both.
fn face_of<T>(
    card: RwSignal<Card>,
    attempt: Memo<Option<Attempt>>,
    look: impl FnOnce(&CardAttempt) -> T,
) -> Option<T> {
    let own = attempt.with(|it| it.as_ref().map(|it| it.attempt_id.clone()));
    card.with(|card| card.attempt.as_ref().filter(|face| Some(&face.attempt_id) == own.as_ref()).map(look))
}

/// What stops the attempt that is shown, while it is not over. It stands apart from what starts one: whoever presses it
/// twice must not start anew what they have just stopped.
#[component]
fn Stop(desk: Desk, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let busy = desk.busy();
    let status = Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.status)));
    let can_stop = move || status.get().is_some_and(|it| it.is_active() && it != AttemptStatus::Stopping);
    let can_stop = Memo::new(move |_| can_stop());
    let stop = move |_: ev::MouseEvent| _ = shown(attempt).map(|id| desk.stop(id));
    let button = move || {
        can_stop.get().then(|| {
            view! {
                <button
                    class="button is-small is-danger needs-script"
                    type="button"
                    aria-disabled=move || busy.get().map(|_| "true")
                    on:click=stop
                >
                    <Glyph icon=Icon::Stop/>
                    {move || if busy.get() == Some(Busy::Stopping) { "Stopping…" } else { "Stop" }}
                </button>
            }
            .into_any()
        })
    };
    view! { {move || button()} }
}

/// What goes on with the attempt that is shown, if it broke off and no other one is under way.
#[component]
fn Resume(desk: Desk, attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let busy = desk.busy();
    let status = Memo::new(move |_| attempt.with(|it| it.as_ref().map(|it| it.status)));
    let is_another_active = Memo::new(move |_| desk.with_roster(|roster| roster.active().is_some()));
    Effect::new(move || {
        status.track();
        is_another_active.track();
        desk.catch_focus();
    });
    let can_go_on = Memo::new(move |_| status.get().is_some_and(can_resume) && !is_another_active.get());
    let resume = move |_: ev::MouseEvent| _ = shown(attempt).map(|id| desk.resume(id));
    let button = move || {
        can_go_on.get().then(|| {
            view! {
                <button
                    class="button is-small needs-script"
                    type="button"
                    aria-disabled=move || busy.get().map(|_| "true")
                    title="Goes on where it broke off"
                    on:click=resume
                >
                    <Glyph icon=Icon::Play/>
                    {move || if busy.get() == Some(Busy::Resuming) { "Resuming…" } else { "Resume" }}
                </button>
            }
            .into_any()
        })
    };
    view! { {move || button()} }
}

/// The attempt that is shown, by its id.
fn shown(attempt: Memo<Option<Attempt>>) -> Option<AttemptId> {
    attempt.with_untracked(|it| it.as_ref().map(|it| it.attempt_id.clone()))
}
