//! What the agent asks and nobody has answered: it stays in sight until it is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::attempt::{Attempt, AttemptStatus};
use shared::conversation::{ConversationItem, ItemKind, PermissionOption, PermissionRequest};
use shared::ids::{OptionId, ToolCallId};
use shared::plain::plain;
use shared::time::Timestamp;

use super::desk::Desk;
use super::open_attempt::OpenAttempt;
use super::row::{Edits, diff, input};
use super::timeline::Older;
use super::words;
use crate::api;
use crate::ui::clicks::Clicks;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// How many answers have a key of their own: the first digits.
const KEYS: usize = 9;
/// How many pages back an open question is looked for.
const MAX_SEARCHED: u32 = 20;

/// The open questions of an attempt that is not over.
#[component]
pub(super) fn Requests(open: OpenAttempt, attempt: Memo<Option<Attempt>>, desk: Desk) -> impl IntoView {
    let questions = open.questions();
    let is_active =
        Memo::new(move |_| attempt.with(|it| it.as_ref().is_some_and(|it| it.status.is_active())));
    let asked = Memo::new(move |_| if is_active.get() { questions.get() } else { vec![] });
    Effect::new(move || {
        asked.track();
        desk.catch_focus();
    });
    Effect::new(move || {
        if !asked.with(Vec::is_empty) && desk.is_answering() {
            desk.go_to_answers();
        }
    });
    on_cleanup(move || desk.leave_answers());
    let first = Memo::new(move |_| asked.with(|asked| asked.first().copied()));
    let waits = Memo::new(move |_| {
        attempt.with(|it| it.as_ref().is_some_and(|it| it.status == AttemptStatus::Waiting))
    });
    let searched = StoredValue::new(0);
    // The agent may have said much since it asked.
    Effect::new(move || {
        let has_older = open.state().with(|state| matches!(state.older, Older::More(_)));
        if waits.get() && has_older && asked.with(Vec::is_empty) && searched.get_value() < MAX_SEARCHED {
            searched.update_value(|searched| *searched += 1);
            open.read_older();
        }
    });
    view! {
        <div class="requests">
            <List each=asked key=|ordinal: i64| ordinal.to_string() let:ordinal>
                <Request open ordinal attempt desk first/>
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
fn Request(
    open: OpenAttempt,
    ordinal: i64,
    attempt: Memo<Option<Attempt>>,
    desk: Desk,
    /// The question that the keys answer.
    first: Memo<Option<i64>>,
) -> impl IntoView {
    let asked = open.memo(ordinal, question);
    let question = Memo::new(move |_| asked.get().flatten());
    let since = open.look(ordinal, |item| item.timestamp).unwrap_or(Timestamp::UNIX_EPOCH);
    let agent = move || attempt.with(|it| it.as_ref().map(|it| desk.name_of(&it.agent)).unwrap_or_default());
    let title = move || question.with(|it| it.as_ref().map(|it| plain(&it.title)));
    let tool = Memo::new(move |_| {
        let rows = open.rows().get();
        question.with(|it| it.as_ref().and_then(|it| tool_of(open, rows, it.tool_call_id.as_ref()?)))
    });
    let what = move || tool.get().map(|tool| view! { <What open tool/> }.into_any());
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
        desk.press();
        spawn_local(async move {
            match api::answer_permission(&open.id(), &request, &option).await {
                // The conversation tells what came of it, and this goes.
                Ok(answer) => desk.learn(answer),
                Err(why) => {
                    desk.release();
                    let _ = chosen.try_set(None);
                    let _ = failure.try_set(Some(why.sentence));
                    // Somebody else may have been faster.
                    open.refresh();
                }
            }
        });
    };
    let is_first = Memo::new(move |_| first.get() == Some(ordinal));
    let options = move || {
        let options = question.with(|it| it.as_ref().map(|it| it.options.clone()).unwrap_or_default());
        let first = options.iter().position(|option| words::allows(option.kind));
        let button = move |(index, option): (usize, PermissionOption)| {
            let key = (is_first.get() && index < KEYS).then_some(index + 1);
            let clicks = desk.clicks();
            let is_first = first == Some(index);
            view! { <Choice option is_first key chosen clicks on_choose=Callback::new(choose)/> }.into_any()
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
                {move || what()}
                <div class="request__acts needs-script">{move || options()}</div>
                <p class="field__error" role="alert">{move || failure.get()}</p>
            </div>
        </section>
    }
}

/// What the tool would do: the edits, or what it would be given.
#[component]
fn What(open: OpenAttempt, tool: i64) -> impl IntoView {
    let input = open.memo(tool, input);
    let input = move || {
        let input = input.get().flatten();
        input.map(|input| {
            view! { <pre tabindex="0" role="group" aria-label="What it would do">{input}</pre> }.into_any()
        })
    };
    let diff = open.memo(tool, diff);
    let diff = move || {
        let diff = diff.get().unwrap_or_default();
        (!diff.is_empty()).then(|| view! { <Edits diff open/> }.into_any())
    };
    view! {
        {move || input()}
        {move || diff()}
    }
}

/// The newest item that tells of this use of a tool.
fn tool_of(open: OpenAttempt, (first, end): (i64, i64), id: &ToolCallId) -> Option<i64> {
    let is_it =
        |item: &ConversationItem| matches!(&item.kind, ItemKind::Tool(tool) if tool.tool_call_id == *id);
    (first..end).rev().find(|ordinal| open.look(*ordinal, is_it) == Some(true))
}

#[component]
fn Choice(
    option: PermissionOption,
    is_first: bool,
    /// The digit that chooses it too.
    key: Option<usize>,
    chosen: RwSignal<Option<OptionId>>,
    clicks: Clicks,
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
            aria-keyshortcuts=key.map(|key| key.to_string())
            data-answer=key.map(|key| key.to_string())
            on:click=move |event| {
                if clicks.is_meant(&event) {
                    on_choose.run(option_id.clone());
                }
            }
        >
            {move || glyph()}
            {name}
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> }.into_any())}
        </button>
    }
}
