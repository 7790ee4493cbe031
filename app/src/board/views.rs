//! Saved views: in the rail, and in a menu beside the filter, where there is no rail.
//!
//! They come with the menus, after the page.

use leptos::task::spawn_local;
use leptos::{ev, html, prelude::*};
use shared::requests::{CreateView, validate};
use shared::view::View;

use super::context::BoardContext;
use super::filter::Filter;
use super::filter_help::Searching;
use super::foothold;
use crate::api::FailureKind;
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::fill;
use crate::ui::list::List;
use crate::ui::menu::{MenuButton, MenuItem, MenuPanel};
use crate::ui::notices::Action;
use crate::{address, api, browser};

/// The views of a board; a handle that is copied freely.
#[derive(Clone, Copy)]
struct Saved {
    board: BoardContext,
    all: RwSignal<Vec<View>>,
    /// Why they could not be read, if they could not.
    failure: RwSignal<Option<String>>,
}

/// Reads the board's views, and puts them where they are shown.
#[component]
pub(super) fn Views() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let saving = Dialog::<String>::new();
    let views = Saved { board, all: RwSignal::new(Vec::new()), failure: RwSignal::new(None) };
    Effect::new(move || views.read());
    fill(board.in_rail, move || view! { <InRail views/> }.into_any());
    fill(board.beside_filter, || BesideFilter().into_any());
    view! {
        <MenuPanel menu=board.view_menu label="Views" children=move |()| view! { <Items views saving/> }/>
        <DialogBox dialog=saving label="Save the view" children=move |query| view! { <Saving query views saving/> }/>
    }
}

#[component]
fn BesideFilter() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    view! {
        <MenuButton menu=board.view_menu of=() label="Saved views and deleted cards" icon=Icon::View/>
        <Searching/>
    }
}

#[component]
fn Items(views: Saved, saving: Dialog<String>) -> impl IntoView {
    let board = views.board;
    let all = views.all.get_untracked();
    let shown = board.filter.get_untracked();
    let open = |view: View| {
        let is_shown = Filter::parse(&view.query) == shown;
        view! {
            <MenuItem icon=if is_shown { Icon::Check } else { Icon::View } on_select=move |()| views.open(&view.query)>
                {view.name.clone()}
            </MenuItem>
        }
    };
    let delete = all.iter().find(|view| Filter::parse(&view.query) == shown).cloned().map(|view| {
        let words = format!("Delete “{}”", view.name);
        view! { <MenuItem icon=Icon::Trash danger=true on_select=move |()| views.delete(view.clone())>{words}</MenuItem> }
    });
    let refusal = shown.is_empty().then(|| "Filter first".to_owned());
    let save = move |()| saving.open(board.query.read_untracked().filter.trim().to_owned());
    let again = views.failure.get_untracked().map(|why| {
        view! {
            <p class="menu__head" role="none">{format!("Not read: {why}")}</p>
            <MenuItem icon=Icon::Reconnect on_select=move |()| views.read()>"Try again"</MenuItem>
        }
    });
    view! {
        <p class="menu__head" role="none">"Saved views"</p>
        {again}
        {all.into_iter().map(open).collect_view()}
        <MenuItem icon=Icon::Plus on_select=save refusal>"Save this filter…"</MenuItem>
        {delete}
        <hr/>
        <MenuItem icon=Icon::Trash on_select=move |()| board.go(&untrack(|| board.deleted_href()), false)>"Deleted cards"</MenuItem>
    }
}

#[component]
fn Saving(query: String, views: Saved, saving: Dialog<String>) -> impl IntoView {
    let (board, memory) = (views.board, expect_context::<TabMemory>());
    let name = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let sent = StoredValue::new(None::<CreateView>);
    let shown = query.clone();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(name) = name.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        let checked =
            validate::view_name(&name.value()).and_then(|name| Ok((name, validate::query(&query)?)));
        let (name, query) = match checked {
            Ok(checked) => checked,
            Err(why) => return error.set(Some(why)),
        };
        busy.set(true);
        let body = creation(sent.get_value(), name, query, api::new_id);
        sent.set_value(Some(body.clone()));
        spawn_local(async move {
            let answer = api::create_view(&board.kanban.board_id(), &body).await;
            // Whoever closed it meanwhile may have opened another one.
            let is_here = busy.try_set(false).is_none();
            match answer {
                Ok(answer) => {
                    views.add(answer.value);
                    if is_here {
                        saving.close();
                    }
                }
                Err(failure) => {
                    if matches!(failure.kind, FailureKind::Refused(_)) {
                        sent.try_set_value(None);
                    }
                    let elsewhere = |why: &str| format!("The view was not saved: {why}");
                    memory.tell_beside(error, board.notices, failure.sentence, elsewhere);
                }
            }
        });
    };
    view! {
        <form on:submit=save>
            <h2>"Save the view"</h2>
            <p>"The filter "<code>{shown}</code>" gets a name, for everyone on this board."</p>
            <div class="field">
                <label for="view-name">"Name"</label>
                <input class="input" id="view-name" type="text" autocomplete="off" aria-describedby="view-error" node_ref=name/>
                <p class="field__error" id="view-error" role="alert">{move || error.get()}</p>
            </div>
            <div class="dialog__foot">
                <button class="button" type="button" on:click=move |_| saving.close()>"Cancel"</button>
                <button class="button is-primary" type="submit" aria-disabled=move || busy.get().then_some("true")>"Save"</button>
            </div>
        </form>
    }
}

