//! Whoever tends an attempt: makes it ready when its turn has come, keeps in touch with its host, and sees to it that it
//! ends. What there is to do is read from the database each time, so it does not matter where the server before was
//! killed.

mod attached;
mod automation;
mod batch;
mod ending;
mod pause;
mod setting_up;
mod stopping;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use shared::ids::AttemptId;
use tokio::sync::Notify;

use super::Attempts;
use super::case::{Case, Telling};
use super::host::protocol::Command;
use super::machine::{Event, State};
use crate::board::CommandError;
use crate::board::edit::Edit;
use crate::store::attempts::StoredAttempt;
use crate::store::hosts::StoredHost;
use crate::store::{attempts, hosts};

/// When to try again after the database failed.
const AGAIN: Duration = Duration::from_secs(1);

impl Attempts {
    /// Sees to it that somebody tends an attempt.
    pub(super) fn tend(&self, attempt: AttemptId) {
        if self.0.shutdown.is_cancelled() {
            return;
        }
        let mut tenders = self.0.tenders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tender) = tenders.get(&attempt) {
            tender.notify_one();
            return;
        }
        let called = Arc::new(Notify::new());
        tenders.insert(attempt.clone(), Arc::clone(&called));
        let tender = Tender { attempts: self.clone(), attempt, called };
        self.0.tasks.spawn(async move { persistently(&tender.attempt, || tender.run()).await });
    }

    /// Lets a tender go, unless it was called meanwhile.
    fn let_go(&self, attempt: &AttemptId, called: &Notify) -> bool {
        let mut tenders = self.0.tenders.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever calls from here on starts another one.
        let was_called = called.notified().now_or_never().is_some();
        if !was_called {
            tenders.remove(attempt);
        }
        !was_called
    }
}

/// Does something that should not panic, and does it again if it does: an attempt that nobody tends would stay as it is.
async fn persistently<F: Future<Output = ()>>(attempt: &AttemptId, mut work: impl FnMut() -> F) {
    // What a round knows is in the database: nothing is half done in memory.
    while AssertUnwindSafe(work()).catch_unwind().await.is_err() {
        tracing::error!(%attempt, "seeing to an attempt has failed in a way that it never should, and begins again");
        tokio::time::sleep(AGAIN).await;
    }
}

/// Tends one attempt.
struct Tender {
    attempts: Attempts,
    attempt: AttemptId,
    /// Somebody changed something about the attempt.
    called: Arc<Notify>,
}

/// An attempt and its host, as the database has them.
struct Standing {
    it: StoredAttempt,
    host: Option<StoredHost>,
    /// Whether a prompt waits to be told to a host.
    has_prompt: bool,
}

impl Tender {
    async fn run(&self) {
        let shutdown = self.attempts.0.shutdown.clone();
        loop {
            let round = async {
                match self.round().await {
                    Ok(is_over) => is_over,
                    Err(error) => {
                        tracing::warn!(attempt = %self.attempt, "an attempt could not be seen to: {error}");
                        tokio::time::sleep(AGAIN).await;
                        false
                    }
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                is_over = round => {
                    if is_over && self.attempts.let_go(&self.attempt, &self.called) {
                        return;
                    }
                }
            }
        }
    }

    /// Does what there is to do, and says whether nothing more is.
    async fn round(&self) -> Result<bool, CommandError> {
        let Some(Standing { it, host, has_prompt }) = self.standing().await? else { return Ok(true) };
        match (&it.state, host) {
            (_, Some(host)) => self.keep_in_touch(&host).await?,
            (State::SettingUp { .. }, None) => self.set_up(&it).await?,
            // Its host left before it heard of the turn.
            (State::Working { .. }, None) if has_prompt => self.set_up(&it).await?,
            (State::Working { .. }, None) => self.apply(Event::AgentLost).await?,
            (State::Stopping, None) => self.clear().await?,
            (State::Ended { .. }, None) if it.is_cleanup_due => self.clean_up(&it).await?,
            (State::Queued { .. } | State::Ended { .. }, None) => return Ok(true),
        }
        Ok(false)
    }

    /// How things stand; `None` if the attempt was deleted.
    async fn standing(&self) -> Result<Option<Standing>, CommandError> {
        let mut tx = self.attempts.events().store().read().await?;
        let Some(it) = attempts::stored(&mut tx, &self.attempt).await? else { return Ok(None) };
        let host = hosts::of_attempt(&mut tx, &self.attempt).await?;
        let commands = hosts::commands(&mut tx, &self.attempt).await?;
        let has_prompt = commands.iter().any(|(_, command)| matches!(command, Command::Prompt { .. }));
        Ok(Some(Standing { it, host, has_prompt }))
    }

    /// Applies what happened, in a change of its own.
    async fn apply(&self, event: Event) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.apply(event).await?;
        self.conclude(case).await
    }

    /// Writes what cannot be done again, as soon as the database can be written.
    async fn until_written<T, F>(&self, write: impl Fn() -> F) -> T
    where
        F: Future<Output = Result<T, CommandError>>,
    {
        loop {
            match write().await {
                Ok(written) => return written,
                Err(error) => {
                    tracing::warn!(attempt = %self.attempt, "what happened can't be written yet: {error}");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Begins a change of the attempt; `None` if it was deleted.
    async fn case(&self) -> Result<Option<Case>, CommandError> {
        let Some(standing) = self.standing().await? else { return Ok(None) };
        let edit = Edit::begin(self.attempts.events(), &standing.it.attempt.board_id).await?;
        Ok(Some(Case::open(edit, &self.attempt).await?))
    }

    /// Commits a change.
    async fn conclude(&self, case: Case) -> Result<(), CommandError> {
        let (edit, _) = case.close(Telling::Now, self.attempts.options().silent_after).await?;
        edit.answer(()).await?;
        self.attempts.call_queue();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_round_that_panics_is_not_the_last() {
        let mut rounds = 0;
        let round = || {
            rounds += 1;
            let is_first = rounds == 1;
            async move { assert!(!is_first, "something that can't be") }
        };
        persistently(&AttemptId::new("attempt"), round).await;
        assert_eq!(rounds, 2);
    }
}
