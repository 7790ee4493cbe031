//! `mainstay demo-agent`, spoken to over its pipes: what each of its scenarios says, line by line.

use std::process::{ExitStatus, Stdio};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

use crate::binary::{Home, PATIENCE};

const SCENARIOS: [&str; 8] = ["succeed", "ask", "wait", "flood", "todos", "fail", "crash", "ignore-cancel"];

/// The agent, with a folder to work in.
struct Agent {
    home: Home,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<Lines<BufReader<ChildStdout>>>,
    stderr: JoinHandle<String>,
    session: String,
}

/// What came of a prompt: the updates, and the answer.
#[derive(Debug)]
struct Turn {
    updates: Vec<Value>,
    answer: Value,
}

impl Agent {
    /// An agent that takes no pauses, with a session.
    async fn start() -> Self {
        Self::with_pace("0").await
    }

    async fn with_pace(milliseconds: &str) -> Self {
        let mut agent = Self::silent(milliseconds);
        agent.request("initialize", json!({"protocolVersion": 1})).await;
        let new = agent.request("session/new", json!({"cwd": agent.home.path(), "mcpServers": []})).await;
        agent.session = new["result"]["sessionId"].as_str().unwrap().to_owned();
        agent
    }

    fn silent(pace: &str) -> Self {
        let home = Home::new();
        let mut command = home.command(&["demo-agent"]);
        let mut child = command.env("DEMO_AGENT_PACE", pace).stdin(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let read = async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.unwrap();
            text
        };
        Self {
            stdin: child.stdin.take(),
            stdout: child.stdout.take().map(|stdout| BufReader::new(stdout).lines()),
            stderr: tokio::spawn(read),
            session: String::new(),
            home,
            child,
        }
    }

    async fn write(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    async fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        self.write(&message.to_string()).await;
    }

    async fn notify(&mut self, method: &str) {
        self.send(json!({"method": method, "params": {"sessionId": self.session}})).await;
    }

    async fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().await.unwrap().success());
    }

    /// The next message; none when the output is closed.
    async fn next(&mut self) -> Option<Value> {
        let line = timeout(PATIENCE, self.stdout.as_mut().unwrap().next_line()).await.expect("a message");
        let message: Value = serde_json::from_str(&line.unwrap()?).expect("JSON");
        assert_eq!(message["jsonrpc"], "2.0");
        Some(message)
    }

    /// Sends a request, and waits for its answer.
    async fn request(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({"id": "r", "method": method, "params": params})).await;
        self.rest().await.answer
    }

    async fn prompt(&mut self, text: &str) {
        let params = json!({"sessionId": self.session, "prompt": [{"type": "text", "text": text}]});
        self.send(json!({"id": "r", "method": "session/prompt", "params": params})).await;
    }

    /// The updates up to one that `is_it`.
    async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await.expect("the agent goes on");
            if is_it(&message) {
                return message;
            }
        }
    }

    /// All that comes up to the answer.
    async fn rest(&mut self) -> Turn {
        let mut updates = Vec::new();
        loop {
            let mut message = self.next().await.expect("the agent answers");
            if message["id"] == "r" {
                return Turn { updates, answer: message };
            }
            assert_eq!(message["method"], "session/update", "{message}");
            updates.push(message["params"]["update"].take());
        }
    }

    async fn turn(&mut self, prompt: &str) -> Turn {
        self.prompt(prompt).await;
        self.rest().await
    }

    fn file(&self) -> Option<String> {
        std::fs::read_to_string(self.home.path().join("DEMO.md")).ok()
    }

    /// Waits for its end; gives how it ended, and what it printed as errors.
    async fn ended(mut self) -> (ExitStatus, String) {
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap();
        (status, self.stderr.await.unwrap())
    }

    /// Closes its input, and waits for its end.
    async fn close(mut self) -> (ExitStatus, String) {
        self.stdin = None;
        self.ended().await
    }
}

impl Turn {
    fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<_> =
            self.updates.iter().map(|update| update["sessionUpdate"].as_str().unwrap()).collect();
        kinds.dedup();
        kinds
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.updates.iter().filter(move |update| update["sessionUpdate"] == kind)
    }

    /// All that was said.
    fn message(&self) -> String {
        self.of_kind("agent_message_chunk").map(|chunk| chunk["content"]["text"].as_str().unwrap()).collect()
    }

    /// For each plan, how many entries are done, and how many there are.
    fn plans(&self) -> Vec<(usize, usize)> {
        let counts = |plan: &Value| {
            let entries = plan["entries"].as_array().unwrap();
            (entries.iter().filter(|entry| entry["status"] == "completed").count(), entries.len())
        };
        self.of_kind("plan").map(counts).collect()
    }
}

