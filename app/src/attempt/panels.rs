//! The parts of the inspector behind one another: the conversation, the log, and the card itself.
//!
//! Without a script they stand below one another.

use leptos::{ev, prelude::*};
use shared::card::Card;

use super::bar::AttemptBar;
use super::composer::Composer;
use super::conversation::Conversation;
use super::desk::{Desk, Panel};
use super::log::Log;
use super::plan::Plan;
use super::requests::Requests;
use crate::browser::{self, Step};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

impl Panel {
    const ALL: [Self; 3] = [Self::Conversation, Self::Log, Self::Card];

    fn name(self) -> &'static str {
        match self {
            Self::Conversation => "Conversation",
            Self::Log => "Log",
            Self::Card => "Card",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Conversation => "panel-conversation",
            Self::Log => "panel-log",
            Self::Card => "panel-card",
        }
    }

    fn tab_id(self) -> &'static str {
        match self {
            Self::Conversation => "tab-conversation",
            Self::Log => "tab-log",
            Self::Card => "tab-card",
        }
    }
}

/// The bar of attempts, the tabs, and what belongs to the attempt that is shown.
#[component]
pub fn Panels(
    /// The card.
    card: RwSignal<Card>,
    /// Its attempts.
    desk: Desk,
) -> impl IntoView {
    desk.follow(card);
    let shown = Memo::new(move |_| desk.shown().get().into_iter().collect::<Vec<_>>());
    let is_none = Memo::new(move |_| shown.with(Vec::is_empty));
    let nobody = move || is_none.get().then(|| view! { <NoAttempt desk/> }.into_any());
    view! {
        <AttemptBar card desk/>
        <Tabs desk/>
        {move || nobody()}
        <List each=shown key=String::from let:id>
            <Shown card desk id/>
        </List>
    }
}

#[component]
fn Shown(card: RwSignal<Card>, desk: Desk, id: shared::ids::AttemptId) -> impl IntoView {
    let open = desk.open(id);
    let attempt = desk.attempt();
    let worktree = move || attempt.with(|it| it.as_ref().and_then(|it| it.worktree.clone()));
    // Rows that are rendered before the first effect show paths too.
    open.set_worktree(untrack(worktree));
    Effect::new(move || open.set_worktree(worktree()));
    let panel = desk.panel();
    let is_conversation = move || panel.get() == Panel::Conversation;
    let is_log = move || panel.get() == Panel::Log;
    view! {
        <section
            class="attempt-pane"
            class:is-behind=move || !is_conversation()
            id=Panel::Conversation.id()
            role="tabpanel"
            aria-labelledby=Panel::Conversation.tab_id()
        >
            <Plan attempt/>
            <Conversation open attempt desk/>
            <Requests open attempt desk/>
            <Composer card desk attempt/>
        </section>
        <section
            class="attempt-pane"
            class:is-behind=move || !is_log()
            id=Panel::Log.id()
            role="tabpanel"
            aria-labelledby=Panel::Log.tab_id()
        >
            <Log open panel/>
        </section>
    }
}

/// The panel of the card itself.
#[component]
pub fn CardPanel(
    /// The card's attempts.
    desk: Desk,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let panel = desk.panel();
    view! {
        <div
            class="inspector__body"
            class:is-behind=move || panel.get() != Panel::Card
            id=Panel::Card.id()
            role="tabpanel"
            aria-labelledby=Panel::Card.tab_id()
        >
            {children()}
        </div>
    }
}

#[component]
fn Tabs(desk: Desk) -> impl IntoView {
    let panel = desk.panel();
    let list = NodeRef::<leptos::html::Div>::new();
    let keys = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Next,
            "ArrowLeft" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            browser::step_focus(&list, "[role=tab]", step);
        }
    };
    let tab = move |it: Panel| {
        let is_current = move || panel.get() == it;
        view! {
            <button
                class:is-current=is_current
                type="button"
                role="tab"
                id=it.tab_id()
                aria-selected=move || is_current().to_string()
                aria-controls=it.id()
                tabindex=move || if is_current() { "0" } else { "-1" }
                on:click=move |_| panel.set(it)
            >
                {it.name()}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="tabs needs-script" role="tablist" aria-label="Parts of the card" node_ref=list on:keydown=keys>
            {Panel::ALL.map(tab).collect_view()}
        </div>
    }
}

/// No agent has worked on the card.
#[component]
fn NoAttempt(desk: Desk) -> impl IntoView {
    let panel = desk.panel();
    let is_behind = move || panel.get() == Panel::Card;
    let failure = Memo::new(move |_| desk.with_roster(|roster| roster.failure().map(str::to_owned)));
    let why = move || {
        failure
            .get()
            .map(|why| view! { <Unread why on_retry=Callback::new(move |()| desk.retry())/> }.into_any())
    };
    view! {
        <section
            class="attempt-pane"
            class:is-behind=is_behind
            id=Panel::Conversation.id()
            role="tabpanel"
            aria-labelledby=Panel::Conversation.tab_id()
        >
            <div class="empty">
                <Glyph icon=Icon::Play/>
                <h3>"No agent has worked on this card"</h3>
                <p>"Press Start: an agent works in a worktree and on a branch of its own, and asks before it acts."</p>
            </div>
            {move || why()}
        </section>
    }
}

/// Something could not be read: why, and another try.
#[component]
pub(super) fn Unread(why: String, on_retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="note is-fail" role="status">
            <Glyph icon=Icon::Warn/>
            <span>{why}</span>
            <button class="button is-small" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
        </div>
    }
}
