//! What can be done to columns: rename, limit, reorder, add, delete.

use leptos::{ev, html, prelude::*};
use shared::board::ColumnHead;
use shared::ids::ColumnId;
use shared::requests::{Patch, PatchColumn, validate};

use super::context::BoardContext;
use crate::live::Operation;
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{MenuItem, MenuPanel};
use crate::{api, browser};

/// The columns' menu and its dialogs; once per board.
#[component]
pub fn ColumnMenu() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let editor = Dialog::<ColumnId>::new();
    let deleter = Dialog::<ColumnId>::new();
    view! {
        <MenuPanel
            menu=board.column_menu
            label="Column"
            children=move |column| view! { <Items column editor deleter/> }
        />
        <DialogBox dialog=editor label="Column" children=move |column| view! { <Editor column dialog=editor/> }/>
        <DialogBox
            dialog=deleter
            label="Delete the column"
            children=move |column| view! { <Deleter column dialog=deleter/> }
        />
    }
}

#[component]
fn Items(column: ColumnId, editor: Dialog<ColumnId>, deleter: Dialog<ColumnId>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let head = board.kanban.board().column(&column)?.get_untracked();
    let order = board.kanban.board().order().get_untracked();
    let index = order.iter().position(|id| *id == column)?;
    let keyed = head.key.is_some();

    let step = |to: Option<usize>, edge: &str| {
        let refusal = to.is_none().then(|| format!("{edge}most already"));
        let column = column.clone();
        let go = move |()| {
            if let Some(to) = to {
                board.patch_column(
                    &column,
                    PatchColumn { index: i64::try_from(to).ok(), ..PatchColumn::default() },
                );
            }
        };
        (go, refusal)
    };
    let (go_left, left_refusal) = step(index.checked_sub(1), "left");
    let (go_right, right_refusal) = step(Some(index + 1).filter(|to| *to < order.len()), "right");
    let id = column.clone();
    let edit = move |()| editor.open(id.clone());
    let folded = column.clone();
    let collapse = move |()| board.toggle_strip(&folded);
    let delete = move |()| deleter.open(column.clone());
    let refusal = keyed.then(|| "Mainstay itself moves cards into this one".to_owned());
    Some(view! {
        <p class="menu__head" role="none">{head.title}</p>
        <MenuItem icon=Icon::Edit on_select=edit>"Rename or limit…"</MenuItem>
        <MenuItem icon=Icon::Left on_select=go_left refusal=left_refusal>"Move left"</MenuItem>
        <MenuItem icon=Icon::Right on_select=go_right refusal=right_refusal>"Move right"</MenuItem>
        <MenuItem icon=Icon::Conflict on_select=collapse>"Collapse"</MenuItem>
        <hr/>
        <MenuItem icon=Icon::Trash danger=true on_select=delete refusal>"Delete…"</MenuItem>
    })
}

/// Renames a column and sets its limit.
#[component]
fn Editor(column: ColumnId, dialog: Dialog<ColumnId>) -> impl IntoView {
    let (board, memory) = (expect_context::<BoardContext>(), expect_context::<TabMemory>());
    let head = board.kanban.board().column(&column)?.get_untracked();
    let (title, limit) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let ColumnHead { title: old_title, wip_limit: old_limit, .. } = head;

    let (known, known_title) = (old_title.clone(), old_title.clone());
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(title), Some(limit)) = (title.get_untracked(), limit.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        let read =
            validate::column_title(&title.value()).and_then(|title| Ok((title, read_limit(&limit.value())?)));
        match read {
            Ok((title, limit)) => {
                let change = PatchColumn {
                    title: Some(title).filter(|title| *title != known_title),
                    wip_limit: if limit == old_limit { Patch::Absent } else { limit.into() },
                    index: None,
                };
                if change == PatchColumn::default() {
                    return dialog.close();
                }
                let operation = Operation::PatchColumn { column_id: column.clone(), change };
                busy.set(true);
                error.set(None);
                board.kanban.try_act(operation, None, move |outcome| {
                    // Whoever closed it meanwhile may have opened another one.
                    let is_here = busy.try_set(false).is_none();
                    match outcome {
                        Ok(_) if is_here => dialog.close(),
                        Ok(_) => {}
                        Err(failure) => {
                            let why = format!("The column was not changed: {}", failure.sentence);
                            memory.tell_beside(error, board.notices, why, str::to_owned);
                        }
                    }
                });
            }
            Err(why) => error.set(Some(why)),
        }
    };
    Some(view! {
        <form on:submit=save>
            <h2>{format!("The column {old_title}")}</h2>
            <div class="field">
                <label for="column-title">"Title"</label>
                <input class="input" id="column-title" type="text" node_ref=title value=known/>
            </div>
            <div class="field">
                <label for="column-limit">"Limit"</label>
                <input
                    class="input"
                    id="column-limit"
                    type="text"
                    inputmode="numeric"
                    aria-describedby="column-limit-hint"
                    node_ref=limit
                    value=old_limit.map(|limit| limit.to_string()).unwrap_or_default()
                />
                <p class="field__hint" id="column-limit-hint">
                    "How many cards it should hold at most; empty for any number. It never refuses a card, it says when there are more."
                </p>
            </div>
            <p class="field__error" role="alert">{move || error.get()}</p>
            <DialogFoot dialog verb=Signal::derive(move || if busy.get() { "Saving…" } else { "Save" })/>
        </form>
    })
}

