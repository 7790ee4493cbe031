//! A board whose repository has a commit, and attempts at its cards by the demo agent, which hurries.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    app::{TestApp, eventually},
    client::{Answer, Client, TestBoard},
};

/// A board to work on.
#[derive(Clone, Debug)]
pub struct Workshop {
    pub client: Client,
    pub board: TestBoard,
    pub repository: PathBuf,
}

impl Workshop {
    /// A server, and a board on it.
    pub async fn on_a_server() -> (TestApp, Self) {
        let app = TestApp::start().await;
        let workshop = Self::open(&app.client(), app.folder()).await;
        (app, workshop)
    }

    /// Adds a project with a new repository in `folder`, with one commit.
    pub async fn open(client: &Client, folder: &Path) -> Self {
        let board = client.create_board("Web", folder).await;
        let repository = folder.join("Web");
        commit(&repository);
        let workshop = Self { client: client.clone(), board, repository };
        workshop.pace(0).await;
        workshop
    }

    /// Makes the demo agent take so many milliseconds for each step.
    pub async fn pace(&self, milliseconds: u32) {
        let env = json!({ "DEMO_AGENT_PACE": milliseconds.to_string() });
        self.client.patch("/agents/demo", json!({ "env": env })).await.ok();
    }

    /// Sets how the board's attempts are run.
    pub async fn settings(&self, settings: Value) {
        let path = format!("/boards/{}", self.board.id);
        self.client.patch(&path, json!({ "settings": settings })).await.ok();
    }

    /// Registers an agent that is this shell script.
    pub async fn register(&self, agent: &str, protocol: &str, script: &str) {
        let body =
            json!({ "agent": agent, "label": agent, "protocol": protocol, "command": ["sh", "-c", script] });
        self.client.post("/agents", body).await.ok();
    }

    /// Adds a card that makes the demo agent do this.
    pub async fn card(&self, title: &str, scenario: &str) -> String {
        let body = json!({ "title": title, "description": format!("scenario: {scenario}") });
        self.client.post(&format!("/boards/{}/cards", self.board.id), body).await.ok().text("id")
    }

    /// Asks for an attempt at a card.
    pub async fn ask(&self, card: &str, body: Value) -> Answer {
        self.client.post(&format!("/boards/{}/cards/{card}/attempts", self.board.id), body).await
    }

    /// Starts an attempt at a card by the demo agent; its id.
    pub async fn start(&self, card: &str) -> String {
        self.ask(card, json!({ "agent": "demo" })).await.ok().text("attemptId")
    }

    /// Starts an attempt at a new card; its id.
    pub async fn start_anew(&self, scenario: &str) -> String {
        let card = self.card(scenario, scenario).await;
        self.start(&card).await
    }

    /// Asks something of an attempt.
    pub async fn tell(&self, attempt: &str, what: &str, body: Value) -> Answer {
        self.client.post(&format!("/attempts/{attempt}/{what}"), body).await
    }

    /// Stops an attempt.
    pub async fn stop(&self, attempt: &str) -> Answer {
        let path = format!("/attempts/{attempt}/stop");
        self.client.try_send(reqwest::Method::POST, &path, None).await.expect("an answer").ok()
    }

    /// Resumes an attempt.
    pub async fn resume(&self, attempt: &str) -> Answer {
        let path = format!("/attempts/{attempt}/resume");
        self.client.try_send(reqwest::Method::POST, &path, None).await.expect("an answer")
    }

    /// An attempt as it is now.
    pub async fn attempt(&self, attempt: &str) -> Value {
        self.client.get(&format!("/attempts/{attempt}")).await.ok().json
    }

    /// Waits until an attempt stands so; the attempt then.
    pub async fn becomes(&self, attempt: &str, status: &str) -> Value {
        let what = format!("the attempt becomes {status}");
        eventually(&what, || async { self.attempt(attempt).await["status"] == status }).await;
        self.attempt(attempt).await
    }

    /// Waits until an attempt is over; the attempt then.
    pub async fn ends(&self, attempt: &str) -> Value {
        let is_over = |status: &Value| {
            ["succeeded", "failed", "stopped", "interrupted"].contains(&status.as_str().unwrap_or_default())
        };
        eventually("the attempt ends", || async { is_over(&self.attempt(attempt).await["status"]) }).await;
        self.attempt(attempt).await
    }

    /// The conversation of an attempt, whole.
    pub async fn conversation(&self, attempt: &str) -> Vec<Value> {
        let page = self.client.get(&format!("/attempts/{attempt}/conversation?limit=500")).await.ok().json;
        assert_eq!(page["nextCursor"], Value::Null);
        page["items"].as_array().expect("a list").clone()
    }

    /// The items of one type in a conversation.
    pub async fn items(&self, attempt: &str, kind: &str) -> Vec<Value> {
        let mut items = self.conversation(attempt).await;
        items.retain(|item| item["type"] == kind);
        items
    }

    /// The log of an attempt, whole.
    pub async fn log(&self, attempt: &str) -> Vec<String> {
        let page = self.client.get(&format!("/attempts/{attempt}/logs?limit=500")).await.ok().json;
        let lines = page["items"].as_array().expect("a list").iter();
        lines.map(|line| line["message"].as_str().expect("a text").to_owned()).collect()
    }

    /// Waits until the agent asks something; the question.
    pub async fn question(&self, attempt: &str) -> Value {
        self.becomes(attempt, "waiting").await;
        self.items(attempt, "permission").await.pop().expect("a question")
    }

    /// The key of the column that a card is in.
    pub async fn column_of(&self, card: &str) -> String {
        let board = self.client.board_state(&self.board.id).await;
        let column =
            board.columns.values().find(|column| column.card_ids.iter().any(|id| id.as_str() == card));
        let key = column.expect("the card is on the board").key.expect("a column with a meaning");
        serde_json::to_value(key).unwrap().as_str().unwrap().to_owned()
    }
}

/// Makes a commit in a repository.
pub fn commit(repository: &Path) {
    let person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let commit = ["commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=first"];
    let made = Command::new("git").arg("-C").arg(repository).args(person).args(commit).status();
    assert!(made.expect("git runs").success());
}

/// The processes that carry an attempt in their environment.
#[cfg(target_os = "linux")]
pub fn processes_of(attempt: &str) -> Vec<u32> {
    let attempt = shared::ids::AttemptId::from(attempt);
    server::strays::of_attempt(&attempt, None)
        .into_iter()
        .map(|pid| pid.as_raw_nonzero().get() as u32)
        .collect()
}

/// Whether a process has ended; one that nobody has buried yet has.
#[cfg(target_os = "linux")]
pub fn has_ended(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, after_the_name)| after_the_name.starts_with('Z'))
}
