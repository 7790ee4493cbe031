//! The driver for tools with a command line, with real processes: what goes in, what comes out, and that all of it ends.

use std::{collections::BTreeMap, time::Duration};

use server::agents::{
    command::{Patience, run_with},
    driver::{ANSWER, Launch, Order, Policy, Protocol},
    update::{TurnEnd, Update},
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt as _, net::unix::pipe, sync::mpsc, task::JoinHandle, time::timeout};

use crate::binary::PATIENCE;

/// A driver at work in a folder of its own.
struct Tool {
    folder: TempDir,
    orders: mpsc::Sender<Order>,
    updates: mpsc::Receiver<Update>,
    driver: JoinHandle<()>,
    life: pipe::Receiver,
}

/// What a turn printed, and how it ended.
#[derive(Debug)]
struct Turn {
    output: Vec<String>,
    stderr: Vec<String>,
    end: TurnEnd,
}

fn launch(command: &[&str], folder: &TempDir) -> Launch {
    Launch {
        protocol: Protocol::Command,
        command: command.iter().map(|&word| word.to_owned()).collect(),
        env: BTreeMap::from([("OWN".to_owned(), "its own".to_owned())]),
        worktree: folder.path().to_owned(),
        policy: Policy::Ask,
        session: None,
        answer: ANSWER,
    }
}

impl Tool {
    async fn start(command: &[&str]) -> Self {
        Self::start_with(command, Patience::default()).await
    }

    /// A tool that is a script of the shell.
    async fn shell(script: &str) -> Self {
        Self::start(&["sh", "-c", script]).await
    }

