//! One at a time: git trips over a worktree of the same repository that another git is just making.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Who has their turn at which repository.
type Turns = HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>;

static TURNS: LazyLock<Mutex<Turns>> = LazyLock::new(Mutex::default);

/// Waits until it is this one's turn at a repository; the next one's comes when this is dropped.
pub(super) async fn at(repository: &Path) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody has or waits for are forgotten.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(repository.to_owned()).or_default())
    };
    turn.lock_owned().await
}
