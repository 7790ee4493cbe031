//! An agent that is a shell script, and what its driver tells of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use shared::ids::RequestId;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::agents::acp::{Patience, run};
use crate::agents::driver::{ANSWER, Launch, Order, Policy, Protocol};
use crate::agents::update::Update;

/// Nothing takes so long unless it hangs.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// Soon over, for what is expected not to come.
pub(super) const SHORT: Patience =
    Patience { answer: Duration::from_millis(300), end: Duration::from_millis(300) };

/// Greets back and opens the session `s1`; `heard` is the last line that came.
pub(super) const OPENING: &str = r#"
say() { printf '%s\n' "$1"; }
hear() { read -r heard; }
update() { say '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":'"$1"'}}'; }
hear; say '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1,"agentCapabilities":{"loadSession":true}}}'
hear; say '{"jsonrpc":"2.0","id":2,"result":{"sessionId":"s1"}}'
"#;

/// Ends the turn that began with the prompt, and waits for the end.
pub(super) const DONE: &str = r#"
say '{"jsonrpc":"2.0","id":3,"result":{"stopReason":"end_turn"}}'
hear
"#;

/// A running driver.
pub(super) struct Driven {
    pub orders: mpsc::Sender<Order>,
    pub worktree: tempfile::TempDir,
    updates: mpsc::Receiver<Update>,
    task: JoinHandle<()>,
}

/// How a script is run in a folder.
pub(super) fn launch(folder: &Path, script: &str) -> Launch {
    Launch {
        protocol: Protocol::Acp,
        command: vec!["sh".into(), "-c".into(), script.into()],
        env: BTreeMap::from([("GIVEN".into(), "given".into())]),
        worktree: folder.to_owned(),
        policy: Policy::Ask,
        session: None,
        answer: ANSWER,
    }
}

/// Drives a script that opens its session and then goes on with `turn`, which `prompt` begins.
pub(super) async fn prompted(turn: &str) -> Driven {
    let driven = driven(&[OPENING, "hear\n", turn].concat());
    driven.prompt("Go").await;
    driven
}

/// Drives a script.
pub(super) fn driven(script: &str) -> Driven {
    driven_as(script, Patience::default(), |_| {})
}

/// Drives a script in another way.
pub(super) fn driven_as(script: &str, patience: Patience, change: impl FnOnce(&mut Launch)) -> Driven {
    let worktree = tempfile::tempdir().unwrap();
    let mut launch = launch(worktree.path(), script);
    change(&mut launch);
    let (orders, heard) = mpsc::channel(8);
    let (told, updates) = mpsc::channel(8);
    let task = tokio::spawn(run(launch, patience, heard, told));
    Driven { orders, worktree, updates, task }
}

impl Driven {
    pub async fn prompt(&self, text: &str) {
        self.order(Order::Prompt { text: text.into() }).await;
    }

    pub async fn order(&self, order: Order) {
        self.orders.send(order).await.unwrap();
    }

    /// The next update, none after the last.
    pub async fn update(&mut self) -> Option<Update> {
        tokio::time::timeout(LONG, self.updates.recv()).await.expect("an update comes in time")
    }

    /// The next update, in words.
    pub async fn next(&mut self) -> String {
        self.update().await.map_or_else(|| "nothing".to_owned(), |update| in_words(&update))
    }

    /// The updates in words, up to the one that begins so.
    pub async fn until(&mut self, beginning: &str) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let update = self.next().await;
            let is_last = update.starts_with(beginning);
            assert!(is_last || update != "nothing", "{beginning} never came: {all:#?}");
            all.push(update);
            if is_last {
                return all;
            }
        }
    }

    /// The question that comes next.
    pub async fn question(&mut self) -> RequestId {
        match self.update().await {
            Some(Update::Asked { request_id, .. }) => request_id,
            other => panic!("no question: {other:?}"),
        }
    }

    /// Closes the orders, and returns what comes until there is no more.
    pub async fn end(self) -> Vec<String> {
        let Self { orders, mut updates, task, worktree } = self;
        drop(orders);
        let mut all = Vec::new();
        let rest = async {
            while let Some(update) = updates.recv().await {
                all.push(in_words(&update));
            }
            task.await.unwrap();
        };
        tokio::time::timeout(LONG, rest).await.expect("it ends in time");
        drop(worktree);
        all
    }

    /// Drops the driver in the middle of whatever it does.
    pub async fn drop_now(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

fn in_words(update: &Update) -> String {
    let or_none = |it: Option<&str>| it.unwrap_or("none").to_owned();
    match update {
        Update::Session { session_id, is_continued } => {
            format!("session {session_id}, continued: {is_continued}")
        }
        Update::Said(said) => format!("said {said}"),
        Update::Asked { .. } => "asked".to_owned(),
        Update::Settled { option_id, .. } => {
            format!("settled {}", or_none(option_id.as_ref().map(|it| it.as_str())))
        }
        Update::Terminal { output, .. } => format!("terminal {output}"),
        Update::TerminalEnded { exit_code, .. } => format!("terminal ended {exit_code:?}"),
        Update::Output(line) => format!("output {line}"),
        Update::Stderr(line) => format!("stderr {line}"),
        Update::TurnEnded(end) => format!("turn {end:?}"),
        Update::Ended { reason } => format!("ended {reason}"),
    }
}

/// Waits until a process is gone.
pub(super) async fn is_gone(id: &str) {
    let pid = Pid::from_raw(id.trim().parse().unwrap()).unwrap();
    let gone = async {
        while test_kill_process(pid).is_ok() && !is_zombie(id.trim()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, gone).await.expect("the process is gone in time");
}

/// Whether it is dead, and only its parent has not taken note.
fn is_zombie(id: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}
