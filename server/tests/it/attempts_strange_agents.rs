//! Agents that do not behave: each ends in a clear state, with a reason, and nothing is left of it.

use std::time::Duration;

use serde_json::json;

use crate::{app::TestApp, scripted_agent, workshop::Workshop};

async fn start() -> (TestApp, Workshop) {
    let app = TestApp::with(|config| {
        config.attempts.patience.stop = Duration::from_millis(200);
        config.attempts.patience.idle = Duration::from_millis(100);
        config.attempts.answer = Duration::from_secs(2);
    })
    .await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    (app, workshop)
}

/// Starts an attempt by an agent; how it ends.
async fn outcome(workshop: &Workshop, agent: &str) -> (String, String) {
    let card = workshop.card(agent, "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": agent })).await.ok().text("attemptId");
    let ended = workshop.ends(&attempt).await;
    #[cfg(target_os = "linux")]
    crate::app::eventually("nothing is left of it", || async {
        crate::workshop::processes_of(&attempt).is_empty()
    })
    .await;
    let text = |field: &str| ended[field].as_str().unwrap_or_default().to_owned();
    (text("status"), text("reason"))
}

#[tokio::test]
async fn an_agent_that_can_not_begin_is_a_failure_that_says_why() {
    let (_app, workshop) = start().await;
    let body = json!({ "agent": "gone", "label": "Gone", "protocol": "acp", "command": ["no-such-program"] });
    workshop.client.post("/agents", body).await.ok();
    let (status, reason) = outcome(&workshop, "gone").await;
    assert_eq!(status, "failed");
    assert!(reason.contains("no-such-program") && reason.contains("not installed"), "{reason}");

    for (agent, script, says) in [
        ("exits", "echo 'no key for the model' >&2; exit 7", "no key for the model"),
        ("mute", "sleep 600", "2 s"),
        ("closes-output", "exec 1>&-; sleep 600", "output"),
        ("forks", "sleep 600 & sleep 600 & exit 1", "exit code 1"),
        ("bad-utf8", "printf '\\377\\376\\n'; exit 4", "exit code 4"),
        ("bad-json", "echo '{\"jsonrpc\"'; exit 5", "exit code 5"),
        ("killed", "kill -9 $$", "SIGKILL"),
    ] {
        workshop.register(agent, "acp", script).await;
        let (status, reason) = outcome(&workshop, agent).await;
        assert_eq!(status, "failed", "{agent}: {reason}");
        assert!(reason.contains(says), "{agent}: {reason}");
    }
}

#[tokio::test]
async fn a_host_that_can_not_begin_is_a_failure_with_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("host");
    std::fs::write(&program, "#!/bin/sh\necho 'no room for a journal' >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let app = TestApp::with(|config| config.attempts.program = Some(program)).await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    let (status, reason) = outcome(&workshop, "demo").await;
    assert_eq!(status, "failed");
    assert_eq!(reason, "The agent's host could not begin: no room for a journal.");
}

#[tokio::test]
async fn an_agent_that_fails_in_its_turn_is_a_failure_that_says_why() {
    let (_app, workshop) = start().await;
    for (agent, on_prompt, says) in [
        ("crashes", "echo 'out of memory' >&2; exit 3", "out of memory"),
        ("closes-output", "exec 1>&-; exec sleep 600", "output"),
        ("leaves-children", "sleep 600 & exit 4", "exit code 4"),
    ] {
        workshop.register(agent, "acp", &scripted_agent::acp(on_prompt)).await;
        let (status, reason) = outcome(&workshop, agent).await;
        assert_eq!(status, "failed", "{agent}: {reason}");
        assert!(reason.contains(says), "{agent}: {reason}");
    }
}

#[tokio::test]
async fn nonsense_among_what_an_agent_says_does_not_end_its_turn() {
    let (_app, workshop) = start().await;
    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let update = format!(
        r#"{{"jsonrpc":"2.0","method":"session/update","params":{{"sessionId":"s","update":{{"sessionUpdate":"deep","it":{deep}}}}}}}"#
    );
    let on_prompt = format!("echo nonsense; echo '{{\"jsonrpc\"'; echo '{update}'");
    workshop.register("raves", "acp", &scripted_agent::acp(&on_prompt)).await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "raves" })).await.ok().text("attemptId");
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "succeeded", "{ended}");
    // Whoever reads the conversation can, however deep it was.
    assert_eq!(workshop.items(&attempt, "other").await[0]["kind"], "deep");
}

#[tokio::test]
async fn a_flood_on_the_standard_error_of_an_agent_that_never_begins_ends_with_it() {
    let (_app, workshop) = start().await;
    workshop.register("floods", "acp", "while :; do echo flood flood flood >&2; done").await;
    let (status, reason) = outcome(&workshop, "floods").await;
    assert_eq!(status, "failed", "{reason}");
}

#[tokio::test]
async fn a_command_line_gets_the_prompt_and_its_output_is_the_log() {
    let (_app, workshop) = start().await;
    workshop
        .register(
            "reads",
            "command",
            "read first; echo \"asked: $first\"; echo careful >&2; echo x > done.txt",
        )
        .await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "reads" })).await.ok().text("attemptId");
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "succeeded", "{ended}");
    assert_eq!(workshop.column_of(&card).await, "review");
    let log = workshop.log(&attempt).await;
    assert!(log.contains(&"asked: Sitemap".to_owned()) && log.contains(&"careful".to_owned()), "{log:?}");
    assert!(std::path::Path::new(ended["worktree"].as_str().unwrap()).join("done.txt").is_file());

    workshop.register("fails", "command", "echo broken >&2; exit 9").await;
    let (status, reason) = outcome(&workshop, "fails").await;
    assert_eq!(status, "failed");
    assert!(reason.contains('9') && reason.contains("broken"), "{reason}");
}

#[tokio::test]
async fn a_command_line_is_told_with_a_later_prompt_what_went_before() {
    let (_app, workshop) = start().await;
    workshop.register("forgets", "command", "cat > prompt").await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "forgets" })).await.ok().text("attemptId");
    let ended = workshop.ends(&attempt).await;
    let prompt = std::path::Path::new(ended["worktree"].as_str().unwrap()).join("prompt");
    let first = std::fs::read_to_string(&prompt).unwrap();
    assert_eq!(first.trim_end(), "Sitemap\n\nscenario: none");
    workshop.tell(&attempt, "messages", json!({ "prompt": "And a robots.txt" })).await.ok();
    crate::app::eventually("it is asked again", || async {
        let told = std::fs::read_to_string(&prompt).unwrap_or_default();
        told.contains("Sitemap") && told.trim_end().ends_with("And a robots.txt")
    })
    .await;
}

#[tokio::test]
async fn an_agent_that_gives_no_sign_for_too_long_needs_a_person() {
    let app = TestApp::with(|config| config.attempts.silent_after = Duration::from_millis(300)).await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    workshop.register("silent", "command", "sleep 600").await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "silent" })).await.ok().text("attemptId");
    crate::app::eventually("it counts as stalled", || async {
        let overview = workshop.client.get("/dashboard").await.ok().json;
        overview["needsYou"][0]["reason"] == "stalled"
    })
    .await;
    let attempt = workshop.stop(&attempt).await.text("attemptId");
    assert_eq!(workshop.ends(&attempt).await["status"], "stopped");
    let overview = workshop.client.get("/dashboard").await.ok().json;
    assert_eq!(overview["needsYou"], json!([]));
}
