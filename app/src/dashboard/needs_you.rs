//! The queue of what waits for a person.

use leptos::prelude::*;
use shared::attempt::AttemptStatus;
use shared::card::{Attention, AttentionReason};
use shared::dashboard::{BoardOverview, DashboardOverview, NeedsYou};
use shared::ids::{AttemptId, BoardId};

use super::answers::{Answers, Case, Queue};
use super::notify::NotifyChoice;
use crate::address;
use crate::card::face::FaceState;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// What waits for a person, the longest first.
#[component]
pub(super) fn NeedsYouQueue(overview: Signal<DashboardOverview>) -> impl IntoView {
    let queue = Memo::new(move |_| overview.with(|it| oldest_first(&it.needs_you)));
    let is_empty = Memo::new(move |_| queue.with(Vec::is_empty));
    let answers = Queue::new();
    Effect::new(move || {
        queue.track();
        answers.catch_focus();
    });
    let count =
        move || queue.with(|queue| (!queue.is_empty()).then(|| format!("{}, oldest first", queue.len())));
    let list = move || {
        if is_empty.get() {
            view! { <NothingNeedsYou/> }.into_any()
        } else {
            view! {
                <ol class="queue panel">
                    <List each=queue key=key let:need>
                        <Need
                            project=project_name(overview, need.board_id.clone())
                            status=status_of(overview, need.attempt_id.as_ref())
                            need
                            queue=answers
                        />
                    </List>
                </ol>
            }
            .into_any()
        }
    };
    view! {
        <section class="section" aria-labelledby="needs-you">
            <header class="section__head">
                <h2 id="needs-you" tabindex="-1">"Needs you"</h2>
                <span class="count">{move || count()}</span>
                <NotifyChoice/>
            </header>
            {move || list()}
        </section>
    }
}

fn oldest_first(queue: &[NeedsYou]) -> Vec<NeedsYou> {
    let mut queue = queue.to_vec();
    queue.sort_by_key(|need| need.since);
    queue
}

/// All that an entry shows: one of which anything changes is another.
fn key(need: NeedsYou) -> String {
    serde_json::to_string(&need).unwrap_or_default()
}

/// The name of a board, as long as there is one.
pub(super) fn project_name(overview: Signal<DashboardOverview>, board: BoardId) -> Memo<String> {
    Memo::new(move |_| {
        let name = |boards: &[BoardOverview]| {
            boards.iter().find(|it| it.board_id == board).map(|it| it.name.clone())
        };
        overview.with(|it| name(&it.boards)).unwrap_or_default()
    })
}

/// How an attempt stands now, unless it is over.
fn status_of(overview: Signal<DashboardOverview>, attempt: Option<&AttemptId>) -> Option<AttemptStatus> {
    overview.with_untracked(|it| {
        let running = it.running.iter().find(|running| Some(&running.attempt_id) == attempt);
        running.map(|running| running.status)
    })
}

#[component]
fn Need(
    need: NeedsYou,
    project: Memo<String>,
    /// How its attempt stands, unless that is over.
    status: Option<AttemptStatus>,
    queue: Queue,
) -> impl IntoView {
    let NeedsYou { board_id, card_id, attempt_id, card_key, title, reason, since } = need;
    let FaceState { class, icon, text, .. } = FaceState::of_attention(&Attention { reason, since });
    let case = Case::new(queue, attempt_id.clone(), reason, status);
    let text = move || case.said().unwrap_or_else(|| text.clone());
    let href = match attempt_id {
        Some(attempt) => address::attempt(&board_id, &card_id, &attempt),
        None => address::card(&board_id, &card_id),
    };
    let is_for_review = matches!(reason, AttentionReason::Review | AttentionReason::LandReady);
    let review = is_for_review.then(|| href.clone());
    view! {
        <li class=format!("need {class}")>
            {icon.map(|icon| view! { <Glyph icon/> }.into_any())}
            <p class="need__what">
                <span class="need__text">{text}</span>
                <span class="need__age"><Age at=since/></span>
            </p>
            <p class="need__card">
                <span class="u-faint">{card_key}</span>
                <a class="need__link u-cut" href=href>{title}</a>
                <span class="u-faint">{move || project.get()}</span>
            </p>
            <Answers case review/>
        </li>
    }
}

#[component]
fn NothingNeedsYou() -> impl IntoView {
    view! {
        <div class="panel empty">
            <Glyph icon=Icon::Check/>
            <h3>"Nothing needs you"</h3>
            <p>"When an agent asks, fails, stalls or is ready to be reviewed, its card stands here until it is dealt with."</p>
        </div>
    }
}
