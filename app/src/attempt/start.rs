//! The button that starts an attempt, with the choice of who does the work.

use leptos::prelude::*;
use shared::card::Card;

use super::desk::{Busy, Desk};
use crate::api::KnownAgent;
use crate::board::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuButton, MenuItem, MenuPanel};

/// The button that starts an attempt. While one is not over there is none: the other buttons have the word.
#[component]
pub(super) fn Start(card: RwSignal<Card>, desk: Desk) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    Effect::new(move || desk.look_for_agents());
    let is_active = Memo::new(move |_| desk.with_roster(|roster| roster.active().is_some()));
    let has_some = Memo::new(move |_| desk.with_roster(|roster| !roster.attempts().is_empty()));
    let refusal = Memo::new(move |_| {
        let blockers = card.with(|card| card.blocked_by.clone());
        let keys: Vec<_> = blockers.iter().filter_map(|id| board.key_of(id)).collect();
        (!blockers.is_empty()).then(|| format!("Blocked by {}", keys.join(", ")))
    });
    let menu = Menu::new();
    let buttons =
        move || (!is_active.get()).then(|| view! { <Buttons desk has_some refusal menu/> }.into_any());
    view! {
        {move || buttons()}
        <MenuPanel menu label="Who does the work" let:_of>
            <Agents desk/>
        </MenuPanel>
    }
}

#[component]
fn Buttons(desk: Desk, has_some: Memo<bool>, refusal: Memo<Option<String>>, menu: Menu<()>) -> impl IntoView {
    let busy = desk.busy();
    let first = Memo::new(move |_| {
        desk.agents().with(|agents| agents.iter().find(|it| it.available).map(|it| it.name().to_owned()))
    });
    let start = move |_| {
        if refusal.with_untracked(Option::is_none) {
            desk.start(None);
        }
    };
    let words = move || match (busy.get(), has_some.get()) {
        (Some(Busy::Starting), _) => "Starting…",
        (_, true) => "Start anew",
        (_, false) => "Start",
    };
    let title = move || {
        let who =
            || first.get().map_or_else(|| "Starts an agent".to_owned(), |first| format!("Starts {first}"));
        refusal.get().unwrap_or_else(who)
    };
    let choose = move || {
        refusal.with(Option::is_none).then(|| {
            view! { <MenuButton menu of=() label="Choose who does the work" class="start__choose" icon=Icon::Down/> }
                .into_any()
        })
    };
    let is_refused = move || refusal.with(Option::is_some);
    view! {
        <span class="start needs-script">
            <button
                class="button is-small"
                class:is-primary=move || !has_some.get() && !is_refused()
                class:is-disabled=is_refused
                type="button"
                aria-disabled=move || (is_refused() || busy.get().is_some()).then_some("true")
                title=title
                on:click=start
            >
                <Glyph icon=Icon::Play/>
                {move || words()}
            </button>
            {move || choose()}
        </span>
        {move || refusal.get().map(|why| view! { <span class="start__why u-cut">{why}</span> }.into_any())}
    }
}

#[component]
fn Agents(desk: Desk) -> impl IntoView {
    let agents = desk.agents();
    let item = move |it: KnownAgent| {
        let id = it.agent.clone();
        let refusal =
            (!it.available).then(|| it.hint.clone().unwrap_or_else(|| "It is not installed.".to_owned()));
        view! {
            <MenuItem icon=Icon::Play refusal on_select=move |()| desk.start(Some(id.clone()))>
                {it.name().to_owned()}
            </MenuItem>
        }
        .into_any()
    };
    let nobody = move || {
        agents
            .with(Vec::is_empty)
            .then(|| view! { <p class="menu__head">"Looking for agents…"</p> }.into_any())
    };
    view! {
        {move || nobody()}
        {move || agents.get().into_iter().map(item).collect_view()}
    }
}
