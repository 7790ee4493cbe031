//! The menu of a card: opens, moves and deletes it, with the keyboard too.

use leptos::prelude::*;
use shared::ids::{CardId, ColumnId};

use super::context::BoardContext;
use super::drag::Way;
use super::dragging::Dragger;
use super::{selection_bar, starting};
use crate::keys::registry::{self, Command};
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuItem, MenuPanel};

/// The panel of the cards' menu; once per board.
#[component]
pub fn CardMenu() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    view! { <MenuPanel menu=board.card_menu label="Card" children=move |card| view! { <Items card/> }/> }
}

#[component]
fn Items(card: CardId) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    // A menu is about the board as it was when it opened; its items don't jump about under the pointer.
    let key = board.key_of(&card)?;
    let column = untrack(|| board.column_of(&card))?;

    let id = card.clone();
    let open = move |()| board.open(&id);
    let id = card.clone();
    let start = move |()| starting::start(board, id.clone());
    let id = card.clone();
    let select = move |()| selection_bar::toggle(board, &id);
    let id = card.clone();
    let delete = move |()| board.delete_card(&id);
    let steps = [
        (Way::Up, Icon::Up, "Up one"),
        (Way::Down, Icon::Down, "Down one"),
        (Way::Top, Icon::Top, "To the top"),
        (Way::Bottom, Icon::Bottom, "To the bottom"),
    ];
    let dragger = expect_context::<Dragger>();
    let steps = steps.map(|(way, icon, words)| {
        let refusal = (!dragger.leads(&card, &way)).then(|| "there already".to_owned());
        let card = card.clone();
        let go = move |()| dragger.go(card.clone(), way.clone());
        view! { <MenuItem icon on_select=go refusal>{words}</MenuItem> }
    });
    let columns = board.kanban.board().order().get_untracked();
    let others = columns.into_iter().filter(|other| *other != column).filter_map(|other| {
        let title = untrack(|| board.column_title(&other))?;
        let card = card.clone();
        Some(view! { <ColumnItem card column=other title/> })
    });
    Some(view! {
        <p class="menu__head" role="none">{key}</p>
        <MenuItem icon=Icon::Right on_select=open>"Open"{hint(Command::Open)}</MenuItem>
        <MenuItem icon=Icon::Play on_select=start>"Start an attempt"{hint(Command::Start)}</MenuItem>
        <MenuItem icon=Icon::Check on_select=select>"Select"{hint(Command::Select)}</MenuItem>
        <p class="menu__head" role="none">"Move to…"</p>
        {others.collect_view()}
        <hr/>
        {steps.into_iter().collect_view()}
        <hr/>
        <MenuItem icon=Icon::Trash danger=true on_select=delete>"Delete"</MenuItem>
    })
}

/// The key that does the same. None of those here has a name of its own on Apple's machines.
fn hint(command: Command) -> AnyView {
    let key = registry::hint(command, false);
    view! { <kbd aria-hidden="true">{key}</kbd> }.into_any()
}

#[component]
fn ColumnItem(card: CardId, column: ColumnId, title: String) -> impl IntoView {
    let dragger = expect_context::<Dragger>();
    let go = move |()| dragger.go(card.clone(), Way::To(column.clone()));
    view! { <MenuItem icon=Icon::Board on_select=go>{title}</MenuItem> }
}
