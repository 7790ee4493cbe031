//! The field at the end of a column that adds cards, one after the other.

use leptos::{ev, html, prelude::*};
use shared::card::Card;
use shared::ids::{CardId, ColumnId};
use shared::requests::{CreateCard, validate};
use shared::time::Timestamp;

use super::context::BoardContext;
use crate::api::{self, ApiFailure, FailureKind};
use crate::browser;
use crate::live::Operation;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::notices::Action;

/// The button that opens the field, and the field while it is open.
#[component]
pub fn QuickAdd(
    /// Where the cards go.
    column: ColumnId,
    /// Whether the field is open.
    adding: RwSignal<bool>,
) -> impl IntoView {
    let element = format!("add-{column}");
    let field_column = column.clone();
    Effect::new(move || {
        if adding.get() {
            browser::reveal(&format!("add-{column}"));
        }
    });
    view! {
        <li class="column__new needs-script" id=element>
            {move || {
                if adding.get() {
                    view! { <Field column=field_column.clone() adding/> }.into_any()
                } else {
                    view! {
                        <button class="button is-quiet is-small column__add" type="button" on:click=move |_| adding.set(true)>
                            <Glyph icon=Icon::Plus/>
                            "Add card"
                        </button>
                    }
                    .into_any()
                }
            }}
        </li>
    }
}

#[component]
fn Field(column: ColumnId, adding: RwSignal<bool>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let input = NodeRef::<html::Input>::new();
    // Not in the next frame: what is typed until then would be lost.
    Effect::new(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let error = RwSignal::new(None::<String>);
    let error_id = format!("add-error-{column}");

    let add = {
        let (column, field) = (column.clone(), input);
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.get_untracked() else { return };
            match validate::title(&input.value()) {
                Ok(title) => {
                    let typed = title.clone();
                    board.add_card(title, &column, move || {
                        // Unless the next one is begun, it is here again, to be mended.
                        let field = field.try_get_untracked().flatten();
                        if let Some(field) = field.filter(|field| field.value().is_empty()) {
                            field.set_value(&typed);
                        }
                    });
                    input.set_value("");
                    error.set(None);
                    browser::reveal(&format!("add-{column}"));
                }
                Err(why) => error.set(Some(why)),
            }
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            adding.set(false);
            // The field that had the focus is gone. The next key may have put the focus elsewhere by the next frame.
            browser::keep_focus(&format!("add-{column}"), "button");
        }
    };
    // Left empty, the field goes; half a title stays until someone decides.
    let leave = move |_| {
        // The browser also calls this when the field is taken off the page, after its signals.
        let left = input.try_get_untracked().flatten();
        if left.is_some_and(|input| input.value().trim().is_empty()) {
            adding.set(false);
        }
    };
    view! {
        <form on:submit=add on:keydown=keys>
            <input
                class="input"
                class:is-invalid=move || error.with(Option::is_some)
                type="text"
                aria-label="Title of the new card"
                aria-describedby=error_id.clone()
                placeholder="Title, then Enter"
                autocomplete="off"
                node_ref=input
                on:input=move |_| error.set(None)
                on:blur=leave
            />
            <p class="field__error" id=error_id role="alert">{move || error.get()}</p>
        </form>
    }
}

impl BoardContext {
    /// Adds a card at the end of a column; it shows at once, under a key that the server is yet to give.
    fn add_card(&self, title: String, column: &ColumnId, refused: impl FnOnce() + 'static) {
        let now = browser::now().unwrap_or(Timestamp::UNIX_EPOCH);
        let draft = CreateCard { title, ..CreateCard::default() }.draft(CardId::new(api::new_id()), now);
        let card = Card { key: "New".to_owned(), ..draft };
        if self.filter.with_untracked(|filter| filter.is_empty() || filter.matches(&card, None)) {
            self.notices.say(format!("Added: {}", card.title));
        } else {
            let board = *self;
            let clear = Action::new("Clear the filter", Icon::View, move || board.set_filter(""));
            self.notices.done(format!("“{}” was added; the filter hides it", card.title), Some(clear));
        }
        let operation = Operation::CreateCard { card: Box::new(card), column_id: column.clone() };
        self.kanban.act_then(operation, None, |outcome| {
            // What no answer came to can be tried again as it is.
            if let Err(ApiFailure { kind: FailureKind::Refused(_), .. }) = outcome {
                refused();
            }
        });
    }
}
