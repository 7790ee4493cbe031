//! Sessions, turns and questions, as they should go.

use super::fixture::{DONE, Driven, OPENING, SHORT, driven, driven_as, prompted};
use crate::agents::acp::Patience;
use crate::agents::driver::{Order, Policy};

/// Asks about an edit of `a.txt`, shows on its standard error what it is told, and ends.
const ASKS: &str = r#"
say '{"jsonrpc":"2.0","id":"q","method":"session/request_permission","params":{"sessionId":"s1","toolCall":{"toolCallId":"t","title":"Edit a.txt","kind":"edit","locations":[{"path":"'"$PWD"'/a.txt"}]},"options":[{"optionId":"no","name":"No","kind":"reject_once"},{"optionId":"yes","name":"Yes","kind":"allow_once"}]}}'
hear; printf '%s\n' "$heard" >&2
"#;

async fn asked_under(policy: Policy) -> Driven {
    let script = [OPENING, "hear\n", ASKS, DONE].concat();
    let mut driven = driven_as(&script, Patience::default(), |launch| launch.policy = policy);
    driven.prompt("Go").await;
    assert_eq!(driven.next().await, "session s1, continued: false");
    driven
}

#[tokio::test]
async fn a_turn_is_told_in_the_agents_own_words() {
    let turn = r#"
        update '{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"Hi"},"extra":[1.0, 2]}'
        update '{"sessionUpdate":"of_the_future", "x":{"b":1,"a":2}}'
    "#;
    let mut driven = prompted(&[turn, DONE].concat()).await;
    let told = driven.until("turn").await;
    let expected = [
        "session s1, continued: false",
        r#"said {"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"Hi"},"extra":[1.0, 2]}"#,
        r#"said {"sessionUpdate":"of_the_future", "x":{"b":1,"a":2}}"#,
        "turn Done",
    ];
    assert_eq!(told, expected);
    assert_eq!(driven.end().await, ["ended The agent was ended."]);
}

#[tokio::test]
async fn the_agent_is_greeted_and_prompted_as_the_protocol_says() {
    let script = r#"
        read -r heard; printf '%s\n' "$heard" >&2
        echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1}}'
        read -r heard; printf '%s\n' "$heard" >&2
        echo '{"jsonrpc":"2.0","id":2,"result":{"sessionId":"s1"}}'
        read -r heard; printf '%s\n' "$heard" >&2
        read -r heard
    "#;
    let mut driven = driven(script);
    driven.prompt("Say \"hi\"\nand go").await;
    let mut told = driven.until("stderr {\"jsonrpc\":\"2.0\",\"id\":3").await;
    told.retain(|update| update.starts_with("stderr"));
    let worktree = driven.worktree.path().display();
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        format!(
            r#"stderr {{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":1,"clientCapabilities":{{"fs":{{"readTextFile":true,"writeTextFile":true}},"terminal":true,"auth":{{"terminal":false}}}},"clientInfo":{{"name":"mainstay","title":"Mainstay","version":"{version}"}}}}}}"#
        ),
        format!(
            r#"stderr {{"jsonrpc":"2.0","id":2,"method":"session/new","params":{{"cwd":"{worktree}","mcpServers":[]}}}}"#
        ),
        r#"stderr {"jsonrpc":"2.0","id":3,"method":"session/prompt","params":{"sessionId":"s1","prompt":[{"type":"text","text":"Say \"hi\"\nand go"}]}}"#.to_owned(),
    ];
    assert_eq!(told, expected);
    driven.end().await;
}

#[tokio::test]
async fn a_session_goes_on_without_telling_again_what_was_said() {
    let script = [
        OPENING.split_once("hear; say '{\"jsonrpc\":\"2.0\",\"id\":2").unwrap().0,
        r#"
        hear
        case "$heard" in *'"session/load"'*'"sessionId":"s9"'*) ;; *) exit 9 ;; esac
        update '{"sessionUpdate":"user_message_chunk","content":{"type":"text","text":"before"}}'
        say '{"jsonrpc":"2.0","id":2,"result":null}'
        hear
        update '{"sessionUpdate":"plan","entries":[]}'
        "#,
        DONE,
    ];
    let mut driven =
        driven_as(&script.concat(), Patience::default(), |launch| launch.session = Some("s9".into()));
    driven.prompt("Go on").await;
    let expected =
        ["session s9, continued: true", r#"said {"sessionUpdate":"plan","entries":[]}"#, "turn Done"];
    assert_eq!(driven.until("turn").await, expected);
    driven.end().await;
}

