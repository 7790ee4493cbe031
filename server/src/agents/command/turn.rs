//! One run of a tool: its prompt goes in, its lines come out, and all of it ends.

use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio::process::ChildStdin;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Patience;
use crate::agents::driver::Launch;
use crate::agents::last_words::LastWords;
use crate::agents::lines::{Lines, TooLong};
use crate::agents::program::{Pipes, Program};
use crate::agents::update::{TurnEnd, Update};
use crate::process_group::ProcessGroup;

/// What stands in the arguments where the prompt goes.
const PLACE: &str = "{prompt}";

/// The most bytes of a line; a longer one comes in pieces.
const MAX_LINE: usize = 64 * 1024;

/// The most bytes that are read of what a pipe still holds when its program is gone: a pipe holds less.
const MAX_REST: usize = 1024 * 1024;

/// A turn of a tool.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub launch: &'a Launch,
    pub updates: &'a mpsc::Sender<Update>,
    pub patience: Patience,
    pub cancel: &'a CancellationToken,
}

impl Turn<'_> {
    /// Runs the tool to its end.
    pub async fn play(self, prompt: &str) -> TurnEnd {
        let (command, has_place) = with_prompt(&self.launch.command, prompt);
        let program = Program { command: &command, env: &self.launch.env, folder: &self.launch.worktree };
        let stdin = if has_place { Stdio::null() } else { Stdio::piped() };
        let (group, pipes) = match program.start(stdin) {
            Ok(started) => started,
            Err(error) => return TurnEnd::Failed { reason: error.to_string() },
        };
        self.follow(group, pipes, prompt).await
    }

    async fn follow(self, mut group: ProcessGroup, pipes: Pipes, prompt: &str) -> TurnEnd {
        let (no_more, all_read) = (CancellationToken::new(), CancellationToken::new());
        let flow = async {
            let (last_words, ..) = tokio::join!(
                self.forward(pipes.stderr, Update::Stderr, &no_more),
                self.forward(pipes.stdout, Update::Output, &no_more),
                no_more.run_until_cancelled(feed(pipes.stdin, prompt)),
            );
            all_read.cancel();
            last_words
        };
        let life = async {
            let is_cancelled = tokio::select! {
                () = group.exited() => false,
                () = self.cancel.cancelled() => {
                    group.end(self.patience.with_its_end).await;
                    true
                }
            };
            // A child may hold the pipes, and never let go.
            _ = timeout(self.patience.with_its_children, all_read.cancelled()).await;
            let status = group.close().await.ok();
            no_more.cancel();
            (is_cancelled, status)
        };
        let (last_words, (is_cancelled, status)) = tokio::join!(flow, life);
        match status {
            _ if is_cancelled => TurnEnd::Cancelled,
            Some(status) if status.success() => TurnEnd::Done,
            status => {
                let program = self.launch.command.first().map_or("", String::as_str);
                TurnEnd::Failed { reason: last_words.tell(program, status) }
            }
        }
    }

    /// Sends a pipe's lines on, as fast as they are taken. After `no_more` it takes what is there, and waits for nothing.
    async fn forward(
        self,
        pipe: impl AsyncRead + Unpin,
        update: fn(String) -> Update,
        no_more: &CancellationToken,
    ) -> LastWords {
        let mut lines = Lines::new(pipe, MAX_LINE, TooLong::InPieces);
        let mut last_words = LastWords::default();
        let mut rest = MAX_REST;
        while rest > 0 {
            let line = tokio::select! {
                biased;
                // A pipe that can't be read any more has nothing more to tell.
                line = lines.next() => line.unwrap_or_else(|_| lines.rest()),
                () = no_more.cancelled() => {
                    rest = 0;
                    lines.rest()
                }
            };
            let Some(line) = line.map(|line| line.text) else { break };
            if no_more.is_cancelled() {
                // Who has left the group may print for ever.
                rest = rest.saturating_sub(line.len() + 1);
            }
            last_words.push(&line);
            if self.updates.send(update(line)).await.is_err() {
                break;
            }
        }
        last_words
    }
}

/// The command with the prompt in its place, and whether there is one.
fn with_prompt(command: &[String], prompt: &str) -> (Vec<String>, bool) {
    let Some((program, arguments)) = command.split_first() else { return (Vec::new(), false) };
    let has_place = arguments.iter().any(|argument| argument.contains(PLACE));
    let arguments = arguments.iter().map(|argument| argument.replace(PLACE, prompt));
    (std::iter::once(program.clone()).chain(arguments).collect(), has_place)
}

/// Gives a tool its prompt, and nothing more. Not every tool reads all of it.
async fn feed(stdin: Option<ChildStdin>, prompt: &str) {
    if let Some(mut stdin) = stdin {
        _ = stdin.write_all(prompt.as_bytes()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn the_prompt_takes_its_place_in_the_arguments() {
        let (command, has_place) =
            with_prompt(&words(&["aider", "--message={prompt}", "-y"]), "Do {prompt}!");
        assert_eq!((command, has_place), (words(&["aider", "--message=Do {prompt}!", "-y"]), true));
    }

    #[test]
    fn without_a_place_the_arguments_stay_as_they_are() {
        let command = words(&["{prompt}", "--yes", "{}"]);
        assert_eq!(with_prompt(&command, "Do it"), (command, false));
    }
}
