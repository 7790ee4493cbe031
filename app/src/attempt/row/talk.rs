//! What is said and thought.

use leptos::prelude::*;
use shared::conversation::{ConversationItem, ItemKind};
use shared::plain::plain;

use super::super::open_attempt::OpenAttempt;
use super::super::passages::passages;
use super::super::words::first_line;
use crate::card::markdown::Markdown;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

fn text(item: &ConversationItem) -> String {
    match &item.kind {
        ItemKind::Message { text, .. } | ItemKind::Thinking { text } | ItemKind::Error { text } => {
            text.clone()
        }
        _ => String::new(),
    }
}

/// What the agent says, or a person said to it.
#[component]
pub(super) fn Message(open: OpenAttempt, ordinal: i64, #[prop(optional)] is_prompt: bool) -> impl IntoView {
    let words = open.memo(ordinal, text);
    let mark = is_prompt.then(|| view! { <span class="turn__who"><Glyph icon=Icon::User small=true/><span class="u-hidden">"You: "</span></span> }.into_any());
    view! {
        {mark}
        <div class="turn__text"><Passages words/></div>
    }
}

/// A text in passages: while it grows only the last is rendered anew.
#[component]
fn Passages(words: Memo<Option<String>>) -> impl IntoView {
    let cuts = Memo::new(move |_| {
        words.with(|words| {
            let ranges = passages(words.as_deref().unwrap_or_default());
            ranges.into_iter().map(|range| (range.start, range.end)).collect::<Vec<_>>()
        })
    });
    let passage = move |(start, end): (usize, usize)| {
        words.with_untracked(|words| {
            words.as_deref().and_then(|words| words.get(start..end)).unwrap_or_default().to_owned()
        })
    };
    view! {
        <List each=cuts key=|(start, end): (usize, usize)| format!("{start}-{end}") let:cut>
            <Markdown text=passage(cut)/>
        </List>
    }
}

/// What the agent thought, folded.
#[component]
pub(super) fn Thought(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let words = open.memo(ordinal, text);
    let first = open.memo(ordinal, |item| plain(&first_line(&text(item))));
    view! {
        <Fold open ordinal icon=Icon::Think name="Thought" first>
            <Passages words/>
        </Fold>
    }
}

/// Something that is folded to its first line.
#[component]
pub(super) fn Fold(
    open: OpenAttempt,
    ordinal: i64,
    icon: Icon,
    name: &'static str,
    first: Memo<Option<String>>,
    children: ChildrenFn,
) -> impl IntoView {
    let mounted = open.mounted();
    let is_open = RwSignal::new(open.is_unfolded(ordinal, false));
    // Folded, it costs nothing; but a page without a script can only unfold what is there.
    let content = move || (is_open.get() || !mounted.get()).then(|| children());
    let toggle = move |event: leptos::ev::Event| {
        let now = crate::browser::is_unfolded(&event);
        let _ = is_open.try_set(now);
        open.fold(ordinal, now);
    };
    view! {
        <details class="fold" open=is_open.get_untracked() on:toggle=toggle>
            <summary class="fold__head">
                <Glyph icon=Icon::Right small=true/>
                <Glyph icon small=true/>
                <span class="fold__name">{name}</span>
                <span class="fold__first u-cut">{move || first.get()}</span>
            </summary>
            <div class="fold__body">{move || content()}</div>
        </details>
    }
}
