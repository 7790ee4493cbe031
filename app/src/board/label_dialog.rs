//! The dialog that puts a label on all selected cards that none of the board's cards has yet.

use leptos::{ev, html, prelude::*};
use shared::requests::validate;

use super::bulk::{Action, ask_for_selected};
use super::context::BoardContext;
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};

/// The box of the dialog; once per board.
#[component]
pub(super) fn LabelDialog(
    /// The dialog.
    dialog: Dialog<()>,
) -> impl IntoView {
    view! { <DialogBox dialog label="New label" children=move |()| view! { <Naming dialog/> }/> }
}

#[component]
fn Naming(dialog: Dialog<()>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let memory = expect_context::<TabMemory>();
    let input = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let put_on = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        match validate::label(&input.value()) {
            Ok(label) => {
                busy.set(true);
                error.set(None);
                ask_for_selected(board, memory, &Action::Label(label), move |answer| {
                    // Whoever closed it meanwhile may have opened it again.
                    let is_here = busy.try_set(false).is_none();
                    match answer {
                        Ok(()) if is_here => dialog.close(),
                        Ok(()) => {}
                        Err(why) => memory.tell_beside(error, board.notices, why, str::to_owned),
                    }
                });
            }
            Err(why) => error.set(Some(why)),
        }
    };
    view! {
        <form on:submit=put_on>
            <h2>"A new label for the selected cards"</h2>
            <div class="field">
                <label for="new-label">"Label"</label>
                <input class="input" id="new-label" type="text" autocomplete="off" aria-describedby="new-label-error" node_ref=input/>
                <p class="field__error" id="new-label-error" role="alert">{move || error.get()}</p>
            </div>
            <div class="dialog__foot">
                <button class="button" type="button" on:click=move |_| dialog.close()>"Cancel"</button>
                <button class="button is-primary" type="submit">
                    {move || if busy.get() { "Putting it on…" } else { "Put it on" }}
                </button>
            </div>
        </form>
    }
}
