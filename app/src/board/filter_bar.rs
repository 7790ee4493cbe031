//! The row that filters the board: a field, its tokens as chips, and how many cards are left.

use std::collections::BTreeMap;

use leptos::{ev, prelude::*};

use super::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::late;
use crate::ui::list::List;
use crate::ui::menu::MenuButton;
use crate::{address, browser};

/// The row under the board's name. It is a form: without a script the server filters.
#[component]
pub fn FilterBar() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let initial = board.query.read_untracked().filter.clone();
    let text = move || board.query.read().filter.clone();
    let tokens = Memo::new(move |_| {
        board.filter.with(|filter| filter.tokens().map(ToString::to_string).collect::<Vec<_>>())
    });
    let filtering = Memo::new(move |_| !board.filter.with(|filter| filter.is_empty()));
    let keys = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "Escape" if filtering.get_untracked() => board.set_filter(""),
            // On to the cards, whose keys work from there.
            "Escape" | "Enter" => {
                if browser::focus_first(&[(String::new(), ".board .card__link")]).is_none() {
                    return;
                }
            }
            _ => return,
        }
        event.stop_propagation();
    };
    view! {
        <form
            class="topbar__row filter"
            role="search"
            method="get"
            action=address::board(&board.kanban.board_id())
            on:submit=|event: ev::SubmitEvent| event.prevent_default()
        >
            <label class="input filter__field">
                <Glyph icon=Icon::View/>
                <input
                    type="search"
                    name="q"
                    aria-label="Filter the cards"
                    placeholder="Filter: words, label:ui, is:waiting"
                    list="filter-tokens"
                    autocomplete="off"
                    value=initial
                    prop:value=text
                    on:input:target=move |event| board.set_filter(&event.target().value())
                    on:keydown=keys
                />
            </label>
            <List each=tokens key=String::from let:token>
                <TokenChip token/>
            </List>
            <MenuButton menu=board.label_menu of=() label="Labels to filter by" icon=Icon::Tag/>
            {late(Some(board.beside_filter))}
            {move || filtering.get().then(|| view! { <Result/> }.into_any())}
        </form>
        {late(Some(board.below_filter))}
    }
}

/// A token of the filter, and the way to take it off.
#[component]
fn TokenChip(token: String) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let off = format!("No longer filter by {token}");
    let (name, value) = token.split_at(token.find(':').map_or(0, |colon| colon + 1));
    let (name, value) = (name.to_owned(), value.replace('"', ""));
    view! {
        <span class="chip">
            <span>
                <span class="chip__key">{name}</span>
                {value}
            </span>
            <a class="chip__off" aria-label=off href=move || board.href_with(&board.filter.read().without(&token).to_string())>
                <Glyph icon=Icon::Close/>
            </a>
        </span>
    }
}

/// How many cards are left, and the way back to all.
#[component]
fn Result() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let signals = board.kanban.board();
    let counts = Memo::new(move |_| {
        signals.order().get().iter().fold((0, 0), |(shown, all), column| {
            let cards = signals.lane(column).map_or(0, |lane| lane.with(Vec::len));
            (shown + board.shown_in(column).with(Vec::len), all + cards)
        })
    });
    view! {
        <span class="shown" role="status">
            <b>{move || counts.get().0}</b>
            {move || format!(" of {}", counts.get().1)}
            <span class="u-hidden">" cards"</span>
        </span>
        <a class="button is-quiet is-small" href=move || board.href_with("")>
            <Glyph icon=Icon::Close/>
            "Clear"
        </a>
    }
}

impl BoardContext {
    /// The labels on the board's cards, the most used first. Tracks nothing.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let mut uses = BTreeMap::<String, usize>::new();
        self.kanban.with_board(|state| {
            for label in state.cards.values().flat_map(|card| &card.labels) {
                *uses.entry(label.clone()).or_default() += 1;
            }
        });
        let mut labels: Vec<_> = uses.into_iter().collect();
        labels.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        labels.into_iter().map(|(label, _)| label).collect()
    }
}