fn read_limit(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(limit) if limit > 0 => Ok(Some(limit)),
            _ => Err("The limit is a whole number above 0, or empty for none.".to_owned()),
        },
    }
}

/// Asks before a column goes, and where its cards are to go.
#[component]
fn Deleter(column: ColumnId, dialog: Dialog<ColumnId>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let signals = board.kanban.board();
    let title = signals.column(&column)?.get_untracked().title;
    let count = signals.lane(&column)?.with_untracked(Vec::len);
    let target = NodeRef::<html::Select>::new();

    let order = signals.order().get_untracked();
    let others = order.into_iter().filter(|other| *other != column).filter_map(|other| {
        let title = signals.column(&other)?.get_untracked().title;
        Some(view! { <option value=other.to_string()>{title}</option> })
    });
    let cards = (count > 0).then(|| {
        let cards = if count == 1 { "Its card goes".to_owned() } else { format!("Its {count} cards go") };
        view! {
            <div class="field">
                <label for="column-move-to">{cards}" to the end of"</label>
                <select class="input" id="column-move-to" node_ref=target>{others.collect_view()}</select>
            </div>
        }
    });
    let delete = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let move_to = target.get_untracked().map(|select| ColumnId::new(select.value()));
        board.kanban.act(Operation::DeleteColumn { column_id: column.clone(), move_to });
        dialog.close();
        // The button that opened the dialog goes with the column.
        browser::focus_in("new-column", "button");
    };
    Some(view! {
        <form on:submit=delete>
            <h2>{format!("Delete the column {title}?")}</h2>
            <p>"This can't be undone."</p>
            {cards}
            <DialogFoot dialog verb="Delete" danger=true/>
        </form>
    })
}

#[component]
fn DialogFoot(
    dialog: Dialog<ColumnId>,
    #[prop(into)] verb: Signal<&'static str>,
    #[prop(optional)] danger: bool,
) -> impl IntoView {
    view! {
        <div class="dialog__foot">
            <button class="button" type="button" on:click=move |_| dialog.close()>"Cancel"</button>
            <button class="button" class:is-danger=danger class:is-primary=!danger type="submit">{verb}</button>
        </div>
    }
}

/// The place at the right end where a column is added.
#[component]
pub fn AddColumn() -> impl IntoView {
    let (board, memory) = (expect_context::<BoardContext>(), expect_context::<TabMemory>());
    let adding = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    // What the field begins with.
    let refused = StoredValue::new(String::new());
    let open = move || {
        adding.set(true);
        browser::focus_in("new-column", "input");
        browser::reveal("new-column");
    };
    // The field that had the focus goes.
    let close = move || {
        refused.set_value(String::new());
        adding.set(false);
        browser::focus_in("new-column", "button");
    };
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = input.get_untracked() else { return };
        match validate::column_title(&field.value()) {
            Ok(title) => {
                error.set(None);
                // The field is out of the way at once, and back with its title if there is to be no such column.
                let typed = title.clone();
                board.add_column(title, move |failure| {
                    // Unless the next one is begun. The focus stays with whoever has gone on elsewhere.
                    if adding.try_get_untracked() == Some(false) {
                        refused.set_value(typed);
                        adding.set(true);
                        browser::keep_focus("new-column", "input");
                    }
                    memory.tell_beside(error, board.notices, failure, str::to_owned);
                });
                close();
            }
            Err(why) => error.set(Some(why)),
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            error.set(None);
            close();
        }
    };
    view! {
        <div class="column is-new needs-script" id="new-column">
            {move || {
                if adding.get() {
                    view! {
                        <form on:submit=add on:keydown=keys>
                            <input
                                class="input"
                                type="text"
                                aria-label="Title of the new column"
                                aria-describedby="new-column-error"
                                placeholder="Title, then Enter"
                                autocomplete="off"
                                node_ref=input
                                value=refused.get_value()
                            />
                            <p class="field__error" id="new-column-error" role="alert">{move || error.get()}</p>
                        </form>
                    }
                    .into_any()
                } else {
                    view! {
                        <button class="button is-quiet is-small column__add" type="button" on:click=move |_| open()>
                            <Glyph icon=Icon::Plus/>
                            "Add column"
                        </button>
                    }
                    .into_any()
                }
            }}
        </div>
    }
}

impl BoardContext {
    fn patch_column(&self, column: &ColumnId, change: PatchColumn) {
        self.kanban.act(Operation::PatchColumn { column_id: column.clone(), change });
    }

    fn add_column(&self, title: String, refused: impl FnOnce(String) + 'static) {
        let id = ColumnId::new(api::new_id());
        let column = ColumnHead { id, key: None, revision: 0, title, wip_limit: None };
        let named = column.title.clone();
        self.kanban.try_act(Operation::CreateColumn { column, index: None }, None, move |outcome| {
            if let Err(failure) = outcome {
                refused(format!("“{named}” was not added: {}", failure.sentence));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_whole_number_above_0_or_none() {
        assert_eq!(read_limit(" 4 "), Ok(Some(4)));
        assert_eq!(read_limit(""), Ok(None));
        for wrong in ["0", "-1", "4.5", "many", "99999999999"] {
            assert!(read_limit(wrong).is_err(), "{wrong}");
        }
    }
}
