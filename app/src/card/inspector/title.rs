//! The card's title, and the field that changes it.

use leptos::{ev, prelude::*};
use shared::card::Card;

use super::edit::Version;
use super::text_editor::{EditFoot, Text, TextEditor};
use super::{NAME, keeps_focus};
use crate::ui::icon::{Glyph, Icon};

/// The title, with the way to change it.
#[component]
pub fn Title(card: RwSignal<Card>, editor: TextEditor) -> impl IntoView {
    let version =
        Memo::new(move |_| card.with(|card| Version { revision: card.revision, text: card.title.clone() }));
    Effect::new(move || editor.see(version.get()));
    let title = Memo::new(move |_| version.with(|version| version.text.clone()));
    let is_open = editor.is_open();
    let begin = move |_| editor.begin(version.get_untracked());
    view! {
        <div id=Text::Title.place()>
            <div class=move || if is_open.get() { "u-hidden" } else { "inspector__headline" }>
                <h2 class="inspector__title" id=NAME tabindex="-1">{move || title.get()}</h2>
                {move || (!is_open.get()).then(|| view! { <EditButton label="Edit the title" begin/> }.into_any())}
            </div>
            {move || is_open.get().then(|| view! { <Field editor/> }.into_any())}
        </div>
    }
}

/// The pencil that begins to edit a text.
#[component]
pub fn EditButton(label: &'static str, #[prop(into)] begin: Callback<()>) -> impl IntoView {
    view! {
        <button
            class="button is-icon is-quiet is-small needs-script"
            type="button"
            aria-label=label
            title=label
            on:click=move |_| begin.run(())
        >
            <Glyph icon=Icon::Edit/>
        </button>
    }
}

#[component]
fn Field(editor: TextEditor) -> impl IntoView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        editor.save();
    };
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        // The keys that end an input method's word are its own.
        _ if event.is_composing() => {}
        "Enter" => {
            event.prevent_default();
            editor.save();
        }
        "Escape" => {
            event.prevent_default();
            editor.cancel();
        }
        _ => {}
    };
    // Unchanged, the field goes with the focus; half a title stays until someone decides.
    // The browser also tells of it when the form is taken off the page, after its signals.
    let leave = move |event: ev::FocusEvent| {
        if !untrack(|| editor.is_dirty()) && !keeps_focus(&event) {
            editor.cancel();
        }
    };
    view! {
        <form class="inspector__form" node_ref=editor.form() on:submit=submit on:focusout=leave>
            <textarea
                class="input is-title"
                rows="2"
                aria-label="Title"
                aria-describedby="inspector-title-notes"
                prop:value=move || editor.typed()
                prop:readOnly=move || editor.is_saving()
                on:input:target=move |event| editor.type_in(event.target().value())
                on:keydown=keys
            ></textarea>
            <EditFoot editor describes="inspector-title-notes"/>
        </form>
    }
}
