//! Agents that are known, found and registered.

use serde_json::{Value, json};

use crate::app::TestApp;

fn of(agents: &Value, agent: &str) -> Value {
    agents.as_array().unwrap().iter().find(|it| it["agent"] == agent).cloned().unwrap_or_default()
}

#[tokio::test]
async fn the_demo_agent_is_there_and_what_is_missing_says_how_to_get_it() {
    let app = TestApp::start().await;
    let agents = app.get("/agents").await.ok().json;
    let demo = of(&agents, "demo");
    assert_eq!((&demo["available"], &demo["registered"]), (&json!(true), &json!(false)));
    for agent in ["claude", "codex", "gemini", "opencode"] {
        let it = of(&agents, agent);
        assert_eq!(it["available"], json!(false), "{it}");
        assert!(it["hint"].as_str().unwrap().contains("Install"), "{it}");
    }
}

#[tokio::test]
async fn whoever_is_found_or_registered_is_announced_to_everyone_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let app = TestApp::with(|config| config.attempts.agents_path = path.into()).await;
    let board = app.board("Web").await;
    let mut of_board = app.stream(&format!("boardId={}&patch=1", board.id)).await;
    let mut of_dashboard = app.stream("").await;
    of_board.opening().await;
    of_dashboard.opening().await;
    let program = folder.path().join("gemini");
    std::fs::write(&program, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let found = app.try_send(reqwest::Method::POST, "/agents/discover", None).await.unwrap().ok().json;
    assert_eq!(of(&found, "gemini")["available"], json!(true));
    for stream in [&mut of_board, &mut of_dashboard] {
        let said = stream.next_of("agent_registered").await.json();
        assert_eq!(said, json!({ "agent": "gemini", "label": "Gemini CLI" }));
    }
    app.try_send(reqwest::Method::POST, "/agents/discover", None).await.unwrap().ok();
    let body = json!({ "agent": "mine", "label": "Mine", "protocol": "command", "command": ["sh", "-c", "true"],
                       "env": { "KEY": "secret" } });
    let registered = app.post("/agents", body.clone()).await;
    assert_eq!(registered.status, 201);
    assert_eq!(registered.json["env"], json!(["KEY"]), "values are told to nobody");
    let said = of_board.next_of("agent_registered").await.json();
    assert_eq!(said, json!({ "agent": "mine", "label": "Mine" }), "gemini was announced once");
    assert_eq!(app.post("/agents", body).await.status, 409);
}

#[tokio::test]
async fn a_restart_announces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::process::Process::start(folder.path());
    let before = server.get("/boards").await.position();
    let server = server.kill_and_restart();
    assert_eq!(server.get("/boards").await.position(), before);
}

#[tokio::test]
async fn what_was_registered_can_be_changed_and_removed_and_what_comes_along_can_not() {
    let app = TestApp::start().await;
    let body = json!({ "agent": "mine", "label": "Mine", "protocol": "acp", "command": ["sh"] });
    app.post("/agents", body).await.ok();
    let changed =
        app.patch("/agents/mine", json!({ "label": "Ours", "command": ["sh", "-x"] })).await.ok().json;
    assert_eq!((&changed["label"], &changed["command"]), (&json!("Ours"), &json!(["sh", "-x"])));
    app.delete("/agents/mine").await.ok();
    assert_eq!(app.delete("/agents/mine").await.status, 404);
    assert_eq!(app.delete("/agents/demo").await.status, 422);
    assert_eq!(app.patch("/agents/no-such", json!({ "label": "x" })).await.status, 404);
    for (body, field) in [
        (json!({ "agent": "A B", "label": "x", "protocol": "acp", "command": ["sh"] }), "agent"),
        (json!({ "agent": "a", "label": "", "protocol": "acp", "command": ["sh"] }), "label"),
        (json!({ "agent": "a", "label": "x", "protocol": "acp", "command": [] }), "command"),
        (
            json!({ "agent": "a", "label": "x", "protocol": "acp", "command": ["sh"], "env": { "MAINSTAY_X": "1" } }),
            "env",
        ),
    ] {
        let refused = app.post("/agents", body).await;
        assert_eq!(refused.status, 422, "{}", refused.json);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    assert_eq!(app.get("/agents/profiles").await.status, 404);
}

#[tokio::test]
async fn an_agent_is_not_forgotten_while_it_works() {
    let app = TestApp::start().await;
    let workshop = crate::workshop::Workshop::open(&app.client(), app.folder()).await;
    workshop.register("mine", "command", "sleep 600").await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "mine" })).await.ok().text("attemptId");
    let refused = app.delete("/agents/mine").await;
    assert_eq!(refused.status, 409, "{}", refused.json);
    workshop.stop(&attempt).await;
    workshop.becomes(&attempt, "stopped").await;
    app.delete("/agents/mine").await.ok();
    assert_eq!(app.delete("/agents/mine").await.status, 404);
    assert_eq!(of(&app.get("/agents").await.ok().json, "mine"), Value::Null);
    // What it did is known, but it can't go on.
    workshop.resume(&attempt).await.ok();
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "failed", "{ended}");
    assert!(ended["reason"].as_str().unwrap().contains("mine"), "{ended}");
}
