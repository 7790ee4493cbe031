//! The parts of the inspector behind one another: the conversation, the log, and the card itself.
//!
//! Without a script they stand below one another.

use leptos::prelude::*;
use shared::card::Card;

use super::bar::AttemptBar;
use super::composer::Composer;
use super::conversation::Conversation;
use super::desk::{Desk, Panel};
use super::log::Log;
use super::plan::Plan;
use super::requests::Requests;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::tabs::{Tab, Tabs};

/// The panels' tabs, in the order of [`Panel::ALL`].
static TABS: [Tab; 3] = [Panel::Conversation.tab(), Panel::Log.tab(), Panel::Card.tab()];

impl Panel {
    const ALL: [Self; 3] = [Self::Conversation, Self::Log, Self::Card];

    const fn tab(self) -> Tab {
        match self {
            Self::Conversation => {
                Tab { name: "Conversation", id: "tab-conversation", panel: "panel-conversation" }
            }
            Self::Log => Tab { name: "Log", id: "tab-log", panel: "panel-log" },
            Self::Card => Tab { name: "Card", id: "tab-card", panel: "panel-card" },
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
    let panel = desk.panel();
    let shown = Memo::new(move |_| desk.shown().get().into_iter().collect::<Vec<_>>());
    let is_none = Memo::new(move |_| shown.with(Vec::is_empty));
    let nobody = move || is_none.get().then(|| view! { <NoAttempt desk/> }.into_any());
    let current = move || Panel::ALL.iter().position(|it| *it == panel.get()).unwrap_or_default();
    let choose = move |index: usize| {
        if let Some(chosen) = Panel::ALL.get(index) {
            panel.set(*chosen);
        }
    };
    view! {
        <AttemptBar card desk/>
        <Tabs label="Parts of the card" all=&TABS current=Signal::derive(current) on_choose=choose/>
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
            id=Panel::Conversation.tab().panel
            role="tabpanel"
            aria-labelledby=Panel::Conversation.tab().id
        >
            <Plan attempt/>
            <Conversation open attempt desk/>
            <Requests open attempt desk/>
            <Composer card desk attempt/>
        </section>
        <section
            class="attempt-pane"
            class:is-behind=move || !is_log()
            id=Panel::Log.tab().panel
            role="tabpanel"
            aria-labelledby=Panel::Log.tab().id
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
            id=Panel::Card.tab().panel
            role="tabpanel"
            aria-labelledby=Panel::Card.tab().id
        >
            {children()}
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
            id=Panel::Conversation.tab().panel
            role="tabpanel"
            aria-labelledby=Panel::Conversation.tab().id
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
