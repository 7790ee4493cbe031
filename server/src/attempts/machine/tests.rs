//! Every transition, and what holds for all of them.

use proptest::prelude::*;

use super::*;

fn question(id: &str) -> RequestId {
    RequestId::new(id)
}

fn queued(start: Start) -> State {
    State::Queued { start }
}

fn setting_up(start: Start) -> State {
    State::SettingUp { start }
}

fn working(open: &[&str]) -> State {
    State::Working { questions: open.iter().map(|id| question(id)).collect(), steered: false }
}

fn steered() -> State {
    State::Working { questions: BTreeSet::new(), steered: true }
}

fn over(ending: Ending) -> State {
    State::Ended { ending, reason: None }
}

fn failed(reason: &str) -> State {
    State::Ended { ending: Ending::Failed, reason: Some(reason.to_owned()) }
}

fn turn_done(message_waits: bool) -> Event {
    Event::TurnEnded { outcome: TurnOutcome::Done, message_waits }
}

fn turn_cancelled(message_waits: bool) -> Event {
    Event::TurnEnded { outcome: TurnOutcome::Cancelled, message_waits }
}

fn turn_failed() -> Event {
    Event::TurnEnded { outcome: TurnOutcome::Failed { reason: "no".to_owned() }, message_waits: true }
}

fn agent_ended() -> Event {
    Event::AgentEnded { reason: "exit 1".to_owned() }
}

fn set_up_failed() -> Event {
    Event::SetUpFailed { reason: "no".to_owned() }
}

fn message(steer: bool) -> Event {
    Event::MessageWritten { steer }
}

/// One of each state.
fn states() -> Vec<State> {
    let mut states: Vec<State> = [Start::Anew, Start::Message, Start::Resumed]
        .into_iter()
        .flat_map(|start| [queued(start), setting_up(start)])
        .collect();
    states.extend([working(&[]), working(&["q"]), steered(), State::Stopping]);
    states.extend([Ending::Succeeded, Ending::Failed, Ending::Stopped, Ending::Interrupted].map(over));
    states
}

/// One of each event.
fn events() -> Vec<Event> {
    vec![
        Event::Admitted,
        Event::SessionReady,
        set_up_failed(),
        Event::Asked(question("q")),
        Event::Asked(question("r")),
        Event::Settled(question("q")),
        turn_done(false),
        turn_done(true),
        turn_cancelled(false),
        turn_cancelled(true),
        turn_failed(),
        agent_ended(),
        Event::AgentLost,
        Event::Cleared,
        message(false),
        message(true),
        Event::StopAsked,
        Event::ResumeAsked,
    ]
}

#[track_caller]
fn becomes(state: State, event: Event, next: State, effects: &[Effect]) {
    assert_eq!(step(state, event), Ok((next, effects.to_vec())));
}

#[test]
fn an_attempt_goes_from_the_queue_to_review() {
    let mut state = State::new();
    for (event, status, effects) in [
        (Event::Admitted, AttemptStatus::Queued, vec![Effect::SetUp(Start::Anew)]),
        (Event::SessionReady, AttemptStatus::Running, vec![Effect::TakeCardInProgress, Effect::SendPrompt]),
        (Event::Asked(question("q")), AttemptStatus::Waiting, vec![]),
        (Event::Settled(question("q")), AttemptStatus::Running, vec![]),
        (turn_done(false), AttemptStatus::Succeeded, vec![Effect::TakeCardToReview]),
    ] {
        let (next, done) = step(state, event).unwrap();
        assert_eq!((next.status(), done), (status, effects));
        state = next;
    }
}

#[test]
fn what_it_begins_with_depends_on_what_it_was_queued_for() {
    for (start, first) in [
        (Start::Anew, Effect::SendPrompt),
        (Start::Message, Effect::SendMessage),
        (Start::Resumed, Effect::SendGoOn),
    ] {
        becomes(queued(start), Event::Admitted, setting_up(start), &[Effect::SetUp(start)]);
        let begin = [Effect::TakeCardInProgress, first];
        becomes(setting_up(start), Event::SessionReady, working(&[]), &begin);
    }
}

