//! What agents work on.

use leptos::prelude::*;
use shared::attempt::AttemptStatus;
use shared::dashboard::{DashboardOverview, RunningAttempt};
use shared::ids::AttemptId;

use super::needs_you::project_name;
use crate::address;
use crate::agent_names::AgentNames;
use crate::attempt::words::initials;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// The attempts that agents work on.
#[component]
pub(super) fn RunningNow(overview: Signal<DashboardOverview>) -> impl IntoView {
    let attempts = Memo::new(move |_| {
        overview.with(|it| it.running.iter().map(|it| it.attempt_id.clone()).collect::<Vec<_>>())
    });
    let is_empty = Memo::new(move |_| attempts.with(Vec::is_empty));
    let count = move || attempts.with(|all| (!all.is_empty()).then(|| all.len().to_string()));
    let list = move || {
        if is_empty.get() {
            view! { <p class="panel is-calm">"No agent is at work. Open a card and press Start."</p> }
                .into_any()
        } else {
            view! {
                <ol class="panel runs">
                    <List each=attempts key=String::from let:id>
                        {live_row(overview, id)}
                    </List>
                </ol>
            }
            .into_any()
        }
    };
    view! {
        <section class="section" aria-labelledby="running-now">
            <header class="section__head">
                <h2 id="running-now">"Running now"</h2>
                <span class="count">{move || count()}</span>
            </header>
            {move || list()}
        </section>
    }
}

/// The row of an attempt. It stays the same element, with whatever has the focus in it, however the attempt stands.
fn live_row(overview: Signal<DashboardOverview>, id: AttemptId) -> AnyView {
    let find = |it: &DashboardOverview, id: &AttemptId| {
        it.running.iter().find(|attempt| attempt.attempt_id == *id).cloned()
    };
    let Some(first) = overview.with_untracked(|it| find(it, &id)) else { return ().into_any() };
    let project = project_name(overview, first.board_id.clone());
    let kept = first.clone();
    let attempt = Memo::new(move |_| overview.with(|it| find(it, &id)).unwrap_or_else(|| kept.clone()));
    view! { <LiveRow first attempt project/> }.into_any()
}

#[component]
fn LiveRow(first: RunningAttempt, attempt: Memo<RunningAttempt>, project: Memo<String>) -> impl IntoView {
    let RunningAttempt { board_id, card_id, attempt_id, card_key, agent, .. } = first;
    let look = Memo::new(move |_| face(attempt.with(|it| it.status)));
    let title = move || attempt.with(|it| it.title.clone());
    let started = Memo::new(move |_| attempt.with(|it| it.started_at));
    let href = address::attempt(&board_id, &card_id, &attempt_id);
    let names = expect_context::<AgentNames>();
    let initials = initials(&agent);
    let name = Memo::new(move |_| names.of(&agent));
    let glyph = move || {
        let (_, icon, _) = look.get();
        view! { <Glyph icon turning=icon == Icon::Ring/> }.into_any()
    };
    view! {
        <li class=move || format!("live-row {}", look.get().0)>
            <span class="agent" role="img" aria-label=move || name.get() title=move || name.get()>{initials}</span>
            <span class="live-row__card">
                <span class="u-faint">{card_key}</span>
                <a class="need__link u-cut" href=href>{title}</a>
                <span class="u-faint u-cut">{move || project.get()}</span>
            </span>
            <span class="state is-run u-cut">
                {glyph}
                <span class="state__text">{move || look.get().2}</span>
            </span>
            <span class="live-row__time">{move || started.get().map(|at| view! { <Age at/> }.into_any())}</span>
        </li>
    }
}

/// How an attempt that is not over stands.
fn face(status: AttemptStatus) -> (&'static str, Icon, &'static str) {
    match status {
        AttemptStatus::Queued => ("", Icon::Queue, "Queued"),
        AttemptStatus::Running => ("", Icon::Ring, "Running"),
        AttemptStatus::Waiting => ("is-ask", Icon::Ask, "Waits for your answer"),
        AttemptStatus::Stopping => ("", Icon::Stop, "Stopping"),
        AttemptStatus::Succeeded => ("", Icon::Check, "Done"),
        AttemptStatus::Failed => ("", Icon::Fail, "Failed"),
        AttemptStatus::Stopped => ("", Icon::Stop, "Stopped"),
        AttemptStatus::Interrupted => ("is-stall", Icon::Stall, "Interrupted"),
    }
}
