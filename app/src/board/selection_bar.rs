//! The bar of what can be done to the cards that are selected.

use std::collections::HashSet;

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use leptos::{ev, prelude::*};
use shared::card::Priority;
use shared::ids::CardId;

use super::bulk::{Action, act_on_selected};
use super::context::BoardContext;
use super::label_dialog::LabelDialog;
use crate::browser;
use crate::card::marks::{LabelMark, priority_words};
use crate::tab::TabMemory;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuItem, MenuPanel};

/// The id of the button that labels what is selected.
pub(crate) const LABEL: &str = "label-selected";
/// The id of the button that gives it a priority.
pub(crate) const PRIORITY: &str = "prioritise-selected";

/// What a button of the bar opens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Column,
    Label,
    Priority,
}

/// The bar, while any card is selected.
#[component]
pub(super) fn SelectionBar() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let memory = expect_context::<TabMemory>();
    let menu = Menu::<Choice>::new();
    let naming = Dialog::<()>::new();
    let count = Memo::new(move |_| board.selection.with(super::selection::Selection::len));
    let is_empty = Memo::new(move |_| count.get() == 0);
    let_go_of_the_hidden(board, is_empty);
    select_by_click(board);
    let delete = move |_| {
        act_on_selected(board, memory, &Action::Delete);
        // The bar goes, and the cards with it.
        browser::catch_focus(&[".board .card__link", ".board button"], || ());
    };
    let clear = move |_| clear(board);
    let bar = move || {
        (!is_empty.get()).then(|| {
            view! {
                <div class="selection" role="toolbar" aria-label="Selected cards">
                    <b class="selection__count" role="status">{move || format!("{} selected", count.get())}</b>
                    {opener(menu, Choice::Column, None, "Move to…", Icon::Board)}
                    {opener(menu, Choice::Label, Some(LABEL), "Label", Icon::Tag)}
                    {opener(menu, Choice::Priority, Some(PRIORITY), "Priority", Icon::Top)}
                    <button class="button is-small is-danger" type="button" on:click=delete>
                        <Glyph icon=Icon::Trash/>
                        "Delete"
                    </button>
                    <button class="button is-small is-quiet" type="button" on:click=clear>
                        "Clear"
                        <kbd aria-hidden="true">"Esc"</kbd>
                    </button>
                </div>
            }
            .into_any()
        })
    };
    view! {
        {move || bar()}
        <MenuPanel menu label="Selected cards" children=move |choice| items(board, memory, naming, choice)/>
        <LabelDialog dialog=naming/>
    }
}

/// Selects no card.
pub(crate) fn clear(board: BoardContext) {
    board.selection.set(super::selection::Selection::default());
    board.notices.say("No card is selected");
    browser::catch_focus(&[".board .card__link", ".board button"], || ());
}

fn opener(
    menu: Menu<Choice>,
    choice: Choice,
    id: Option<&'static str>,
    words: &'static str,
    icon: Icon,
) -> AnyView {
    let open = move |event: ev::MouseEvent| {
        let anchor = event.current_target().or_else(|| event.target());
        let anchor = anchor.and_then(|it| it.dyn_into::<Element>().ok());
        if let Some(button) = anchor.and_then(|it| it.closest("button").ok().flatten()) {
            menu.toggle(choice, button);
        }
    };
    view! {
        <button
            class="button is-small"
            id=id
            type="button"
            aria-haspopup="menu"
            aria-expanded=move || menu.is_open_for(&choice).to_string()
            on:pointerdown=move |_| menu.press()
            on:click=open
        >
            <Glyph icon/>
            {words}
        </button>
    }
    .into_any()
}

