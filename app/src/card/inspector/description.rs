//! The card's description: rendered, and as the Markdown that it is while someone changes it, with a preview.

use leptos::{ev, prelude::*};
use shared::card::Card;

use super::edit::Version;
use super::leave_field;
use super::open_card::OpenCard;
use super::text_editor::{EditFoot, Text, TextEditor};
use super::title::EditButton;
use crate::card::markdown::Markdown;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::tabs::{Tab, Tabs};

/// The two sides of the editor.
static SIDES: [Tab; 2] = [WRITE, PREVIEW];
const WRITE: Tab = Tab { name: "Write", id: "description-tab-write", panel: "description-write" };
const PREVIEW: Tab = Tab { name: "Preview", id: "description-tab-preview", panel: "description-preview" };

/// The description, with the way to change it.
#[component]
pub fn Description(card: RwSignal<Card>, open: OpenCard, editor: TextEditor) -> impl IntoView {
    let version = open.description();
    Effect::new(move || {
        if let Some(version) = version.get() {
            editor.see(version);
        }
    });
    let is_known = Memo::new(move |_| version.with(Option::is_some));
    let is_open = editor.is_open();
    let begin = move |_| {
        if let Some(version) = version.get_untracked() {
            editor.begin(version);
        }
    };
    let edit = move || {
        (is_known.get() && !is_open.get())
            .then(|| view! { <EditButton label="Edit the description" begin/> }.into_any())
    };
    view! {
        <section class="inspector__part" id=Text::Description.place() aria-labelledby="inspector-description-name">
            <div class="inspector__parthead">
                <h3 id="inspector-description-name">"Description"</h3>
                {move || edit()}
            </div>
            // Nothing but this decides whether the field is there: a new text must not make it anew.
            {move || {
                if is_open.get() {
                    view! { <Field editor/> }.into_any()
                } else {
                    view! { <Shown card version open/> }.into_any()
                }
            }}
            <Unread open/>
        </section>
    }
}

/// The newest description that is known.
#[component]
fn Shown(card: RwSignal<Card>, version: Memo<Option<Version>>, open: OpenCard) -> impl IntoView {
    let text =
        Memo::new(move |_| version.with(|version| version.as_ref().map(|version| version.text.clone())));
    let is_described = Memo::new(move |_| card.with(|card| card.has_description));
    let shown = move || match text.get() {
        Some(text) if text.is_empty() => view! { <Nothing/> }.into_any(),
        Some(text) => view! { <Markdown text/> }.into_any(),
        None if is_described.get() => view! { <Reading open/> }.into_any(),
        None => view! { <Nothing/> }.into_any(),
    };
    view! { {move || shown()} }
}

#[component]
fn Nothing() -> impl IntoView {
    view! { <p class="u-faint">"No description."</p> }
}

/// The description is on its way. Where it could not be read, [`Unread`] says so instead.
#[component]
fn Reading(open: OpenCard) -> impl IntoView {
    let waits = Memo::new(move |_| open.with_detail(|detail| detail.failure().is_none()));
    let bones = move || {
        waits.get().then(|| {
            view! {
                <div class="inspector__bones" role="status">
                    <span class="u-hidden">"Reading the description…"</span>
                    <span class="bone"></span>
                    <span class="bone"></span>
                </div>
            }
            .into_any()
        })
    };
    view! { {move || bones()} }
}

/// The description could not be read, or not anew: why, and another try.
#[component]
fn Unread(open: OpenCard) -> impl IntoView {
    let failure = Memo::new(move |_| open.with_detail(|detail| detail.failure().map(str::to_owned)));
    let note = move |why: String| {
        view! {
            <div class="note is-fail">
                <Glyph icon=Icon::Warn/>
                <span>{format!("The newest description could not be read: {why}")}</span>
                <button class="button is-small" type="button" on:click=move |_| open.retry()>
                    "Try again"
                </button>
            </div>
        }
        .into_any()
    };
    view! { <div role="status">{move || failure.get().map(note)}</div> }
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
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            editor.save();
        }
        "Escape" => {
            event.prevent_default();
            if untrack(|| editor.is_dirty()) {
                leave_field();
            } else {
                editor.cancel();
            }
        }
        _ => {}
    };
    let side = RwSignal::new(0_usize);
    let is_preview = Memo::new(move |_| side.get() != 0);
    view! {
        <form class="inspector__form" node_ref=editor.form() on:submit=submit>
            <div class="writing" on:keydown=keys>
                <Tabs label="The description" all=&SIDES current=side on_choose=move |index: usize| side.set(index)/>
                // It stays while the preview is in front, with what the browser could still undo in it.
                <div id=WRITE.panel role="tabpanel" aria-labelledby=WRITE.id hidden=move || is_preview.get()>
                    <textarea
                        class="input is-area is-description"
                        rows="8"
                        aria-label="Description, in Markdown"
                        aria-describedby="inspector-description-notes"
                        title="Ctrl or ⌘ and Enter saves"
                        prop:value=move || editor.typed()
                        prop:readOnly=move || editor.is_saving()
                        on:input:target=move |event| editor.type_in(event.target().value())
                    ></textarea>
                </div>
                <div
                    class="preview"
                    id=PREVIEW.panel
                    role="tabpanel"
                    tabindex="0"
                    aria-labelledby=PREVIEW.id
                    hidden=move || !is_preview.get()
                >
                    <Preview editor is_shown=is_preview/>
                </div>
            </div>
            <EditFoot editor describes="inspector-description-notes"/>
        </form>
    }
}

/// What is typed, as it will be read. It is made only while somebody looks at it.
#[component]
fn Preview(editor: TextEditor, is_shown: Memo<bool>) -> impl IntoView {
    let text = Memo::new(move |_| is_shown.get().then(|| editor.typed()));
    let shown = move || match text.get() {
        Some(text) if !text.trim().is_empty() => view! { <Markdown text/> }.into_any(),
        Some(_) => view! { <p class="u-faint">"Nothing is written yet."</p> }.into_any(),
        None => ().into_any(),
    };
    view! { {move || shown()} }
}
