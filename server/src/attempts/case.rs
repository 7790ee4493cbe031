//! An attempt while it is being changed, as part of a change of its board: what happened is applied to its state, and what
//! follows from that is written, in the same transaction.
//!
//! Of the machine's effects, those that only concern the database are done here. The others need no note: whoever tends the
//! attempt sees from its state what there is to do, also after a restart.

use std::time::Duration;

use shared::attempt::{
    AttemptLog, AttemptSession, AttemptStarted, AttemptStatus, AttemptStatusChanged, AttemptTodos, LogLevel,
    Todos,
};
use shared::board::ColumnKey;
use shared::card::{Activity, DiffCount};
use shared::conversation::{
    ConversationItem, ConversationItemChanged, ItemAppend, ItemChange, ItemKind, Role,
};
use shared::ids::{AttemptId, SessionId};
use shared::time::Timestamp;

use super::face::face;
use super::host::protocol::Command;
use super::machine::{self, Effect, Event, Refusal, State};
use super::recap::recap;
use crate::agents::driver::Protocol;
use crate::board::CommandError;
use crate::board::cards::save;
use crate::board::edit::Edit;
use crate::board::place::{Slot, take_position};
use crate::events::{AttemptStopped, DomainEvent};
use crate::ids::new_id;
use crate::store::attempts::StoredAttempt;
use crate::store::items::LogLine;
use crate::store::{agents, attempts, cards, hosts, items};

/// What an agent is told when it shall go on.
const GO_ON: &str = "Go on where you left off.";

/// An attempt that is being changed.
pub(crate) struct Case {
    edit: Edit,
    it: StoredAttempt,
    /// Whether the agent has forgotten what was said before, so that a prompt has to repeat it.
    has_forgotten: bool,
    /// Whether the face has to be told at once.
    is_urgent: bool,
    /// Whether the face is another than was told last.
    is_dirty: bool,
}

/// When a face is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Now, whatever changed.
    Now,
    /// Only if it can't wait.
    IfUrgent,
}

impl Case {
    /// Takes up an attempt of the board.
    pub async fn open(mut edit: Edit, attempt: &AttemptId) -> Result<Self, CommandError> {
        let board = edit.board().id.clone();
        let found = attempts::stored(edit.conn(), attempt).await?;
        let it = found.filter(|it| it.attempt.board_id == board);
        let it = it.ok_or_else(|| no_attempt(attempt))?;
        Ok(Self { edit, it, has_forgotten: false, is_urgent: false, is_dirty: false })
    }

    /// Takes up an attempt that was just added.
    pub fn new(edit: Edit, it: StoredAttempt) -> Self {
        Self { edit, it, has_forgotten: false, is_urgent: true, is_dirty: true }
    }

    pub fn attempt(&self) -> &StoredAttempt {
        &self.it
    }

    pub fn attempt_mut(&mut self) -> &mut StoredAttempt {
        &mut self.it
    }

    /// Whether its card's face has to be told at once.
    pub fn is_urgent(&self) -> bool {
        self.is_urgent
    }

    pub fn edit(&mut self) -> &mut Edit {
        &mut self.edit
    }

    /// Applies what happened.
    pub async fn apply(&mut self, event: Event) -> Result<(), CommandError> {
        let before = self.it.state.status();
        let old = self.it.state.clone();
        let (state, effects) = machine::step(old.clone(), event).map_err(refused)?;
        let now = self.edit.now();
        if state == old && effects.is_empty() {
            return Ok(());
        }
        self.begin_or_end(&old, &state, now);
        self.it.state = state;
        for effect in effects {
            self.carry_out(effect, &old).await?;
        }
        self.tell_status(before, now);
        Ok(())
    }

    /// Keeps the moments at which it began, ended, and was put into the queue.
    fn begin_or_end(&mut self, old: &State, new: &State, now: Timestamp) {
        let attempt = &mut self.it.attempt;
        match (old, new) {
            (State::Queued { .. }, State::SettingUp { .. }) => {
                let is_first = attempt.started_at.is_none();
                attempt.started_at.get_or_insert(now);
                if is_first {
                    self.edit.record(DomainEvent::AttemptStarted(started(&self.it)));
                }
            }
            (State::Ended { .. }, State::Queued { .. }) => {
                attempt.ended_at = None;
                self.it.queued_at = now;
            }
            (_, State::Ended { .. }) => {
                attempt.ended_at = Some(now);
                self.it.is_cleanup_due |= old.holds_a_place() && attempt.worktree.is_some();
            }
            _ => {}
        }
    }

