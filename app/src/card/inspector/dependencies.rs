//! The cards that this one depends on, and those that depend on it.

use leptos::prelude::*;
use shared::card::Card;
use shared::ids::CardId;
use shared::requests::{Patch, PatchCard};

use super::candidates::{self, Candidate};
use super::open_card::{OpenCard, Other, other};
use super::suggest::{Chosen, Offer, Suggest};
use crate::board::context::BoardContext;
use crate::browser;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// The cards that this one depends on, and the field that adds one.
#[component]
pub fn Dependencies(card: RwSignal<Card>, open: OpenCard) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let depends_on = Memo::new(move |_| card.with(|card| card.depends_on.clone()));
    let error = RwSignal::new(None);
    let change = move |change: fn(&mut Vec<CardId>, CardId), id: CardId| {
        let patch = move |card: &Card| {
            let mut wanted = card.depends_on.clone();
            change(&mut wanted, id.clone());
            let is_other = wanted != card.depends_on;
            is_other.then(|| PatchCard { depends_on: Patch::Value(wanted), ..PatchCard::default() })
        };
        open.rework(&card.get_untracked(), patch, move |failure| {
            error.try_set(failure.map(|failure| failure.sentence));
        });
    };
    let offer = move |typed: String| {
        let found = board.kanban.with_board(|state| candidates::matching(state, &open.id(), &typed));
        found.unwrap_or_default().into_iter().map(as_offer).collect()
    };
    let add = Callback::new(move |chosen| {
        let id = match chosen {
            Chosen::Offered(id) => CardId::new(id),
            Chosen::Typed(typed) => {
                return Err(format!("No card that it could depend on matches “{}”.", typed.trim()));
            }
        };
        if let Some(why) =
            board.kanban.with_board(|state| candidates::refusal(state, &open.id(), &id)).flatten()
        {
            return Err(why);
        }
        change(add_once, id);
        Ok(())
    });
    let remove = Callback::new(move |id: CardId| {
        change(|ids, id| ids.retain(|other| *other != id), id);
        // The button that was pressed is gone.
        browser::focus_in("inspector-dependencies", "button, input");
    });
    view! {
        <section class="inspector__part" id="inspector-dependencies" aria-labelledby="inspector-dependencies-name">
            <h3 id="inspector-dependencies-name">"Depends on"</h3>
            <ul class="others">
                <List each=depends_on key=String::from let:id>
                    <Line id remove=Some(remove)/>
                </List>
            </ul>
            <Suggest
                id="inspector-add-dependency"
                label="Add a card by key or title"
                offer
                takes_first=true
                choose=add
                error
            />
        </section>
        <Dependents card open/>
    }
}

/// The cards that depend on this one.
#[component]
fn Dependents(card: RwSignal<Card>, open: OpenCard) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let dependents = Memo::new(move |_| dependents_of(board, &open.id()));
    let any = Memo::new(move |_| dependents.with(|it| !it.is_empty()));
    let this = other(board, card.with_untracked(|card| card.id.clone()));
    // What is done blocks nothing any more.
    let heading = move || {
        let is_done = this.with(|this| this.as_ref().is_some_and(|this| this.is_done));
        if is_done { "Was needed by" } else { "Blocks" }
    };
    let list = move || {
        view! {
            <section class="inspector__part" aria-labelledby="inspector-dependents-name">
                <h3 id="inspector-dependents-name">{move || heading()}</h3>
                <ul class="others">
                    <List each=dependents key=String::from let:id>
                        <Line id remove=None/>
                    </List>
                </ul>
            </section>
        }
        .into_any()
    };
    view! { {move || any.get().then(list)} }
}

/// The cards on the board that depend on this one, column by column. Tracks the board's cards.
fn dependents_of(board: BoardContext, id: &CardId) -> Vec<CardId> {
    let signals = board.kanban.board();
    let lanes = signals.order().get().into_iter().filter_map(|column| signals.lane(&column));
    let cards = lanes.flat_map(|lane| lane.get());
    let depends = |other: &CardId| {
        signals.card(other).is_some_and(|card| card.with(|card| card.depends_on.contains(id)))
    };
    cards.filter(depends).collect()
}

/// Another card: the way to it, and the way to part with it.
#[component]
fn Line(id: CardId, remove: Option<Callback<CardId>>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let shown = other(board, id.clone());
    let href_id = id.clone();
    let link = move || match shown.get() {
        Some(Other { key, title, is_done }) => {
            let id = href_id.clone();
            let (icon, words) = if is_done { (Icon::Check, "done") } else { (Icon::Queue, "not done") };
            view! {
                <a class="others__link" class:is-done=is_done href=move || board.card_href(&id)>
                    <Glyph icon small=true/>
                    <span class="others__key">{format!("{key} ")}</span>
                    <span class="u-cut">{title}</span>
                    <span class="others__state">{format!(" {words}")}</span>
                </a>
            }
            .into_any()
        }
        None => view! { <span class="others__link u-faint">"A deleted card"</span> }.into_any(),
    };
    let name = Memo::new(move |_| {
        shown.with(|it| it.as_ref().map_or_else(|| "the deleted card".to_owned(), |it| it.key.clone()))
    });
    let off = move |remove: Callback<CardId>| {
        let id = id.clone();
        let label = move || format!("No longer depend on {}", name.get());
        view! {
            <button
                class="button is-icon is-quiet is-small needs-script"
                type="button"
                aria-label=label
                title=label
                on:click=move |_| remove.run(id.clone())
            >
                <Glyph icon=Icon::Close/>
            </button>
        }
    };
    view! {
        <li class="others__line">
            {move || link()}
            {remove.map(off)}
        </li>
    }
}

fn add_once(ids: &mut Vec<CardId>, id: CardId) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

fn as_offer(Candidate { id, key, title }: Candidate) -> Offer {
    Offer { value: id.into(), key: Some(key), words: title }
}