#[tokio::test]
async fn a_session_that_is_gone_gives_way_to_a_new_one() {
    let script = r#"
        read -r heard; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1,"agentCapabilities":{"loadSession":true}}}'
        read -r heard; echo '{"jsonrpc":"2.0","id":2,"error":{"code":-32002,"message":"Resource not found"}}'
        read -r heard; echo '{"jsonrpc":"2.0","id":3,"result":{"sessionId":"s2"}}'
        read -r heard
    "#;
    let mut driven = driven_as(script, Patience::default(), |launch| launch.session = Some("s9".into()));
    let expected = [
        "stderr [the session that there was is gone, a new one is begun: Resource not found]",
        "session s2, continued: false",
    ];
    assert_eq!(driven.until("session").await, expected);
    driven.end().await;
}

#[tokio::test]
async fn an_agent_that_can_not_go_on_with_a_session_begins_a_new_one() {
    let script = r#"
        read -r heard; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1}}'
        read -r heard
        case "$heard" in *'"session/new"'*) ;; *) exit 9 ;; esac
        echo '{"jsonrpc":"2.0","id":2,"result":{"sessionId":"s2"}}'
        read -r heard
    "#;
    let mut driven = driven_as(script, Patience::default(), |launch| launch.session = Some("s9".into()));
    assert_eq!(driven.next().await, "session s2, continued: false");
    driven.end().await;
}

#[tokio::test]
async fn a_question_waits_until_it_is_decided_with_an_option_that_was_offered() {
    let mut driven = asked_under(Policy::Ask).await;
    let request_id = driven.question().await;
    let decide =
        |option: &str| Order::Decide { request_id: request_id.clone(), option_id: Some(option.into()) };
    driven.order(decide("never offered")).await;
    driven.order(Order::Decide { request_id: "another".into(), option_id: None }).await;
    driven.order(decide("yes")).await;
    driven.order(decide("no")).await;
    let mut told = driven.until("turn").await;
    told.sort();
    let answer =
        r#"stderr {"jsonrpc":"2.0","id":"q","result":{"outcome":{"outcome":"selected","optionId":"yes"}}}"#;
    assert_eq!(told, ["settled yes", answer, "turn Done"]);
    driven.end().await;
}

#[tokio::test]
async fn the_policy_decides_what_it_covers() {
    for policy in [Policy::AcceptEdits, Policy::AllowAll] {
        let mut driven = asked_under(policy).await;
        driven.question().await;
        assert_eq!(driven.next().await, "settled yes");
        driven.until("turn Done").await;
        driven.end().await;
    }
}

#[tokio::test]
async fn a_question_outside_of_a_turn_is_withdrawn_at_once() {
    let end = r#"say '{"jsonrpc":"2.0","id":3,"result":{"stopReason":"end_turn"}}'"#;
    let mut driven = prompted(&[end, ASKS, "hear\n"].concat()).await;
    let told = driven.until("stderr").await;
    assert_eq!(told[1..4], ["turn Done", "asked", "settled none"]);
    assert!(told[4].contains(r#""outcome":"cancelled""#), "{told:?}");
    driven.end().await;
}

#[tokio::test]
async fn an_agent_can_withdraw_its_question() {
    let withdraws = r#"
        say '{"jsonrpc":"2.0","method":"$/cancel_request","params":{"requestId":"q"}}'
        hear
    "#;
    let asks = ASKS.split_once("hear").unwrap().0;
    let mut driven = prompted(&[asks, withdraws, DONE].concat()).await;
    assert_eq!(driven.until("turn").await[1..], ["asked", "settled none", "turn Done"]);
    driven.end().await;
}

#[tokio::test]
async fn cancelling_withdraws_the_questions_and_ends_the_turn() {
    let cancels = r#"
        hear
        case "$heard" in *session/cancel*) ;; *) exit 9 ;; esac
        say '{"jsonrpc":"2.0","id":3,"result":{"stopReason":"cancelled"}}'
        hear
    "#;
    // The cancellation comes first, the answer to the question after it.
    let script = [ASKS.split_once("hear").unwrap().0, cancels].concat();
    let mut driven = prompted(&script).await;
    driven.until("asked").await;
    driven.order(Order::Cancel).await;
    driven.order(Order::Cancel).await;
    assert_eq!(driven.until("turn").await, ["settled none", "turn Cancelled"]);
    driven.end().await;
}

