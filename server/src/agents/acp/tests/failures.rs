//! Agents that fail, each with a clear end.

use std::time::Duration;

use super::fixture::{DONE, OPENING, SHORT, driven, driven_as, is_gone, launch, prompted};
use crate::agents::acp::Patience;
use crate::agents::update::Update;

/// The reason why a script ends.
async fn reason(script: &str, patience: Patience) -> String {
    let mut driven = driven_as(script, patience, |_| {});
    let ended = driven.until("ended").await.pop().unwrap();
    assert!(driven.update().await.is_none(), "nothing follows the end");
    ended.strip_prefix("ended ").unwrap().to_owned()
}

#[tokio::test]
async fn a_program_that_is_not_installed_is_named() {
    let mut driven =
        driven_as("", Patience::default(), |launch| launch.command = vec!["no-such-agent".into()]);
    assert_eq!(
        driven.next().await,
        "ended The agent can't be run: `no-such-agent` is not installed, or not on the PATH."
    );
    let mut driven = driven_as("", Patience::default(), |launch| launch.command = Vec::new());
    assert_eq!(
        driven.next().await,
        "ended The agent can't be run: the agent's definition names no program to run."
    );
    let mut driven = driven_as("", Patience::default(), |launch| launch.worktree.push("gone"));
    let ended = driven.next().await;
    assert!(
        ended.starts_with("ended The agent can't be run: the folder ")
            && ended.ends_with("gone is not there any more."),
        "{ended}"
    );
}

#[tokio::test]
async fn an_agent_that_ends_by_itself_leaves_its_last_words() {
    let script = "seq 20 >&2; echo 'no key' >&2; exit 3";
    let expected =
        "The agent ended by itself: exit code 3. Its last words:\n14\n15\n16\n17\n18\n19\n20\nno key";
    assert_eq!(reason(script, Patience::default()).await, expected);
    let killed = reason("kill -9 $$", Patience::default()).await;
    assert_eq!(killed, "The agent ended by itself: signal 9 (SIGKILL).");
}

#[tokio::test]
async fn what_an_agent_says_before_it_ends_is_heard() {
    let mut driven =
        prompted("say '{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}'").await;
    let expected =
        ["session s1, continued: false", "turn Done", "ended The agent ended by itself: exit code 0."];
    assert_eq!(driven.until("ended").await, expected);
}

#[tokio::test]
async fn stray_words_do_not_cost_a_turn() {
    let stray = r#"
        say 'npm notice'
        say '{"jsonrpc":"2.0","id":'
        say '[]'
        say ''
        printf '\377\376\n'
        say '{"jsonrpc":"2.0","id":77,"result":{}}'
        say '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1"}}'
        printf '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"text":"\377"}}}\n'
    "#;
    let mut driven = prompted(&[stray, DONE].concat()).await;
    let expected = [
        "stderr [no message of the protocol] npm notice",
        "stderr [no message of the protocol] {\"jsonrpc\":\"2.0\",\"id\":",
        "stderr [no message of the protocol] []",
        "stderr [no message of the protocol] \u{fffd}\u{fffd}",
        "stderr [an update without its content] {\"sessionId\":\"s1\"}",
        "said {\"text\":\"\u{fffd}\"}",
        "turn Done",
    ];
    assert_eq!(driven.until("turn").await[1..], expected);
    driven.end().await;
}

#[tokio::test]
async fn an_agent_that_closes_its_output_and_lives_on_is_ended() {
    let script = [OPENING, "echo $$ >&2\nexec >&-; sleep 600"].concat();
    let mut driven = driven_as(&script, SHORT, |_| {});
    let told = driven.until("ended").await;
    let id = told.iter().find_map(|it| it.strip_prefix("stderr ")).unwrap();
    let ended = told.last().unwrap();
    assert!(ended.starts_with("ended The agent closed its output, but went on running."), "{ended}");
    is_gone(id).await;
}

#[tokio::test]
async fn an_agent_that_never_answers_is_given_up() {
    let ended = reason("echo 'Welcome to my shell'; echo hm >&2; sleep 600", SHORT).await;
    let expected = "The agent did not answer: it was greeted by the Agent Client Protocol, which it may not speak, \
        and said nothing for 0.3 s. Its last words:\nhm";
    assert_eq!(ended, expected);
    let opened = OPENING.rsplit_once("hear").unwrap().0;
    let ended = reason(&[opened, "sleep 600"].concat(), SHORT).await;
    assert_eq!(ended, "The agent did not answer: it was asked for a session, and said nothing for 0.3 s.");
}

#[tokio::test]
async fn an_agent_that_wants_a_login_says_how() {
    let script = r#"
        read -r heard
        echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1,"authMethods":[{"id":"a","name":"Log in with Acme","description":"In the browser."},{"id":"b","name":"API key"}]}}'
        read -r heard
        echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"Authentication required"}}'
        read -r heard
    "#;
    let expected = "The agent asks to be signed in: run its own login in a terminal, then start it again. It offers: \
        Log in with Acme (In the browser); API key.";
    assert_eq!(reason(script, Patience::default()).await, expected);
}

