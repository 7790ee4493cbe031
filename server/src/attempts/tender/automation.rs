//! What Mainstay does around an agent's work: files that are copied, and scripts that run, as items of the conversation.

use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::conversation::{
    Automation, AutomationStage, AutomationStatus, ConversationItem, ItemAppend, ItemKind,
};
use shared::ids::ItemId;
use shared::time::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Tender;
use crate::attempts::copy_files::{Patterns, copy_files};
use crate::attempts::leftovers;
use crate::attempts::script::{self, Outcome, Script, Surroundings};
use crate::board::CommandError;
use crate::ids::new_id;
use crate::store::attempts::StoredAttempt;
use crate::store::boards::StoredBoard;
use crate::store::items;

/// How many pieces of output wait to be written; the script waits beyond that.
const PIECES: usize = 16;
/// How much of a script's output the conversation shows; all of it is in its log.
const MOST_OUTPUT: usize = 1 << 20;

impl Tender {
    /// Copies what git doesn't know into a new worktree, and says whether that went well.
    pub(super) async fn copy(&self, board: &StoredBoard, worktree: &Path) -> Result<bool, CommandError> {
        let patterns = &board.settings.copy_files;
        let mut item = self.begin_item(AutomationStage::CopyFiles, patterns.join(", ")).await?;
        let stop = CancellationToken::new();
        let copied = match Patterns::parse(patterns) {
            Ok(patterns) => {
                let copying = copy_files(Path::new(&board.repository_path), worktree, patterns, &stop);
                let copied = self.until_stopped(&stop, copying).await;
                copied.map(|copied| copied.to_string()).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        let is_copied = copied.is_ok();
        let (Ok(text) | Err(text)) = &copied;
        end(&mut item, is_copied, None, text.clone());
        self.write_item(&item).await?;
        if let Err(reason) = copied
            && !stop.is_cancelled()
        {
            self.fail(format!("Files could not be copied into the worktree: {reason}.")).await?;
        }
        Ok(is_copied)
    }

    /// Runs a script of the board in the worktree. It is ended when the attempt is stopped.
    pub(super) async fn run_script(
        &self,
        it: &StoredAttempt,
        board: &StoredBoard,
        card_key: &str,
        stage: AutomationStage,
        command: &str,
    ) -> Result<Outcome, CommandError> {
        let mut item = self.begin_item(stage, command.to_owned()).await?;
        let surroundings = Surroundings {
            attempt: self.attempt.clone(),
            worktree: PathBuf::from(it.attempt.worktree.clone().unwrap_or_default()),
            project: PathBuf::from(&board.repository_path),
            branch: it.attempt.branch.clone(),
            base_branch: it.attempt.base_branch.clone(),
            card_key: card_key.to_owned(),
        };
        let log = self.script_log().await?;
        let time_limit = Duration::from_secs(board.settings.script_time_limit().into());
        let script = Script { command, surroundings: &surroundings, log: &log, time_limit };
        let (pieces, printed) = mpsc::channel(PIECES);
        let stop = CancellationToken::new();
        let (outcome, output) = tokio::join!(
            self.until_stopped(&stop, script::run(&script, pieces, &stop)),
            self.write_output(&item.id, printed),
        );
        end(&mut item, outcome.ending.is_success(), outcome.ending.exit_code(), output);
        // It has run: nothing that fails now may make it run again.
        self.until_written(|| self.write_item(&item)).await;
        Ok(outcome)
    }

    /// Where all that the attempt's scripts print is kept.
    async fn script_log(&self) -> Result<PathBuf, CommandError> {
        let folder = leftovers::logs(self.attempts.data());
        tokio::fs::create_dir_all(&folder).await.map_err(|error| {
            CommandError::unavailable(format!("{} can't be made: {error}.", folder.display()))
                .hint("Make room on the disk of the data folder.")
        })?;
        Ok(leftovers::log(self.attempts.data(), &self.attempt))
    }

    /// Writes what a script prints to its item, as long as that can be done, and gives back what it comes to.
    async fn write_output(&self, item: &ItemId, mut printed: mpsc::Receiver<String>) -> String {
        let mut is_written = true;
        let mut output = String::new();
        while let Some(mut piece) = printed.recv().await {
            // What came meanwhile goes with it.
            while let Ok(more) = printed.try_recv() {
                piece.push_str(&more);
            }
            let room = MOST_OUTPUT.saturating_sub(output.len());
            let append = &piece[..piece.floor_char_boundary(room)];
            if append.is_empty() {
                continue;
            }
            let more = ItemAppend { item_id: item.clone(), at: output.len(), append: append.to_owned() };
            output.push_str(append);
            if !is_written {
                continue;
            }
            if let Err(error) = self.append(more).await {
                tracing::warn!(attempt = %self.attempt, "a script's output is shown at its end: {error}");
                is_written = false;
            }
        }
        output
    }

    async fn append(&self, more: ItemAppend) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.append(more).await?;
        self.conclude(case).await
    }

    async fn begin_item(
        &self,
        stage: AutomationStage,
        command: String,
    ) -> Result<ConversationItem, CommandError> {
        let status = AutomationStatus::Running;
        let kind = ItemKind::Automation(Automation { stage, command, status, exit_code: None, output: None });
        let mut item = ConversationItem { id: new_id(), timestamp: Timestamp::UNIX_EPOCH, kind };
        let Some(mut case) = self.case().await? else { return Ok(item) };
        item.timestamp = case.edit().now();
        case.item(item.clone()).await?;
        self.conclude(case).await?;
        Ok(item)
    }

    async fn write_item(&self, item: &ConversationItem) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.item(item.clone()).await?;
        self.conclude(case).await
    }

    /// Whether this was done already, by the server before or before an agent could not be started.
    pub(super) async fn is_done(&self, stage: AutomationStage) -> Result<bool, CommandError> {
        let mut tx = self.attempts.events().store().read().await?;
        let done = items::of_last_turn(&mut tx, &self.attempt).await?.into_iter().any(|item| {
            matches!(item.kind, ItemKind::Automation(Automation { stage: of, status, .. })
                if of == stage && status == AutomationStatus::Succeeded)
        });
        Ok(done)
    }

    /// Closes what a server that was killed has begun: it is done again.
    pub(super) async fn close_automations(&self) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        for mut item in items::of_last_turn(case.edit().conn(), &self.attempt).await? {
            if let ItemKind::Automation(automation) = &mut item.kind
                && automation.status == AutomationStatus::Running
            {
                automation.status = AutomationStatus::Failed;
                case.item(item).await?;
            }
        }
        self.conclude(case).await
    }
}

/// Says of an automation's item how it ended.
fn end(item: &mut ConversationItem, is_success: bool, exit_code: Option<i32>, output: String) {
    if let ItemKind::Automation(automation) = &mut item.kind {
        automation.status = if is_success { AutomationStatus::Succeeded } else { AutomationStatus::Failed };
        automation.exit_code = exit_code;
        automation.output = (!output.is_empty()).then_some(output);
    }
}
