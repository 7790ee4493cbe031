//! What an agent gets from us: files and terminals.

use super::fixture::{DONE, Driven, is_gone, prompted};

/// Asks, and shows the answer on its standard error.
const ASK: &str = r#"
ask() { say '{"jsonrpc":"2.0","id":"r","method":"'"$1"'","params":{"sessionId":"s1",'"$2"'}}'; hear; printf '%s\n' "$heard" >&2; }
# The terminal that the last answer tells of.
terminal() { id=${heard#*'"terminalId":"'}; id=${id%%'"'*}; }
"#;

async fn asking(turn: &str) -> Driven {
    let mut driven = prompted(&[ASK, turn, DONE].concat()).await;
    driven.until("session").await;
    driven
}

/// What the agent was answered.
fn answers(told: &[String]) -> Vec<&str> {
    let prefix = r#"stderr {"jsonrpc":"2.0","id":"r","#;
    told.iter().filter_map(|it| it.strip_prefix(prefix)).map(|it| it.trim_end_matches('}')).collect()
}

#[tokio::test]
async fn files_of_the_worktree_are_read_and_written() {
    let turn = r#"
        ask fs/write_text_file '"path":"'"$PWD"'/new/a.txt","content":"one\ntwo\n"'
        ask fs/read_text_file '"path":"'"$PWD"'/new/a.txt","line":2,"limit":1'
        ask fs/read_text_file '"path":"'"$PWD"'/none"'
        ask fs/read_text_file '"path":"/etc/hostname"'
        ask fs/read_text_file '"line":"?"'
        ask fs/remove '"path":"x"'
    "#;
    let mut driven = asking(turn).await;
    let told = driven.until("turn").await;
    let answers = answers(&told);
    assert_eq!(answers[..2], [r#""result":{"#, r#""result":{"content":"two\n""#]);
    assert!(answers[2].starts_with(r#""error":{"code":-32002,"#), "{}", answers[2]);
    assert!(answers[3].contains("/etc/hostname is not in the worktree"), "{}", answers[3]);
    assert!(answers[4].starts_with(r#""error":{"code":-32602,"#), "{}", answers[4]);
    assert!(answers[5].starts_with(r#""error":{"code":-32601,"#), "{}", answers[5]);
    let written = std::fs::read_to_string(driven.worktree.path().join("new/a.txt")).unwrap();
    assert_eq!(written, "one\ntwo\n");
    driven.end().await;
}

#[tokio::test]
async fn a_command_runs_and_what_it_prints_follows_the_tool_that_names_it() {
    let turn = r#"
        ask terminal/create '"command":"sh","args":["-c","echo out; echo err >&2; echo $X; printf \"\\342\\202\\254\"; exit 3"],"env":[{"name":"X","value":"x"}]'
        terminal
        ask terminal/wait_for_exit '"terminalId":"'"$id"'"'
        ask terminal/output '"terminalId":"'"$id"'"'
        update '{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run","content":[{"type":"terminal","terminalId":"'"$id"'"}]}'
        ask terminal/release '"terminalId":"'"$id"'"'
        ask terminal/output '"terminalId":"'"$id"'"'
    "#;
    let mut driven = asking(turn).await;
    let mut told = driven.until("turn").await;
    while !told.iter().any(|it| it.starts_with("terminal ended")) {
        told.push(driven.next().await);
    }
    let answers = answers(&told);
    assert_eq!(answers[1], r#""result":{"exitCode":3"#);
    let output = r#""result":{"output":"out\nerr\nx\n€","truncated":false,"exitStatus":{"exitCode":3"#;
    assert_eq!(answers[2], output);
    assert_eq!(answers[3], r#""result":{"#);
    assert!(answers[4].contains("there is no terminal"), "{}", answers[4]);
    let at = |beginning: &str| told.iter().position(|it| it.starts_with(beginning)).unwrap();
    assert!(
        at("said") < at("terminal out") && at("terminal out") < at("terminal ended Some(3)"),
        "{told:#?}"
    );
    let printed: String = told.iter().filter_map(|it| it.strip_prefix("terminal ")).collect();
    assert_eq!(printed, "out\nerr\nx\n€ended Some(3)");
    driven.end().await;
}

#[tokio::test]
async fn a_command_line_goes_through_a_shell_and_only_its_end_is_kept() {
    let turn = r#"
        ask terminal/create '"command":"seq 5 | tr 5 €","outputByteLimit":4'
        terminal
        ask terminal/wait_for_exit '"terminalId":"'"$id"'"'
        ask terminal/output '"terminalId":"'"$id"'"'
        ask terminal/create '"command":"no-such-program"'
        ask terminal/create '"command":"ls","cwd":"/"'
    "#;
    let mut driven = asking(turn).await;
    let told = driven.until("turn").await;
    let answers = answers(&told);
    assert!(answers[2].contains(r#""truncated":true,"exitStatus":{"exitCode":0"#), "{}", answers[2]);
    assert!(answers[3].contains("no-such-program could not be started"), "{}", answers[3]);
    assert!(answers[4].contains("/ is not in the worktree"), "{}", answers[4]);
    driven.end().await;
}

#[tokio::test]
async fn a_command_is_killed_with_all_that_it_started() {
    let turn = r#"
        ask terminal/create '"command":"sleep 600 & echo $!; wait"'
        terminal
        update '{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run","content":[{"type":"terminal","terminalId":"'"$id"'"}]}'
        hear
        ask terminal/kill '"terminalId":"'"$id"'"'
        ask terminal/wait_for_exit '"terminalId":"'"$id"'"'
    "#;
    let mut driven = asking(turn).await;
    let printed = driven.until("terminal").await.pop().unwrap();
    // Anything that it hears: it goes on once the command has printed.
    driven.order(crate::agents::driver::Order::Cancel).await;
    let told = driven.until("turn").await;
    assert_eq!(answers(&told)[1], r#""result":{"signal":"SIGTERM""#);
    is_gone(printed.strip_prefix("terminal ").unwrap()).await;
    driven.end().await;
}

#[tokio::test]
async fn commands_end_with_the_agent() {
    let turn = r#"
        ask terminal/create '"command":"trap \"\" TERM; echo $$; sleep 600; sleep 600"'
        terminal
        update '{"sessionUpdate":"tool_call","toolCallId":"t","title":"Run","content":[{"type":"terminal","terminalId":"'"$id"'"}]}'
    "#;
    let mut driven = asking(turn).await;
    let printed = driven.until("terminal").await.pop().unwrap();
    let told = driven.end().await;
    assert!(told.contains(&"terminal ended None".to_owned()), "{told:#?}");
    assert_eq!(told.last().unwrap(), "ended The agent was ended.");
    is_gone(printed.strip_prefix("terminal ").unwrap()).await;
}

#[tokio::test]
async fn what_nobody_named_is_told_when_it_is_released() {
    let turn = r#"
        ask terminal/create '"command":"echo alone"'
        terminal
        ask terminal/wait_for_exit '"terminalId":"'"$id"'"'
        ask terminal/release '"terminalId":"'"$id"'"'
    "#;
    let mut driven = asking(turn).await;
    let told = driven.until("terminal ended").await;
    assert_eq!(told[told.len() - 2], "terminal alone\n");
    driven.end().await;
}

#[tokio::test]
async fn there_are_only_so_many_terminals() {
    let turn = r#"
        i=0; while [ $i -lt 33 ]; do ask terminal/create '"command":"true"'; i=$((i+1)); done
    "#;
    let mut driven = asking(turn).await;
    let told = driven.until("turn").await;
    let answers = answers(&told);
    assert!(answers[31].starts_with(r#""result":"#), "{}", answers[31]);
    assert!(answers[32].contains("32 terminals are open: release one"), "{}", answers[32]);
    driven.end().await;
}