#[tokio::test]
async fn it_says_what_it_can_and_refuses_what_it_can_not() {
    let mut agent = Agent::silent("0");
    let answer = agent.request("initialize", json!({"protocolVersion": 1})).await;
    assert_eq!(answer["result"]["protocolVersion"], 1);
    assert_eq!(answer["result"]["agentCapabilities"]["loadSession"], true);

    agent.send(json!({"method": "_anything/at/all"})).await;
    let refusals = [
        ("session/dance", json!({}), -32601),
        ("_dance", json!({}), -32601),
        ("session/new", json!({"cwd": "relative"}), -32602),
        ("session/new", json!({}), -32602),
        ("session/prompt", json!({"sessionId": "s", "prompt": []}), -32602),
    ];
    for (method, params, code) in refusals {
        let answer = agent.request(method, params).await;
        assert_eq!(answer["error"]["code"], code, "{method}: {answer}");
    }
    for (line, code) in [("{", -32700), ("[]", -32600), ("{}", -32600)] {
        agent.write(line).await;
        let answer = agent.next().await.unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(code)), "{answer}");
    }
    let entries = std::fs::read_dir(agent.home.path()).unwrap().count();
    let (status, stderr) = agent.close().await;
    assert_eq!(
        (status.code(), stderr.as_str(), entries),
        (Some(0), "", 0),
        "it leaves nothing, and no noise"
    );
}

#[tokio::test]
async fn every_scenario_begins_with_a_plan_of_three_and_a_line_of_errors() {
    for scenario in SCENARIOS {
        let mut agent = Agent::start().await;
        agent.prompt(&format!("Sort the list\n\nscenario: {scenario}")).await;
        let first = agent.next().await.unwrap();
        let update = &first["params"]["update"];
        assert_eq!(update["sessionUpdate"], "plan", "{scenario}");
        assert_eq!(update["entries"].as_array().unwrap().len(), 3, "{scenario}");
        agent.signal("KILL").await;
        let (_, stderr) = agent.ended().await;
        let line = stderr.lines().next().unwrap();
        assert_eq!(line, format!("demo agent: playing the scenario {scenario}"));
    }
}

#[tokio::test]
async fn success_looks_like_an_agent_at_work() {
    let mut agent = Agent::start().await;
    let turn = agent.turn("Sort the list\nby date").await;
    assert_eq!(turn.answer["result"], json!({"stopReason": "end_turn"}));
    assert_eq!(
        turn.kinds(),
        [
            "plan",
            "agent_thought_chunk",
            "tool_call",
            "tool_call_update",
            "plan",
            "tool_call",
            "tool_call_update",
            "plan",
            "agent_message_chunk",
            "plan"
        ]
    );
    assert_eq!(turn.plans(), [(0, 3), (1, 3), (2, 3), (3, 3)]);
    assert!(turn.message().contains("I added one line"), "{}", turn.message());

    let path = agent.home.path().join("DEMO.md");
    let calls: Vec<_> = turn.of_kind("tool_call").collect();
    assert_eq!((&calls[0]["kind"], &calls[1]["kind"]), (&json!("read"), &json!("edit")));
    assert_eq!(calls[0]["locations"], json!([{"path": path}]));
    let done = turn.of_kind("tool_call_update").last().unwrap();
    let diff = json!({"type": "diff", "path": path, "oldText": null, "newText": agent.file().unwrap()});
    assert_eq!((&done["status"], &done["content"]), (&json!("completed"), &json!([diff])));
    assert_eq!(done["toolCallId"], calls[1]["toolCallId"]);
    let (status, stderr) = agent.close().await;
    assert_eq!((status.code(), stderr.lines().count()), (Some(0), 1), "{stderr}");
}

#[tokio::test]
async fn the_same_prompt_does_the_same_again() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut agent = Agent::start().await;
        let folder = agent.home.path().to_str().unwrap().to_owned();
        let mut texts = Vec::new();
        for _ in 0..2 {
            let mut turn = agent.turn("Sort the list\nscenario: todos").await;
            for update in &mut turn.updates {
                // Names, not deeds: they differ so that nothing is taken for another.
                update.as_object_mut().unwrap().remove("toolCallId");
            }
            texts.push(serde_json::to_string(&turn.updates).unwrap().replace(&folder, ""));
        }
        seen.push((texts, agent.file().unwrap()));
    }
    assert_eq!(seen[0], seen[1]);
    let lines: Vec<_> = seen[0].1.lines().filter(|line| *line == "- Sort the list").collect();
    assert_eq!(lines.len(), 2, "each turn appends its line");
}

