//! Shells with children, of those that end when they are asked to and those that don't.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::Instant;

use tokio::io::AsyncReadExt as _;
use tokio::process::ChildStdout;

use super::*;

/// Longer than any of this should take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A shell with a script, and what it prints. It has printed `up` when this returns.
async fn shell(script: &str) -> (ProcessGroup, ChildStdout) {
    let mut group =
        ProcessGroup::start(Command::new("sh").args(["-c", script]).stdout(Stdio::piped())).unwrap();
    let mut stdout = group.leader().stdout.take().unwrap();
    let mut up = [0; 3];
    timeout(PATIENCE, stdout.read_exact(&mut up)).await.unwrap().unwrap();
    assert_eq!(&up, b"up\n");
    (group, stdout)
}

/// Waits until nobody is left who holds the output.
async fn is_gone(mut stdout: ChildStdout) {
    let mut rest = Vec::new();
    timeout(PATIENCE, stdout.read_to_end(&mut rest)).await.expect("all of them end").unwrap();
}

/// Whether somebody still holds the output.
fn is_held(stdout: &mut ChildStdout) -> bool {
    let mut byte = [0];
    futures_util::FutureExt::now_or_never(stdout.read(&mut byte)).is_none()
}

#[tokio::test]
async fn a_program_says_how_it_ended() {
    let (mut group, _stdout) = shell("echo up; exit 3").await;
    timeout(PATIENCE, group.exited()).await.unwrap();
    assert_eq!(group.close().await.unwrap().code(), Some(3));
    let (mut group, _stdout) = shell("echo up; kill -9 $$").await;
    assert_eq!(timeout(PATIENCE, group.ended()).await.unwrap().unwrap().signal(), Some(9));
    assert_eq!(group.ended().await.unwrap().signal(), Some(9), "it is said again");
}

#[tokio::test]
async fn the_number_stays_taken_while_anybody_may_be_signalled() {
    let (mut group, _stdout) = shell("echo up").await;
    timeout(PATIENCE, group.exited()).await.unwrap();
    let id = group.id.unwrap();
    // A zombie can be signalled, and does not mind.
    assert!(test_kill_process_group(id).is_ok());
    group.signal(Signal::TERM);
    assert!(group.close().await.unwrap().success());
    assert!(test_kill_process_group(id).is_err());
}

#[tokio::test]
async fn a_signal_reaches_what_the_program_started() {
    let (mut group, stdout) = shell("sleep 600 & echo up; wait").await;
    group.signal(Signal::TERM);
    timeout(PATIENCE, group.exited()).await.unwrap();
    is_gone(stdout).await;
    assert_eq!(group.ended().await.unwrap().signal(), Some(Signal::TERM.as_raw()));
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_killed_once_it_has_ended() {
    let (mut group, stdout) = shell("trap '' TERM; sleep 600 & echo up").await;
    assert!(timeout(PATIENCE, group.ended()).await.unwrap().unwrap().success());
    is_gone(stdout).await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_lives_until_the_group_is_closed() {
    let (mut group, mut stdout) = shell("trap '' TERM; sleep 600 & echo up").await;
    timeout(PATIENCE, group.exited()).await.unwrap();
    assert!(is_held(&mut stdout));
    assert!(group.close().await.unwrap().success());
    is_gone(stdout).await;
}

#[tokio::test]
async fn what_is_let_go_lives_on() {
    let script = "sleep 600 & echo up; echo $!";
    let (group, mut stdout) = shell(script).await;
    assert!(timeout(PATIENCE, group.let_go()).await.unwrap().unwrap().success());
    let mut text = [0; 32];
    let length = stdout.read(&mut text).await.unwrap();
    let child = std::str::from_utf8(&text[..length]).unwrap().trim().parse().unwrap();
    assert!(is_held(&mut stdout));
    rustix::process::kill_process(Pid::from_raw(child).unwrap(), Signal::KILL).expect("it lives");
    is_gone(stdout).await;
}

#[tokio::test]
async fn a_group_that_is_dropped_is_killed() {
    let (group, stdout) = shell("trap '' TERM; sleep 600 & echo up; wait").await;
    drop(group);
    is_gone(stdout).await;
}

#[tokio::test]
async fn a_group_that_is_asked_ends_by_itself() {
    let (mut group, stdout) = shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done").await;
    timeout(PATIENCE, group.end(2 * PATIENCE)).await.unwrap();
    assert_eq!(group.close().await.unwrap().code(), Some(7));
    is_gone(stdout).await;
}

#[tokio::test]
async fn a_group_that_will_not_end_is_killed() {
    let (mut group, stdout) = shell("trap '' TERM; echo up; while :; do sleep 0.01; done").await;
    group.end(Duration::from_millis(50)).await;
    assert_eq!(group.close().await.unwrap().signal(), Some(9));
    is_gone(stdout).await;
}

#[tokio::test]
async fn those_that_outlive_the_program_are_waited_for_and_then_killed() {
    // The program ends at once, its child only when it is killed.
    let (mut group, stdout) = shell("(trap '' TERM; echo up; exec sleep 600) & wait").await;
    let grace = Duration::from_millis(300);
    let begun = Instant::now();
    group.end(grace).await;
    assert!(begun.elapsed() >= grace);
    is_gone(stdout).await;
    assert_eq!(group.close().await.unwrap().signal(), Some(Signal::TERM.as_raw()));
}

#[tokio::test]
async fn a_program_that_is_not_there_can_not_be_started() {
    let error = ProcessGroup::start(&mut Command::new("no-such-program")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}
