//! What people ask of attempts: the commands behind the JSON API. Each is one change, or refuses and leaves everything as it
//! was.

use shared::attempt::{Attempt, AttemptStatus, Link, LogLevel, WaitingMessage};
use shared::board::ColumnKey;
use shared::card::CardDetail;
use shared::conversation::{ConversationItem, ItemKind, PermissionDecision, PermissionRequest};
use shared::ids::{AgentId, AttemptId, BoardId, CardId, OptionId, RequestId};
use shared::requests::{PatchSettings, StartAttempt, WriteMessage, validate};
use shared::settings::Settings;

use super::Attempts;
use super::case::{Case, Telling, no_attempt};
use super::host::protocol::Command;
use super::machine::{Event, State};
use super::plan::{self, Plan};
use crate::board::creation::Asked;
use crate::board::edit::{Edit, named};
use crate::board::fields::Fields;
use crate::board::place::refuse_blocked;
use crate::board::{Answer, CommandError, CommandResult};
use crate::events::DomainEvent;
use crate::ids::new_id;
use crate::store::attempts::StoredAttempt;
use crate::store::{agents, attempts, cards, hosts, items, settings};

/// Asks for an attempt at a card.
///
/// # Errors
/// If there is no such card, it is blocked or has an attempt that is not over, or the body is not allowed.
pub async fn start(
    attempts: &Attempts,
    board: &BoardId,
    card: &CardId,
    body: StartAttempt,
) -> CommandResult<Attempt> {
    let place = format!("{board}/{card}");
    let asked = Asked::new("attempt", body.id.as_ref().map(AttemptId::as_str), &place, &body)?;
    let mut fields = Fields::default();
    let prompt = body.prompt.as_deref().map(|text| fields.take("prompt", validate::prompt(text)));
    fields.finish()?;
    if body.profile_id.is_some() {
        return Err(CommandError::invalid("profileId", "There are no profiles yet.")
            .hint("Leave it out: agents run as they are registered, and ask before they act."));
    }
    if let Some(first) = started_before(attempts, &asked).await? {
        return Ok(first);
    }
    // Git is asked before the change begins: all others wait for a change to end.
    let plan = plan::draw_up(attempts.events().store(), board, card, body.base_branch).await?;

    let mut edit = Edit::begin(attempts.events(), board).await?;
    attempts.refuse_closed(board)?;
    if let Some(first) = asked.answered(edit.conn()).await? {
        return edit.answer(first).await;
    }
    let stored = edit.live_card(card).await?;
    let detail = cards::with_dependencies(edit.conn(), stored.clone()).await?;
    let in_progress = edit.keyed_column(ColumnKey::InProgress)?.id.clone();
    refuse_blocked(&mut edit, &stored, &in_progress).await?;
    refuse_second(&mut edit, &detail).await?;
    let agent = choose_agent(&mut edit, attempts, body.agent).await?;
    let prompt = prompt.flatten().unwrap_or_else(|| default_prompt(&detail));
    let it = add(&mut edit, asked.id(), &detail, agent, prompt, plan).await?;

    let shown = it.attempt.clone();
    let case = Case::new(edit, it);
    let (mut edit, _) = case.close(Telling::Now, attempts.options().silent_after).await?;
    let now = edit.now();
    asked.remember(edit.conn(), &shown, now).await?;
    let answer = edit.answer(shown).await?;
    attempts.call(&answer.value.attempt_id);
    Ok(answer)
}

/// What was answered to the same request before: whatever has become of card and repository, that is what came of it.
async fn started_before(attempts: &Attempts, asked: &Asked) -> Result<Option<Answer<Attempt>>, CommandError> {
    let mut tx = attempts.events().store().read().await?;
    let first = asked.answered(&mut tx).await?;
    Ok(first.map(|value| Answer { value, at: tx.position().clone() }))
}

/// Refuses while another attempt of the card is not over.
async fn refuse_second(edit: &mut Edit, card: &CardDetail) -> Result<(), CommandError> {
    let Some(active) = attempts::active_of_card(edit.conn(), &card.card.id).await? else { return Ok(()) };
    Err(CommandError::conflict(format!(
        "{} \"{}\" has an attempt already, which is {}.",
        card.card.key,
        card.card.title,
        active.state.status().as_str()
    ))
    .hint("Write a message to it, or stop it first."))
}

async fn choose_agent(
    edit: &mut Edit,
    attempts: &Attempts,
    wanted: Option<AgentId>,
) -> Result<AgentId, CommandError> {
    let known = agents::all(edit.conn()).await?;
    match wanted {
        Some(wanted) => {
            let names: Vec<&str> = known.iter().map(|agent| agent.id.as_str()).collect();
            let hint = format!("These are known: {}.", names.join(", "));
            let found = known.iter().find(|agent| agent.id == wanted);
            let found = found.map(|agent| agent.id.clone());
            found.ok_or_else(|| {
                CommandError::invalid("agent", format!("No agent \"{wanted}\" is known.")).hint(hint)
            })
        }
        None => attempts.default_agent(&known).ok_or_else(|| {
            CommandError::refused("No agent is known.").hint("Install one, or register its command.")
        }),
    }
}

