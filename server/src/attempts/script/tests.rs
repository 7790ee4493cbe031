//! Real scripts, of those that behave and those that do not.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use rustix::process::{Pid, test_kill_process};
use shared::ids::AttemptId;
use tempfile::TempDir;

use super::*;

/// Longer than any of these scripts should take.
const LONG: Duration = Duration::from_secs(60);

/// A worktree in which scripts run.
struct Place {
    folder: TempDir,
    surroundings: Surroundings,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings {
            attempt: AttemptId::new("attempt"),
            worktree: folder.path().canonicalize().unwrap(),
            project: PathBuf::from("/project"),
            branch: "mainstay/WEB-1".to_owned(),
            base_branch: "trunk".to_owned(),
            card_key: "WEB-1".to_owned(),
        };
        Self { folder, surroundings }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Runs a script, and gives all that came out of it, too.
    async fn run(&self, command: &str, time_limit: Duration, stop: &CancellationToken) -> (Outcome, String) {
        let log = self.log();
        let script = Script { command, surroundings: &self.surroundings, log: &log, time_limit };
        let (sender, mut receiver) = mpsc::channel::<String>(4);
        let receive = async {
            let mut text = String::new();
            while let Some(piece) = receiver.recv().await {
                assert!(piece.len() <= MAX_PIECE);
                text.push_str(&piece);
            }
            text
        };
        tokio::join!(run(&script, sender, stop), receive)
    }

    async fn run_through(&self, command: &str) -> (Outcome, String) {
        self.run(command, LONG, &CancellationToken::new()).await
    }

