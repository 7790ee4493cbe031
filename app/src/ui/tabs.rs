//! Tabs: several parts of which one is in front.

use leptos::{ev, html, prelude::*};

use crate::browser::{self, Step};

/// A tab.
#[derive(Clone, Copy, Debug)]
pub struct Tab {
    /// Its words.
    pub name: &'static str,
    /// Its id.
    pub id: &'static str,
    /// The id of the part that it brings to the front.
    pub panel: &'static str,
}

/// A row of tabs. Arrow keys move the focus along it; a press brings a part to the front.
#[component]
pub fn Tabs(
    /// What the row is called.
    label: &'static str,
    /// The tabs.
    all: &'static [Tab],
    /// Which of them is in front.
    #[prop(into)]
    current: Signal<usize>,
    /// Brings another one to the front.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let keys = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Next,
            "ArrowLeft" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            browser::step_focus(&list, "[role=tab]", step);
        }
    };
    let tab = move |(index, tab): (usize, &Tab)| {
        let is_current = move || current.get() == index;
        view! {
            <button
                class:is-current=is_current
                type="button"
                role="tab"
                id=tab.id
                aria-selected=move || is_current().to_string()
                aria-controls=tab.panel
                tabindex=move || if is_current() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(index)
            >
                {tab.name}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="tabs needs-script" role="tablist" aria-label=label node_ref=list on:keydown=keys>
            {all.iter().enumerate().map(tab).collect_view()}
        </div>
    }
}
