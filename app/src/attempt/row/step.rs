//! The use of a tool, or a command that Mainstay ran: one line, and all of it when someone unfolds it.

use leptos::{ev, html, prelude::*};
use serde_json::Value;
use shared::conversation::{
    Automation, AutomationStatus, ConversationItem, FileEdit, ItemKind, ToolKind, ToolStatus, ToolUse,
};
use shared::plain::plain;
use shared::time::Timestamp;

use super::super::clock::Elapsed;
use super::super::edits;
use super::super::end::End;
use super::super::open_attempt::OpenAttempt;
use super::super::words;
use super::edit::Edits;
use crate::ui::icon::{Glyph, Icon};

/// The most of an output that is shown, in bytes: its end.
const MAX_OUTPUT: usize = 8_000;

/// The line of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Face {
    icon: Icon,
    verb: &'static str,
    name: String,
    outcome: Outcome,
    counts: Option<edits::Counts>,
    time: Time,
    has_more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Awaited,
    UnderWay,
    Done,
    Failed,
    Exit(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    None,
    Since(Timestamp),
    Took(i64),
}

impl Face {
    fn of(item: &ConversationItem) -> Option<Self> {
        match &item.kind {
            ItemKind::Tool(tool) => Some(Self::of_tool(tool)),
            ItemKind::Automation(automation) => Some(Self::of_automation(automation, item.timestamp)),
            _ => None,
        }
    }

    fn of_tool(tool: &ToolUse) -> Self {
        let (icon, verb) = words::tool(tool.kind);
        let outcome = match tool.status {
            ToolStatus::Pending => Outcome::Awaited,
            ToolStatus::InProgress => Outcome::UnderWay,
            ToolStatus::Completed => Outcome::Done,
            ToolStatus::Failed => Outcome::Failed,
        };
        let time = match (tool.status, tool.ended_at) {
            (_, Some(end)) => Time::Took(end.millis_since(tool.started_at)),
            (ToolStatus::InProgress, None) => Time::Since(tool.started_at),
            _ => Time::None,
        };
        let counts = (!tool.diff.is_empty()).then(|| edits::counts(&tool.diff));
        let has_output = tool.output.as_ref().is_some_and(|output| !output.is_empty());
        let has_more = has_output || tool.input.is_some() || !tool.diff.is_empty();
        Self { icon, verb, name: plain(&words::first_line(&tool.name)), outcome, counts, time, has_more }
    }

    /// The verb, unless the name begins with it.
    fn shown_verb(&self) -> Option<&'static str> {
        let first = self.name.split_whitespace().next().unwrap_or_default();
        (!first.eq_ignore_ascii_case(self.verb)).then_some(self.verb)
    }

    fn of_automation(automation: &Automation, since: Timestamp) -> Self {
        let outcome = match (automation.status, automation.exit_code) {
            (AutomationStatus::Running, _) => Outcome::UnderWay,
            (_, Some(code)) => Outcome::Exit(code),
            (AutomationStatus::Succeeded, None) => Outcome::Done,
            (AutomationStatus::Failed, None) => Outcome::Failed,
        };
        let time = if outcome == Outcome::UnderWay { Time::Since(since) } else { Time::None };
        let has_more = automation.output.as_ref().is_some_and(|output| !output.is_empty());
        let verb = words::stage(automation.stage);
        let name = words::first_line(&automation.command);
        Self { icon: Icon::Terminal, verb, name, outcome, counts: None, time, has_more }
    }
}

fn output(item: &ConversationItem) -> String {
    item.growing_text().unwrap_or_default().to_owned()
}

