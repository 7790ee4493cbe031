//! The button that starts an attempt, with the choice of who does the work.

use leptos::prelude::*;
use shared::card::Card;

use super::agents::{AgentItems, Agents};
use super::desk::{Busy, Desk};
use crate::board::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuButton, MenuPanel};

/// The button that starts an attempt. While one is not over there is none: the other buttons have the word.
#[component]
pub(super) fn Start(card: RwSignal<Card>, desk: Desk) -> impl IntoView {
    Effect::new(move || desk.look_for_agents());
    // The card's face knows of an attempt before the attempts are read.
    let face = Memo::new(move |_| card.with(|card| card.attempt.as_ref().map(|face| face.status)));
    let can_start = Memo::new(move |_| desk.with_roster(|roster| roster.can_start(face.get())));
    let has_some =
        Memo::new(move |_| face.get().is_some() || desk.with_roster(|roster| !roster.attempts().is_empty()));
    let refusal = blockers(card);
    let menu = Menu::new();
    let buttons = move || can_start.get().then(|| view! { <Buttons desk has_some refusal menu/> }.into_any());
    view! {
        {move || buttons()}
        <MenuPanel menu label="Who does the work" let:_of>
            <AgentItems desk/>
        </MenuPanel>
    }
}

/// What blocks the card, in words, if anything does.
pub(super) fn blockers(card: RwSignal<Card>) -> Memo<Option<String>> {
    let board = expect_context::<BoardContext>();
    Memo::new(move |_| {
        let blockers = card.with(|card| card.blocked_by.clone());
        let keys: Vec<_> = blockers.iter().filter_map(|id| board.key_of(id)).collect();
        (!blockers.is_empty()).then(|| format!("Blocked by {}", keys.join(", ")))
    })
}

#[component]
fn Buttons(desk: Desk, has_some: Memo<bool>, refusal: Memo<Option<String>>, menu: Menu<()>) -> impl IntoView {
    let busy = desk.busy();
    let before =
        Memo::new(move |_| desk.with_roster(|it| it.attempts().last().map(|last| last.agent.clone())));
    let next = Memo::new(move |_| {
        let next = |agents: &Agents| agents.next(before.get().as_ref()).cloned();
        desk.agents().with(next)
    });
    let start = move |_| {
        if refusal.with_untracked(Option::is_none) {
            // Where nobody has worked yet, the server knows best.
            let again = next.with_untracked(|it| it.as_ref().map(|it| it.agent.clone()));
            desk.start(again.filter(|it| before.with_untracked(|before| before.as_ref() == Some(it))));
        }
    };
    let words = move || match (busy.get(), has_some.get()) {
        (Some(Busy::Starting), _) => "Starting…",
        (_, true) => "Start anew",
        (_, false) => "Start",
    };
    let title = move || {
        let who = || {
            next.get().map_or_else(|| "Starts an agent".to_owned(), |next| format!("Starts {}", next.name()))
        };
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
