//! `mainstay demo`: a throw-away server with agents at work.

use serde_json::Value;

use crate::{
    app::{TOKEN, eventually},
    binary::{Home, Running},
    client::Client,
};

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_demonstration_has_agents_at_work_and_leaves_nothing_behind() {
    let home = Home::new();
    let temporary = tempfile::tempdir().unwrap();
    let mut command = home.command(&["demo", "--addr", "127.0.0.1:0", "--no-open"]);
    command.env("MAINSTAY_OWNER_TOKEN", TOKEN).env("TMPDIR", temporary.path());
    let log = home.path().join("log");
    command.stderr(std::fs::File::create(&log).unwrap());
    let demo = Running::start(command).await;
    let client = Client::new(demo.address, TOKEN);
    let boards = client.get("/boards").await.ok().json;
    assert_eq!(boards[0]["name"], "Tide tables");
    eventually("one agent asks and another works", || async {
        let overview = client.get("/dashboard").await.ok().json;
        let failed = overview["needsYou"].as_array().unwrap().iter().find(|it| it["reason"] != "ask");
        assert_eq!(failed, None, "{overview}");
        overview["totals"]["waiting"] == 1 && overview["totals"]["running"] == 1
    })
    .await;
    let overview = client.get("/dashboard").await.ok().json;
    let id = |it: &Value| it["attemptId"].as_str().unwrap().to_owned();
    let attempts: Vec<String> = overview["running"].as_array().unwrap().iter().map(id).collect();
    let (status, _) = demo.stop().await;
    assert!(status.success());
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "the folder is gone");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("stopping") && !log.contains("start Mainstay again"), "{log}");
    for attempt in &attempts {
        eventually("the agents are gone", || async { crate::workshop::processes_of(attempt).is_empty() })
            .await;
    }
}
