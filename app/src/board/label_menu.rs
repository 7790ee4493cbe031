//! The menu of labels to filter by.

use leptos::prelude::*;

use super::context::BoardContext;
use crate::card::marks::LabelMark;
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuItem, MenuPanel};

/// The panel of the labels' menu; once per board.
#[component]
pub fn LabelMenu() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    view! { <MenuPanel menu=board.label_menu label="Labels" children=move |()| view! { <Items/> }/> }
}

/// The board's labels, the most used first.
#[component]
fn Items() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let labels = board.labels();
    if labels.is_empty() {
        return view! { <p class="menu__head" role="none">"No card has a label yet."</p> }.into_any();
    }
    let item = |label: String| {
        let on = board.filter.with_untracked(|filter| filter.has_label(&label));
        let mark = label.clone();
        view! {
            <MenuItem icon=if on { Icon::Check } else { Icon::Tag } on_select=move |()| board.toggle_label(&label)>
                <LabelMark label=mark/>
            </MenuItem>
        }
    };
    view! {
        <p class="menu__head" role="none">"Only cards with the label"</p>
        {labels.into_iter().map(item).collect_view()}
    }
    .into_any()
}

impl BoardContext {
    /// Filters by a label too, or no longer.
    fn toggle_label(&self, label: &str) {
        let filter = self.filter.with_untracked(|filter| filter.with_label_toggled(label));
        self.set_filter(&filter.to_string());
    }
}