    fn tell_status(&mut self, before: AttemptStatus, now: Timestamp) {
        self.is_dirty = true;
        let status = self.it.state.status();
        self.it.attempt.status = status;
        self.it.attempt.reason = self.it.state.reason().map(str::to_owned);
        if status == before {
            return;
        }
        self.is_urgent = true;
        self.it.status_at = now;
        self.edit.record(DomainEvent::AttemptStatusChanged(AttemptStatusChanged {
            previous_status: Some(before),
            ..self.it.status_message()
        }));
    }

    async fn carry_out(&mut self, effect: Effect, old: &State) -> Result<(), CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        match effect {
            // Whoever tends the attempt sees this from its state.
            Effect::SetUp(_) | Effect::SweepUp => Ok(()),
            Effect::TakeCardInProgress => self.take_card(None, ColumnKey::InProgress).await,
            Effect::TakeCardFromReview => {
                self.take_card(Some(ColumnKey::Review), ColumnKey::InProgress).await
            }
            Effect::TakeCardToReview => self.take_card(None, ColumnKey::Review).await,
            Effect::SendPrompt => self.send(self.it.prompt.clone()).await,
            // Whoever never heard of the task hears of that first; a message waits for the end of that turn.
            Effect::SendMessage | Effect::SendGoOn
                if !items::has_turn(self.edit.conn(), &attempt).await? =>
            {
                self.send(self.it.prompt.clone()).await
            }
            Effect::SendMessage => self.send_message().await,
            Effect::SendGoOn => self.send(GO_ON.to_owned()).await,
            Effect::CancelTurn => self.command(Command::Cancel).await,
            Effect::End => self.command(Command::End).await,
            Effect::WithdrawQuestions => {
                let State::Working { questions, .. } = old else { return Ok(()) };
                for request_id in questions.clone() {
                    self.command(Command::Decide { request_id, option_id: None }).await?;
                }
                Ok(())
            }
            Effect::NoteStop => self.note_stop().await,
        }
    }

    /// Takes the card to the end of a column, if it is not there yet, and is in the one named, if one is.
    async fn take_card(&mut self, from: Option<ColumnKey>, to: ColumnKey) -> Result<(), CommandError> {
        let (board, card) = (self.it.attempt.board_id.clone(), self.it.attempt.card_id.clone());
        let Some(before) = cards::stored(self.edit.conn(), &board, &card).await? else { return Ok(()) };
        let is_there = self.edit.is_keyed(before.column.as_ref(), to);
        let may_leave = from.is_none_or(|from| self.edit.is_keyed(before.column.as_ref(), from));
        if before.deleted_at.is_some() || is_there || !may_leave {
            return Ok(());
        }
        let slot = Slot::end_of(self.edit.keyed_column(to)?.id.clone());
        let mut after = before.clone();
        take_position(&mut self.edit, &mut after, &slot).await?;
        self.is_urgent = true;
        save(&mut self.edit, &before, &mut after).await
    }

    /// Sends the oldest message that waits.
    async fn send_message(&mut self) -> Result<(), CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        let mut waiting = attempts::messages(self.edit.conn(), &attempt).await?;
        if waiting.is_empty() {
            // It was taken back meanwhile; the turn has been promised, so the agent just goes on.
            return self.send(GO_ON.to_owned()).await;
        }
        let message = waiting.remove(0);
        attempts::remove_message(self.edit.conn(), &message.id).await?;
        self.send(message.prompt).await
    }

    /// Gives the agent a prompt, which the conversation shows as a person's words.
    async fn send(&mut self, text: String) -> Result<(), CommandError> {
        let has_forgotten = self.has_forgotten || self.never_remembers().await?;
        let prompt = if has_forgotten { self.reminded(&text).await? } else { text.clone() };
        self.has_forgotten = false;
        let item = ConversationItem {
            id: new_id(),
            timestamp: self.edit.now(),
            kind: ItemKind::Message { role: Role::User, text },
        };
        let attempt = self.it.attempt.attempt_id.clone();
        items::upsert(self.edit.conn(), &attempt, &item, true).await?;
        self.grew(ItemChange::Item { item: Box::new(item) });
        self.command(Command::Prompt { text: prompt }).await
    }

    /// Whether the agent has had a turn, and knows nothing of it.
    async fn never_remembers(&mut self) -> Result<bool, CommandError> {
        let is_run_anew = self.is_run_anew().await?;
        Ok(is_run_anew && items::has_turn(self.edit.conn(), &self.it.attempt.attempt_id).await?)
    }

    /// Whether the agent is a command line, which is run anew for each prompt.
    async fn is_run_anew(&mut self) -> Result<bool, CommandError> {
        let agent = agents::stored(self.edit.conn(), &self.it.attempt.agent).await?;
        Ok(agent.is_some_and(|agent| agent.protocol == Protocol::Command))
    }

    /// Has a prompt that waits already say what was said before, if the agent has forgotten that.
    pub async fn remind_of_prompt(&mut self) -> Result<(), CommandError> {
        if self.is_run_anew().await? {
            // Its prompts say so from the start.
            return Ok(());
        }
        let attempt = self.it.attempt.attempt_id.clone();
        for (id, command) in hosts::commands(self.edit.conn(), &attempt).await? {
            if let Command::Prompt { text } = command
                && std::mem::take(&mut self.has_forgotten)
            {
                let text = self.reminded(&text).await?;
                hosts::rewrite(self.edit.conn(), &id, &Command::Prompt { text }).await?;
            }
        }
        Ok(())
    }

    /// A prompt for an agent that knows nothing of what was said.
    async fn reminded(&mut self, text: &str) -> Result<String, CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        let said = items::page(self.edit.conn(), &attempt, None, 200).await?;
        Ok(recap(&self.it.prompt, &said.items, text))
    }

    async fn command(&mut self, command: Command) -> Result<(), CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        Ok(hosts::command(self.edit.conn(), &attempt, &command).await?)
    }

    async fn note_stop(&mut self) -> Result<(), CommandError> {
        let ts = self.edit.now();
        let attempt_id = self.it.attempt.attempt_id.clone();
        let line = LogLine { level: LogLevel::Info, message: "Attempt stopped by user".to_owned(), ts };
        items::log(self.edit.conn(), &attempt_id, &line).await?;
        let (card_id, board_id) = (self.it.attempt.card_id.clone(), self.it.attempt.board_id.clone());
        self.edit.record(DomainEvent::AttemptStopped(AttemptStopped { attempt_id, card_id, board_id, ts }));
        Ok(())
    }

    /// Adds a line to the log.
    pub async fn log(&mut self, level: LogLevel, message: impl Into<String>) -> Result<(), CommandError> {
        let line = LogLine { level, message: message.into(), ts: self.edit.now() };
        let attempt_id = self.it.attempt.attempt_id.clone();
        items::log(self.edit.conn(), &attempt_id, &line).await?;
        self.edit.record(DomainEvent::AttemptLogAppended(AttemptLog {
            attempt_id,
            card_id: self.it.attempt.card_id.clone(),
            board_id: self.it.attempt.board_id.clone(),
            level: line.level,
            message: line.message,
            ts: line.ts,
        }));
        Ok(())
    }

    /// Adds an item to the conversation, or puts it in the place of the one with its id.
    pub async fn item(&mut self, item: ConversationItem) -> Result<(), CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        if items::by_id(self.edit.conn(), &attempt, &item.id).await?.as_ref() == Some(&item) {
            return Ok(());
        }
        items::upsert(self.edit.conn(), &attempt, &item, false).await?;
        self.grew(ItemChange::Item { item: Box::new(item) });
        Ok(())
    }

    /// Makes an item of the conversation longer.
    pub async fn append(&mut self, more: ItemAppend) -> Result<(), CommandError> {
        let attempt = self.it.attempt.attempt_id.clone();
        items::append(self.edit.conn(), &attempt, &more).await?;
        self.grew(ItemChange::Append(more));
        Ok(())
    }

    fn grew(&mut self, change: ItemChange) {
        self.edit.record(DomainEvent::AttemptConversationAppended(ConversationItemChanged {
            attempt_id: self.it.attempt.attempt_id.clone(),
            card_id: self.it.attempt.card_id.clone(),
            board_id: self.it.attempt.board_id.clone(),
            change,
        }));
    }

    /// The agent's plan changed.
    pub fn set_todos(&mut self, todos: Todos) {
        if self.it.attempt.todos.as_ref() == Some(&todos) {
            return;
        }
        self.it.attempt.todos = Some(todos.clone());
        self.is_dirty = true;
        self.edit.record(DomainEvent::AttemptTodosUpdated(AttemptTodos {
            attempt_id: self.it.attempt.attempt_id.clone(),
            card_id: self.it.attempt.card_id.clone(),
            board_id: self.it.attempt.board_id.clone(),
            todos,
        }));
    }

    /// The agent has a session in its worktree.
    pub fn set_session(&mut self, session_id: SessionId, is_continued: bool) {
        self.has_forgotten = !is_continued && self.it.attempt.session_id.is_some();
        self.it.attempt.session_id = Some(session_id.clone());
        self.edit.record(DomainEvent::AttemptSessionRecorded(AttemptSession {
            attempt_id: self.it.attempt.attempt_id.clone(),
            card_id: self.it.attempt.card_id.clone(),
            board_id: self.it.attempt.board_id.clone(),
            session_id,
            worktree: self.it.attempt.worktree.clone().unwrap_or_default(),
        }));
    }

    /// The attempt has its worktree, on a branch that may be called otherwise than was planned: then that is told.
    pub fn set_worktree(&mut self, path: String, branch: String) {
        self.it.attempt.worktree = Some(path);
        if self.it.attempt.branch != branch {
            self.it.attempt.branch = branch;
            self.edit.record(DomainEvent::AttemptStarted(started(&self.it)));
        }
    }

    /// The agent gave a sign of life.
    pub fn sign(&mut self) {
        self.it.last_sign_at = Some(self.edit.now());
    }

    /// What the agent does or said last.
    pub fn set_activity(&mut self, text: String) {
        if self.it.activity.as_ref().is_some_and(|activity| activity.text == text) {
            return;
        }
        self.it.activity = Some(Activity { text, at: self.edit.now() });
        self.is_dirty = true;
    }

    /// It was counted how much the attempt has changed.
    pub fn set_diff(&mut self, diff: Option<DiffCount>) {
        self.is_dirty |= self.it.attempt.diff != diff;
        self.it.attempt.diff = diff;
    }

    /// Writes everything, gives the change back, and says whether the card's face still has to be told.
    pub async fn close(
        mut self,
        telling: Telling,
        silent_after: Duration,
    ) -> Result<(Edit, bool), CommandError> {
        attempts::update(self.edit.conn(), &self.it).await?;
        if self.is_urgent || telling == Telling::Now {
            self.tell_face(silent_after).await?;
            return Ok((self.edit, false));
        }
        Ok((self.edit, self.is_dirty))
    }

    /// Tells the face, if it shows this attempt.
    async fn tell_face(&mut self, silent_after: Duration) -> Result<(), CommandError> {
        let (board, card) = (self.it.attempt.board_id.clone(), self.it.attempt.card_id.clone());
        let shown = attempts::shown_of_card(self.edit.conn(), &card).await?;
        if shown.is_none_or(|shown| shown.attempt.attempt_id != self.it.attempt.attempt_id) {
            return Ok(());
        }
        let Some(stored) = cards::stored(self.edit.conn(), &board, &card).await? else { return Ok(()) };
        let column = stored.column.as_ref().and_then(|column| self.edit.column(column)?.key);
        let now = self.edit.now();
        let shown = face(&self.it, column, self.it.is_silent(now, silent_after));
        if stored.attempt.as_ref() != Some(&shown) {
            attempts::set_face(self.edit.conn(), &card, Some(&shown)).await?;
            self.edit.face_changed(card);
        }
        Ok(())
    }
}

