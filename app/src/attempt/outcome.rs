//! What an attempt came to, below its conversation, where no item tells of it: that it was stopped, and where the words of
//! an agent are that says nothing here.

use leptos::prelude::*;
use shared::attempt::{Attempt, AttemptStatus};
use shared::time::Timestamp;

use super::desk::{Desk, Panel};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::time::Clock;

/// What is to be said below the last item.
#[component]
pub(super) fn Outcome(attempt: Memo<Option<Attempt>>, desk: Desk) -> impl IntoView {
    let speaks_in_log = Memo::new(move |_| {
        let agent = attempt.with(|it| it.as_ref().map(|it| it.agent.clone()));
        agent.is_some_and(|agent| desk.agents().with(|agents| agents.speaks_in_log(&agent)))
    });
    let log = move || speaks_in_log.get().then(|| view! { <InLog desk/> }.into_any());
    let stop = Memo::new(move |_| attempt.with(|it| it.as_ref().and_then(stop)));
    let stopped = move || {
        stop.get().map(|(words, at)| {
            view! {
                <div class="event">
                    <Glyph icon=Icon::Stop small=true/>
                    <span class="event__words">{words}</span>
                    {at.map(|at| view! { <Clock at/> }.into_any())}
                </div>
            }
            .into_any()
        })
    };
    view! {
        {move || log()}
        {move || stopped()}
    }
}

/// That an attempt was stopped, why if that is known, and when.
fn stop(attempt: &Attempt) -> Option<(String, Option<Timestamp>)> {
    if attempt.status != AttemptStatus::Stopped {
        return None;
    }
    // Nothing else stops one.
    let by = "Stopped by a person";
    let reason = attempt.reason.as_deref().filter(|reason| !reason.is_empty());
    Some((reason.map_or(by.to_owned(), |reason| format!("{by}: {reason}")), attempt.ended_at))
}

/// The way to the log, for a command line: it is what such an agent says.
#[component]
fn InLog(desk: Desk) -> impl IntoView {
    view! {
        <div class="event">
            <Glyph icon=Icon::Terminal small=true/>
            <span class="event__words">"What this agent prints is in the log."</span>
            <button
                class="button is-small event__act needs-script"
                type="button"
                on:click=move |_| desk.panel().set(Panel::Log)
            >
                "Open the log"
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::attempt;

    #[test]
    fn only_an_attempt_that_was_stopped_says_so() {
        for status in AttemptStatus::ALL {
            assert_eq!(stop(&attempt(1, status)).is_some(), status == AttemptStatus::Stopped, "{status:?}");
        }
    }

    #[test]
    fn a_stopped_attempt_says_why_if_that_is_known() {
        let words = |reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            stop(&Attempt { reason, ..attempt(1, AttemptStatus::Stopped) }).unwrap().0
        };
        assert_eq!(words(None), "Stopped by a person");
        assert_eq!(words(Some("It took too long.")), "Stopped by a person: It took too long.");
    }
}
