//! How attempts are run; nothing sets it but tests.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::host::folder::Patience;
use crate::agents::catalog;
use crate::agents::driver::ANSWER;

/// How attempts are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptOptions {
    /// The program that hosts and the demo agent are run with; this very one, unless told.
    pub program: Option<PathBuf>,
    /// Where agents are looked for: folders, as in the variable PATH.
    pub agents_path: OsString,
    /// How long hosts wait.
    pub patience: Patience,
    /// How long an agent may take until it has a session.
    pub answer: Duration,
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
            program: None,
            agents_path: std::env::var_os("PATH").unwrap_or_default(),
            patience: Patience::default(),
            answer: ANSWER,
            silent_after: Duration::from_secs(600),
            face_every: Duration::from_secs(1),
            gather: Duration::from_millis(25),
        }
    }
}

impl AttemptOptions {
    /// The program that hosts are run with: this one, even if its file was replaced or removed since it began.
    #[must_use]
    pub fn host_program(&self) -> PathBuf {
        let running = PathBuf::from("/proc/self/exe");
        match &self.program {
            Some(program) => program.clone(),
            None if running.exists() => running,
            None => self.agent_program(),
        }
    }

    /// The program that the demo agent is run with, by a path that means the same to every process.
    #[must_use]
    pub fn agent_program(&self) -> PathBuf {
        let own = || catalog::own_program().unwrap_or_else(|_| PathBuf::from("mainstay"));
        self.program.clone().unwrap_or_else(own)
    }
}