#[tokio::test]
async fn an_error_after_a_cancellation_is_a_cancellation() {
    let turn = r#"
        update '{"sessionUpdate":"here"}'
        hear
        say '{"jsonrpc":"2.0","id":3,"error":{"code":-32603,"message":"aborted"}}'
        hear
    "#;
    let mut driven = prompted(turn).await;
    driven.until("said").await;
    driven.order(Order::Cancel).await;
    assert_eq!(driven.next().await, "turn Cancelled");
    driven.end().await;
}

#[tokio::test]
async fn without_a_turn_there_is_nothing_to_cancel() {
    let mut driven = driven(&[OPENING, "hear\n", DONE].concat());
    driven.until("session").await;
    driven.order(Order::Cancel).await;
    driven.prompt("Go").await;
    assert_eq!(driven.next().await, "turn Done");
    driven.end().await;
}

#[tokio::test]
async fn a_turn_that_has_not_begun_is_cancelled_at_once() {
    let mut driven = driven("read -r heard; read -r heard");
    driven.prompt("Go").await;
    driven.order(Order::Cancel).await;
    assert_eq!(driven.next().await, "turn Cancelled");
    driven.end().await;
}

#[tokio::test]
async fn prompts_wait_for_the_turn_before() {
    let turns = r#"
        update '{"sessionUpdate":"first"}'
        say '{"jsonrpc":"2.0","id":3,"result":{"stopReason":"end_turn"}}'
        hear
        case "$heard" in *Second*) ;; *) exit 9 ;; esac
        say '{"jsonrpc":"2.0","id":4,"result":{"stopReason":"end_turn"}}'
        hear
    "#;
    let mut driven = prompted(turns).await;
    driven.prompt("Second").await;
    let told = [driven.until("turn").await, driven.until("turn").await].concat();
    assert_eq!(told[1..], [r#"said {"sessionUpdate":"first"}"#, "turn Done", "turn Done"]);
    driven.end().await;
}

#[tokio::test]
async fn a_turn_that_is_not_done_says_why() {
    for (answer, reason) in [
        (r#""result":{"stopReason":"refusal"}"#, "The agent refused to go on."),
        (r#""result":{"stopReason":"max_tokens"}"#, "The agent reached its limit of tokens."),
        (r#""result":{"stopReason":"bored"}"#, "The agent ended its turn in a way that is not understood"),
        (
            r#""error":{"code":-32603,"message":"Internal error","data":{"details":"no credit."}}"#,
            "The agent gave up: Internal error: no credit.",
        ),
        (r#""error":{"code":-32000,"message":"x"}"#, "The agent asks to be signed in: run its own login"),
    ] {
        let mut driven = prompted(&format!("say '{{\"jsonrpc\":\"2.0\",\"id\":3,{answer}}}'\nhear")).await;
        let told = driven.until("turn").await.pop().unwrap();
        assert!(told.starts_with(&format!("turn Failed {{ reason: \"{reason}")), "{told}");
        driven.end().await;
    }
}

#[tokio::test]
async fn an_agent_that_ignores_everything_is_ended_by_force_when_it_is_told_to() {
    let turn = r#"
        trap '' TERM
        update '{"sessionUpdate":"here"}'
        while :; do hear || sleep 1; done
    "#;
    let script = [OPENING, "hear\n", turn].concat();
    let mut driven = driven_as(&script, Patience { end: SHORT.end, ..Patience::default() }, |_| {});
    driven.prompt("Go").await;
    driven.until("said").await;
    driven.order(Order::Cancel).await;
    assert_eq!(driven.end().await, ["ended The agent was ended."]);
}
