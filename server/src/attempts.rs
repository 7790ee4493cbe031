//! Attempts: one agent's tries at cards, each in its own worktree and branch.
//!
//! What a person asks for ([`commands`]) and what an agent does are [events](machine::Event) of a pure [`machine`]; a
//! [`case`] applies them to the database. The rest follows from what stands there: the [`queue`] admits those whose turn has
//! come, and each attempt that is not over is [tended](tender) by a task of its own, which makes it ready, keeps in touch
//! with its [`host`], and sees to it that it ends. So a server that starts goes on where the one before was.

pub(crate) mod case;
mod closing;
pub mod commands;
pub mod copy_files;
mod diff_counts;
pub mod face;
#[cfg(test)]
pub(crate) mod fixture;
pub mod host;
mod intake;
pub mod known_agents;
pub mod leftovers;
pub mod machine;
mod options;
mod plan;
mod queue;
mod recap;
pub mod script;
mod silence;
mod tender;
mod translation;
pub mod worktrees;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use shared::attempt::Link;
use shared::ids::{AgentId, AttemptId};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::events::Events;
use crate::store::agents::StoredAgent;
use crate::store::{StoreError, attempts};

use closing::Closed;
use diff_counts::{Counted, DiffCounts};
use intake::Delivery;
pub use options::AttemptOptions;

/// The agent that only shows what agents do.
const DEMO: &str = "demo";

/// All that goes on with attempts. Its clones are the same thing.
#[derive(Clone, Debug)]
pub struct Attempts(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    events: Events,
    /// The data folder.
    data: PathBuf,
    options: AttemptOptions,
    intake: mpsc::Sender<Delivery>,
    counted: mpsc::Sender<Counted>,
    diff_counts: DiffCounts,
    /// Called when a place may have become free, or somebody waits for one.
    queue: Notify,
    /// Who tends which attempt, and how to call them.
    tenders: Mutex<HashMap<AttemptId, Arc<Notify>>>,
    closed: Closed,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

impl Attempts {
    /// Goes on with the attempts that `events` keeps, with worktrees and hosts in a data folder, until `shutdown`. Hosts
    /// live on after it.
    ///
    /// It starts tasks, and so needs a runtime.
    #[must_use]
    pub fn start(events: Events, data: &Path, options: AttemptOptions, shutdown: CancellationToken) -> Self {
        let (intake, deliveries) = mpsc::channel(intake::DELIVERIES);
        // Whoever has counted waits for the one before.
        let (counted, counts) = mpsc::channel(1);
        let attempts = Self(Arc::new(Parts {
            events,
            data: data.to_owned(),
            options,
            queue: Notify::new(),
            intake,
            counted,
            diff_counts: DiffCounts::default(),
            tenders: Mutex::default(),
            closed: Closed::default(),
            tasks: TaskTracker::new(),
            shutdown,
        }));
        attempts.0.tasks.spawn(intake::run(attempts.clone(), deliveries, counts));
        attempts.0.tasks.spawn(silence::run(attempts.clone()));
        attempts.0.tasks.spawn(queue::run(attempts.clone()));
        attempts
    }

    /// Notes of all that are at work that their hosts have to be heard first: what their status rests on is from before. To be
    /// called before anybody reads it.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn doubt(events: &Events) -> Result<(), StoreError> {
        let mut tx = events.store().write().await?;
        attempts::relink_active(&mut tx, Link::Verifying).await?;
        tx.commit().await.map(drop)
    }

    /// Says how many agents work on without this server: those that have a turn. Others only wait a while for more to do.
    pub async fn say_what_works_on(&self) {
        match self.at_work().await {
            Ok(0) => {}
            Ok(1) => tracing::info!("one agent works on; start Mainstay again to see what it does"),
            Ok(many) => tracing::info!("{many} agents work on; start Mainstay again to see what they do"),
            Err(error) => tracing::warn!("whether agents work on could not be seen: {error}"),
        }
    }

    async fn at_work(&self) -> Result<usize, StoreError> {
        let mut tx = self.0.events.store().read().await?;
        Ok(attempts::at_work(&mut tx).await?.len())
    }

    /// Where their changes begin.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.0.events
    }

    /// How they are run.
    #[must_use]
    pub fn options(&self) -> &AttemptOptions {
        &self.0.options
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// Calls the queue: there may be a place.
    pub fn call_queue(&self) {
        self.0.queue.notify_one();
    }

    /// Calls whoever has to do something about an attempt that has changed.
    pub fn call(&self, attempt: &AttemptId) {
        self.0.queue.notify_one();
        let tenders = self.0.tenders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tender) = tenders.get(attempt) {
            tender.notify_one();
        }
    }

    /// The agent that is asked when nobody is named: the first that is no demonstration, if there is one.
    #[must_use]
    pub fn default_agent(&self, known: &[StoredAgent]) -> Option<AgentId> {
        let real = known.iter().find(|agent| agent.id.as_str() != DEMO);
        real.or(known.first()).map(|agent| agent.id.clone())
    }
}