fn items(board: BoardContext, memory: TabMemory, naming: Dialog<()>, choice: Choice) -> AnyView {
    let item = move |icon: Icon, words: String, action: Action| {
        view! { <MenuItem icon on_select=move |()| act_on_selected(board, memory, &action)>{words}</MenuItem> }
            .into_any()
    };
    match choice {
        Choice::Column => {
            let order = board.kanban.board().order().get_untracked();
            let columns = order.into_iter().filter_map(|column| {
                let title = untrack(|| board.column_title(&column))?;
                Some(item(Icon::Board, title, Action::MoveTo(column)))
            });
            columns.collect_view().into_any()
        }
        Choice::Priority => {
            let priorities = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Low];
            let some = priorities.map(|priority| {
                item(Icon::Top, priority_words(priority).to_owned(), Action::Priority(Some(priority)))
            });
            let none = item(Icon::Close, "None".to_owned(), Action::Priority(None));
            some.into_iter().chain([none]).collect_view().into_any()
        }
        Choice::Label => {
            let labels = board.labels();
            let none = labels.is_empty().then(|| {
                view! { <p class="menu__head" role="none">"No card has a label yet."</p> }.into_any()
            });
            let have = |label: &String| {
                board.selection.with_untracked(|chosen| {
                    let cards = chosen.cards().filter_map(|card| board.card(card));
                    cards.into_iter().all(|card| card.with_untracked(|card| card.labels.contains(label)))
                })
            };
            let label = |label: String| {
                let (icon, action) = match have(&label) {
                    true => (Icon::Check, Action::Unlabel(label.clone())),
                    false => (Icon::Tag, Action::Label(label.clone())),
                };
                let act = move |()| act_on_selected(board, memory, &action);
                view! { <MenuItem icon on_select=act><LabelMark label/></MenuItem> }.into_any()
            };
            let name = view! {
                <MenuItem icon=Icon::Plus on_select=move |()| naming.open(())>"New label…"</MenuItem>
            };
            let known = labels.into_iter().map(label).collect::<Vec<_>>();
            none.into_iter().chain(known).chain([name.into_any()]).collect_view().into_any()
        }
    }
}

/// What nobody sees is not selected: nothing is done to it unawares.
fn let_go_of_the_hidden(board: BoardContext, is_empty: Memo<bool>) {
    Effect::new(move || {
        // While descriptions are searched, what fits by them alone is about to be seen again.
        if !is_empty.get() && !board.is_searching() {
            keep_seen(board);
        }
    });
}

/// Keeps selected what can be seen. Tracks that.
pub(super) fn keep_seen(board: BoardContext) {
    let columns = board.kanban.board().order().get();
    let shown: HashSet<CardId> = columns.iter().flat_map(|column| board.shown_in(column).get()).collect();
    board.selection.update(|selection| selection.keep(|card| shown.contains(card)));
}

/// A click with Ctrl or ⌘ selects a card, or no longer; with Shift, all up to it.
fn select_by_click(board: BoardContext) {
    Effect::new(move || {
        let clicks = window_event_listener(ev::click, move |event| {
            let is_toggle = event.ctrl_key() || event.meta_key();
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let Some(card) = target.as_ref().and_then(browser::card_around) else { return };
            if event.default_prevented() || !(is_toggle || event.shift_key()) {
                return;
            }
            // It would open the card in another tab or window.
            event.prevent_default();
            if is_toggle { toggle(board, &card) } else { extend(board, None, &card) }
        });
        on_cleanup(move || clicks.remove());
    });
}

/// Selects a card, or no longer, and says how many are.
pub(crate) fn toggle(board: BoardContext, card: &CardId) {
    board.selection.update(|selection| selection.toggle(card));
    tell(board, card);
}

/// Selects up to a card of its column.
pub(crate) fn extend(board: BoardContext, from: Option<&CardId>, to: &CardId) {
    let lane = untrack(|| Some(board.shown_in(&board.column_of(to)?).get()));
    board.selection.update(|selection| selection.extend(&lane.unwrap_or_default(), from, to));
    tell(board, to);
}

fn tell(board: BoardContext, card: &CardId) {
    let (is_selected, count) = board.selection.with_untracked(|all| (all.contains(card), all.len()));
    let key = board.key_of(card).unwrap_or_default();
    let verb = if is_selected { "selected" } else { "no longer selected" };
    board.notices.say(format!("{key} {verb}, {count} in all"));
}
