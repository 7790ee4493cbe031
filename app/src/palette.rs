//! The palette: pages, projects, cards and commands, found by typing.

mod entries;
pub mod rank;

use leptos::{ev, prelude::*};
use shared::dashboard::BoardOverview;
use shared::ids::CardId;

use crate::browser;
use crate::keys::dispatch::Desk;
use crate::ui::dialog::DialogBox;
use crate::ui::icon::{Glyph, Icon};
use entries::Entry;

/// How many are shown: more than a person reads, and few enough to be made at each key.
const MOST: usize = 14;
/// The id of the list.
const LIST: &str = "palette-list";

/// The dialog of the palette; once per page.
#[component]
pub fn Palette(
    /// What commands act on.
    desk: Desk,
    /// The projects.
    projects: Signal<Vec<BoardOverview>>,
) -> impl IntoView {
    view! {
        <DialogBox
            dialog=desk.palette
            label="Command palette"
            children=move |target| finder(desk, projects, target)
        />
    }
}

fn finder(desk: Desk, projects: Signal<Vec<BoardOverview>>, target: Option<CardId>) -> AnyView {
    // As things are when it opens: what is found stays where it is under a hand that is about to press Enter.
    let all = StoredValue::new(untrack(|| entries::all(desk, &projects.read(), target.as_ref())));
    let recent = desk.memory.recent();
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| all.with_value(|all| entries::find(all, &query.read(), &recent, MOST)));
    let choose = move |index: Option<usize>| {
        let entry = index.and_then(|index| all.with_value(|all| all.get(index).cloned()));
        if let Some(entry) = entry {
            // First, so that the focus is back where it was when the command takes it on from there.
            desk.palette.close();
            // A command that is offered first would be carried out on another card by the next press of Enter.
            if entry.is_a_place() {
                desk.memory.found(entry.name.clone());
            }
            entry.run(desk, target.clone());
        }
    };
    let keys = {
        let choose = choose.clone();
        move |event: ev::KeyboardEvent| {
            let count = found.with_untracked(Vec::len);
            let is_palette = event.key() == "k" && (event.ctrl_key() || event.meta_key());
            match event.key().as_str() {
                "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
                "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
                "Enter" if !event.is_composing() => {
                    choose(found.with_untracked(|found| found.get(at.get_untracked()).copied()));
                }
                _ if is_palette => desk.palette.close(),
                _ => return,
            }
            event.prevent_default();
            browser::reveal(&option_id(at.get_untracked()));
        }
    };
    let type_in = move |text: String| {
        at.set(0);
        query.set(text);
    };
    let options = move || {
        let found = found.get();
        let row = |(row, index): (usize, usize)| {
            let choose = choose.clone();
            all.with_value(|all| {
                all.get(index).map(|entry| option(entry, row, at, move || choose(Some(index))))
            })
        };
        found.into_iter().enumerate().filter_map(row).collect_view()
    };
    let count = move || match found.with(Vec::len) {
        0 => "Nothing fits".to_owned(),
        1 => "1 result".to_owned(),
        many => format!("{many} results"),
    };
    view! {
        <div class="palette">
            <label class="input palette__field">
                <Glyph icon=Icon::Search/>
                <input
                    type="text"
                    role="combobox"
                    aria-label="Find a page, a card or a command"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-autocomplete="list"
                    aria-activedescendant=move || found.with(|found| (!found.is_empty()).then(|| option_id(at.get())))
                    placeholder="Find a page, a card or a command"
                    autocomplete="off"
                    spellcheck="false"
                    on:input:target=move |event| type_in(event.target().value())
                    on:keydown=keys
                />
            </label>
            <ul class="palette__list" id=LIST role="listbox" aria-label="Results">{move || options()}</ul>
            <p class="palette__count" role="status">{count}</p>
        </div>
    }
    .into_any()
}

fn option_id(row: usize) -> String {
    format!("palette-{row}")
}

fn option(entry: &Entry, row: usize, at: RwSignal<usize>, choose: impl Fn() + 'static) -> AnyView {
    let Entry { words, detail, icon, hint, .. } = entry.clone();
    let is_current = move || at.get() == row;
    view! {
        <li
            class="palette__option"
            class:is-current=is_current
            id=option_id(row)
            role="option"
            aria-selected=move || is_current().to_string()
            on:pointermove=move |_| at.set(row)
            on:click=move |_| choose()
        >
            <Glyph icon small=true/>
            <span class="palette__words u-cut">{words}</span>
            {detail.map(|detail| view! { <small class="u-cut">{detail}</small> }.into_any())}
            {hint.map(|hint| view! { <kbd>{hint}</kbd> }.into_any())}
        </li>
    }
    .into_any()
}
