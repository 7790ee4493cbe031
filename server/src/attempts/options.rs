//! How attempts are run; nothing sets it but tests.

use std::path::PathBuf;
use std::time::Duration;

use super::host::folder::Patience;

/// How attempts are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptOptions {
    /// The program that hosts and the demo agent are run with: this one.
    pub program: PathBuf,
    /// How long hosts wait.
    pub patience: Patience,
    /// After how long without a sign of life an attempt needs a person.
    pub silent_after: Duration,
    /// How often, at most, a card's face tells what its agent does.
    pub face_every: Duration,
    /// How long updates are gathered before they are written.
    pub gather: Duration,
}

impl Default for AttemptOptions {
    fn default() -> Self {
        Self {
            program: own_program(),
            patience: Patience::default(),
            silent_after: Duration::from_secs(600),
            face_every: Duration::from_secs(1),
            gather: Duration::from_millis(50),
        }
    }
}

/// This program, even if its file was replaced or removed since it began.
fn own_program() -> PathBuf {
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() { own } else { std::env::current_exe().unwrap_or_else(|_| PathBuf::from("mainstay")) }
}
