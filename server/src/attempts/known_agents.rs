//! The agents that are known: those that come with Mainstay and were found on this machine, and those that people
//! registered.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use shared::agent::{Agent, AgentRegistered};
use shared::ids::AgentId;
use shared::requests::{Patch, PatchAgent, RegisterAgent, validate};

use super::AttemptOptions;
use crate::agents::catalog::{self, Discovery, Known};
use crate::board::fields::Fields;
use crate::board::{Answer, CommandError, CommandResult};
use crate::events::{Change, DomainEvent, Events};
use crate::store::agents::{self, StoredAgent};
use crate::store::{StoreError, attempts};

/// Looks for the agents that come with Mainstay, and announces those that were not known before.
///
/// # Errors
/// If the database can't be written.
pub async fn discover(events: &Events, options: &AttemptOptions) -> Result<(), CommandError> {
    let found = found(options).await?;
    let mut change = events.begin().await?;
    for agent in found {
        let known = agents::stored(change.conn(), &agent.id).await?;
        match known {
            None => add(&mut change, &agent).await?,
            Some(known) if !known.is_registered && known.command != agent.command => {
                let now = change.now();
                // It lies elsewhere now; what people set stays.
                agents::upsert(change.conn(), &StoredAgent { env: known.env, ..agent }, now).await?;
            }
            Some(_) => {}
        }
    }
    change.commit().await?;
    Ok(())
}

/// The agents that come with Mainstay, as far as they are here. To look for them takes as long as the disk does.
async fn found(options: &AttemptOptions) -> Result<Vec<StoredAgent>, CommandError> {
    let known = catalog::known(&options.agent_program());
    let path = options.agents_path.clone();
    let looking = tokio::task::spawn_blocking(move || {
        known.into_iter().filter_map(|known| stored_if_found(known, &path)).collect()
    });
    looking.await.map_err(|error| StoreError::from(error).into())
}

fn stored_if_found(known: Known, path: &OsStr) -> Option<StoredAgent> {
    let Discovery::Found { command, .. } = known.discover(path) else { return None };
    let definition = known.definition;
    Some(StoredAgent {
        id: definition.agent,
        label: definition.label,
        protocol: definition.protocol,
        command,
        env: BTreeMap::new(),
        is_registered: false,
    })
}

async fn add(change: &mut Change, agent: &StoredAgent) -> Result<(), CommandError> {
    let now = change.now();
    agents::upsert(change.conn(), agent, now).await?;
    let label = Some(agent.label.clone());
    change.record(DomainEvent::AgentRegistered(AgentRegistered { agent: agent.id.clone(), label }));
    Ok(())
}

/// All agents: first those that are known, then those that come with Mainstay but were not found, with what to do.
///
/// # Errors
/// If the database can't be read.
pub async fn list(events: &Events, options: &AttemptOptions) -> Result<Answer<Vec<Agent>>, CommandError> {
    let mut tx = events.store().read().await?;
    let known = agents::all(&mut tx).await?;
    let at = tx.position().clone();
    drop(tx);
    let catalog = catalog::known(&options.agent_program());
    let path = options.agents_path.clone();
    let looking = tokio::task::spawn_blocking(move || shown(known, &catalog, &path));
    let value = looking.await.map_err(StoreError::from)?;
    Ok(Answer { value, at })
}

fn shown(known: Vec<StoredAgent>, catalog: &[Known], path: &OsStr) -> Vec<Agent> {
    let missing = catalog.iter().filter(|it| known.iter().all(|agent| agent.id != it.definition.agent));
    let missing: Vec<Agent> = missing.map(|it| absent(it, path)).collect();
    let present = known.into_iter().map(|agent| {
        let shipped = catalog.iter().find(|it| it.definition.agent == agent.id);
        present(agent, shipped, path)
    });
    present.chain(missing).collect()
}

fn present(agent: StoredAgent, shipped: Option<&Known>, path: &OsStr) -> Agent {
    let found = catalog::discover(&agent.command, path);
    let sign_in = shipped.map(|known| known.sign_in.to_owned());
    Agent {
        agent: agent.id,
        label: agent.label,
        protocol: agent.protocol,
        command: agent.command,
        // What they hold may be secret; what they are called is not.
        env: agent.env.into_keys().collect(),
        registered: agent.is_registered,
        available: found.is_found(),
        hint: match found {
            Discovery::Found { .. } => sign_in,
            Discovery::NotFound { hint } => Some(hint),
        },
    }
}