    /// The process whose number a script wrote to this file.
    async fn process(&self, file: &str) -> Pid {
        let path = self.folder.path().join(file);
        let number = async {
            loop {
                // The number is there when its line has ended.
                if let Ok(text) = fs::read_to_string(&path)
                    && let Some(number) = text.strip_suffix('\n')
                {
                    break number.parse().unwrap();
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        Pid::from_raw(timeout(LONG, number).await.unwrap()).unwrap()
    }
}

/// Waits until a process is no more, or waits to be buried.
async fn gone(process: Pid) {
    let gone = async {
        while test_kill_process(process).is_ok() && !is_dead(process) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, gone).await.expect("it ends");
}

fn is_dead(process: Pid) -> bool {
    let about = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
    about.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

#[tokio::test]
async fn both_outputs_come_in_the_order_of_writing_and_into_the_log() {
    let place = Place::new();
    let (outcome, text) =
        place.run_through("for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 3").await;
    let expected = "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n";
    assert_eq!(text, expected);
    assert_eq!(fs::read_to_string(place.log()).unwrap(), expected);
    let ending = Ending::Exited { code: 3 };
    assert_eq!(outcome, Outcome { ending, tail: expected.trim_end().to_owned(), log_failure: None });
    assert_eq!(outcome.ending.to_string(), "failed with exit code 3");
}

#[tokio::test]
async fn a_script_runs_in_its_worktree_with_variables_and_without_input() {
    let place = Place::new();
    let command = "pwd; echo \"$WORKTREE\"\necho $PROJECT_ROOT $WORKTREE_BRANCH $WORKTREE_BASE_BRANCH $CARD_KEY $MAINSTAY_ATTEMPT; cat";
    let (outcome, text) = place.run_through(command).await;
    let worktree = place.surroundings.worktree.display();
    assert_eq!(text, format!("{worktree}\n{worktree}\n/project mainstay/WEB-1 trunk WEB-1 attempt\n"));
    assert!(outcome.ending.is_success() && outcome.ending.exit_code() == Some(0));
}

#[test]
fn a_script_gets_none_of_mainstays_own_variables_but_its_attempt() {
    let program = std::env::current_exe().unwrap();
    let test = "attempts::script::tests::a_script_of_a_server_with_variables";
    let output = std::process::Command::new(program)
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env("MAINSTAY_OWNER_TOKEN", "only-for-the-server")
        .env("GIT_DIR", "/elsewhere")
        .env("KEPT", "for all")
        .output()
        .unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && seen.contains("KEPT=for all"), "{seen}");
    let own: Vec<&str> = seen.lines().filter(|line| line.starts_with("MAINSTAY_")).collect();
    assert!(own == ["MAINSTAY_ATTEMPT=attempt"] && !seen.contains("only-for-the-server"), "{seen}");
    assert!(!seen.contains("GIT_DIR"), "{seen}");
}

#[tokio::test]
#[ignore = "it is run by another test, which gives it variables"]
async fn a_script_of_a_server_with_variables() {
    println!("{}", Place::new().run_through("env").await.1);
}

#[tokio::test]
async fn what_is_printed_comes_while_the_script_runs() {
    let place = Place::new();
    let log = place.log();
    let command = "echo first; while ! [ -e go ]; do sleep 0.01; done; echo second";
    let script = Script { command, surroundings: &place.surroundings, log: &log, time_limit: LONG };
    let (sender, mut receiver) = mpsc::channel::<String>(4);
    let stop = CancellationToken::new();
    let watch = async {
        assert_eq!(receiver.recv().await.unwrap(), "first\n");
        fs::write(place.folder.path().join("go"), "").unwrap();
        assert_eq!(receiver.recv().await.unwrap(), "second\n");
        assert_eq!(receiver.recv().await, None);
    };
    let (outcome, ()) = tokio::join!(run(&script, sender, &stop), watch);
    assert!(outcome.ending.is_success());
}

#[tokio::test]
async fn characters_are_whole_and_what_is_none_is_replaced() {
    let place = Place::new();
    let command = "printf 'gr\\303'; sleep 0.2; printf '\\274n \\377 \\342\\202'";
    let (outcome, text) = place.run_through(command).await;
    assert_eq!(text, "grün \u{fffd} \u{fffd}");
    assert_eq!(outcome.tail, text);
    assert_eq!(fs::read(place.log()).unwrap(), b"gr\xc3\xbcn \xff \xe2\x82");
}

#[tokio::test]
async fn much_output_comes_as_a_whole() {
    let place = Place::new();
    let (outcome, text) = place.run_through("seq 1 200000").await;
    let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
    assert!(text == expected && outcome.ending.is_success());
    assert_eq!(fs::read_to_string(place.log()).unwrap(), expected);
    assert!(outcome.tail.starts_with("199981\n") && outcome.tail.ends_with("\n200000"), "{}", outcome.tail);
}

#[tokio::test]
async fn nobody_has_to_watch() {
    let place = Place::new();
    let log = place.log();
    let command = "seq 1 100000";
    let script = Script { command, surroundings: &place.surroundings, log: &log, time_limit: LONG };
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let outcome = run(&script, sender, &CancellationToken::new()).await;
    assert!(outcome.ending.is_success() && outcome.tail.ends_with("\n100000"));
}

#[tokio::test]
async fn a_script_that_takes_too_long_may_tidy_up_and_is_ended() {
    let place = Place::new();
    let command = "trap 'echo tidy; exit 0' TERM; echo begun; while :; do sleep 0.05; done";
    let limit = Duration::from_secs(2);
    let (outcome, text) = place.run(command, limit, &CancellationToken::new()).await;
    assert_eq!(outcome.ending, Ending::TimedOut { limit });
    assert_eq!(outcome.ending.to_string(), "took longer than 2 s and was ended");
    // Some shells say that the signal ended a child, too.
    assert!(text.starts_with("begun\n") && text.ends_with("tidy\n"), "{text}");
}

#[tokio::test]
async fn a_script_that_does_not_want_to_end_is_killed_with_its_children() {
    let place = Place::new();
    let command = "trap '' TERM; (echo $$ > parent; sleep 60) & echo $! > child; wait; sleep 60";
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let stopping = async {
        let processes = (place.process("parent").await, place.process("child").await);
        stop.cancel();
        processes
    };
    let ((outcome, _), (parent, child)) = tokio::join!(place.run(command, LONG, &stop), stopping);
    assert_eq!(outcome.ending, Ending::Stopped);
    gone(parent).await;
    gone(child).await;
    assert!(begun.elapsed() >= TIDYING);
}

#[tokio::test]
async fn a_child_that_outlives_the_script_does_not_hold_it_up_and_is_ended() {
    let place = Place::new();
    let begun = Instant::now();
    let (outcome, text) = place.run_through("sleep 60 & echo $! > child; echo done").await;
    assert!(outcome.ending.is_success() && text == "done\n", "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    gone(place.process("child").await).await;
}

#[tokio::test]
async fn a_child_that_writes_on_for_ever_is_ended_too() {
    let place = Place::new();
    let (outcome, text) = place.run_through("yes & echo $! > child; exit 4").await;
    assert_eq!(outcome.ending.exit_code(), Some(4));
    assert!(text.starts_with("y\ny\n"));
    gone(place.process("child").await).await;
}

#[tokio::test]
async fn a_signal_of_somebody_else_is_told() {
    let (outcome, _) = Place::new().run_through("kill -9 $$").await;
    assert_eq!(outcome.ending, Ending::Signalled { signal: 9 });
}

#[tokio::test]
async fn a_script_without_its_worktree_is_not_started() {
    let mut place = Place::new();
    place.surroundings.worktree = place.folder.path().join("gone");
    let (outcome, text) = place.run_through("echo no").await;
    assert!(
        matches!(&outcome.ending, Ending::NotStarted { reason } if reason.contains("gone")),
        "{outcome:?}"
    );
    assert_eq!(text, "");
}

#[tokio::test]
async fn a_log_that_can_not_be_written_does_not_stop_a_script() {
    let place = Place::new();
    fs::create_dir(place.log()).unwrap();
    let (outcome, text) = place.run_through("echo on").await;
    assert!(outcome.ending.is_success() && outcome.log_failure.is_some() && text == "on\n", "{outcome:?}");
}
