//! The worktrees of a board that is about to go: nothing that is not committed goes with them unasked.

use std::path::Path;
use std::time::Duration;

use shared::ids::BoardId;

use super::Attempts;
use crate::board::CommandError;
use crate::git::status::status;
use crate::git::worktree::{OnWork, Removal, remove};
use crate::store::attempts::StoredAttempt;
use crate::store::{attempts, boards};

/// How long git may take for each step at one worktree.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Removes all worktrees of a board.
///
/// # Errors
/// If one of them holds work that is not committed, unless that shall be kept under a reference of the repository; then none
/// is removed. Or if agents are at work, or git fails.
pub async fn remove_all(
    attempts: &Attempts,
    board: &BoardId,
    keep_recovery: bool,
) -> Result<(), CommandError> {
    let mut tx = attempts.events().store().read().await?;
    let stored = boards::stored(&mut tx, board).await?.ok_or_else(|| CommandError::no_board(board))?;
    let all = attempts::of_board(&mut tx, board).await?;
    drop(tx);
    if all.iter().any(|it| it.state.status().is_active()) {
        return Err(CommandError::conflict(format!("Agents are working on cards of \"{}\".", stored.name))
            .hint("Stop their attempts first, or wait for them to end."));
    }
    let there: Vec<(&StoredAttempt, &Path)> =
        all.iter().filter_map(|it| Some((it, Path::new(it.attempt.worktree.as_deref()?)))).collect();
    let there: Vec<_> = there.into_iter().filter(|(_, path)| path.is_dir()).collect();
    if !keep_recovery {
        refuse_work(&there).await?;
    }
    let now = attempts.events().clock().now();
    for (it, path) in there {
        let on_work = match keep_recovery {
            true => OnWork::SnapshotFirst { attempt: &it.attempt.attempt_id, now },
            false => OnWork::Refuse,
        };
        let repository = Path::new(&stored.repository_path);
        let removal = Removal { repository, path, on_work, time_limit: TIME_LIMIT };
        remove(&removal).await.map_err(|error| {
            CommandError::conflict(format!("The worktree {} can't be removed: {error}.", path.display()))
                .hint("See to it with git, or remove it by hand, then try again.")
        })?;
    }
    Ok(())
}

/// Refuses if any worktree holds work, before any of them is removed.
async fn refuse_work(worktrees: &[(&StoredAttempt, &Path)]) -> Result<(), CommandError> {
    let mut holding = Vec::new();
    for (_, path) in worktrees {
        // What can't be looked at is refused when it is to be removed.
        if status(path, TIME_LIMIT).await.is_ok_and(|status| !status.is_clean()) {
            holding.push(path.display().to_string());
        }
    }
    if holding.is_empty() {
        return Ok(());
    }
    Err(CommandError::conflict(format!("Uncommitted work is in {}.", holding.join(", ")))
        .hint("Commit it there, or add ?keepRecovery=true to keep it under refs/mainstay/recovery in the repository."))
}
