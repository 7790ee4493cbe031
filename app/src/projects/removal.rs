//! The dialog that removes a project: nothing can bring its board back, so it asks.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::add::FieldError;
use super::roster::Project;
use crate::api::{self, FailureKind};
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::notices::Notices;
use crate::words::counted;

/// The dialog that removes a project. Its tile goes with the stream.
#[component]
pub(super) fn Removal(dialog: Dialog<Project>) -> impl IntoView {
    view! {
        <DialogBox dialog label="Remove the project" let:project>
            <Question dialog project/>
        </DialogBox>
    }
}

#[component]
fn Question(dialog: Dialog<Project>, project: Project) -> impl IntoView {
    let (memory, notices) = (expect_context::<TabMemory>(), expect_context::<Notices>());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let Project { board, repository } = project;
    let path = repository.map(|repository| repository.path);
    let (name, id) = (board.name.clone(), board.board_id);
    let remove = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (name, id) = (name.clone(), id.clone());
        spawn_local(async move {
            let answer = api::delete_board(&id, false).await;
            // Whoever closed it meanwhile may have opened another one.
            let is_here = busy.try_set(false).is_none();
            match answer {
                Err(failure) if failure.kind != FailureKind::Gone => {
                    let elsewhere = |why: &str| format!("{name} was not removed: {why}");
                    memory.tell_beside(error, notices, failure.sentence, elsewhere);
                }
                // Somebody else may have been faster; it is gone either way.
                _ => {
                    if is_here {
                        dialog.close();
                    }
                    notices.done(format!("Removed {name}. Its repository stays as it is."), None);
                }
            }
        });
    };
    view! {
        <h3>{format!("Remove {} from Mainstay?", board.name)}</h3>
        <p>
            {match board.cards {
                0 => "Its empty board is deleted for good.".to_owned(),
                cards => format!("Its board is deleted for good, with {} on it.", counted(cards, "card", "cards")),
            }}
        </p>
        <p>
            "The repository"
            {path.map(|path| view! { " in "<code class="path">{path}</code> }.into_any())}
            " stays untouched."
        </p>
        {move || error.get().map(|text| view! { <FieldError id="removal-note" text/> }.into_any())}
        <div class="dialog__foot">
            <button class="button" type="button" autofocus=true on:click=move |_| dialog.close()>"Cancel"</button>
            <button
                class="button is-danger"
                type="button"
                aria-disabled=move || busy.get().then_some("true")
                on:click=remove
            >
                <Glyph icon=Icon::Trash/>
                {move || if busy.get() { "Removing…" } else { "Remove project" }}
            </button>
        </div>
    }
}
