//! The small marks of a card: priority, kind of work, labels, how large its change is.

use leptos::prelude::*;
use shared::card::{CardType, DiffCount, Priority};

use crate::words::counted;

/// How much a card matters, as a mark with a name.
#[component]
pub fn PriorityMark(
    /// How much.
    priority: Priority,
) -> impl IntoView {
    let label = format!("{} priority", priority_words(priority));
    let bars = match priority {
        Priority::Urgent => 0,
        Priority::High => 3,
        Priority::Medium => 2,
        Priority::Low => 1,
    };
    let marks = if bars == 0 {
        view! {
            <path d="M3 3.5h10v9H3z" fill="currentColor" stroke="none" opacity=".16"/>
            <path d="M8 5.2v3.2M8 10.7h.01"/>
            <path d="M3 3.5h10v9H3z"/>
        }
        .into_any()
    } else {
        const BARS: [&str; 3] = ["M3.5 13v-3.5", "M8 13v-6.5", "M12.5 13v-10"];
        let bar = |(index, d): (usize, &'static str)| {
            let off = index >= bars;
            view! { <path d=d stroke-width="2.4" class:is-off=off/> }
        };
        BARS.into_iter().enumerate().map(bar).collect_view().into_any()
    };
    view! {
        <svg
            class=if bars == 0 { "icon is-small priority is-urgent" } else { "icon is-small priority" }
            viewBox="0 0 16 16"
            role="img"
            aria-label=label
        >
            {marks}
        </svg>
    }
}

/// A priority in a word.
#[must_use]
pub fn priority_words(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "Urgent",
        Priority::High => "High",
        Priority::Medium => "Medium",
        Priority::Low => "Low",
    }
}

/// A kind of work in a word.
#[must_use]
pub fn type_words(card_type: CardType) -> &'static str {
    match card_type {
        CardType::Task => "Task",
        CardType::Bug => "Bug",
        CardType::Feature => "Feature",
        CardType::Chore => "Chore",
    }
}

/// A label: its word, and a dot whose colour follows from the word.
#[component]
pub fn LabelMark(
    /// The label.
    label: String,
) -> impl IntoView {
    let class = format!("label is-{}", dot(&label));
    view! { <span class=class>{label}</span> }
}

/// How large a change is: lines that came and lines that went, and on a closer look in how many files.
#[component]
pub fn DiffMark(
    /// The count.
    diff: DiffCount,
) -> impl IntoView {
    let DiffCount { files, additions, deletions } = diff;
    let title = format!("{} changed", counted(files.into(), "file", "files"));
    let none = |lines| (lines == 0).then_some("");
    view! {
        <span class="diff" title=title>
            <ins data-none=none(additions)>{format!("+{additions}")}</ins>
            <del data-none=none(deletions)>{format!("−{deletions}")}</del>
        </span>
    }
}

/// One of five colours, always the same for a word whatever its case.
fn dot(label: &str) -> u32 {
    let hash = label
        .to_lowercase()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // The low bits of this hash hardly differ between short words.
    (hash >> 16) % 5 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labels_colour_follows_from_its_word() {
        assert_eq!(dot("ui"), dot("UI"));
        assert!((1..=5).contains(&dot("")));
        let colours: std::collections::BTreeSet<_> = ["ui", "db", "api", "git", "docs", "ci"].map(dot).into();
        assert!(colours.len() > 2, "{colours:?}");
    }
}