/// Starts a turn that asks; gives the question.
async fn asked(agent: &mut Agent) -> Value {
    agent.prompt("Sort the list\nScenario: Ask").await;
    agent.until(|message| message["method"] == "session/request_permission").await
}

async fn answered(outcome: Value) -> (Agent, Turn) {
    let mut agent = Agent::start().await;
    let question = asked(&mut agent).await;
    agent.send(json!({"id": question["id"], "result": {"outcome": outcome}})).await;
    let turn = agent.rest().await;
    (agent, turn)
}

#[tokio::test]
async fn it_asks_with_the_edit_and_two_answers() {
    let mut agent = Agent::start().await;
    let question = asked(&mut agent).await;
    let params = &question["params"];
    assert_eq!(params["sessionId"], json!(agent.session));
    let call = &params["toolCall"];
    assert_eq!((&call["kind"], &call["status"]), (&json!("edit"), &json!("pending")));
    assert!(call["toolCallId"].is_string() && call["title"].is_string(), "{call}");
    assert_eq!(call["content"][0]["type"], "diff");
    let kinds: Vec<_> = params["options"].as_array().unwrap().iter().map(|option| &option["kind"]).collect();
    assert_eq!(kinds, ["allow_once", "reject_once"]);
    assert_eq!(agent.file(), None, "nothing is edited before the answer");
}

#[tokio::test]
async fn what_is_allowed_is_edited() {
    let (agent, turn) = answered(json!({"outcome": "selected", "optionId": "allow-once"})).await;
    assert_eq!(turn.answer["result"]["stopReason"], "end_turn");
    assert_eq!(turn.plans().last(), Some(&(3, 3)));
    assert!(agent.file().unwrap().ends_with("- Sort the list\n"));
}

#[tokio::test]
async fn what_is_rejected_is_left_alone_and_the_turn_ends_well() {
    let (agent, turn) = answered(json!({"outcome": "selected", "optionId": "reject-once"})).await;
    assert_eq!(turn.answer["result"]["stopReason"], "end_turn");
    assert_eq!(turn.of_kind("tool_call_update").last().unwrap()["status"], "failed");
    assert_eq!(agent.file(), None);
}

#[tokio::test]
async fn a_withdrawn_question_ends_the_turn_as_cancelled() {
    let (agent, turn) = answered(json!({"outcome": "cancelled"})).await;
    assert_eq!(turn.answer["result"]["stopReason"], "cancelled");
    assert_eq!(agent.file(), None);
    let mut unanswered = Agent::start().await;
    asked(&mut unanswered).await;
    unanswered.notify("session/cancel").await;
    assert_eq!(unanswered.rest().await.answer["result"]["stopReason"], "cancelled");
}

#[tokio::test]
async fn an_answer_that_was_not_offered_fails_the_turn() {
    let (agent, turn) = answered(json!({"outcome": "selected", "optionId": "always"})).await;
    assert!(turn.answer["error"]["message"].as_str().unwrap().contains("`always`"), "{}", turn.answer);
    assert_eq!(agent.file(), None);
}

#[tokio::test]
async fn waiting_takes_many_steps_and_ends_at_once_when_cancelled() {
    let mut agent = Agent::start().await;
    let whole = agent.turn("scenario: wait").await;
    assert_eq!(whole.answer["result"]["stopReason"], "end_turn");
    assert!(
        whole.message().starts_with("Step 1 of 120.\n") && whole.message().ends_with("Step 120 of 120.\n")
    );

    let mut agent = Agent::with_pace("10").await;
    agent.prompt("scenario: wait").await;
    agent.until(|message| message["params"]["update"]["content"]["text"] == "Step 2 of 120.\n").await;
    agent.notify("session/cancel").await;
    let cut = agent.rest().await;
    assert_eq!(cut.answer["result"]["stopReason"], "cancelled");
    assert!(!cut.message().contains("Step 120"), "{}", cut.message());
    assert_eq!(agent.turn("again").await.answer["result"]["stopReason"], "end_turn");
}

#[tokio::test]
async fn a_second_prompt_in_mid_turn_is_refused() {
    let mut agent = Agent::with_pace("10").await;
    agent.prompt("scenario: wait").await;
    agent.next().await.unwrap();
    let params = json!({"sessionId": agent.session, "prompt": []});
    agent.send(json!({"id": "second", "method": "session/prompt", "params": params})).await;
    let refusal = agent.until(|message| message["id"] == "second").await;
    assert_eq!(refusal["error"]["code"], -32600);
}

