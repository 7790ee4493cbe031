//! A row of a conversation: what an item is decides what it looks like.

mod edit;
mod event;
mod step;
mod talk;

use leptos::{html, prelude::*};
use shared::conversation::{ConversationItem, ItemKind, Role};

use super::conversation::Place;
use super::open_attempt::OpenAttempt;
pub(super) use edit::Edits;
use event::{Failure, Kept, Question};
use step::Step;
pub(super) use step::{diff, input};
use talk::{Message, Thought};

/// What a row looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Prompt,
    Message,
    Thought,
    Tool,
    Automation,
    Question,
    Failure,
    Kept,
}

impl Kind {
    fn of(item: &ConversationItem) -> Self {
        match &item.kind {
            ItemKind::Message { role: Role::User, .. } => Self::Prompt,
            ItemKind::Message { role: Role::Agent, .. } => Self::Message,
            ItemKind::Thinking { .. } => Self::Thought,
            ItemKind::Tool(_) => Self::Tool,
            ItemKind::Automation(_) => Self::Automation,
            ItemKind::Permission(_) => Self::Question,
            ItemKind::Error { .. } => Self::Failure,
            ItemKind::Other { .. } => Self::Kept,
        }
    }

    fn is_step(self) -> bool {
        matches!(self, Self::Tool | Self::Automation)
    }

    fn class(self) -> &'static str {
        match self {
            Self::Prompt => "row is-prompt",
            Self::Message => "row is-message",
            Self::Thought | Self::Kept => "row is-fold",
            Self::Tool | Self::Automation => "row is-step",
            Self::Question | Self::Failure => "row is-event",
        }
    }
}

/// A row, which follows its item.
#[component]
pub(super) fn Row(
    open: OpenAttempt,
    ordinal: i64,
    place: Place,
    /// Whether the agent is at work.
    is_at_work: Memo<bool>,
    /// The last row.
    last: Memo<i64>,
) -> impl IntoView {
    let node = NodeRef::<html::Li>::new();
    Effect::new(move || {
        if let Some(node) = node.get() {
            place.watch_row(node.into());
        }
    });
    let kind = open.memo(ordinal, Kind::of);
    let class = move || kind.get().map_or("row", Kind::class);
    // Steps in a row are one box. Not by what is beside it on the page: that may not be rendered.
    let joins = Memo::new(move |_| {
        open.rows().track();
        let is_step = |ordinal| open.look(ordinal, |item| Kind::of(item).is_step()) == Some(true);
        let own = is_step(ordinal);
        (own && is_step(ordinal - 1), own && is_step(ordinal + 1))
    });
    let is_writing = move || is_at_work.get() && last.get() == ordinal;
    let content = move || match kind.get()? {
        Kind::Prompt => Some(view! { <Message open ordinal is_prompt=true/> }.into_any()),
        Kind::Message => Some(view! { <Message open ordinal/> }.into_any()),
        Kind::Thought => Some(view! { <Thought open ordinal/> }.into_any()),
        Kind::Tool | Kind::Automation => Some(view! { <Step open ordinal/> }.into_any()),
        Kind::Question => Some(view! { <Question open ordinal/> }.into_any()),
        Kind::Failure => Some(view! { <Failure open ordinal/> }.into_any()),
        Kind::Kept => Some(view! { <Kept open ordinal/> }.into_any()),
    };
    view! {
        <li
            class=class
            class:is-after-step=move || joins.get().0
            class:is-before-step=move || joins.get().1
            class:is-writing=is_writing data-row=ordinal.to_string() node_ref=node>
            {move || content()}
        </li>
    }
}
