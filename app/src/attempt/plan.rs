//! The agent's plan: how far it is, and its steps when someone wants to see them.

use leptos::prelude::*;
use shared::attempt::{Attempt, Todo, TodoStatus, Todos};

use crate::ui::icon::{Glyph, Icon};

/// The most steps that are drawn as a bar.
const MAX_DRAWN: usize = 12;

/// The plan of the attempt, as long as it has one.
#[component]
pub(super) fn Plan(attempt: Memo<Option<Attempt>>) -> impl IntoView {
    let todos = Memo::new(move |_| {
        let todos = attempt.with(|it| it.as_ref().and_then(|it| it.todos.clone()));
        todos.filter(|todos| !todos.items.is_empty())
    });
    let is_there = Memo::new(move |_| todos.with(Option::is_some));
    let is_at_work =
        Memo::new(move |_| attempt.with(|it| it.as_ref().is_some_and(|it| it.status.is_active())));
    let plan = move || is_there.get().then(|| view! { <Steps todos is_at_work/> }.into_any());
    view! { {move || plan()} }
}

#[component]
fn Steps(todos: Memo<Option<Todos>>, is_at_work: Memo<bool>) -> impl IntoView {
    let count = move || todos.with(|it| it.as_ref().map(|it| format!("Plan {}/{}", it.completed, it.total)));
    let now = move || todos.with(|it| it.as_ref().and_then(current));
    let bar = move || {
        let items = todos.with(|it| it.as_ref().map(|it| it.items.clone()).unwrap_or_default());
        let step = |it: Todo| view! { <i class=class(it.status)></i> }.into_any();
        (items.len() <= MAX_DRAWN).then(|| items.into_iter().map(step).collect_view())
    };
    let list = move || {
        let items = todos.with(|it| it.as_ref().map(|it| it.items.clone()).unwrap_or_default());
        let is_at_work = is_at_work.get();
        items.into_iter().map(|it| view! { <Step it is_at_work/> }.into_any()).collect_view()
    };
    view! {
        <details class="plan">
            <summary class="plan__head">
                <Glyph icon=Icon::Todo small=true/>
                <b>{move || count()}</b>
                <span class="plan__bar" aria-hidden="true">{move || bar()}</span>
                <span class="plan__now u-cut">{move || now()}</span>
                <span class="u-end"></span>
                <Glyph icon=Icon::Down small=true/>
            </summary>
            <ol class="plan__steps" tabindex="0" aria-label="Steps of the plan">{move || list()}</ol>
        </details>
    }
}

#[component]
fn Step(it: Todo, is_at_work: bool) -> impl IntoView {
    let (icon, words) = match it.status {
        TodoStatus::Done => (Icon::Check, "done: "),
        TodoStatus::InProgress if is_at_work => (Icon::Ring, "now: "),
        TodoStatus::InProgress => (Icon::Stop, "broken off: "),
        TodoStatus::Open => (Icon::Dots, "open: "),
    };
    view! {
        <li class=format!("plan__step {}", class(it.status))>
            <Glyph icon small=true/>
            <span class="u-hidden">{words}</span>
            <span>{it.text}</span>
        </li>
    }
}

fn class(status: TodoStatus) -> &'static str {
    match status {
        TodoStatus::Done => "is-done",
        TodoStatus::InProgress => "is-now",
        TodoStatus::Open => "",
    }
}

/// The step that the agent is at, or will be at next.
fn current(todos: &Todos) -> Option<String> {
    let at = |status| todos.items.iter().find(|it| it.status == status);
    at(TodoStatus::InProgress).or_else(|| at(TodoStatus::Open)).map(|it| it.text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_step_is_the_one_in_hand_or_the_next() {
        let todo = |text: &str, status| Todo { id: text.to_owned(), text: text.to_owned(), status };
        let of = |items| current(&Todos::new(items));
        let (done, open) = (todo("a", TodoStatus::Done), todo("b", TodoStatus::Open));
        assert_eq!(
            of(vec![done.clone(), open.clone(), todo("c", TodoStatus::InProgress)]).as_deref(),
            Some("c")
        );
        assert_eq!(of(vec![done.clone(), open]).as_deref(), Some("b"));
        assert_eq!(of(vec![done]), None);
    }
}
