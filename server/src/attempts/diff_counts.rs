//! Keeps the count of what each attempt has changed: counted again after whatever may have touched files, but never all
//! the time, and only few at once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::card::DiffCount;
use shared::ids::AttemptId;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use super::Attempts;
use crate::git::diff_count::{Comparison, DiffCountError};
use crate::store::{StoreError, attempts, boards};

/// How many attempts are counted at once.
const AT_ONCE: usize = 2;
/// How long git may take for each step.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// For each second of counting, at least so many pass before the next: a large repository is counted less often.
const REST: u32 = 9;

/// A new count of an attempt; none if it has changed nothing.
#[derive(Debug)]
pub(super) struct Counted {
    pub attempt: AttemptId,
    pub diff: Option<DiffCount>,
}

/// The attempts that are being counted.
#[derive(Debug)]
pub(super) struct DiffCounts {
    places: Semaphore,
    /// Whether something changed since the count began.
    known: Mutex<HashMap<AttemptId, bool>>,
}

impl Default for DiffCounts {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), known: Mutex::default() }
    }
}

impl DiffCounts {
    /// Notes that an attempt may have changed files, and says whether somebody has to begin to count it.
    fn note(&self, attempt: &AttemptId) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(attempt.clone(), true).is_none()
    }

    /// Notes that a count begins.
    fn begin(&self, attempt: &AttemptId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(attempt.clone(), false);
    }

    /// Forgets an attempt, unless it changed since its count began.
    fn end(&self, attempt: &AttemptId) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let has_changed = known.get(attempt).copied().unwrap_or_default();
        if !has_changed {
            known.remove(attempt);
        }
        !has_changed
    }
}

impl Attempts {
    /// Counts what an attempt has changed, now or soon, because it may be different by now.
    pub(super) fn count_diff(&self, attempt: &AttemptId) {
        if self.0.diff_counts.note(attempt) {
            let (attempts, attempt) = (self.clone(), attempt.clone());
            self.0.tasks.spawn(async move {
                let shutdown = attempts.0.shutdown.clone();
                _ = shutdown.run_until_cancelled(attempts.keep_counting(&attempt)).await;
            });
        }
    }

    async fn keep_counting(&self, attempt: &AttemptId) {
        let counts = &self.0.diff_counts;
        loop {
            let Ok(place) = counts.places.acquire().await else { return };
            counts.begin(attempt);
            let began = Instant::now();
            match self.count(attempt).await {
                // If the intake is gone, the server stops.
                Ok(Some(diff)) => _ = self.0.counted.send(Counted { attempt: attempt.clone(), diff }).await,
                Ok(None) => {}
                Err(error) => tracing::debug!(%attempt, "what it has changed could not be counted: {error}"),
            }
            drop(place);
            sleep(self.options().face_every.max(began.elapsed() * REST)).await;
            if counts.end(attempt) {
                return;
            }
        }
    }

    /// What an attempt has changed; nothing at all if it has no worktree.
    async fn count(&self, attempt: &AttemptId) -> Result<Option<Option<DiffCount>>, CountError> {
        let mut tx = self.0.events.store().read().await?;
        let Some(it) = attempts::stored(&mut tx, attempt).await? else { return Ok(None) };
        let Some(board) = boards::stored(&mut tx, &it.attempt.board_id).await? else { return Ok(None) };
        drop(tx);
        let Some(worktree) = &it.attempt.worktree else { return Ok(None) };
        let comparison = Comparison {
            repository: Path::new(&board.repository_path),
            path: Path::new(worktree),
            base: &it.attempt.base_branch,
            time_limit: TIME_LIMIT,
        };
        let counted = comparison.count().await?;
        Ok(Some((counted.files > 0).then_some(counted)))
    }
}

/// Why there is no count.
#[derive(Debug, thiserror::Error)]
enum CountError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Diff(#[from] DiffCountError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_during_a_count_is_counted_by_the_next() {
        let counts = DiffCounts::default();
        let attempt = AttemptId::from("a");
        assert!(counts.note(&attempt), "somebody has to begin");
        assert!(!counts.note(&attempt), "somebody did");
        counts.begin(&attempt);
        assert!(!counts.note(&attempt));
        assert!(!counts.end(&attempt), "there is more");
        counts.begin(&attempt);
        assert!(counts.end(&attempt));
        assert!(counts.note(&attempt), "it is forgotten");
    }
}