#[tokio::test]
async fn an_agent_of_another_version_or_with_an_error_is_refused() {
    let answered = |answer: &str| {
        format!("read -r heard; echo '{{\"jsonrpc\":\"2.0\",\"id\":1,{answer}}}'; read -r heard")
    };
    let ended = reason(&answered(r#""result":{"protocolVersion":2}"#), Patience::default()).await;
    assert!(ended.starts_with("The agent speaks version 2 of the Agent Client Protocol"), "{ended}");
    let ended =
        reason(&answered(r#""error":{"code":-32603,"message":"no config"}"#), Patience::default()).await;
    assert_eq!(ended, "The agent could not begin: no config.");
    let ended = reason(&answered(r#""result":{}"#), Patience::default()).await;
    assert!(ended.starts_with("The agent answered something that is not understood"), "{ended}");
}

#[tokio::test]
async fn a_line_without_an_end_is_not_kept() {
    let patience = Patience { end: SHORT.end, ..Patience::default() };
    let ended = reason("head -c 17000000 /dev/zero | tr '\\0' x; sleep 600", patience).await;
    assert_eq!(ended, "The agent sent a line of more than 16 MiB.");
}

#[tokio::test]
async fn a_flood_of_errors_hinders_nothing() {
    let flood = "seq 1000000 >&2 &\n";
    let mut driven = prompted(&[flood, "update '{\"sessionUpdate\":\"here\"}'\nwait\n", DONE].concat()).await;
    let told = driven.until("turn").await;
    let lines = told.iter().filter(|it| it.starts_with("stderr")).count();
    assert!(lines > 1000 && lines < 200_000, "{lines} lines");
    driven.end().await;
}

#[tokio::test]
async fn an_agent_that_does_not_listen_is_ended_all_the_same() {
    let turn = r#"
        update '{"sessionUpdate":"here"}'
        request() { printf '{"jsonrpc":"2.0","id":%d,"method":"fs/read_text_file","params":{"sessionId":"s1","path":"large"}}\n' "$1"; }
        i=0; while [ $i -lt 5000 ]; do request $i; i=$((i+1)); done
        sleep 600
    "#;
    let script = [OPENING, "hear\n", turn].concat();
    let mut driven = driven_as(&script, SHORT, |_| {});
    std::fs::write(driven.worktree.path().join("large"), "x".repeat(100_000)).unwrap();
    driven.prompt("Go").await;
    driven.until("said").await;
    assert_eq!(driven.end().await.pop().unwrap(), "ended The agent was ended.");
}

#[tokio::test]
async fn dropping_the_driver_ends_all_that_the_agent_started() {
    let mut driven = prompted("sleep 600 & echo $! >&2; echo $$ >&2; wait").await;
    driven.until("session").await;
    let ids = [driven.next().await, driven.next().await];
    driven.drop_now().await;
    for id in ids {
        is_gone(id.strip_prefix("stderr ").unwrap()).await;
    }
}

#[tokio::test]
async fn what_an_agent_leaves_behind_is_ended_with_it() {
    let mut driven = driven("sleep 600 & echo $! >&2; exit 0");
    let told = driven.until("ended").await;
    is_gone(told[0].strip_prefix("stderr ").unwrap()).await;
}

#[tokio::test]
async fn when_nobody_listens_the_agent_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let script = [OPENING, "echo $$ > id\nsleep 600"].concat();
    let (_orders, heard) = tokio::sync::mpsc::channel(1);
    let (told, updates) = tokio::sync::mpsc::channel::<Update>(1);
    drop(updates);
    let run = crate::agents::acp::run(launch(folder.path(), &script), Patience::default(), heard, told);
    tokio::time::timeout(Duration::from_secs(30), run).await.expect("it ends");
}

#[tokio::test]
async fn an_agent_gets_its_variables_and_none_of_ours_but_the_attempt() {
    const ITSELF: &str =
        "agents::acp::tests::failures::an_agent_gets_its_variables_and_none_of_ours_but_the_attempt";
    if std::env::var_os("MAINSTAY_ATTEMPT").is_none() {
        // A test can't change its own environment: it runs itself in another.
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", ITSELF]).env("MAINSTAY_ATTEMPT", "a1").env("MAINSTAY_TOKEN", "secret");
        let output = again.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        return;
    }
    let mut driven =
        driven("echo \"$GIVEN $MAINSTAY_ATTEMPT ${MAINSTAY_TOKEN-none} ${PATH:+path} $(pwd)\" >&2");
    let worktree = driven.worktree.path().canonicalize().unwrap();
    assert_eq!(driven.next().await, format!("stderr given a1 none path {}", worktree.display()));
    driven.end().await;
}