#[test]
fn a_failed_set_up_says_why_and_leaves_nothing_behind() {
    let effects = [Effect::TakeCardInProgress, Effect::SweepUp];
    becomes(setting_up(Start::Anew), set_up_failed(), failed("no"), &effects);
    becomes(setting_up(Start::Anew), agent_ended(), failed("exit 1"), &effects);
    // The next host of a turn that was promised could not be had.
    becomes(working(&[]), set_up_failed(), failed("no"), &[Effect::SweepUp]);
}

#[test]
fn it_waits_until_the_last_question_is_settled() {
    becomes(working(&["q"]), Event::Asked(question("r")), working(&["q", "r"]), &[]);
    becomes(working(&["q", "r"]), Event::Settled(question("q")), working(&["r"]), &[]);
    becomes(working(&["r"]), Event::Settled(question("r")), working(&[]), &[]);
    becomes(working(&["r"]), Event::Settled(question("x")), working(&["r"]), &[]);
}

#[test]
fn a_turn_that_ends_takes_its_open_questions_with_it() {
    let effects = [Effect::WithdrawQuestions, Effect::TakeCardToReview];
    becomes(working(&["q"]), turn_done(false), over(Ending::Succeeded), &effects);
    let effects = [Effect::WithdrawQuestions, Effect::SweepUp];
    becomes(working(&["q"]), agent_ended(), failed("exit 1"), &effects);
}

#[test]
fn a_message_that_waits_is_the_next_turn() {
    becomes(working(&[]), message(false), working(&[]), &[]);
    becomes(working(&[]), turn_done(true), working(&[]), &[Effect::SendMessage]);
    becomes(queued(Start::Anew), message(false), queued(Start::Anew), &[]);
    becomes(setting_up(Start::Anew), message(true), setting_up(Start::Anew), &[]);
}

#[test]
fn steering_cancels_the_turn_once_and_goes_on_with_the_message() {
    becomes(working(&[]), message(true), steered(), &[Effect::CancelTurn]);
    becomes(working(&["q"]), message(true), steered(), &[Effect::WithdrawQuestions, Effect::CancelTurn]);
    becomes(steered(), message(true), steered(), &[]);
    becomes(steered(), turn_cancelled(true), working(&[]), &[Effect::SendMessage]);
    // The agent was faster than the wish.
    becomes(steered(), turn_done(true), working(&[]), &[Effect::SendMessage]);
}

#[test]
fn a_message_after_the_end_queues_it_again() {
    for ending in [Ending::Succeeded, Ending::Failed, Ending::Stopped, Ending::Interrupted] {
        becomes(over(ending), message(false), queued(Start::Message), &[Effect::TakeCardFromReview]);
    }
}

#[test]
fn a_turn_that_fails_or_cancels_itself_is_a_failure() {
    becomes(working(&[]), turn_failed(), failed("no"), &[]);
    becomes(working(&[]), turn_cancelled(false), failed("The agent cancelled its turn by itself."), &[]);
}

#[test]
fn an_agent_that_ends_by_itself_is_a_failure_and_a_lost_one_an_interruption() {
    becomes(working(&[]), agent_ended(), failed("exit 1"), &[Effect::SweepUp]);
    let lost = State::Ended { ending: Ending::Interrupted, reason: Some(LOST.to_owned()) };
    becomes(working(&[]), Event::AgentLost, lost.clone(), &[Effect::SweepUp]);
    let effects = [Effect::TakeCardInProgress, Effect::SweepUp];
    becomes(setting_up(Start::Anew), Event::AgentLost, lost, &effects);
}

#[test]
fn stopping_waits_for_the_agent_to_go_and_says_so_once() {
    let effects = [Effect::NoteStop, Effect::CancelTurn, Effect::End];
    becomes(working(&[]), Event::StopAsked, State::Stopping, &effects);
    becomes(State::Stopping, Event::StopAsked, State::Stopping, &[]);
    becomes(State::Stopping, turn_cancelled(false), State::Stopping, &[]);
    becomes(State::Stopping, agent_ended(), State::Stopping, &[]);
    becomes(State::Stopping, Event::AgentLost, State::Stopping, &[]);
    becomes(State::Stopping, Event::Cleared, over(Ending::Stopped), &[]);
    becomes(State::Stopping, set_up_failed(), over(Ending::Stopped), &[]);
}