/// The card's title, a blank line, and its description.
fn default_prompt(card: &CardDetail) -> String {
    match &card.description {
        Some(description) => format!("{}\n\n{description}", card.card.title),
        None => card.card.title.clone(),
    }
}

/// Adds the attempt to the queue.
async fn add(
    edit: &mut Edit,
    id: AttemptId,
    card: &CardDetail,
    agent: AgentId,
    prompt: String,
    plan: Plan,
) -> Result<StoredAttempt, CommandError> {
    let before = attempts::newest_of_card(edit.conn(), &card.card.id).await?;
    let number = before.map_or(1, |before| before.attempt.number + 1);
    let now = edit.now();
    let attempt = Attempt {
        attempt_id: id,
        card_id: card.card.id.clone(),
        board_id: edit.board().id.clone(),
        number,
        status: AttemptStatus::Queued,
        link: Link::Attached,
        agent,
        profile_id: None,
        branch: plan.branch,
        base_branch: plan.base_branch,
        worktree: None,
        session_id: None,
        created_at: now,
        started_at: None,
        ended_at: None,
        reason: None,
        todos: None,
        diff: None,
        pr: None,
        waiting: Vec::new(),
    };
    let it = StoredAttempt {
        attempt,
        state: State::new(),
        prompt,
        activity: None,
        last_sign_at: None,
        is_cleanup_due: false,
        status_at: now,
        queued_at: now,
    };
    attempts::insert(edit.conn(), &it).await?;
    edit.record(DomainEvent::AttemptQueued(it.status_message()));
    Ok(it)
}

/// Writes a message to the agent: for now, if it has no turn, or else for later.
///
/// # Errors
/// If there is no such attempt, it is being stopped, or its card is blocked.
pub async fn write(attempts: &Attempts, attempt: &AttemptId, body: WriteMessage) -> CommandResult<Attempt> {
    let mut fields = Fields::default();
    let prompt = fields.take("prompt", validate::prompt(&body.prompt));
    fields.finish()?;
    let mut edit = begin(attempts, attempt).await?;
    let it = stored(&mut edit, attempt).await?;
    if it.state.status().is_final() {
        refuse_unless_takes_up(&mut edit, &it).await?;
    }
    let message = WaitingMessage { id: new_id(), prompt: prompt.unwrap_or_default(), created_at: edit.now() };
    // Whoever steers does not want to wait for what was written before.
    attempts::add_message(edit.conn(), attempt, &message, body.steer).await?;
    let mut case = Case::open(edit, attempt).await?;
    case.apply(Event::MessageWritten { steer: body.steer }).await?;
    if case.attempt().state.status() != AttemptStatus::Queued && !body.steer {
        case.log(LogLevel::Info, "A message waits for the end of the turn").await?;
    }
    conclude(attempts, case).await
}

/// Refuses to take an attempt up again whose card is gone or blocked, or has a newer attempt that is not over.
async fn refuse_unless_takes_up(edit: &mut Edit, it: &StoredAttempt) -> Result<(), CommandError> {
    let card = edit.live_card(&it.attempt.card_id).await?;
    let in_progress = edit.keyed_column(ColumnKey::InProgress)?.id.clone();
    refuse_blocked(edit, &card, &in_progress).await?;
    match attempts::active_of_card(edit.conn(), &card.id).await? {
        Some(newest) if newest.attempt.attempt_id != it.attempt.attempt_id => Err(CommandError::conflict(
            format!("{} has another attempt, which is {}.", named(&card), newest.state.status().as_str()),
        )
        .hint("Stop that one first.")),
        _ => Ok(()),
    }
}

/// Asks for an attempt to be stopped.
///
/// # Errors
/// If there is no such attempt.
pub async fn stop(attempts: &Attempts, attempt: &AttemptId) -> CommandResult<Attempt> {
    let edit = begin(attempts, attempt).await?;
    let mut case = Case::open(edit, attempt).await?;
    case.apply(Event::StopAsked).await?;
    conclude(attempts, case).await
}

/// Asks for an attempt that was interrupted, failed or stopped to go on.
///
/// # Errors
/// If there is no such attempt, or there is nothing to resume.
pub async fn resume(attempts: &Attempts, attempt: &AttemptId) -> CommandResult<Attempt> {
    let mut edit = begin(attempts, attempt).await?;
    let it = stored(&mut edit, attempt).await?;
    if it.state.status().is_final() {
        refuse_unless_takes_up(&mut edit, &it).await?;
    }
    let mut case = Case::open(edit, attempt).await?;
    case.apply(Event::ResumeAsked).await?;
    conclude(attempts, case).await
}

