//! The sheet of all shortcuts.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::press::Chord;
use super::registry::{SHORTCUTS, Scope, Shortcut};
use crate::browser;
use crate::ui::dialog::DialogBox;

/// The dialog that lists the shortcuts; once per page.
#[component]
pub fn Sheet(
    /// What keys act on.
    desk: Desk,
) -> impl IntoView {
    view! { <DialogBox dialog=desk.sheet label="Keyboard shortcuts" children=move |()| content(desk)/> }
}

fn content(desk: Desk) -> AnyView {
    // It is made when somebody opens it, which only happens in a browser.
    let is_apple = browser::is_apple();
    let groups = Scope::HEADINGS.map(|(heading, scopes)| {
        let rows = SHORTCUTS.iter().filter(|it| scopes.contains(&it.scope));
        let rows = rows.map(|shortcut| row(shortcut, is_apple)).collect_view();
        view! {
            <section class="keys__group">
                <h3>{heading}</h3>
                <dl>{rows}</dl>
            </section>
        }
        .into_any()
    });
    let switch = move |on: bool| desk.switch_single_keys(on);
    view! {
        <div class="keys">
            <h2>"Keyboard shortcuts"</h2>
            <label class="keys__switch">
                <input
                    type="checkbox"
                    prop:checked=move || desk.single_keys.get()
                    on:change:target=move |event| switch(event.target().checked())
                />
                "Single keys are shortcuts"
                <small>"Turn them off if speech input or a stray key sets them off."</small>
            </label>
            <div class="keys__groups">{groups.into_iter().collect_view()}</div>
            <div class="dialog__foot">
                <button class="button" type="button" on:click=move |_| desk.sheet.close()>"Close"</button>
            </div>
        </div>
    }
    .into_any()
}

fn row(shortcut: &'static Shortcut, is_apple: bool) -> AnyView {
    let is_range = shortcut.chords.len() > 4;
    let key = |chord: &Chord| view! { <kbd>{chord.words(is_apple)}</kbd> }.into_any();
    let keys = match (shortcut.chords, is_range) {
        ([first, .., last], true) => vec![key(first), "–".into_any(), key(last)],
        (chords, _) => chords.iter().map(key).collect(),
    };
    view! {
        <div class="keys__row">
            <dt>{keys}</dt>
            <dd>{shortcut.words}</dd>
        </div>
    }
    .into_any()
}
