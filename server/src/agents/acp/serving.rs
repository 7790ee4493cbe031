//! What an agent gets from us when it asks: files and terminals.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use agent_client_protocol::v1::schema::{
    CreateTerminalRequest, Error, KillTerminalRequest, KillTerminalResponse, ReadTextFileRequest,
    ReadTextFileResponse, ReleaseTerminalRequest, ReleaseTerminalResponse, TerminalOutputRequest,
    WaitForTerminalExitRequest, WriteTextFileRequest, WriteTextFileResponse,
};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::files::{self, FileError};
use super::terminals::Terminals;
use super::wire::{self, Message, Outcome, Request};

/// How many requests may be under way at once.
const MAX_UNDER_WAY: usize = 256;
/// How many files are read or written at once.
const MAX_FILES: usize = 2;
/// How many requests for files may be under way before the next one is heard: each may be about megabytes.
const MAX_FILES_UNDER_WAY: usize = 8;

/// A request that was served.
struct Served {
    answer: Message,
    /// Whether it was about a file.
    is_of_file: bool,
}

/// Serves an agent.
pub(super) struct Serving {
    worktree: PathBuf,
    pub terminals: Terminals,
    under_way: JoinSet<Served>,
    files: Arc<Semaphore>,
    files_under_way: usize,
}

impl Serving {
    /// Serves files of a worktree, and terminals.
    pub fn new(worktree: PathBuf, terminals: Terminals) -> Self {
        let files = Arc::new(Semaphore::new(MAX_FILES));
        Self { worktree, terminals, under_way: JoinSet::new(), files, files_under_way: 0 }
    }

    /// Whether there is room for another request.
    pub fn has_room(&self) -> bool {
        self.files_under_way < MAX_FILES_UNDER_WAY
    }

    /// Serves a request: the answer, unless it takes time.
    pub fn serve(&mut self, request: Request) -> Option<Message> {
        let outcome = match request.method.as_str() {
            "fs/read_text_file" | "fs/write_text_file" | "terminal/wait_for_exit" => {
                return self.begin(request);
            }
            "terminal/create" => self.create_terminal(&request.params),
            "terminal/output" => parsed(&request.params)
                .and_then(|it: TerminalOutputRequest| wire::done(&self.terminals.output(&it.terminal_id)?)),
            "terminal/kill" => parsed(&request.params).and_then(|it: KillTerminalRequest| {
                self.terminals.kill(&it.terminal_id)?;
                wire::done(&KillTerminalResponse::default())
            }),
            "terminal/release" => parsed(&request.params).and_then(|it: ReleaseTerminalRequest| {
                self.terminals.release(&it.terminal_id)?;
                wire::done(&ReleaseTerminalResponse::default())
            }),
            _ => Err(Error::method_not_found()),
        };
        Some(wire::answer(&request.id, outcome))
    }

    /// The next answer that took time; never, if none is under way. May be dropped and called again.
    pub async fn answer(&mut self) -> Message {
        loop {
            match self.under_way.join_next().await {
                Some(Ok(served)) => {
                    self.files_under_way -= usize::from(served.is_of_file);
                    return served.answer;
                }
                // It was ended in mid-work, and there is nobody any more to answer to.
                Some(Err(_)) => {}
                None => return std::future::pending().await,
            }
        }
    }

    fn create_terminal(&mut self, params: &RawValue) -> Outcome {
        let request: CreateTerminalRequest = parsed(params)?;
        wire::done(&self.terminals.create(&request)?)
    }

    fn begin(&mut self, request: Request) -> Option<Message> {
        if self.under_way.len() >= MAX_UNDER_WAY {
            let why = Error::new(-32603, "too many requests at once: wait for some answers");
            return Some(wire::answer(&request.id, Err(why)));
        }
        let begun = match request.method.as_str() {
            "terminal/wait_for_exit" => self.wait(&request),
            "fs/read_text_file" => self.read(&request),
            _ => self.write(&request),
        };
        begun.err().map(|error| wire::answer(&request.id, Err(error)))
    }

    fn wait(&mut self, request: &Request) -> Result<(), Error> {
        let wait: WaitForTerminalExitRequest = parsed(&request.params)?;
        let ended = self.terminals.wait(&wait.terminal_id)?;
        let id = request.id.clone();
        self.under_way.spawn(async move {
            let outcome = ended.await.and_then(|response| wire::done(&response));
            Served { answer: wire::answer(&id, outcome), is_of_file: false }
        });
        Ok(())
    }

    fn read(&mut self, request: &Request) -> Result<(), Error> {
        let read: ReadTextFileRequest = parsed(&request.params)?;
        self.with_files(request, move |worktree| {
            let text = files::read(worktree, &read.path, read.line, read.limit).map_err(refusal)?;
            wire::done(&ReadTextFileResponse::new(text))
        });
        Ok(())
    }

    fn write(&mut self, request: &Request) -> Result<(), Error> {
        let write: WriteTextFileRequest = parsed(&request.params)?;
        self.with_files(request, move |worktree| {
            files::write(worktree, &write.path, &write.content).map_err(refusal)?;
            wire::done(&WriteTextFileResponse::default())
        });
        Ok(())
    }

    /// Works with files, where it may block.
    fn with_files(&mut self, request: &Request, work: impl FnOnce(&Path) -> Outcome + Send + 'static) {
        let (id, worktree, files) = (request.id.clone(), self.worktree.clone(), Arc::clone(&self.files));
        self.files_under_way += 1;
        self.under_way.spawn(async move {
            let _one_of_few = files.acquire().await;
            let outcome = tokio::task::spawn_blocking(move || work(&worktree)).await;
            let outcome = outcome.unwrap_or_else(|_| Err(Error::internal_error()));
            Served { answer: wire::answer(&id, outcome), is_of_file: true }
        });
    }
}

fn parsed<Params: DeserializeOwned>(params: &RawValue) -> Result<Params, Error> {
    serde_json::from_str(params.get()).map_err(|error| Error::invalid_params().data(error.to_string()))
}

fn refusal(error: FileError) -> Error {
    let code = if error.is_missing() { Error::resource_not_found(None).code.into() } else { -32602 };
    Error::new(code, error.to_string())
}
