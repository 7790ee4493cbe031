//! A program that is to be started for an agent: with what it is given, and why it could not be.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use super::environment;
use crate::process_group::ProcessGroup;

/// A program to be started, and what it is given.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// The program and its arguments.
    pub command: &'a [String],
    /// Variables on top of those that every agent gets.
    pub env: &'a BTreeMap<String, String>,
    /// The folder that it starts in.
    pub folder: &'a Path,
}

/// Why a program could not be started, in words for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The command is empty.
    #[error("the agent's definition names no program to run")]
    NoProgram,
    /// The program is nowhere.
    #[error("`{program}` is not installed, or not on the PATH")]
    Missing {
        /// Its name.
        program: String,
    },
    /// A file is there, but it is no program.
    #[error("`{program}` can't be executed: {source}")]
    NotExecutable {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is nowhere.
    #[error("the folder {} is not there any more", folder.display())]
    NoFolder {
        /// The folder that it should start in.
        folder: PathBuf,
    },
    /// The arguments and the environment are too long for the system.
    #[error("`{program}` can't take a command line as long as this; a prompt fits on its standard input")]
    TooLong {
        /// Its name.
        program: String,
    },
    /// The system has another reason.
    #[error("`{program}` could not be started: {source}")]
    Failed {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
}

/// What a program is spoken to with.
#[derive(Debug)]
pub struct Pipes {
    /// What it reads, if it was given something to read.
    pub stdin: Option<ChildStdin>,
    /// What it prints.
    pub stdout: ChildStdout,
    /// What it prints as errors.
    pub stderr: ChildStderr,
}

impl Program<'_> {
    /// Starts it in a process group of its own.
    ///
    /// # Errors
    /// Why it could not be started.
    pub fn start(&self, stdin: Stdio) -> Result<(ProcessGroup, Pipes), StartError> {
        let [name, arguments @ ..] = self.command else { return Err(StartError::NoProgram) };
        let mut command = Command::new(name);
        command
            .args(arguments)
            .current_dir(self.folder)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        environment::give(&mut command, self.env);
        start(&mut command).map_err(|error| StartError::of(error, name, self.folder))
    }
}

fn start(command: &mut Command) -> io::Result<(ProcessGroup, Pipes)> {
    let mut group = ProcessGroup::start(command)?;
    let leader = group.leader();
    let pipes = Pipes {
        stdin: leader.stdin.take(),
        stdout: leader.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?,
        stderr: leader.stderr.take().ok_or_else(|| io::Error::other("it has no error output"))?,
    };
    Ok((group, pipes))
}

impl StartError {
    fn of(error: io::Error, program: &str, folder: &Path) -> Self {
        let program = program.to_owned();
        match error.kind() {
            // The system says the same of the folder and of the program.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if !folder.is_dir() => {
                Self::NoFolder { folder: folder.to_owned() }
            }
            // A script's interpreter may be what is missing.
            io::ErrorKind::NotFound if Path::new(&program).is_file() => {
                Self::NotExecutable { program, source: error }
            }
            io::ErrorKind::NotFound => Self::Missing { program },
            io::ErrorKind::PermissionDenied => Self::NotExecutable { program, source: error },
            io::ErrorKind::ArgumentListTooLong => Self::TooLong { program },
            _ => Self::Failed { program, source: error },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_can_not_be_started_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let why = |command: &[&str], folder: &Path| {
            let command: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
            let program = Program { command: &command, env: &BTreeMap::new(), folder };
            program.start(Stdio::null()).unwrap_err().to_string()
        };
        let missing = why(&["no-such-agent"], folder.path());
        assert_eq!(missing, "`no-such-agent` is not installed, or not on the PATH");
        assert_eq!(why(&[], folder.path()), "the agent's definition names no program to run");
        let gone = folder.path().join("gone");
        assert!(why(&["sh"], &gone).ends_with("is not there any more"));
        let file = folder.path().join("notes");
        std::fs::write(&file, "text").unwrap();
        let no_program = why(&[file.to_str().unwrap()], folder.path());
        assert!(no_program.contains("can't be executed"), "{no_program}");
        let long = "x".repeat(8 << 20);
        assert!(why(&["echo", &long], folder.path()).contains("fits on its standard input"));
    }
}
