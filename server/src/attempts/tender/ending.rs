//! The end of an attempt: whatever is left of its processes goes.

use shared::attempt::Link;
use shared::conversation::AutomationStage;

use super::Tender;
use crate::attempts::host::folder::HostFolder;
use crate::attempts::machine::Event;
use crate::board::CommandError;
use crate::process_identity::ProcessIdentity;
use crate::store::{attempts::StoredAttempt, hosts};
use crate::strays;

impl Tender {
    /// Ends what may be left of an attempt that is being stopped, and notes that it is.
    pub(super) async fn clear(&self) -> Result<(), CommandError> {
        self.end_strays().await;
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.attempt_mut().attempt.link = Link::Attached;
        case.apply(Event::Cleared).await?;
        self.conclude(case).await
    }

    /// Runs the board's cleanup script, if it has one. How it goes changes nothing about the attempt.
    pub(super) async fn clean_up(&self, it: &StoredAttempt) -> Result<(), CommandError> {
        if let Some((board, key)) = self.place(it).await?
            && let Some(script) = board.settings.cleanup_script.clone()
        {
            // A server that was killed left its script running.
            self.end_strays().await;
            self.close_automations().await?;
            self.run_script(it, &board, &key, AutomationStage::Cleanup, &script).await?;
        }
        self.until_written(|| self.note_cleanup()).await;
        Ok(())
    }

    async fn note_cleanup(&self) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.attempt_mut().is_cleanup_due = false;
        self.conclude(case).await
    }

    /// Ends all processes of the attempt.
    pub(super) async fn end_strays(&self) {
        let host = self.host_process().await.unwrap_or_else(|error| {
            tracing::warn!(attempt = %self.attempt, "its host is not known: {error}");
            None
        });
        if !strays::end(&self.attempt, host, self.attempts.options().patience.stop).await {
            tracing::warn!(attempt = %self.attempt, "some processes of an attempt could not be ended");
        }
    }

    /// Which process the attempt's host is, or was.
    async fn host_process(&self) -> Result<Option<ProcessIdentity>, CommandError> {
        let mut tx = self.attempts.events().store().read().await?;
        let host = hosts::of_attempt(&mut tx, &self.attempt).await?;
        let folder = host.map(|host| HostFolder::of(self.attempts.data(), &host.name));
        Ok(folder.and_then(|folder| folder.process()).map(|process| process.identity))
    }
}
