//! The dialog that renames a project.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::requests::{PatchBoard, validate};

use super::add::FieldError;
use super::roster::Project;
use crate::api;
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::notices::Notices;

/// The dialog that renames a project. The new name comes back with the stream.
#[component]
pub(super) fn Renaming(dialog: Dialog<Project>) -> impl IntoView {
    view! {
        <DialogBox dialog label="Rename the project" let:project>
            <RenameForm dialog project/>
        </DialogBox>
    }
}

#[component]
fn RenameForm(dialog: Dialog<Project>, project: Project) -> impl IntoView {
    let id = StoredValue::new(project.board.board_id);
    let name = RwSignal::new(project.board.name);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let (memory, notices) = (expect_context::<TabMemory>(), expect_context::<Notices>());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let name = match validate::board_name(&name.get_untracked()) {
            Ok(name) => name,
            Err(wrong) => return error.set(Some(wrong)),
        };
        let id = id.get_value();
        busy.set(true);
        spawn_local(async move {
            let body = PatchBoard { name: Some(name), settings: None };
            let answer = api::patch_board(&id, &body, None).await;
            // Whoever closed it meanwhile may have opened another one.
            let is_here = busy.try_set(false).is_none();
            match answer {
                Ok(_) if is_here => dialog.close(),
                Ok(_) => {}
                Err(failure) => {
                    let elsewhere = |why: &str| format!("The project was not renamed: {why}");
                    memory.tell_beside(error, notices, failure.sentence, elsewhere);
                }
            }
        });
    };
    view! {
        <h3>"Rename the project"</h3>
        <form class="add" novalidate=true on:submit=submit>
            <div class="field">
                <label for="rename-name">"Name"</label>
                <span class="input" class:is-invalid=move || error.with(Option::is_some)>
                    <input
                        id="rename-name"
                        name="name"
                        type="text"
                        autocomplete="off"
                        aria-describedby="rename-note"
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        prop:value=move || name.get()
                        on:input=move |event| {
                            name.set(event_target_value(&event));
                            error.set(None);
                        }
                    />
                </span>
                {move || error.get().map(|text| view! { <FieldError id="rename-note" text/> }.into_any())}
            </div>
            <div class="add__foot">
                <button class="button" type="button" on:click=move |_| dialog.close()>"Cancel"</button>
                <button class="button is-primary" type="submit" aria-disabled=move || busy.get().then_some("true")>
                    {move || if busy.get() { "Renaming…" } else { "Rename" }}
                </button>
            </div>
        </form>
    }
}