/// What is asked for: the same again carries the same id, so that what did arrive is not made twice.
fn creation(
    sent: Option<CreateView>,
    name: String,
    query: String,
    new_id: impl FnOnce() -> String,
) -> CreateView {
    let sent = sent.filter(|sent| sent.name == name && sent.query == query);
    sent.unwrap_or_else(|| CreateView { id: Some(new_id().into()), name, query })
}

/// The views in the rail.
#[component]
fn InRail(views: Saved) -> impl IntoView {
    let is_empty = Memo::new(move |_| views.all.read().is_empty() && views.failure.read().is_none());
    // The same failure again leaves the button, and the focus on it, where it is.
    let why = Memo::new(move |_| views.failure.get());
    let failure = move || {
        why.get().map(|why| {
            view! {
                <p class="nav__failure" role="alert">{format!("Not read: {why}")}</p>
                <button class="button is-small" type="button" on:click=move |_| views.read()>"Try again"</button>
            }
            .into_any()
        })
    };
    let nav = move || {
        (!is_empty.get()).then(|| {
            view! {
                <nav class="nav nav--views" aria-label="Saved views">
                    <p class="nav__head">"Saved views"</p>
                    <List each=views.all key=|view| view.id.into() let:view>
                        <RailView views view/>
                    </List>
                    {failure}
                </nav>
            }
            .into_any()
        })
    };
    view! { {move || nav()} }
}

#[component]
fn RailView(views: Saved, view: View) -> impl IntoView {
    let board = views.board;
    let own = Filter::parse(&view.query);
    let is_shown = Memo::new(move |_| board.filter.with(|shown| *shown == own));
    let (query, name, label) =
        (view.query.clone(), view.name.clone(), format!("Delete the view {}", view.name));
    let title = format!("{}: {}", view.name, view.query);
    view! {
        <div class="nav__view">
            <a
                class="nav__item"
                class:is-current=move || is_shown.get()
                aria-current=move || is_shown.get().then_some("true")
                title=title
                href=move || views.href(&query)
            >
                <Glyph icon=Icon::View/>
                <span class="u-cut">{name}</span>
            </a>
            <button
                class="button is-icon is-quiet is-small"
                type="button"
                aria-label=label.clone()
                title=label
                on:click=move |_| views.delete(view.clone())
            >
                <Glyph icon=Icon::Close/>
            </button>
        </div>
    }
}

impl Saved {
    /// Reads them.
    fn read(self) {
        spawn_local(async move {
            let answer = api::views(&self.board.kanban.board_id()).await;
            let had_focus = browser::focus_index(".nav--views > button").is_some();
            let (read, failure) = match answer {
                Ok(answer) => (Some(answer.value), None),
                Err(failure) => (None, Some(failure.sentence)),
            };
            let is_read = read.is_some();
            self.failure.try_set(failure);
            if let Some(read) = read {
                self.all.try_set(read);
            }
            if had_focus && is_read {
                self.catch_focus(0);
            }
        });
    }

    /// Puts the focus on the view of this index, or on the last one, if what had it has gone.
    fn catch_focus(self, index: usize) {
        foothold::in_next_frame(move || {
            if !browser::focus_nth(".nav__view a", index) {
                browser::focus_first(&[(String::new(), ".filter__field input")]);
            }
        });
    }

    /// The address of the board with a view's filter and no card open: what people send each other.
    fn href(self, query: &str) -> String {
        let query = address::BoardQuery { filter: query.to_owned(), ..Default::default() };
        address::board(&self.board.kanban.board_id()) + &query.to_search()
    }

    fn open(self, query: &str) {
        self.board.go(&self.href(query), false);
    }

    /// Adds a view that was saved to those that are shown.
    fn add(self, view: View) {
        let _ = self.all.try_update(|all| {
            all.retain(|known| known.id != view.id);
            all.push(view);
        });
    }

    /// Deletes a view, and offers to save it again.
    fn delete(self, view: View) {
        let board = self.board;
        spawn_local(async move {
            let id = board.kanban.board_id();
            if let Err(failure) = api::delete_view(&id, &view.id).await {
                return board.notices.failed(format!("“{}” was not deleted: {failure}", view.name));
            }
            let at = browser::focus_index(".nav__view button");
            let _ = self.all.try_update(|all| all.retain(|known| known.id != view.id));
            // To the next view, not to what would delete that, too.
            if let Some(at) = at {
                self.catch_focus(at);
            }
            let said = format!("The view “{}” was deleted", view.name);
            let undo = Action::new("Undo", Icon::Undo, move || self.save_again(view.clone()));
            board.notices.done(said, Some(undo));
        });
    }

    fn save_again(self, view: View) {
        let board = self.board;
        spawn_local(async move {
            let View { name, query, .. } = view;
            let body = CreateView { id: Some(api::new_id().into()), name, query };
            match api::create_view(&board.kanban.board_id(), &body).await {
                Ok(answer) => {
                    board.notices.say(format!("The view {} is back", answer.value.name));
                    self.add(answer.value);
                }
                Err(failure) => board.notices.failed(format!("Not undone: {failure}")),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_is_saved_again_has_the_same_id_and_another_one_has_another() {
        let body = |sent: Option<&CreateView>, name: &str, id: &str| {
            creation(sent.cloned(), name.to_owned(), "is:idle".to_owned(), || id.to_owned())
        };
        let first = body(None, "Idle", "v1");
        assert_eq!(body(Some(&first), "Idle", "v2"), first);
        assert_eq!(body(Some(&first), "Quiet", "v2").id, Some("v2".into()));
    }
}
