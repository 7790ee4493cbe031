//! The form that adds a repository.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};
use leptos_router::hooks::use_navigate;

use super::draft::{Draft, Refusal};
use super::nearby::Nearby;
use crate::ui::icon::{Glyph, Icon};
use crate::{address, api};

/// The form that adds a repository, and then goes on to its board.
#[component]
pub(super) fn AddRepository(
    /// What becomes of the form when it is given up; without it, it can't be.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let draft = RwSignal::new(Draft::default());
    let refusal = RwSignal::new(Refusal::default());
    let busy = RwSignal::new(false);
    let path_field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let add = move |initialize: bool| {
        if busy.get_untracked() {
            return;
        }
        let body = match draft.try_update_untracked(|draft| draft.request(initialize, api::new_id)) {
            Some(Ok(body)) => body,
            Some(Err(wrong)) => return refusal.set(wrong),
            None => return,
        };
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = api::create_board(&body).await;
            // The form may be gone by now: the stream tells of a new project sooner than the answer does.
            let _ = busy.try_set(false);
            match answer {
                Ok(answer) => navigate(&address::board(&answer.value.board_id), Default::default()),
                Err(failure) => {
                    let _ = refusal.try_set(Refusal::of(&failure));
                    if let Some(Some(field)) = path_field.try_get_untracked() {
                        // It has to be in the document to take the focus, and stays where it was if it isn't.
                        let _ = field.focus();
                    }
                }
            }
        });
    };
    let submit = {
        let add = add.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            add(false);
        }
    };
    let offer = move || {
        let add = add.clone();
        refusal
            .with(|it| it.can_initialize)
            .then(move || view! { <InitializeOffer on_accept=move || add(true)/> }.into_any())
    };
    let add_words = move || match (busy.get(), draft.with(|draft| draft.name().trim().to_owned())) {
        (true, _) => "Adding…".to_owned(),
        (false, name) if name.is_empty() => "Add".to_owned(),
        (false, name) => format!("Add {name}"),
    };
    let busy_icon = move || busy.get().then(|| view! { <Glyph icon=Icon::Ring turning=true/> }.into_any());
    view! {
        <p class="without-script">
            "Adding a repository needs JavaScript, which is switched off here. A script can do it with POST /api/v1/boards."
        </p>
        <form class="add needs-script" novalidate=true on:submit=submit>
            <PathField draft refusal node=path_field/>
            <Nearby draft refusal/>
            <NameField draft refusal/>
            {move || offer()}
            {move || refusal.with(|it| it.other.clone()).map(|text| view! { <FieldError id="add-error" text/> }.into_any())}
            <div class="add__foot">
                {on_cancel.map(|cancel| view! {
                    <button class="button" type="button" on:click=move |_| cancel.run(())>"Cancel"</button>
                })}
                <button class="button is-primary" type="submit" aria-disabled=move || busy.get().then_some("true")>
                    {move || busy_icon()}
                    <span class="u-cut">{move || add_words()}</span>
                </button>
            </div>
        </form>
    }
}

#[component]
fn PathField(
    draft: RwSignal<Draft>,
    refusal: RwSignal<Refusal>,
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let error = Memo::new(move |_| refusal.with(|it| it.path.clone()));
    let type_path = move |event: ev::Event| {
        draft.update(|draft| draft.set_path(event_target_value(&event)));
        refusal.set(Refusal::default());
    };
    view! {
        <div class="field">
            <label for="add-path">"Path of the repository"</label>
            <span class="input" class:is-invalid=move || error.with(Option::is_some)>
                <Glyph icon=Icon::Folder/>
                <input
                    id="add-path"
                    name="repositoryPath"
                    type="text"
                    placeholder="/home/you/src/project"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="add-path-note"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    node_ref=node
                    prop:value=move || draft.with(|draft| draft.path().to_owned())
                    on:input=type_path
                />
            </span>
            {move || match error.get() {
                Some(text) => view! { <FieldError id="add-path-note" text/> }.into_any(),
                None => view! {
                    <p class="field__hint" id="add-path-note">"A folder on the machine that Mainstay runs on."</p>
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn NameField(draft: RwSignal<Draft>, refusal: RwSignal<Refusal>) -> impl IntoView {
    let error = Memo::new(move |_| refusal.with(|it| it.name.clone()));
    let type_name = move |event: ev::Event| {
        draft.update(|draft| draft.set_name(event_target_value(&event)));
        refusal.update(|refusal| refusal.name = None);
    };
    view! {
        <div class="field">
            <label for="add-name">"Name"</label>
            <span class="input" class:is-invalid=move || error.with(Option::is_some)>
                <input
                    id="add-name"
                    name="name"
                    type="text"
                    autocomplete="off"
                    aria-describedby="add-name-note"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    prop:value=move || draft.with(|draft| draft.name().to_owned())
                    on:input=type_name
                />
            </span>
            {move || error.get().map(|text| view! { <FieldError id="add-name-note" text/> }.into_any())}
        </div>
    }
}

/// The offer to make a repository where there is none.
#[component]
fn InitializeOffer(on_accept: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="note is-info">
            <span>"Mainstay can make a repository there, with git init. What is in the folder stays as it is."</span>
            <button class="button" type="button" on:click=move |_| on_accept()>"Make a repository"</button>
        </div>
    }
}

/// What is wrong with a field.
#[component]
pub(super) fn FieldError(id: &'static str, text: String) -> impl IntoView {
    view! {
        <p class="field__error" id=id role="alert">
            <Glyph icon=Icon::Warn small=true/>
            <span>{text}</span>
        </p>
    }
}
