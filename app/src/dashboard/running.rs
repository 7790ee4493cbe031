//! What agents work on.

use leptos::prelude::*;
use shared::attempt::AttemptStatus;
use shared::dashboard::{DashboardOverview, RunningAttempt};

use super::needs_you::project_name;
use crate::address;
use crate::attempt::words::initials;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// The attempts that agents work on.
#[component]
pub(super) fn RunningNow(overview: Signal<DashboardOverview>) -> impl IntoView {
    let attempts = Memo::new(move |_| overview.with(|it| it.running.clone()));
    let is_empty = Memo::new(move |_| attempts.with(Vec::is_empty));
    let count = move || attempts.with(|all| (!all.is_empty()).then(|| all.len().to_string()));
    let list = move || {
        if is_empty.get() {
            view! { <p class="panel is-calm">"No agent is at work."</p> }.into_any()
        } else {
            view! {
                <ol class="panel runs">
                    <List each=attempts key=key let:attempt>
                        <LiveRow project=project_name(overview, attempt.board_id.clone()) attempt/>
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

/// All that a row shows: one of which anything changes is another.
fn key(attempt: RunningAttempt) -> String {
    serde_json::to_string(&attempt).unwrap_or_default()
}

#[component]
fn LiveRow(attempt: RunningAttempt, project: Memo<String>) -> impl IntoView {
    let RunningAttempt { board_id, card_id, attempt_id, card_key, title, agent, status, started_at } =
        attempt;
    let (class, icon, words) = face(status);
    let href = address::attempt(&board_id, &card_id, &attempt_id);
    view! {
        <li class=format!("live-row {class}")>
            <span class="agent" role="img" aria-label=agent.to_string() title=agent.to_string()>{initials(&agent)}</span>
            <span class="live-row__card">
                <span class="u-faint">{card_key}</span>
                <a class="need__link u-cut" href=href>{title}</a>
                <span class="u-faint u-cut">{move || project.get()}</span>
            </span>
            <span class="state is-run u-cut">
                <Glyph icon turning=icon == Icon::Ring/>
                <span class="state__text">{words}</span>
            </span>
            <span class="live-row__time">{started_at.map(|at| view! { <Age at/> }.into_any())}</span>
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
