//! Starting a command, with its output and errors in one pipe, in the order in which they are printed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Stdio;

use agent_client_protocol::v1::schema::CreateTerminalRequest;
use tokio::net::unix::pipe;
use tokio::process::Command;

use crate::agents::acp::files::{self, FileError};
use crate::agents::environment;
use crate::process_group::ProcessGroup;

/// Why a command could not be started.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error(transparent)]
    Folder(#[from] FileError),
    #[error("{0} could not be started: {1}")]
    Program(String, #[source] io::Error),
}

/// Starts a command in the worktree, with variables of the agent's own and then the request's.
pub(super) fn start(
    worktree: &Path,
    env: &BTreeMap<String, String>,
    request: &CreateTerminalRequest,
) -> Result<(ProcessGroup, pipe::Receiver), StartError> {
    let folder = files::folder(worktree, request.cwd.as_deref())?;
    let failed = |error| StartError::Program(request.command.clone(), error);
    let (output, input) = io::pipe().map_err(failed)?;
    let output = pipe::Receiver::from_owned_fd(output.into()).map_err(failed)?;
    let (program, args) = program_of(request);
    let mut command = Command::new(program);
    environment::give(&mut command, env);
    command
        .args(args)
        .current_dir(folder)
        .envs(own_variables(request))
        .stdin(Stdio::null())
        .stdout(input.try_clone().map_err(failed)?)
        .stderr(input);
    let group = ProcessGroup::start(&mut command).map_err(failed)?;
    Ok((group, output))
}

fn own_variables(request: &CreateTerminalRequest) -> impl Iterator<Item = (&String, &String)> {
    let named = request.env.iter().map(|variable| (&variable.name, &variable.value));
    named.filter(|(name, _)| environment::is_the_agents(name))
}

/// The program and its arguments. Agents also send a whole command line as the command, which only a shell understands: it
/// is the agent's own, and it could run the same without us.
fn program_of(request: &CreateTerminalRequest) -> (&str, Vec<&str>) {
    let command = request.command.as_str();
    let is_line =
        request.args.is_empty() && !Path::new(command).is_file() && command.contains(is_for_a_shell);
    if is_line {
        return ("sh", vec!["-c", command]);
    }
    (command, request.args.iter().map(String::as_str).collect())
}

fn is_for_a_shell(character: char) -> bool {
    character.is_whitespace() || "|&;<>()$`\\\"'*?[]#~".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_command_line_goes_to_a_shell_and_a_program_does_not() {
        let of = |command: &str, args: &[&str]| {
            let args = args.iter().map(|arg| (*arg).to_owned()).collect();
            let request = CreateTerminalRequest::new("s", command).args(args);
            let (program, args) = program_of(&request);
            [vec![program], args].concat().join("|")
        };
        assert_eq!(of("make", &[]), "make");
        assert_eq!(of("make", &["a b"]), "make|a b");
        assert_eq!(of("make && ls", &[]), "sh|-c|make && ls");
        assert_eq!(of("a b", &["c"]), "a b|c");
    }
}