fn absent(known: &Known, path: &OsStr) -> Agent {
    let definition = known.definition.clone();
    let hint = match known.discover(path) {
        // It appeared after Mainstay has looked.
        Discovery::Found { .. } => "It was found just now: look for agents again.".to_owned(),
        Discovery::NotFound { hint } => hint,
    };
    Agent {
        agent: definition.agent,
        label: definition.label,
        protocol: definition.protocol,
        command: definition.command,
        env: Vec::new(),
        registered: false,
        available: false,
        hint: Some(hint),
    }
}

/// Registers an agent.
///
/// # Errors
/// If there is one by this name, or the body is not allowed.
pub async fn register(events: &Events, body: RegisterAgent) -> CommandResult<AgentId> {
    let mut fields = Fields::default();
    fields.take("agent", validate::agent::id(&body.agent));
    let label = fields.take("label", validate::agent::label(&body.label));
    fields.take("command", validate::agent::command(&body.command));
    fields.take("env", validate::agent::env(&body.env));
    fields.finish()?;
    let mut change = events.begin().await?;
    if agents::stored(change.conn(), &body.agent).await?.is_some() {
        return Err(CommandError::conflict(format!("There is an agent \"{}\" already.", body.agent))
            .hint("Choose another name, or change that one."));
    }
    let agent = StoredAgent {
        id: body.agent.clone(),
        label: label.unwrap_or_default(),
        protocol: body.protocol,
        command: body.command,
        env: body.env,
        is_registered: true,
    };
    add(&mut change, &agent).await?;
    Ok(Answer { value: body.agent, at: change.commit().await? })
}

/// Changes how an agent is run, from its next attempt on.
///
/// # Errors
/// If there is no such agent, or the body is not allowed.
pub async fn patch(events: &Events, agent: &AgentId, body: PatchAgent) -> CommandResult<AgentId> {
    let mut fields = Fields::default();
    let label = body.label.as_deref().and_then(|label| fields.take("label", validate::agent::label(label)));
    if let Some(command) = &body.command {
        fields.take("command", validate::agent::command(command));
    }
    if let Patch::Value(env) = &body.env {
        fields.take("env", validate::agent::env(env));
    }
    fields.finish()?;
    let mut change = events.begin().await?;
    let before = agents::stored(change.conn(), agent).await?.ok_or_else(|| no_agent(agent))?;
    let is_run_otherwise = body.command.is_some() || body.protocol.is_some();
    let after = StoredAgent {
        id: before.id,
        label: label.unwrap_or(before.label),
        protocol: body.protocol.unwrap_or(before.protocol),
        command: body.command.unwrap_or(before.command),
        env: body.env.into_change().map_or(before.env, Option::unwrap_or_default),
        // What a person decided is not looked for any more.
        is_registered: before.is_registered || is_run_otherwise,
    };
    let now = change.now();
    agents::upsert(change.conn(), &after, now).await?;
    Ok(Answer { value: after.id, at: change.commit().await? })
}

/// Forgets an agent that a person registered.
///
/// # Errors
/// If there is none, it comes with Mainstay, or it is at work.
pub async fn remove(events: &Events, agent: &AgentId) -> CommandResult<()> {
    let mut change = events.begin().await?;
    let known = agents::stored(change.conn(), agent).await?.ok_or_else(|| no_agent(agent))?;
    if !known.is_registered {
        return Err(CommandError::refused(format!("{} comes with Mainstay.", known.label))
            .hint("Only agents that were registered can be removed."));
    }
    let active = attempts::active(change.conn(), None).await?;
    if active.iter().any(|it| it.attempt.agent == *agent) {
        return Err(CommandError::conflict(format!("{} is at work.", known.label))
            .hint("Stop its attempts first, or wait for them to end."));
    }
    agents::delete(change.conn(), agent).await?;
    Ok(Answer { value: (), at: change.commit().await? })
}

fn no_agent(agent: &AgentId) -> CommandError {
    CommandError::not_found(format!("No agent \"{agent}\" is known."))
        .hint("`GET /agents` lists those that are.")
}
