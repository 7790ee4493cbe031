//! The worktrees of a board or of cards that are about to go: nothing that is not committed goes with them unasked.

use std::path::Path;
use std::time::Duration;

use shared::ids::BoardId;
use shared::time::Timestamp;
use tokio::time::{Instant, sleep};

use super::Attempts;
use super::closing::Closing;
use super::host::protocol::Command;
use crate::board::{CommandError, CommandErrorKind};
use crate::git::GitError;
use crate::git::worktree::{OnWork, Removal, RemoveError, RepositoryError, check, remove};
use crate::store::attempts::StoredAttempt;
use crate::store::{attempts, boards, hosts};

/// How long git may take for each step at one worktree.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// How long to wait for those who still work in the worktrees, though they have no turn.
const LEAVING: Duration = Duration::from_secs(20);
/// How often to look whether they are gone.
const LOOK: Duration = Duration::from_millis(50);

/// Removes all worktrees of a board. While what it gives is kept, nobody can begin to work on the board.
///
/// # Errors
/// If one of them holds work that is not committed, unless that shall be kept under a reference of the repository; or if
/// agents are at work; then none is removed. Or if git fails.
pub async fn remove_all(
    attempts: &Attempts,
    board: &BoardId,
    keep_recovery: bool,
) -> Result<Closing, CommandError> {
    let closing = attempts.close(board)?;
    let all = expect_nobody_at_work(attempts, board).await?;
    see_out(attempts, board).await?;
    let mut tx = attempts.events().store().read().await?;
    let stored = boards::stored(&mut tx, board).await?.ok_or_else(|| CommandError::no_board(board))?;
    drop(tx);
    let now = attempts.events().clock().now();
    let on_work = |it| match keep_recovery {
        true => OnWork::SnapshotFirst { attempt: it, now },
        false => OnWork::Refuse,
    };
    let mut removals = Vec::new();
    for it in &all {
        let Some(path) = it.attempt.worktree.as_deref().map(Path::new) else { continue };
        let (repository, on_work) = (Path::new(&stored.repository_path), on_work(&it.attempt.attempt_id));
        removals.push(Removal { repository, path, on_work, time_limit: TIME_LIMIT });
    }
    // All are looked at before one is removed.
    let mut holding = Vec::new();
    for removal in &removals {
        match check(removal).await {
            Err(RemoveError::HoldsWork { .. }) => holding.push(removal.path.display().to_string()),
            other => other.map_err(|error| refused(removal.path, error))?,
        }
    }
    if !holding.is_empty() {
        return Err(CommandError::conflict(format!("Uncommitted work is in {}.", holding.join(", "))).hint(
            "Commit it there, or add ?keepRecovery=true to keep it under refs/mainstay/recovery in the repository.",
        ));
    }
    for removal in &removals {
        remove(removal).await.map_err(|error| refused(removal.path, error))?;
    }
    Ok(closing)
}

/// Removes the worktrees of cards that were deleted before this moment, and keeps what is not committed there under a
/// reference of the repository. One that can't be removed stays, and so does its card.
///
/// # Errors
/// If the database can't be read or written.
pub async fn remove_of_deleted(attempts: &Attempts, before: Timestamp) -> Result<(), CommandError> {
    let mut tx = attempts.events().store().read().await?;
    let expired = attempts::with_worktree_of_deleted(&mut tx, before).await?;
    drop(tx);
    for it in &expired {
        let Some(path) = it.attempt.worktree.as_deref().map(Path::new) else { continue };
        let mut tx = attempts.events().store().read().await?;
        let Some(board) = boards::stored(&mut tx, &it.attempt.board_id).await? else { continue };
        drop(tx);
        let now = attempts.events().clock().now();
        let removal = Removal {
            repository: Path::new(&board.repository_path),
            path,
            on_work: OnWork::SnapshotFirst { attempt: &it.attempt.attempt_id, now },
            time_limit: TIME_LIMIT,
        };
        if let Err(error) = remove(&removal).await {
            tracing::warn!(
                "a deleted card is kept, for its worktree {} can't be removed: {error}",
                path.display()
            );
            continue;
        }
        let mut tx = attempts.events().store().write().await?;
        attempts::forget_worktree(&mut tx, &it.attempt.attempt_id).await?;
        drop(tx.commit().await?);
    }
    Ok(())
}

/// The attempts of a board; refuses if one has work.
async fn expect_nobody_at_work(
    attempts: &Attempts,
    board: &BoardId,
) -> Result<Vec<StoredAttempt>, CommandError> {
    // Whoever began before the board was closed is seen from within a change.
    let mut change = attempts.events().begin().await?;
    let name = boards::stored(change.conn(), board).await?.ok_or_else(|| CommandError::no_board(board))?.name;
    let all = attempts::of_board(change.conn(), board).await?;
    if all.iter().any(|it| it.state.status().is_active()) {
        return Err(CommandError::conflict(format!("Agents are working on cards of \"{name}\"."))
            .hint("Stop their attempts first, or wait for them to end."));
    }
    Ok(all)
}

/// Ends the agents that are idle, and waits for what is done after an attempt.
async fn see_out(attempts: &Attempts, board: &BoardId) -> Result<(), CommandError> {
    let mut change = attempts.events().begin().await?;
    let staying = attempts::lingering(change.conn(), board).await?;
    for it in &staying {
        if hosts::of_attempt(change.conn(), &it.attempt.attempt_id).await?.is_some() {
            hosts::command(change.conn(), &it.attempt.attempt_id, &Command::End).await?;
        }
    }
    change.commit().await?;
    staying.iter().for_each(|it| attempts.tend(it.attempt.attempt_id.clone()));
    let deadline = Instant::now() + LEAVING;
    loop {
        let mut tx = attempts.events().store().read().await?;
        if attempts::lingering(&mut tx, board).await?.is_empty() {
            return Ok(());
        }
        drop(tx);
        if Instant::now() >= deadline {
            return Err(CommandError::conflict("An attempt of the project is still being cleaned up.")
                .hint("Wait for its cleanup script to end, then try again."));
        }
        sleep(LOOK).await;
    }
}

fn refused(path: &Path, error: RemoveError) -> CommandError {
    let message = format!("The worktree {} can't be removed: {error}.", path.display());
    match error {
        RemoveError::Repository(RepositoryError::DiskFull { .. }) => {
            CommandError::new(CommandErrorKind::DiskFull, message)
                .hint("Make room on the disk, then try again.")
        }
        RemoveError::Repository(RepositoryError::Git(GitError::Missing)) => {
            CommandError::unavailable(message).hint("Install git, or put it on the server's PATH.")
        }
        RemoveError::Repository(RepositoryError::Git(_)) => CommandError::unavailable(message)
            .hint("Try again; if it stays so, try git in that folder yourself."),
        _ => {
            CommandError::conflict(message).hint("See to it with git, or remove it by hand, then try again.")
        }
    }
}
