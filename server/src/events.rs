//! Domain events, and the one way in which anything changes: a [`Change`] is a transaction whose events are numbered,
//! logged and published with its commit.

use std::sync::Arc;

use shared::agent::{AgentProfileChanged, AgentRegistered};
use shared::attempt::{
    AttemptLog, AttemptPr, AttemptSession, AttemptStarted, AttemptStatusChanged, AttemptTodos,
};
use shared::conversation::ConversationItemChanged;
use shared::git::{GitCommit, GitPush, GitStatus};
use shared::ids::{AttemptId, BoardId, CardId, EventId};
use shared::patch::BoardPatch;
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use crate::clock::Clock;
use crate::sse::hub::{Hub, Place};
use crate::sse::listeners::{self, Logged};
use crate::sse::message::{Published, Signal};
use crate::store::{Store, StoreError, WriteTx, messages};

/// Something that happened, as the domain tells it. What it says on the stream is the listeners' business.
#[derive(Clone, Debug, PartialEq)]
pub enum DomainEvent {
    /// A project was added.
    BoardCreated {
        /// Its board.
        board_id: BoardId,
    },
    /// `board.state.changed`: anything on a board changed.
    BoardStateChanged(BoardPatch),
    /// A project was removed.
    BoardDeleted {
        /// Its board.
        board_id: BoardId,
    },
    /// `attempt.queued`: an attempt was asked for.
    AttemptQueued(AttemptStatusChanged),
    /// `attempt.status.changed`: an attempt stands otherwise than before.
    AttemptStatusChanged(AttemptStatusChanged),
    /// `attempt.started`: an attempt left the queue.
    AttemptStarted(AttemptStarted),
    /// `attempt.log.appended`: an attempt's log grew.
    AttemptLogAppended(AttemptLog),
    /// `attempt.conversation.appended`: an attempt's conversation grew.
    AttemptConversationAppended(ConversationItemChanged),
    /// `attempt.session.recorded`: the agent's session is known.
    AttemptSessionRecorded(AttemptSession),
    /// `attempt.todos.updated`: the agent's plan changed.
    AttemptTodosUpdated(AttemptTodos),
    /// `attempt.stopped`: a person stopped an attempt.
    AttemptStopped(AttemptStopped),
    /// `git.status.changed`: a worktree's status changed.
    GitStatusChanged(GitStatus),
    /// `git.commit.created`: a commit was created.
    GitCommitCreated(GitCommit),
    /// `git.push.completed`: a push completed.
    GitPushCompleted(GitPush),
    /// `github.pr.created`: a pull request was created.
    GithubPrCreated(AttemptPr),
    /// `github.pr.changed`: a pull request's state changed.
    GithubPrChanged(AttemptPr),
    /// What holds for the whole server was changed.
    SettingsChanged,
    /// `agent.profile.changed`: a profile changed.
    AgentProfileChanged(AgentProfileChanged),
    /// `agent.registered`: an agent not known before became available.
    AgentRegistered(AgentRegistered),
}

/// A person stopped an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptStopped {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its card.
    pub card_id: CardId,
    /// Its board.
    pub board_id: BoardId,
    /// When.
    pub ts: Timestamp,
}

/// Where changes begin. Its clones are the same thing.
#[derive(Clone, Debug)]
pub struct Events {
    store: Store,
    hub: Arc<Hub>,
    clock: Clock,
}

impl Events {
    /// Changes of `store`, published by `hub`, at the times that `clock` tells.
    #[must_use]
    pub fn new(store: Store, hub: Arc<Hub>, clock: Clock) -> Self {
        Self { store, hub, clock }
    }

    /// The store that is changed.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock that changes go by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Begins a change once those before it have ended. Dropping it undoes it.
    ///
    /// # Errors
    /// If the database can't be written, or the changes before take too long.
    pub async fn begin(&self) -> Result<Change, StoreError> {
        // Announced before it waits: what is published meanwhile may be told together with what this will publish.
        let place = self.hub.expect();
        let tx = self.store.write().await?;
        Ok(Change {
            tx,
            events: Vec::new(),
            hub: Arc::clone(&self.hub),
            now: self.clock.now(),
            _place: place,
        })
    }
}

/// A transaction and the events that will be published if it commits.
#[derive(Debug)]
pub struct Change {
    tx: WriteTx,
    events: Vec<DomainEvent>,
    hub: Arc<Hub>,
    now: Timestamp,
    /// Left when the change has ended, and not before its messages are published.
    _place: Place,
}

impl Change {
    /// When the change happens: one moment for all of it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The connection inside the transaction.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    /// Notes what happened. It is published in this order, after the commit and only then.
    pub fn record(&mut self, event: DomainEvent) {
        self.events.push(event);
    }

    /// Makes the change durable, publishes its events, and says up to where the log then goes.
    ///
    /// It runs in a task of its own: a commit is published even if who asked for it has gone meanwhile.
    ///
    /// # Errors
    /// If the database could not be written; then nothing has changed and nothing is published.
    pub async fn commit(self) -> Result<EventId, StoreError> {
        tokio::spawn(self.commit_and_publish()).await.map_err(StoreError::from)?
    }

    async fn commit_and_publish(mut self) -> Result<EventId, StoreError> {
        let logged: Vec<Logged> = self.events.iter().flat_map(listeners::messages).collect();
        let signals: Vec<Signal> = self.events.iter().flat_map(listeners::signals).collect();
        let rows: Vec<Published> = messages::append(&mut self.tx, logged, self.now).await?;
        let head = match rows.last() {
            Some(last) => last.seq,
            None => messages::head(&mut self.tx).await?,
        };
        // The next change waits for this turn to end, so it can't overtake this one on the way to the hub.
        let turn = self.tx.commit().await?;
        if !rows.is_empty() {
            self.hub.publish(rows);
        }
        signals.into_iter().for_each(|signal| self.hub.signal(signal));
        drop(turn);
        Ok(EventId::new(self.hub.epoch().clone(), head))
    }
}

#[cfg(test)]
mod tests;
