//! Git repositories near the projects and in the home folder, for whoever adds one.
//!
//! A search looks at folders, not at what git says of them, and is bounded in every way: how deep, how many folders,
//! how long. It reads disks, and a disk may hang: so it has a thread of its own, there is one search at a time, and
//! what it has found by its end is the answer.

mod checkout;
mod mounts;
mod search;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::repository::FoundRepository;
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use search::Bounds;
use search::search;

/// How long whoever asks waits for the search of somebody else.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a search may go on past its time, which it only notices between two folders.
const GRACE: Duration = Duration::from_millis(500);

/// How many searches there may be at once: one that a disk does not answer goes on until it does.
const SEARCHES: usize = 4;

/// The search for repositories. Its clones are the same one.
#[derive(Clone, Debug)]
pub struct Repositories {
    home: Option<PathBuf>,
    bounds: Bounds,
    turn: Arc<Semaphore>,
}

/// Where a search begins.
#[derive(Clone, Debug)]
pub struct Start {
    /// The work trees of the projects: what lies beside them is looked at.
    pub near: Vec<PathBuf>,
    /// The folder that is left out: Mainstay's own data, with the attempts' worktrees.
    pub without: PathBuf,
}

impl Repositories {
    /// Looks into the home folder too, if there is one.
    #[must_use]
    pub fn new(home: Option<PathBuf>) -> Self {
        Self { home, bounds: Bounds::default(), turn: Arc::new(Semaphore::new(SEARCHES)) }
    }

    /// The repositories that are found, the last used first. `None` if other searches do not end.
    pub async fn nearby(&self, start: Start) -> Option<Vec<FoundRepository>> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned()).await.ok()?.ok()?;
        let found = Arc::new(Mutex::new(Vec::new()));
        let (home, bounds, finds) = (self.home.clone(), self.bounds, Arc::clone(&found));
        let searching = tokio::task::spawn_blocking(move || {
            let found_one = |one| finds.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            search(home.as_deref(), &start, bounds, found_one);
            drop(turn);
        });
        if timeout(bounds.time + GRACE, searching).await.is_err() {
            tracing::warn!("a disk does not answer; the search for repositories goes on without it");
        }
        let mut found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        found.sort_by(|one, other| other.used_at.cmp(&one.used_at).then_with(|| one.path.cmp(&other.path)));
        Some(found)
    }
}
