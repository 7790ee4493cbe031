//! The edits of a tool, line by line.

use leptos::prelude::*;
use shared::conversation::FileEdit;

use super::super::edits::{self, Line, MAX_SHOWN};

/// What a tool changes, file by file.
#[component]
pub(super) fn Edits(diff: Vec<FileEdit>) -> impl IntoView {
    diff.into_iter().map(|edit| view! { <Hunk edit/> }.into_any()).collect_view()
}

#[component]
fn Hunk(edit: FileEdit) -> impl IntoView {
    let lines = edits::lines(&edit);
    let left_out = lines.len().saturating_sub(MAX_SHOWN);
    let rest = (left_out > 0)
        .then(|| view! { <p class="hunk__rest">{format!("{left_out} more lines")}</p> }.into_any());
    let word = if edit.old_text.is_none() { " (new)" } else { "" };
    view! {
        <div class="hunk" tabindex="0" aria-label="Changes">
            <p class="hunk__file">{edit.path}{word}</p>
            {lines.into_iter().take(MAX_SHOWN).map(line).collect_view()}
            {rest}
        </div>
    }
}

fn line(line: Line) -> AnyView {
    let (class, mark, text) = match line {
        Line::Same(text) => ("ln", " ", text),
        Line::New(text) => ("ln is-add", "+", text),
        Line::Gone(text) => ("ln is-del", "−", text),
        Line::Skipped(count) => ("ln is-skipped", "⋯", format!("{count} lines that stay")),
    };
    view! { <div class=class><span>{mark}</span><span>{text}</span></div> }.into_any()
}
