//! The attempt's log: what was done around the agent, and what it wrote to its error output.

use leptos::{html, prelude::*};
use shared::attempt::{AttemptLog, LogLevel};

use super::desk::Panel;
use super::end::End;
use super::log_lines::LogLines;
use super::open_attempt::OpenAttempt;
use super::panels::Unread;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Clock;

/// The log, read when someone looks at it.
#[component]
pub(super) fn Log(open: OpenAttempt, panel: RwSignal<Panel>) -> impl IntoView {
    let is_in_front = Memo::new(move |_| panel.get() == Panel::Log);
    Effect::new(move || {
        if is_in_front.get() {
            open.begin_log();
        }
    });
    let rows = Memo::new(move |_| {
        // A line that nobody sees is not rendered.
        if is_in_front.get() { open.with_log(|log| log.shown().collect()) } else { Vec::<i64>::new() }
    });
    let end = End::new(true);
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        rows.track();
        if let Some(node) = node.get() {
            end.follow(&node);
        }
    });
    let is_known = Memo::new(move |_| open.with_log(LogLines::is_known));
    let is_empty = Memo::new(move |_| open.with_log(|log| log.is_known() && log.shown().is_empty()));
    let has_older = Memo::new(move |_| open.with_log(LogLines::has_older));
    let failure = Memo::new(move |_| open.with_log(|log| log.failure().map(str::to_owned)));
    let older = move || {
        has_older.get().then(|| {
            view! {
                <button class="button is-quiet is-small timeline__older" type="button" on:click=move |_| open.older_log()>
                    <Glyph icon=Icon::Up small=true/>
                    "Show older lines"
                </button>
            }
            .into_any()
        })
    };
    let unread = move || {
        failure
            .get()
            .map(|why| view! { <Unread why on_retry=Callback::new(move |()| open.retry_log())/> }.into_any())
    };
    let waits =
        move || (!is_known.get() && failure.with(Option::is_none)).then(|| view! { <Bones/> }.into_any());
    let empty = move || {
        is_empty.get().then(|| view! { <p class="u-faint">"Nothing has been logged yet."</p> }.into_any())
    };
    view! {
        <div class="log" tabindex="0" role="group" aria-label="Log, newest last" node_ref=node on:scroll=move |event| end.scrolled(&event)>
            {move || older()}
            {move || unread()}
            {move || waits()}
            {move || empty()}
            <ol class="log__lines">
                <List each=rows key=|number: i64| number.to_string() let:number>
                    {open.log_line(number).map(|line| view! { <Line line/> }.into_any())}
                </List>
            </ol>
        </div>
    }
}

#[component]
fn Line(line: AttemptLog) -> impl IntoView {
    let (class, word) = match line.level {
        LogLevel::Info => ("log__line", ""),
        LogLevel::Warn => ("log__line is-warn", "Warning: "),
        LogLevel::Error => ("log__line is-error", "Error: "),
    };
    view! {
        <li class=class>
            <Clock at=line.ts/>
            <span><span class="u-hidden">{word}</span>{line.message}</span>
        </li>
    }
}

/// Something is being read.
#[component]
pub(super) fn Bones() -> impl IntoView {
    view! {
        <div class="inspector__bones is-late" role="status">
            <span class="u-hidden">"Reading…"</span>
            <span class="bone"></span>
            <span class="bone"></span>
        </div>
    }
}