#[tokio::test]
async fn a_flood_is_as_large_as_it_says() {
    let mut agent = Agent::start().await;
    let turn = agent.turn("scenario: flood").await;
    assert_eq!(turn.answer["result"]["stopReason"], "end_turn");
    assert_eq!(turn.message().len(), 200_000);
    assert!(
        turn.of_kind("agent_message_chunk")
            .all(|chunk| chunk["content"]["text"].as_str().unwrap().len() < 10)
    );
    let output = turn.of_kind("tool_call_update").last().unwrap();
    assert_eq!(output["content"][0]["content"]["text"].as_str().unwrap().len(), 256 * 1024);
    let (_, stderr) = agent.close().await;
    assert_eq!(stderr.lines().count(), 2_001);
}

#[tokio::test]
async fn a_longer_plan_advances() {
    let mut agent = Agent::start().await;
    let turn = agent.turn("scenario: todos").await;
    let longer: Vec<_> = turn.plans().into_iter().filter(|(_, entries)| *entries == 5).collect();
    assert_eq!(longer, [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]);
    assert!(agent.file().is_some());
}

#[tokio::test]
async fn a_failure_is_told_in_words_and_has_edited_before() {
    let mut agent = Agent::start().await;
    let turn = agent.turn("Sort\nscenario: fail").await;
    assert_eq!(turn.answer["error"]["message"], "the demo agent failed, as the prompt asked it to");
    assert!(agent.file().unwrap().ends_with("- Sort\n"));
    let again = agent.turn("Sort").await;
    assert_eq!(again.answer["result"]["stopReason"], "end_turn", "another turn may succeed");
}

#[tokio::test]
async fn an_unknown_scenario_fails_and_says_which_there_are() {
    let mut agent = Agent::start().await;
    let turn = agent.turn("scenario: dance").await;
    let message = turn.answer["error"]["message"].as_str().unwrap();
    assert!(SCENARIOS.iter().all(|name| message.contains(&format!("`{name}`"))), "{message}");
    assert_eq!(agent.file(), None);
}

#[tokio::test]
async fn a_crash_comes_in_mid_turn() {
    let mut agent = Agent::start().await;
    agent.prompt("Sort\nscenario: crash").await;
    let mut last = Value::Null;
    while let Some(message) = agent.next().await {
        last = message;
    }
    assert_eq!(last["params"]["update"]["content"]["text"], "to", "all that was said before arrives");
    assert!(agent.file().unwrap().ends_with("- Sort\n"));
    let (status, stderr) = agent.ended().await;
    assert_eq!(status.code(), Some(3));
    assert!(stderr.lines().last().unwrap().contains("crashing"), "{stderr}");
}

#[tokio::test]
async fn a_stubborn_agent_ignores_cancellation_signals_and_closed_pipes() {
    let mut agent = Agent::with_pace("5").await;
    agent.prompt("scenario: ignore-cancel").await;
    let step = |number: u32| {
        let start = format!("Step {number},");
        move |message: &Value| {
            message["params"]["update"]["content"]["text"]
                .as_str()
                .is_some_and(|text| text.starts_with(&start))
        }
    };
    agent.until(step(1)).await;
    agent.notify("session/cancel").await;
    agent.signal("TERM").await;
    agent.until(step(20)).await;
    agent.stdin = None;
    agent.until(step(40)).await;
    assert!(agent.file().is_some());
    agent.signal("KILL").await;
    agent.ended().await;
}

#[tokio::test]
async fn a_signal_or_a_closed_pipe_ends_any_other_at_once() {
    for way in ["TERM", "stdin", "stdout"] {
        let mut agent = Agent::with_pace("60").await;
        agent.prompt("scenario: wait").await;
        agent.next().await.unwrap();
        match way {
            "stdin" => agent.stdin = None,
            "stdout" => agent.stdout = None,
            signal => agent.signal(signal).await,
        }
        let (status, _) = agent.ended().await;
        assert_eq!(status.code(), Some(0), "{way}");
    }
}

#[tokio::test]
async fn a_session_of_before_can_be_loaded() {
    let mut agent = Agent::silent("0");
    agent.session = "of before".to_owned();
    let params = json!({"sessionId": agent.session, "cwd": agent.home.path(), "mcpServers": []});
    agent.send(json!({"id": "r", "method": "session/load", "params": params})).await;
    let loaded = agent.rest().await;
    assert_eq!(
        (loaded.message().as_str(), &loaded.answer["result"]),
        ("I remember this session.", &json!({}))
    );
    assert_eq!(agent.turn("Go on").await.answer["result"]["stopReason"], "end_turn");
}
