//! Commands that an agent runs through us, each in a process group of its own.

mod command;
mod tail;
mod tended;

use std::collections::{BTreeMap, HashMap};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_client_protocol::v1::schema::{
    CreateTerminalRequest, CreateTerminalResponse, Error, TerminalExitStatus, TerminalId,
    TerminalOutputResponse, WaitForTerminalExitResponse,
};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::agents::driver::Launch;
use crate::agents::ending::signal_name;
use crate::agents::update::Update;
use crate::ids::random_name;
use tail::Tail;
use tended::{Tended, Wish};

/// How many terminals there may be at once.
const MAX_TERMINALS: usize = 32;
/// How much of its output a terminal keeps for the agent, at most and if it doesn't say.
const MAX_KEPT: usize = 1 << 20;

/// The terminals of an agent. Dropping them kills what runs in them.
pub(super) struct Terminals {
    worktree: PathBuf,
    env: BTreeMap<String, String>,
    updates: mpsc::Sender<Update>,
    /// How long a command that was asked to end may take.
    patience: Duration,
    open: HashMap<String, Terminal>,
    tended: JoinSet<()>,
}

struct Terminal {
    wishes: watch::Sender<Wish>,
    tail: Arc<Mutex<Tail>>,
    status: watch::Receiver<Option<ExitStatus>>,
}

impl Terminals {
    /// No terminals yet.
    pub fn new(launch: &Launch, updates: mpsc::Sender<Update>, patience: Duration) -> Self {
        let (worktree, env) = (launch.worktree.clone(), launch.env.clone());
        Self { worktree, env, updates, patience, open: HashMap::new(), tended: JoinSet::new() }
    }

    /// Runs a command.
    pub fn create(&mut self, request: &CreateTerminalRequest) -> Result<CreateTerminalResponse, Error> {
        while self.tended.try_join_next().is_some() {}
        // Those that were released may still be ending.
        if self.open.len() >= MAX_TERMINALS || self.tended.len() >= 2 * MAX_TERMINALS {
            return Err(refused(format!("{MAX_TERMINALS} terminals are open: release one")));
        }
        let (group, output) = command::start(&self.worktree, &self.env, request).map_err(refused)?;
        let id = random_name();
        let limit = request.output_byte_limit.and_then(|limit| usize::try_from(limit).ok());
        let tail = Arc::new(Mutex::new(Tail::new(limit.map_or(MAX_KEPT, |limit| limit.min(MAX_KEPT)))));
        let (wishes, heard) = watch::channel(Wish::default());
        let (ended, status) = watch::channel(None);
        let tended = Tended::new(id.clone(), self.updates.clone(), self.patience);
        self.tended.spawn(tended.run(group, output, heard, Arc::clone(&tail), ended));
        self.open.insert(id.clone(), Terminal { wishes, tail, status });
        Ok(CreateTerminalResponse::new(id))
    }

    /// What a terminal has printed so far.
    pub fn output(&self, id: &TerminalId) -> Result<TerminalOutputResponse, Error> {
        let terminal = self.get(id)?;
        let tail = terminal.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let mut response = TerminalOutputResponse::new(tail.text(), tail.is_truncated());
        response.exit_status = terminal.status.borrow().map(exit_status);
        Ok(response)
    }

    /// Waits until a terminal's command has ended, and tells how.
    pub fn wait(
        &self,
        id: &TerminalId,
    ) -> Result<impl Future<Output = Result<WaitForTerminalExitResponse, Error>> + Send + 'static, Error>
    {
        let mut status = self.get(id)?.status.clone();
        Ok(async move {
            let ended = status.wait_for(Option::is_some).await.map_err(|_| Error::request_cancelled())?;
            Ok(WaitForTerminalExitResponse::new(ended.map(exit_status).unwrap_or_default()))
        })
    }

    /// Asks a terminal's command to end, and after a while makes it.
    pub fn kill(&self, id: &TerminalId) -> Result<(), Error> {
        self.get(id)?.wishes.send_modify(|wish| wish.ends = true);
        Ok(())
    }

    /// Lets go of a terminal; a command that still runs is killed.
    pub fn release(&mut self, id: &TerminalId) -> Result<(), Error> {
        self.get(id)?;
        self.open.remove(id.0.as_ref());
        Ok(())
    }

    /// A use of a tool was told that names this terminal: from now on, what it prints can be told.
    pub fn named(&self, id: &str) {
        if let Some(terminal) = self.open.get(id) {
            terminal.wishes.send_modify(|wish| wish.is_named = true);
        }
    }

    /// Kills what still runs, and waits until all that was printed is told.
    pub async fn end(&mut self) {
        self.open.clear();
        let all = async { while self.tended.join_next().await.is_some() {} };
        if tokio::time::timeout(self.patience, all).await.is_err() {
            self.tended.shutdown().await;
        }
    }

    fn get(&self, id: &TerminalId) -> Result<&Terminal, Error> {
        self.open.get(id.0.as_ref()).ok_or_else(|| refused(format!("there is no terminal {}", id.0)))
    }
}

fn exit_status(status: ExitStatus) -> TerminalExitStatus {
    let signal = status.signal().map(|it| signal_name(it).map_or_else(|| it.to_string(), str::to_owned));
    TerminalExitStatus::new()
        .exit_code(status.code().and_then(|code| u32::try_from(code).ok()))
        .signal(signal)
}

fn refused(why: impl ToString) -> Error {
    Error::new(-32602, why.to_string())
}