    async fn start_with(command: &[&str], patience: Patience) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("life");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let life = pipe::OpenOptions::new().open_receiver(&path).unwrap();
        let launch = launch(command, &folder);
        let (orders, to_driver) = mpsc::channel(8);
        let (from_driver, updates) = mpsc::channel(8);
        let driver = tokio::spawn(run_with(launch, to_driver, from_driver, patience));
        let mut tool = Self { folder, orders, updates, driver, life };
        assert!(matches!(tool.next().await, Some(Update::Session { is_continued: false, .. })));
        tool
    }

    async fn order(&self, order: Order) {
        self.orders.send(order).await.unwrap();
    }

    async fn prompt(&self, text: &str) {
        self.order(Order::Prompt { text: text.to_owned() }).await;
    }

    async fn next(&mut self) -> Option<Update> {
        timeout(PATIENCE, self.updates.recv()).await.expect("an update")
    }

    async fn turn(&mut self, prompt: &str) -> Turn {
        self.prompt(prompt).await;
        self.rest().await
    }

    /// All that comes until the turn is over.
    async fn rest(&mut self) -> Turn {
        let (mut output, mut stderr) = (Vec::new(), Vec::new());
        loop {
            match self.next().await.expect("the turn ends") {
                Update::Output(line) => output.push(line),
                Update::Stderr(line) => stderr.push(line),
                Update::TurnEnded(end) => return Turn { output, stderr, end },
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    /// Waits until the tool has printed this line.
    async fn printed(&mut self, wanted: &str) {
        loop {
            match self.next().await.expect("the tool goes on") {
                Update::Output(line) if line == wanted => return,
                Update::Output(_) | Update::Stderr(_) => {}
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    /// Waits until nobody is left who holds the pipe that scripts open with [`LIFE`].
    async fn all_have_ended(&mut self) {
        let mut nothing = Vec::new();
        timeout(PATIENCE, self.life.read_to_end(&mut nothing)).await.expect("all of them end").unwrap();
    }
}

/// What a script does first, so that [`Tool::all_have_ended`] can tell: it and its children keep the pipe open.
const LIFE: &str = "exec 9>life;";

fn reason(end: &TurnEnd) -> &str {
    match end {
        TurnEnd::Failed { reason } => reason,
        other => panic!("it did not fail: {other:?}"),
    }
}

#[tokio::test]
async fn the_prompt_comes_on_the_standard_input_and_lines_come_back() {
    let mut tool = Tool::shell("cat; echo; pwd; echo oops >&2; echo \"$OWN\"").await;
    let turn = tool.turn("Sort the list\nby date").await;
    let folder = tool.folder.path().canonicalize().unwrap();
    assert_eq!(turn.output, ["Sort the list", "by date", folder.to_str().unwrap(), "its own"]);
    assert_eq!((turn.stderr, turn.end), (vec!["oops".to_owned()], TurnEnd::Done));
}

#[tokio::test]
async fn the_prompt_comes_as_an_argument_where_there_is_a_place_for_it() {
    let script = "printf '%s|' \"$@\"; cat";
    let mut tool = Tool::start(&["sh", "-c", script, "tool", "--message={prompt}", "-y"]).await;
    let turn = tool.turn("$(touch x) \"q\"").await;
    assert_eq!(turn.output, ["--message=$(touch x) \"q\"|-y|"], "no shell reads it, and the input is empty");
}

#[tokio::test]
async fn each_prompt_is_a_run_and_they_wait_for_one_another() {
    let mut tool = Tool::shell("cat >>said; cat said").await;
    for word in ["one ", "two ", "three "] {
        tool.prompt(word).await;
    }
    assert_eq!(tool.rest().await.output, ["one "]);
    assert_eq!(tool.rest().await.output, ["one two "]);
    assert_eq!(tool.rest().await.output, ["one two three "]);
}

#[tokio::test]
async fn a_session_that_was_given_keeps_its_name_though_nothing_of_it_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let given = Launch { session: Some("of before".into()), ..launch(&["true"], &folder) };
    let (_orders, to_driver) = mpsc::channel(1);
    let (from_driver, mut updates) = mpsc::channel(1);
    let _driver = tokio::spawn(run_with(given, to_driver, from_driver, Patience::default()));
    let Some(Update::Session { session_id, is_continued: false }) = updates.recv().await else {
        panic!("it begins with a session");
    };
    assert_eq!(session_id.as_str(), "of before");
}

#[tokio::test]
async fn a_failure_is_told_with_its_code_and_last_words() {
    let mut tool = Tool::shell("seq 1 100 >&2; exit 3").await;
    let turn = tool.turn("").await;
    assert_eq!(turn.stderr.len(), 100);
    let words: Vec<_> = (81..=100).map(|n| n.to_string()).collect();
    assert_eq!(reason(&turn.end), format!("`sh` ended with exit code 3:\n{}", words.join("\n")));
}

#[tokio::test]
async fn an_end_by_a_signal_is_a_failure_too() {
    let mut tool = Tool::shell("kill -9 $$").await;
    assert_eq!(reason(&tool.turn("").await.end), "`sh` ended with signal 9 (SIGKILL)");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named_each_time() {
    let mut tool = Tool::start(&["no-such-tool", "{prompt}"]).await;
    for _ in 0..2 {
        let turn = tool.turn("Sort").await;
        assert_eq!(reason(&turn.end), "`no-such-tool` is not installed, or not on the PATH");
    }
}

#[tokio::test]
async fn a_prompt_that_no_command_line_holds_is_a_failure_that_says_so() {
    let mut tool = Tool::start(&["echo", "{prompt}"]).await;
    let turn = tool.turn(&"x".repeat(8 << 20)).await;
    assert!(reason(&turn.end).contains("fits on its standard input"), "{:?}", turn.end);
}

#[tokio::test]
async fn a_prompt_that_is_not_read_holds_nothing_up() {
    let mut tool = Tool::shell("exec <&-; echo done").await;
    let turn = tool.turn(&"x".repeat(1 << 20)).await;
    assert_eq!((turn.output, turn.end), (vec!["done".to_owned()], TurnEnd::Done));
}

#[tokio::test]
async fn cancelling_ends_the_tool_and_its_children() {
    let mut tool = Tool::shell(&format!("{LIFE} grep -q long || exit 0; sleep 600 & echo up; wait")).await;
    tool.prompt("long").await;
    tool.printed("up").await;
    tool.order(Order::Cancel).await;
    assert_eq!(tool.rest().await.end, TurnEnd::Cancelled);
    tool.all_have_ended().await;
    assert_eq!(tool.turn("short").await.end, TurnEnd::Done, "another turn begins anew");
}

#[tokio::test]
async fn a_tool_that_ignores_being_cancelled_is_killed() {
    let patience = Patience { with_its_end: Duration::from_millis(50), ..Patience::default() };
    let script = format!("{LIFE} trap '' TERM; sleep 600 & echo up; while :; do sleep 0.01; done");
    let mut tool = Tool::start_with(&["sh", "-c", &script], patience).await;
    tool.prompt("").await;
    tool.printed("up").await;
    tool.order(Order::Cancel).await;
    assert_eq!(tool.rest().await.end, TurnEnd::Cancelled);
    tool.all_have_ended().await;
}

#[tokio::test]
async fn cancelling_without_a_turn_changes_nothing() {
    let mut tool = Tool::shell("echo done").await;
    tool.order(Order::Cancel).await;
    tool.order(Order::Decide { request_id: "q".into(), option_id: None }).await;
    assert_eq!(tool.turn("").await.end, TurnEnd::Done);
}

#[tokio::test]
async fn a_child_that_holds_the_output_does_not_hold_up_the_turn() {
    let mut tool = Tool::shell(&format!("{LIFE} sleep 600 & printf 'no end of line'")).await;
    let turn = tool.turn("").await;
    assert_eq!((turn.output, turn.end), (vec!["no end of line".to_owned()], TurnEnd::Done));
    tool.all_have_ended().await;
}

#[cfg(target_os = "linux")] // Elsewhere there may be no `setsid`.
#[tokio::test]
async fn a_child_that_has_left_the_group_and_prints_for_ever_does_not_hold_up_the_turn_either() {
    // It ends when its output is closed.
    let mut tool =
        Tool::shell("setsid sh -c 'while echo still here; do :; done' 2>/dev/null & echo done").await;
    let turn = tool.turn("").await;
    assert!(turn.output.contains(&"done".to_owned()));
    assert_eq!(turn.end, TurnEnd::Done);
}

#[tokio::test]
async fn a_flood_waits_for_its_reader_and_can_be_cancelled() {
    let mut tool = Tool::shell("yes >&2 & yes").await;
    tool.prompt("").await;
    tool.printed("y").await;
    tool.order(Order::Cancel).await;
    assert_eq!(tool.rest().await.end, TurnEnd::Cancelled);
}

#[tokio::test]
async fn a_slow_reader_gets_every_line() {
    let patience = Patience { with_its_children: Duration::from_millis(20), ..Patience::default() };
    let mut tool = Tool::start_with(&["sh", "-c", &format!("{LIFE} seq 1 10000")], patience).await;
    tool.prompt("").await;
    tool.printed("10").await;
    tool.all_have_ended().await;
    // Long after there is patience with anything but the reader.
    tokio::time::sleep(10 * patience.with_its_children).await;
    let turn = tool.rest().await;
    assert_eq!(turn.output.len(), 9_990);
    assert_eq!((turn.output.last().unwrap().as_str(), turn.end), ("10000", TurnEnd::Done));
}

#[tokio::test]
async fn what_is_no_text_and_what_is_too_long_comes_all_the_same() {
    let mut tool = Tool::shell("printf 'a\\377b\\n'; head -c 200000 /dev/zero | tr '\\0' x; echo").await;
    let turn = tool.turn("").await;
    assert_eq!(turn.output[0], "a\u{fffd}b");
    assert!(turn.output[1..].iter().all(|line| line.len() <= 64 * 1024));
    assert_eq!(turn.output[1..].concat().len(), 200_000);
}

#[tokio::test]
async fn all_ends_when_there_are_no_more_orders() {
    let mut tool = Tool::shell(&format!("{LIFE} trap '' TERM; sleep 600 & echo up; wait")).await;
    tool.prompt("").await;
    tool.printed("up").await;
    let (closed, _) = mpsc::channel(1);
    drop(std::mem::replace(&mut tool.orders, closed));
    assert!(tool.next().await.is_none(), "the driver is done");
    tool.all_have_ended().await;
}

#[tokio::test]
async fn all_ends_when_nobody_takes_updates_or_the_driver_is_dropped() {
    for way in ["updates", "driver"] {
        let mut tool = Tool::shell(&format!("{LIFE} trap '' TERM; sleep 600 & echo up; wait")).await;
        tool.prompt("").await;
        tool.printed("up").await;
        match way {
            "driver" => tool.driver.abort(),
            _ => tool.updates.close(),
        }
        tool.all_have_ended().await;
    }
}

const THIS: &str = "agents_command::a_tool_gets_no_variable_of_mainstays_but_its_attempt";

#[tokio::test]
async fn a_tool_gets_no_variable_of_mainstays_but_its_attempt() {
    if std::env::var_os("MAINSTAY_ATTEMPT").is_none() {
        // This test once more, in an environment of its own.
        let mut again = tokio::process::Command::new(std::env::current_exe().unwrap());
        again.args([THIS, "--exact"]).env("MAINSTAY_ATTEMPT", "a1").env("MAINSTAY_OWNER_TOKEN", "x");
        let printed = String::from_utf8(again.output().await.unwrap().stdout).unwrap();
        assert!(printed.contains("1 passed"), "{printed}");
        return;
    }
    let mut tool = Tool::shell("env | grep MAINSTAY_").await;
    assert_eq!(tool.turn("").await.output, ["MAINSTAY_ATTEMPT=a1"]);
}
