//! What is told in one line: questions and their answers, failures, and what is kept without being understood.

use leptos::prelude::*;
use shared::conversation::{ConversationItem, ItemKind, PermissionDecision, PermissionRequest};
use shared::plain::plain;

use super::super::open_attempt::OpenAttempt;
use super::super::words;
use super::talk::Fold;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::time::Clock;

/// A question for permission, and how it was settled.
#[component]
pub(super) fn Question(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let told = open.memo(ordinal, |item| match &item.kind {
        ItemKind::Permission(question) => Some(settled(question)),
        _ => None,
    });
    let line = move || {
        told.get().flatten().map(|(class, icon, words, title)| {
            view! {
                <div class=format!("event {class}")>
                    <Glyph icon small=true/>
                    <span class="event__words">{words}<span class="event__what">{title}</span></span>
                    <When open ordinal/>
                </div>
            }
            .into_any()
        })
    };
    view! { {move || line()} }
}

/// How a question stands: its colour, icon, words, and what it was about.
fn settled(question: &PermissionRequest) -> (&'static str, Icon, String, String) {
    let (class, icon, words) = match &question.decision {
        None => ("is-ask", Icon::Ask, "Asks: ".to_owned()),
        Some(PermissionDecision::Cancelled) => {
            ("", Icon::Close, "Not answered before the turn ended: ".to_owned())
        }
        Some(PermissionDecision::Selected { option_id }) => {
            let option = question.options.iter().find(|option| option.option_id == *option_id);
            let name = option.map_or_else(|| option_id.to_string(), |option| option.name.clone());
            let allowed = option.is_some_and(|option| words::allows(option.kind));
            let (class, icon) = if allowed { ("is-pass", Icon::Check) } else { ("", Icon::Close) };
            (class, icon, format!("Answered “{name}”: "))
        }
    };
    (class, icon, words, plain(&question.title))
}

/// Something failed.
#[component]
pub(super) fn Failure(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let text = open.memo(ordinal, |item| match &item.kind {
        ItemKind::Error { text } => text.clone(),
        _ => String::new(),
    });
    view! {
        <div class="event is-fail">
            <Glyph icon=Icon::Fail small=true/>
            <span class="event__words">{move || text.get()}</span>
            <When open ordinal/>
        </div>
    }
}

/// What Mainstay keeps without understanding it.
#[component]
pub(super) fn Kept(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let parts = open.memo(ordinal, |item| match &item.kind {
        ItemKind::Other { kind, json } => {
            (kind.clone(), serde_json::to_string_pretty(json).unwrap_or_default())
        }
        _ => <(String, String)>::default(),
    });
    let first = Memo::new(move |_| parts.get().map(|(kind, _)| kind));
    view! {
        <Fold open ordinal icon=Icon::Dots name="Other" first>
            <pre tabindex="0">{move || parts.get().map(|(_, json)| json)}</pre>
        </Fold>
    }
}

/// When it happened, by the reader's clock.
#[component]
fn When(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let at = open.look(ordinal, |item: &ConversationItem| item.timestamp);
    at.map(|at| view! { <Clock at/> }.into_any())
}

#[cfg(test)]
mod tests {
    use shared::conversation::{PermissionKind, PermissionOption};

    use super::*;

    #[test]
    fn a_question_tells_how_it_was_settled() {
        let option =
            |id: &str, kind| PermissionOption { option_id: id.into(), name: id.to_uppercase(), kind };
        let with = |decision| PermissionRequest {
            request_id: "r".into(),
            tool_call_id: None,
            title: "Edit a.rs".to_owned(),
            options: vec![option("yes", PermissionKind::AllowOnce), option("no", PermissionKind::RejectOnce)],
            decision,
        };
        let selected = |id: &str| Some(PermissionDecision::Selected { option_id: id.into() });
        let words = |decision| settled(&with(decision)).2;
        assert_eq!(words(None), "Asks: ");
        assert_eq!(words(selected("yes")), "Answered “YES”: ");
        assert_eq!(settled(&with(selected("no"))).0, "");
        assert_eq!(words(selected("gone")), "Answered “gone”: ");
        assert!(words(Some(PermissionDecision::Cancelled)).contains("ended"));
    }
}
