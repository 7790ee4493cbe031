//! The inspector: the whole of a card beside its board, to read and to change.
//!
//! It is no dialog: the board beside it stays usable, and nothing that arrives takes the focus. What nobody is editing
//! follows the board at once; what someone is editing stays as they typed it until they decide ([`edit`]). The
//! description is not on the board: [`detail`] knows when to ask for it.

mod candidates;
mod dependencies;
mod description;
pub mod detail;
pub mod drafts;
pub mod edit;
mod facts;
mod foot;
mod gone;
mod grip;
mod labels;
mod open_card;
mod rework;
mod suggest;
#[cfg(test)]
mod tests;
mod text_editor;
mod title;
mod waiting;
pub mod width;

use leptos::web_sys::{Element, Node};
use leptos::{ev, html, prelude::*};
use shared::card::{Card, CardDetail};
use shared::ids::{BoardId, CardId};

use crate::address;
use crate::api::Unread;
use crate::attempt::{CardPanel, Desk, Panels};
use crate::board::context::{BoardContext, INSPECTOR};
use crate::browser;
use crate::chunk::ChunkName;
use crate::live::Kanban;
use crate::snapshot::Snapshot;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::MenuButton;
use dependencies::Dependencies;
use description::Description;
use drafts::{Draft, Drafts};
use facts::Facts;
use foot::Foot;
use gone::Gone;
use grip::Grip;
use labels::Labels;
use open_card::OpenCard;
use text_editor::{Text, TextEditor};
use title::Title;

pub use waiting::WaitingInspector;

/// The id of the words that name it.
const NAME: &str = "inspector-title";
/// Where the focus goes when it goes to the inspector as a whole: a ring around all of it would tell nobody anything.
const HEAD: &str = "#inspector-title";

/// The inspector, open on a card; another card needs another one.
#[component]
pub fn Inspector(
    /// The live board.
    kanban: Kanban,
    /// The board's id.
    board_id: BoardId,
    /// The card.
    card_id: CardId,
    /// The card as the page brought it along; `None` if someone opened it on the board.
    initial: Option<Snapshot<Unread<CardDetail>>>,
    /// Whether the focus goes there.
    takes_focus: bool,
    /// Closes the inspector; the focus goes back to the card.
    on_close: Callback<()>,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let initial = initial.and_then(|initial| initial.read());
    let seen = initial.as_ref().map(|initial| ArcRwSignal::new(initial.data.card.clone()));
    // The card as it was when it was last on the board.
    let last = StoredValue::new(seen);
    let drafts = expect_context::<Drafts>();
    let Draft { title, message, description } = drafts.take(&card_id);
    let desk = Desk::new(kanban, board_id.clone(), card_id.clone(), message);
    let open = OpenCard::new(kanban, board_id, card_id.clone(), initial);
    let title = TextEditor::new(Text::Title, open, title);
    let description = TextEditor::new(Text::Description, open, description);
    let kept_id = card_id.clone();
    on_cleanup(move || {
        let message = desk.message().get_untracked();
        let draft = Draft { title: title.unsaved(), message, description: description.unsaved() };
        if drafts.keep(kept_id, draft) {
            board.notices.done("What you typed is kept: open the card again to go on.", None);
        }
    });
    ask_before_leaving(Memo::new(move |_| {
        title.is_dirty() || description.is_dirty() || desk.message().with(|text| !text.trim().is_empty())
    }));

    let lookup = card_id.clone();
    let live = Memo::new(move |_| {
        board.column_of(&lookup)?;
        kanban.board().card(&lookup)
    });
    let key = move || {
        let card = live.get().or_else(|| last.get_value());
        card.map(|card| card.with(|card| card.key.clone()))
    };
    let column_id = card_id.clone();
    let column = move || board.column_of(&column_id).and_then(|column| board.column_title(&column));
    let menu = move || {
        let id = card_id.clone();
        live.with(Option::is_some).then(|| {
            view! { <MenuButton menu=board.card_menu of=id label="Move to…, and other actions"/> }.into_any()
        })
    };
    let content = move || match live.get() {
        Some(card) => {
            last.set_value(Some(card.clone()));
            view! { <Content card=RwSignal::from(card) open desk title description/> }.into_any()
        }
        None => {
            let title_seen = last.get_value().map(|card| card.with_untracked(|card| card.title.clone()));
            let unsaved = untrack(|| title.is_dirty() || description.is_dirty());
            view! { <Gone title=title_seen open unsaved on_close/> }.into_any()
        }
    };
    let aside = NodeRef::new();
    close_on_escape(aside, on_close);
    Effect::new(move || {
        if takes_focus {
            browser::focus(HEAD);
        }
    });
    view! {
        <aside class="inspector" id=INSPECTOR class:is-stale=move || board.stale.get() tabindex="-1" aria-labelledby=NAME data-chunk=ChunkName::Inspector.as_str() node_ref=aside>
            <Grip/>
            <header class="inspector__bar">
                <span class="inspector__key">{move || key()}</span>
                <span class="u-faint u-cut">{move || column()}</span>
                <span class="u-end"></span>
                {move || menu()}
                <Close on_close/>
            </header>
            {move || content()}
        </aside>
    }
}

/// A link, so that there is a way back without a script too.
#[component]
fn Close(on_close: Callback<()>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let close = move |event: ev::MouseEvent| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain {
            event.prevent_default();
            on_close.run(());
        }
    };
    view! {
        <a
            class="button is-icon is-quiet is-small"
            href=move || address::board(&board.kanban.board_id()) + &board.query.read().to_search()
            aria-label="Close the card"
            title="Close, Esc"
            on:click=close
        >
            <Glyph icon=Icon::Close/>
        </a>
    }
}

#[component]
fn Content(
    card: RwSignal<Card>,
    open: OpenCard,
    desk: Desk,
    title: TextEditor,
    description: TextEditor,
) -> impl IntoView {
    open.follow(card);
    view! {
        <div class="inspector__top">
            <Title card editor=title/>
        </div>
        <Panels card desk/>
        <CardPanel desk>
            <Facts card open/>
            <Description card open editor=description/>
            <Labels card open/>
            <Dependencies card open/>
            <Foot card/>
        </CardPanel>
    }
}

/// Escape closes the inspector where nothing else takes it first.
fn close_on_escape(aside: NodeRef<html::Aside>, on_close: Callback<()>) {
    Effect::new(move || {
        let keys = window_event_listener(ev::keydown, move |event| {
            let is_meant = |aside: &Element| browser::is_escape_meant_for(aside, &event);
            if event.key() == "Escape" && aside.get_untracked().is_some_and(|aside| is_meant(&aside)) {
                on_close.run(());
            }
        });
        on_cleanup(move || keys.remove());
    });
}

/// The browser asks before it leaves a page on which something is typed that is not saved.
fn ask_before_leaving(unsaved: Memo<bool>) {
    Effect::new(move || {
        if unsaved.get() {
            let guard = window_event_listener(ev::beforeunload, |event| event.prevent_default());
            on_cleanup(move || guard.remove());
        }
    });
}

/// Takes the focus out of a field without closing anything.
fn leave_field() {
    browser::focus(HEAD);
}

/// Whether the focus goes on to something inside of what it is about to leave.
fn keeps_focus(event: &ev::FocusEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let around = event.current_target();
    let next = event.related_target();
    let around = around.as_ref().and_then(|it| it.dyn_ref::<Node>());
    around.is_some_and(|around| around.contains(next.as_ref().and_then(|it| it.dyn_ref::<Node>())))
}
