//! The card's short facts: what blocks it, how much it matters, what kind of work it is.

use leptos::{ev, prelude::*};
use shared::card::{Card, CardType, Priority};
use shared::ids::CardId;
use shared::requests::PatchCard;

use super::leave_field;
use super::open_card::{OpenCard, other};
use crate::board::context::BoardContext;
use crate::card::marks::{priority_words, type_words};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

const PRIORITIES: [Priority; 4] = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Low];
const TYPES: [CardType; 4] = [CardType::Task, CardType::Bug, CardType::Feature, CardType::Chore];

/// The row of facts below the title.
#[component]
pub fn Facts(card: RwSignal<Card>, open: OpenCard) -> impl IntoView {
    let priority = Memo::new(move |_| card.with(|card| card.priority));
    let card_type = Memo::new(move |_| card.with(|card| card.card_type));
    let set_priority = move |priority: Option<Priority>| {
        open.patch(PatchCard { priority: priority.into(), ..PatchCard::default() })
    };
    let set_type = move |card_type: Option<CardType>| {
        open.patch(PatchCard { card_type: card_type.into(), ..PatchCard::default() });
    };
    view! {
        <Blockers card/>
        <div class="inspector__facts">
            <Choice
                label="Priority"
                of=PRIORITIES
                words=priority_words
                chosen=priority
                choose=set_priority
            />
            <Choice label="Type" of=TYPES words=type_words chosen=card_type choose=set_type/>
        </div>
    }
}

/// One of a few, or none.
#[component]
fn Choice<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    of: [T; 4],
    words: fn(T) -> &'static str,
    chosen: Memo<Option<T>>,
    #[prop(into)] choose: Callback<Option<T>>,
) -> impl IntoView {
    let choice = move |value: Option<T>| {
        let is_chosen = move || chosen.get() == value;
        let words = value.map_or("None", words);
        // The attribute is for a page without a script; the property goes on from there whatever was chosen since.
        view! { <option selected=is_chosen prop:selected=is_chosen>{words}</option> }
    };
    let change = move |value: String| choose.run(of.into_iter().find(|it| words(*it) == value));
    let keys = |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            leave_field();
        }
    };
    view! {
        <label class="fact">
            <span>{label}</span>
            <span class="fact__choice">
                <select
                    class="input"
                    autocomplete="off"
                    on:change:target=move |event| change(event.target().value())
                    on:keydown=keys
                >
                    {choice(None)}
                    {of.map(|it| choice(Some(it))).collect_view()}
                </select>
                <Glyph icon=Icon::Down small=true/>
            </span>
        </label>
    }
}

/// That the card is blocked, and by which others.
#[component]
fn Blockers(card: RwSignal<Card>) -> impl IntoView {
    let blockers = Memo::new(move |_| card.with(|card| card.blocked_by.clone()));
    let blocked = Memo::new(move |_| blockers.with(|blockers| !blockers.is_empty()));
    let badge = move || {
        view! {
            <p class="state is-block">
                <Glyph icon=Icon::Block/>
                <span>"Blocked by "</span>
                <List each=blockers key=String::from let:id>
                    <Blocker id/>
                </List>
            </p>
        }
        .into_any()
    };
    view! { {move || blocked.get().then(badge)} }
}

#[component]
fn Blocker(id: CardId) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let blocker = other(board, id.clone());
    let key =
        move || blocker.with(|it| it.as_ref().map_or_else(|| "another card".to_owned(), |it| it.key.clone()));
    let title = move || blocker.with(|it| it.as_ref().map(|it| it.title.clone()));
    view! { <a class="key-link" href=move || board.card_href(&id) title=move || title()>{move || key()}</a> }
}
