//! The edits of a tool, line by line.

use leptos::prelude::*;
use shared::conversation::FileEdit;

use super::super::edits::{self, Line, MAX_SHOWN};
use super::super::open_attempt::OpenAttempt;

/// What a tool changes, file by file.
#[component]
pub(in super::super) fn Edits(diff: Vec<FileEdit>, open: OpenAttempt) -> impl IntoView {
    let worktree = open.worktree();
    let hunk = |edit: FileEdit| {
        let path = within(&edit.path, worktree.as_deref()).to_owned();
        view! { <Hunk edit path/> }.into_any()
    };
    diff.into_iter().map(hunk).collect_view()
}

/// A path as it is in the worktree.
fn within<'a>(path: &'a str, worktree: Option<&str>) -> &'a str {
    let inside = worktree.and_then(|worktree| path.strip_prefix(worktree)?.strip_prefix('/'));
    inside.unwrap_or(path)
}

#[component]
fn Hunk(edit: FileEdit, path: String) -> impl IntoView {
    let lines = edits::lines(&edit);
    let left_out = lines.len().saturating_sub(MAX_SHOWN);
    let rest = (left_out > 0)
        .then(|| view! { <p class="hunk__rest">{format!("{left_out} more lines")}</p> }.into_any());
    let word = if edit.old_text.is_none() { " (new)" } else { "" };
    view! {
        <div class="hunk" tabindex="0" role="group" aria-label="Changes">
            <p class="hunk__file">{path}{word}</p>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_it_is_in_the_worktree() {
        assert_eq!(within("/w/LOD-1/src/a.rs", Some("/w/LOD-1")), "src/a.rs");
        assert_eq!(within("/w/LOD-11/a.rs", Some("/w/LOD-1")), "/w/LOD-11/a.rs");
        assert_eq!(within("a.rs", None), "a.rs");
    }
}
