//! What the agent asks and nobody has answered: it stays in sight until it is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::attempt::Attempt;
use shared::conversation::{ConversationItem, ItemKind, PermissionOption, PermissionRequest, ToolUse};
use shared::ids::OptionId;
use shared::time::Timestamp;

use super::desk::Desk;
use super::open_attempt::OpenAttempt;
use super::words;
use crate::api::{self, Answer};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// The open questions of an attempt that is not over.
#[component]
pub(super) fn Requests(open: OpenAttempt, attempt: Memo<Option<Attempt>>, desk: Desk) -> impl IntoView {
    let questions = open.questions();
    let is_active =
        Memo::new(move |_| attempt.with(|it| it.as_ref().is_some_and(|it| it.status.is_active())));
    let asked = Memo::new(move |_| if is_active.get() { questions.get() } else { vec![] });
    view! {
        <div class="requests">
            <List each=asked key=|ordinal: i64| ordinal.to_string() let:ordinal>
                <Request open ordinal attempt desk/>
            </List>
        </div>
    }
}

fn question(item: &ConversationItem) -> Option<PermissionRequest> {
    match &item.kind {
        ItemKind::Permission(question) => Some(question.clone()),
        _ => None,
    }
}

#[component]
fn Request(open: OpenAttempt, ordinal: i64, attempt: Memo<Option<Attempt>>, desk: Desk) -> impl IntoView {
    let asked = open.memo(ordinal, question);
    let question = Memo::new(move |_| asked.get().flatten());
    let since = open.look(ordinal, |item| item.timestamp).unwrap_or(Timestamp::UNIX_EPOCH);
    let agent = move || attempt.with(|it| it.as_ref().map(|it| it.agent.to_string()).unwrap_or_default());
    let title = move || question.with(|it| it.as_ref().map(|it| it.title.clone()));
    let command = question.with_untracked(|it| it.as_ref().and_then(|it| command_of(open, it)));
    let chosen = RwSignal::new(None::<OptionId>);
    let failure = RwSignal::new(None::<String>);
    let choose = move |option: OptionId| {
        let Some(request) = question.with_untracked(|it| it.as_ref().map(|it| it.request_id.clone())) else {
            return;
        };
        if chosen.with_untracked(Option::is_some) {
            return;
        }
        chosen.set(Some(option.clone()));
        failure.set(None);
        spawn_local(async move {
            match api::answer_permission(&open.id(), &request, &option).await {
                // The conversation tells what came of it, and this goes.
                Ok(Answer { value, .. }) => desk.learn(value),
                Err(why) => {
                    let _ = chosen.try_set(None);
                    let _ = failure.try_set(Some(why.sentence));
                    // Somebody else may have been faster.
                    open.refresh();
                }
            }
        });
    };
    let options = move || {
        let options = question.with(|it| it.as_ref().map(|it| it.options.clone()).unwrap_or_default());
        let first = options.iter().position(|option| words::allows(option.kind));
        let button = move |(index, option): (usize, PermissionOption)| {
            view! { <Choice option is_first=first == Some(index) chosen on_choose=Callback::new(choose)/> }
                .into_any()
        };
        options.into_iter().enumerate().map(button).collect_view()
    };
    view! {
        <section class="request" aria-label="The agent asks">
            <header class="request__head">
                <Glyph icon=Icon::Ask small=true/>
                <strong class="u-cut">{move || format!("{} asks", agent())}</strong>
                <span class="u-end"><Age at=since/></span>
            </header>
            <div class="request__body">
                <p class="request__what">{move || title()}</p>
                {command.map(|command| view! { <pre tabindex="0">{command}</pre> }.into_any())}
                <div class="request__acts needs-script">{move || options()}</div>
                <p class="field__error" role="alert">{move || failure.get()}</p>
            </div>
        </section>
    }
}

/// What the use of a tool that the question is about would run, if that is a command.
fn command_of(open: OpenAttempt, question: &PermissionRequest) -> Option<String> {
    let tool = open.tool(question.tool_call_id.as_ref()?)?;
    let command = tool.input.as_ref()?.get("command")?;
    match command {
        serde_json::Value::String(line) => Some(line.clone()),
        serde_json::Value::Array(words) => {
            Some(words.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

impl OpenAttempt {
    /// The newest item that tells of this use of a tool.
    fn tool(self, id: &shared::ids::ToolCallId) -> Option<ToolUse> {
        let (first, end) = self.rows().get_untracked();
        let tool = |item: &ConversationItem| match &item.kind {
            ItemKind::Tool(tool) if tool.tool_call_id == *id => Some(tool.clone()),
            _ => None,
        };
        (first..end).rev().find_map(|ordinal| self.look(ordinal, tool).flatten())
    }
}

#[component]
fn Choice(
    option: PermissionOption,
    is_first: bool,
    chosen: RwSignal<Option<OptionId>>,
    on_choose: Callback<OptionId>,
) -> impl IntoView {
    let PermissionOption { option_id, name, kind } = option;
    let icon = if words::allows(kind) { Icon::Check } else { Icon::Close };
    let own = option_id.clone();
    let is_chosen = Memo::new(move |_| chosen.with(|chosen| chosen.as_ref() == Some(&own)));
    let glyph = move || {
        if is_chosen.get() {
            view! { <Glyph icon=Icon::Ring turning=true/> }.into_any()
        } else {
            view! { <Glyph icon/> }.into_any()
        }
    };
    view! {
        <button
            class="button is-small"
            class:is-primary=is_first
            type="button"
            aria-disabled=move || chosen.with(Option::is_some).then_some("true")
            on:click=move |_| on_choose.run(option_id.clone())
        >
            {move || glyph()}
            {name}
        </button>
    }
}