/// Answers a question of the agent's.
///
/// # Errors
/// If there is no such question, it is not open any more, or the answer is none that it offers.
pub async fn answer(
    attempts: &Attempts,
    attempt: &AttemptId,
    request: &RequestId,
    option: OptionId,
) -> CommandResult<Attempt> {
    let mut edit = begin(attempts, attempt).await?;
    let it = stored(&mut edit, attempt).await?;
    let (item, question) = question(&mut edit, attempt, request).await?;
    let is_open = matches!(&it.state, State::Working { questions, .. } if questions.contains(request));
    if !is_open {
        return Err(already_settled(&question));
    }
    if !question.options.iter().any(|offered| offered.option_id == option) {
        let offered: Vec<&str> = question.options.iter().map(|offered| offered.option_id.as_str()).collect();
        return Err(CommandError::invalid("optionId", format!("The question has no answer \"{option}\"."))
            .hint(format!("It offers: {}.", offered.join(", "))));
    }
    let decision = Some(PermissionDecision::Selected { option_id: option.clone() });
    let answered = ItemKind::Permission(PermissionRequest { decision, ..question });
    let decide = Command::Decide { request_id: request.clone(), option_id: Some(option) };
    hosts::command(edit.conn(), attempt, &decide).await?;
    let mut case = Case::open(edit, attempt).await?;
    case.item(ConversationItem { kind: answered, ..item }).await?;
    case.apply(Event::Settled(request.clone())).await?;
    conclude(attempts, case).await
}

/// The item of a question, and what it asks.
async fn question(
    edit: &mut Edit,
    attempt: &AttemptId,
    request: &RequestId,
) -> Result<(ConversationItem, PermissionRequest), CommandError> {
    let item = items::question(edit.conn(), attempt, request).await?;
    let asked = item.and_then(|item| match &item.kind {
        ItemKind::Permission(question) => Some((item.clone(), question.clone())),
        _ => None,
    });
    asked.ok_or_else(|| CommandError::not_found(format!("The attempt asks no question \"{request}\".")))
}

fn already_settled(question: &PermissionRequest) -> CommandError {
    let how = match &question.decision {
        Some(PermissionDecision::Selected { option_id }) => {
            let option = question.options.iter().find(|option| option.option_id == *option_id);
            format!("was answered already: {}", option.map_or(option_id.as_str(), |option| &option.name))
        }
        _ => "is not asked any more".to_owned(),
    };
    CommandError::conflict(format!("The question \"{}\" {how}.", question.title))
        .hint("The conversation shows what came of it.")
}

async fn begin(attempts: &Attempts, attempt: &AttemptId) -> Result<Edit, CommandError> {
    let mut tx = attempts.events().store().read().await?;
    let it = attempts::stored(&mut tx, attempt).await?.ok_or_else(|| no_attempt(attempt))?;
    drop(tx);
    let edit = Edit::begin(attempts.events(), &it.attempt.board_id).await?;
    attempts.refuse_closed(&it.attempt.board_id)?;
    Ok(edit)
}

async fn stored(edit: &mut Edit, attempt: &AttemptId) -> Result<StoredAttempt, CommandError> {
    attempts::stored(edit.conn(), attempt).await?.ok_or_else(|| no_attempt(attempt))
}

/// Commits, calls whoever has to do something about it, and answers the attempt.
async fn conclude(attempts: &Attempts, case: Case) -> CommandResult<Attempt> {
    let attempt = case.attempt().attempt.attempt_id.clone();
    let (mut edit, _) = case.close(Telling::Now, attempts.options().silent_after).await?;
    let it = stored(&mut edit, &attempt).await?;
    let shown = attempts::shown(edit.conn(), it).await?;
    let answer: Answer<Attempt> = edit.answer(shown).await?;
    attempts.call(&attempt);
    Ok(answer)
}

/// Changes what holds for the whole server.
///
/// # Errors
/// If the body is not allowed.
pub async fn change_settings(attempts: &Attempts, body: PatchSettings) -> CommandResult<Settings> {
    if body.concurrency.is_some_and(|wanted| !(1..=Settings::MAX_CONCURRENCY).contains(&wanted)) {
        return Err(CommandError::invalid(
            "concurrency",
            format!("From 1 to {} attempts can run at once.", Settings::MAX_CONCURRENCY),
        ));
    }
    let mut change = attempts.events().begin().await?;
    let before: Settings = settings::read(change.conn()).await?;
    let after = Settings { concurrency: body.concurrency.unwrap_or(before.concurrency) };
    settings::write(change.conn(), &after).await?;
    if after != before {
        change.record(DomainEvent::SettingsChanged);
    }
    let at = change.commit().await?;
    attempts.call_queue();
    Ok(Answer { value: after, at })
}