/// What a tool was given, where its line does not say so.
pub(in super::super) fn input(item: &ConversationItem) -> Option<String> {
    let ItemKind::Tool(tool) = &item.kind else { return None };
    let input = tool.input.as_ref().filter(|_| tool.diff.is_empty())?;
    match input.get("command") {
        Some(Value::String(command)) if tool.kind == ToolKind::Execute => Some(command.clone()),
        Some(Value::Array(words)) if tool.kind == ToolKind::Execute => {
            Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        _ => serde_json::to_string_pretty(input).ok(),
    }
}

/// What a tool changes.
pub(in super::super) fn diff(item: &ConversationItem) -> Vec<FileEdit> {
    match &item.kind {
        ItemKind::Tool(tool) => tool.diff.clone(),
        _ => vec![],
    }
}

/// Whether the end of its output says more than the beginning: it runs, or failed.
fn is_read_from_its_end(item: &ConversationItem) -> bool {
    let outcome = Face::of(item).map(|face| face.outcome);
    matches!(outcome, Some(Outcome::UnderWay | Outcome::Failed | Outcome::Exit(1..)))
}

/// Whether it is unfolded unless someone folds it: what runs or failed says more than its line.
fn is_telling(item: &ConversationItem) -> bool {
    let has_output = item.growing_text().is_some_and(|text| !text.is_empty());
    has_output && is_read_from_its_end(item)
}

/// The use of a tool, or a command that Mainstay ran.
#[component]
pub(super) fn Step(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let mounted = open.mounted();
    let face = open.memo(ordinal, Face::of);
    let face = Memo::new(move |_| {
        let face = face.get().flatten()?;
        // It waited for the answer: how long the tool itself took is not known.
        Some(if open.has_asked(ordinal) { Face { time: Time::None, ..face } } else { face })
    });
    let telling = open.memo(ordinal, is_telling);
    let is_open = RwSignal::new(open.is_unfolded(ordinal, telling.get_untracked() == Some(true)));
    // Once it has told something it stays unfolded: nothing folds under a reader's eyes.
    Effect::new(move || {
        if telling.get() == Some(true) && !is_open.get_untracked() && open.is_unfolded(ordinal, true) {
            is_open.set(true);
            open.fold(ordinal, true);
        }
    });
    let toggle = move |event: ev::Event| {
        let now = crate::browser::is_unfolded(&event);
        if is_open.try_get_untracked().is_some_and(|was| was != now) {
            is_open.set(now);
            open.fold(ordinal, now);
        }
    };
    let has_more = Memo::new(move |_| face.with(|face| face.as_ref().is_some_and(|face| face.has_more)));
    let content = move || {
        let is_shown = has_more.get() && (is_open.get() || !mounted.get());
        is_shown.then(|| view! { <Content open ordinal/> }.into_any())
    };
    view! {
        <details class="step" class:is-plain=move || !has_more.get() prop:open=move || is_open.get() open=is_open.get_untracked() on:toggle=toggle>
            <summary class="step__head">
                <Head face/>
            </summary>
            <div class="step__body">{move || content()}</div>
        </details>
    }
}

#[component]
fn Head(face: Memo<Option<Face>>) -> impl IntoView {
    let look =
        Memo::new(move |_| face.with(|face| face.as_ref().map(|face| (face.outcome.clone(), face.icon))));
    let glyph = move || {
        look.get().map(|(outcome, icon)| match outcome {
            Outcome::UnderWay => view! { <Glyph icon=Icon::Ring small=true turning=true/> }.into_any(),
            Outcome::Failed => view! { <Glyph icon=Icon::Fail small=true/> }.into_any(),
            _ => view! { <Glyph icon small=true/> }.into_any(),
        })
    };
    let verb = Memo::new(move |_| face.with(|face| face.as_ref().and_then(Face::shown_verb)));
    let name = Memo::new(move |_| face.with(|face| face.as_ref().map(|face| face.name.clone())));
    let counts = Memo::new(move |_| face.with(|face| face.as_ref().and_then(|face| face.counts)));
    let counts = move || {
        counts.get().map(|edits::Counts { new, gone }| {
            view! {
                <span class="diff"><ins>{format!("+{new}")}</ins><del>{format!("−{gone}")}</del></span>
            }
            .into_any()
        })
    };
    let outcome = move || {
        look.get().and_then(|(outcome, _)| {
            let (class, words) = match outcome {
                Outcome::Failed => ("exit is-fail", "failed".to_owned()),
                Outcome::Exit(0) => ("exit is-pass", "exit 0".to_owned()),
                Outcome::Exit(code) => ("exit is-fail", format!("exit {code}")),
                Outcome::Awaited => ("exit", "waits".to_owned()),
                Outcome::UnderWay | Outcome::Done => return None,
            };
            Some(view! { <span class=class>{words}</span> }.into_any())
        })
    };
    let time = Memo::new(move |_| face.with(|face| face.as_ref().map_or(Time::None, |face| face.time)));
    let time = move || match time.get() {
        Time::None => None,
        Time::Since(since) => Some(view! { <span><Elapsed since/></span> }.into_any()),
        Time::Took(millis) => Some(view! { <span>{words::span(millis)}</span> }.into_any()),
    };
    view! {
        {move || glyph()}
        {move || verb.get().map(|verb| view! { <span class="step__verb">{verb}</span> }.into_any())}
        <span class="step__name u-cut">{move || name.get()}</span>
        <span class="step__end">
            {move || counts()}
            {move || outcome()}
            {move || time()}
        </span>
    }
}

#[component]
fn Content(open: OpenAttempt, ordinal: i64) -> impl IntoView {
    let input = open.memo(ordinal, input);
    let output = open.memo(ordinal, output);
    let all = RwSignal::new(false);
    let has_output =
        Memo::new(move |_| output.with(|text| text.as_ref().is_some_and(|text| !text.is_empty())));
    let left_out = Memo::new(move |_| {
        let length = output.with(|text| text.as_ref().map_or(0, String::len));
        if all.get() { 0 } else { length.saturating_sub(MAX_OUTPUT) }
    });
    let shown = move || {
        let from = left_out.get();
        output.with(|text| text.as_deref().map(|text| tail(text, from).to_owned()))
    };
    let more = move || {
        let bytes = left_out.get();
        (bytes > 0).then(|| {
            view! {
                <button class="button is-quiet is-small needs-script" type="button" on:click=move |_| all.set(true)>
                    {format!("Show the first {} kB too", bytes / 1_000 + 1)}
                </button>
            }
            .into_any()
        })
    };
    let input = move || {
        input
            .get()
            .flatten()
            .map(|input| view! { <pre class="step__input" tabindex="0">{input}</pre> }.into_any())
    };
    let end = End::new(open.look(ordinal, is_read_from_its_end) == Some(true));
    let node = NodeRef::<html::Pre>::new();
    Effect::new(move || {
        output.track();
        if let Some(node) = node.get() {
            end.follow(&node);
        }
    });
    let output = move || {
        has_output.get().then(|| {
            let scrolled = move |event: ev::Event| end.scrolled(&event);
            view! {
                <pre class="step__output" tabindex="0" role="group" aria-label="Output" node_ref=node on:scroll=scrolled>
                    {move || shown()}
                </pre>
            }
            .into_any()
        })
    };
    let diff = open.memo(ordinal, diff);
    let diff = move || {
        let diff = diff.get().unwrap_or_default();
        (!diff.is_empty()).then(|| view! { <Edits diff open/> }.into_any())
    };
    view! {
        {move || input()}
        {move || diff()}
        {move || more()}
        {move || output()}
    }
}

/// The end of a text, from about this byte on.
fn tail(text: &str, from: usize) -> &str {
    let start = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[start..]
}

#[cfg(test)]
mod tests {
    use shared::conversation::AutomationStage;

    use super::*;

    fn tool(status: ToolStatus, output: Option<&str>) -> ConversationItem {
        let kind = ItemKind::Tool(ToolUse {
            tool_call_id: "t".into(),
            name: "Run the tests\nall".to_owned(),
            kind: ToolKind::Execute,
            status,
            input: None,
            output: output.map(str::to_owned),
            diff: vec![],
            terminal_ids: vec![],
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: (status == ToolStatus::Completed).then(|| Timestamp::from_millis(1_500)),
        });
        ConversationItem { id: "i".into(), timestamp: Timestamp::UNIX_EPOCH, kind }
    }

    #[test]
    fn the_line_of_a_tool_says_what_and_how_long() {
        let face = Face::of(&tool(ToolStatus::Completed, None)).unwrap();
        assert_eq!((face.verb, face.name.as_str(), face.time), ("Run", "Run the tests", Time::Took(1_500)));
        assert!(!face.has_more && face.shown_verb().is_none());
        let face = Face::of(&tool(ToolStatus::InProgress, Some("x"))).unwrap();
        assert_eq!((face.outcome, face.time), (Outcome::UnderWay, Time::Since(Timestamp::UNIX_EPOCH)));
    }

    #[test]
    fn what_runs_or_failed_with_words_is_unfolded() {
        assert!(is_telling(&tool(ToolStatus::InProgress, Some("x"))));
        assert!(is_telling(&tool(ToolStatus::Failed, Some("x"))));
        assert!(!is_telling(&tool(ToolStatus::Completed, Some("x"))));
        assert!(!is_telling(&tool(ToolStatus::InProgress, None)));
    }

    #[test]
    fn a_command_ends_with_its_exit_code() {
        let automation = Automation {
            stage: AutomationStage::Setup,
            command: "npm ci".to_owned(),
            status: AutomationStatus::Failed,
            exit_code: Some(101),
            output: None,
        };
        let face = Face::of_automation(&automation, Timestamp::UNIX_EPOCH);
        assert_eq!((face.verb, face.outcome), ("Set-up", Outcome::Exit(101)));
    }

    #[test]
    fn a_tail_begins_at_a_whole_character() {
        assert_eq!(tail("aéb", 2), "b");
        assert_eq!(tail("aéb", 1), "éb");
        assert_eq!(tail("a", 9), "");
    }
}