impl StoredAttempt {
    /// Whether the agent gave no sign of life for so long, though it has a turn.
    #[must_use]
    pub fn is_silent(&self, now: Timestamp, limit: Duration) -> bool {
        let last = self.last_sign_at.unwrap_or(self.status_at).max(self.status_at);
        let silence = u128::try_from(now.as_millis() - last.as_millis()).unwrap_or_default();
        silence >= limit.as_millis()
    }
}

fn started(it: &StoredAttempt) -> AttemptStarted {
    AttemptStarted {
        attempt_id: it.attempt.attempt_id.clone(),
        card_id: it.attempt.card_id.clone(),
        board_id: it.attempt.board_id.clone(),
        agent: it.attempt.agent.clone(),
        profile_id: it.attempt.profile_id.clone(),
        branch: it.attempt.branch.clone(),
        base_branch: it.attempt.base_branch.clone(),
    }
}

/// There is no attempt by this id.
pub(crate) fn no_attempt(id: &AttemptId) -> CommandError {
    CommandError::not_found(format!("There is no attempt \"{id}\"."))
        .hint("Its card or its board may have been deleted.")
}

fn refused(refusal: Refusal) -> CommandError {
    let hint = match refusal {
        Refusal::Stopping => "Wait until it has stopped, which takes seconds, then try again.",
        Refusal::UnderWay => "Write a message to steer it, or stop it first.",
        Refusal::Succeeded => "Write a message to ask for more.",
    };
    CommandError::conflict(refusal.to_string()).hint(hint)
}