#[test]
fn what_has_not_begun_is_stopped_at_once() {
    let effects = [Effect::NoteStop];
    becomes(queued(Start::Anew), Event::StopAsked, over(Ending::Stopped), &effects);
    let effects = [Effect::NoteStop, Effect::End];
    becomes(setting_up(Start::Anew), Event::StopAsked, State::Stopping, &effects);
}

#[test]
fn what_broke_off_can_be_resumed_and_nothing_else() {
    for ending in [Ending::Failed, Ending::Stopped, Ending::Interrupted] {
        becomes(over(ending), Event::ResumeAsked, queued(Start::Resumed), &[Effect::TakeCardFromReview]);
    }
    assert_eq!(step(over(Ending::Succeeded), Event::ResumeAsked), Err(Refusal::Succeeded));
    assert_eq!(step(State::Stopping, Event::ResumeAsked), Err(Refusal::Stopping));
    assert_eq!(step(working(&[]), Event::ResumeAsked), Err(Refusal::UnderWay));
    assert_eq!(step(queued(Start::Anew), Event::ResumeAsked), Err(Refusal::UnderWay));
    assert_eq!(step(State::Stopping, message(false)), Err(Refusal::Stopping));
}

#[test]
fn what_came_too_late_changes_nothing() {
    let world = events().into_iter().filter(|event| {
        !matches!(event, Event::MessageWritten { .. } | Event::StopAsked | Event::ResumeAsked)
    });
    for event in world {
        for ending in [Ending::Succeeded, Ending::Failed, Ending::Stopped, Ending::Interrupted] {
            becomes(over(ending), event.clone(), over(ending), &[]);
        }
    }
    becomes(working(&[]), Event::Admitted, working(&[]), &[]);
    becomes(working(&[]), Event::SessionReady, working(&[]), &[]);
    becomes(queued(Start::Anew), turn_done(false), queued(Start::Anew), &[]);
    becomes(queued(Start::Anew), Event::Asked(question("q")), queued(Start::Anew), &[]);
}

#[test]
fn from_wherever_it_stands_a_stop_is_two_steps_from_its_end() {
    for state in states() {
        let (stopping, effects) = step(state.clone(), Event::StopAsked).unwrap();
        let waits = stopping == State::Stopping && state != State::Stopping;
        assert_eq!(effects.contains(&Effect::End), waits, "{state:?}");
        let (end, _) = step(stopping, Event::Cleared).unwrap();
        assert!(end.status().is_final(), "{state:?}");
    }
}

#[test]
fn a_state_survives_its_writing() {
    for state in states() {
        let written = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&written).unwrap(), state, "{written}");
    }
}

proptest! {
    #[test]
    fn whatever_happens_its_parts_agree(chosen in prop::collection::vec(0..18usize, 0..40)) {
        let events = events();
        let mut state = State::new();
        for index in chosen {
            let before = state.clone();
            let Ok((next, effects)) = step(state.clone(), events[index].clone()) else { continue };
            // A turn is only given to an agent that has none, or has just ended one.
            let sends = effects.iter().filter(|it| {
                matches!(it, Effect::SendPrompt | Effect::SendMessage | Effect::SendGoOn)
            });
            let sends = sends.count();
            prop_assert!(sends <= 1);
            if sends == 1 {
                prop_assert_eq!(next.status(), AttemptStatus::Running);
            }
            // Work begins only by way of the queue.
            if next.holds_a_place() && !before.holds_a_place() {
                let by_the_queue = matches!((&before, &next), (State::Queued { .. }, State::SettingUp { .. }));
                prop_assert!(by_the_queue, "{before:?} became {next:?}");
            }
            // Nobody is asked anything by an attempt that is over.
            if before.status() == AttemptStatus::Waiting && next.status() != AttemptStatus::Waiting
                && !matches!(events[index], Event::Settled(_))
            {
                prop_assert!(effects.contains(&Effect::WithdrawQuestions));
            }
            state = next;
        }
    }
}
