//! What goes on in attempts' worktrees around the agents' work.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use shared::{attempt::AttemptStatus, card::AttentionReason};

use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::{
    app::{TestApp, eventually},
    workshop::{Workshop, processes_of},
};

async fn start() -> (TestApp, Workshop) {
    let app =
        TestApp::with(|config| config.attempts.patience.idle = std::time::Duration::from_millis(50)).await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    (app, workshop)
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Stage, status, exit code and output of each automation of an attempt.
async fn automations(workshop: &Workshop, attempt: &str) -> Vec<Value> {
    let items = workshop.items(attempt, "automation").await;
    items.iter().map(|it| json!([it["stage"], it["status"], it["exitCode"], it["output"]])).collect()
}

#[tokio::test]
async fn files_are_copied_and_the_setup_script_runs_before_the_agent_begins() {
    let (_app, workshop) = start().await;
    std::fs::write(workshop.repository.join(".env"), "KEY=1\n").unwrap();
    let script = "echo \"on $WORKTREE_BRANCH\"; cat .env; touch made";
    workshop.settings(json!({ "copyFiles": [".env"], "setupScript": script })).await;
    let mut stream = workshop.client.stream(&format!("boardId={}&patch=1", workshop.board.id)).await;
    stream.opening().await;
    let attempt = workshop.start_anew("succeed").await;
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "attempt_session") {
        let frame = stream.next().await;
        let json = frame.json();
        if ["attempt_started", "attempt_session"].contains(&frame.event.as_str()) {
            told.push(frame.event);
        } else if json["item"]["type"] == "automation" {
            told.push(format!(
                "{} {}",
                json["item"]["stage"].as_str().unwrap(),
                json["item"]["status"].as_str().unwrap()
            ));
        }
    }
    let expected = [
        "attempt_started",
        "copyFiles running",
        "copyFiles succeeded",
        "setup running",
        "setup succeeded",
        "attempt_session",
    ];
    assert_eq!(told, expected);
    let ended = workshop.becomes(&attempt, "succeeded").await;
    let worktree = Path::new(ended["worktree"].as_str().unwrap());
    assert!(worktree.join(".env").is_file() && worktree.join("made").is_file());
    let output = &automations(&workshop, &attempt).await[1];
    assert_eq!(*output, json!(["setup", "succeeded", 0, "on mainstay/WEB-1-succeed\nKEY=1\n"]));
}

#[tokio::test]
async fn a_setup_script_that_fails_is_the_end_and_its_last_words_are_the_reason() {
    let (_app, workshop) = start().await;
    workshop.settings(json!({ "setupScript": "echo no such thing >&2; exit 3" })).await;
    let attempt = workshop.start_anew("succeed").await;
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "failed");
    assert_eq!(ended["reason"], "The setup script failed with exit code 3. Its last words: no such thing");
    assert_eq!(automations(&workshop, &attempt).await, [json!(["setup", "failed", 3, "no such thing\n"])]);
    let overview = workshop.client.get("/dashboard").await.ok().json;
    let needs = &overview["needsYou"][0];
    assert_eq!((&needs["attemptId"], &needs["reason"]), (&json!(attempt), &json!("failed")), "{overview}");
}

#[tokio::test]
async fn a_stop_ends_the_setup_script() {
    let (_app, workshop) = start().await;
    workshop.settings(json!({ "setupScript": "echo begun; sleep 600" })).await;
    let attempt = workshop.start_anew("succeed").await;
    eventually("the script runs", || async {
        automations(&workshop, &attempt).await.iter().any(|it| it[3] == "begun\n")
    })
    .await;
    assert_eq!(workshop.attempt(&attempt).await["status"], "queued");
    workshop.stop(&attempt).await;
    assert_eq!(workshop.ends(&attempt).await["status"], "stopped");
}

/// Makes each checkout in a repository take for ever, once its files are there; `begun` is written then.
fn slow_down(repository: &Path, begun: &Path) {
    let hook = repository.join(".git/hooks/post-checkout");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script =
        format!("#!/bin/sh\necho $$ > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 600\n", begun.display());
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn a_stop_ends_the_checkout_of_the_worktree_and_takes_it_back() {
    let (app, workshop) = start().await;
    let begun = app.folder().join("begun");
    slow_down(&workshop.repository, &begun);
    let attempt = workshop.start_anew("succeed").await;
    eventually("the worktree is being checked out", || async { begun.exists() }).await;
    assert_eq!(workshop.attempt(&attempt).await["status"], "queued");
    workshop.stop(&attempt).await;
    let ended = workshop.ends(&attempt).await;
    assert_eq!((&ended["status"], &ended["worktree"]), (&json!("stopped"), &Value::Null));
    #[cfg(target_os = "linux")]
    {
        let hook = std::fs::read_to_string(&begun).unwrap().trim().parse().unwrap();
        eventually("the hook has ended", || async { crate::workshop::has_ended(hook) }).await;
    }
    assert_eq!(git(&workshop.repository, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&workshop.repository, &["branch", "--format=%(refname:short)"]).lines().count(), 1);
    std::fs::remove_file(workshop.repository.join(".git/hooks/post-checkout")).unwrap();
    workshop.resume(&attempt).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_another_attempts_checkout() {
    let (app, workshop) = start().await;
    let begun = app.folder().join("begun");
    slow_down(&workshop.repository, &begun);
    let first = workshop.start_anew("succeed").await;
    eventually("the worktree is being checked out", || async { begun.exists() }).await;
    let second = workshop.start_anew("succeed").await;
    workshop.stop(&second).await;
    assert_eq!(workshop.ends(&second).await["status"], "stopped");
    assert_eq!(workshop.attempt(&first).await["status"], "queued");
    workshop.stop(&first).await;
    assert_eq!(workshop.ends(&first).await["status"], "stopped");
}

#[tokio::test]
async fn the_cleanup_script_runs_once_the_agent_is_gone() {
    let (_app, workshop) = start().await;
    workshop.settings(json!({ "cleanupScript": "echo cleaned" })).await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    eventually("it is cleaned up", || async {
        automations(&workshop, &attempt).await == [json!(["cleanup", "succeeded", 0, "cleaned\n"])]
    })
    .await;
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let (_app, workshop) = start().await;
    let path = format!("/boards/{}", workshop.board.id);
    for (settings, field) in [
        (json!({ "copyFiles": ["../x"] }), "settings.copyFiles"),
        (json!({ "branchTemplate": "a..b" }), "settings.branchTemplate"),
        (json!({ "scriptTimeLimit": 0 }), "settings.scriptTimeLimit"),
    ] {
        let refused = workshop.client.patch(&path, json!({ "settings": settings })).await;
        assert_eq!(refused.status, 422, "{}", refused.json);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_board_whose_worktrees_hold_work_is_not_deleted_unless_the_work_is_kept() {
    let (_app, workshop) = start().await;
    let attempt = workshop.start_anew("succeed").await;
    let ended = workshop.becomes(&attempt, "succeeded").await;
    let worktree = Path::new(ended["worktree"].as_str().unwrap());
    let path = format!("/boards/{}", workshop.board.id);
    let refused = workshop.client.delete(&path).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.json["detail"].as_str().unwrap().contains(worktree.to_str().unwrap()),
        "{}",
        refused.json
    );
    assert!(worktree.join("DEMO.md").is_file());
    workshop.client.delete(&format!("{path}?keepRecovery=true")).await.ok();
    assert!(!worktree.exists());
    let refs = git(&workshop.repository, &["for-each-ref", "--format=%(refname)", "refs/mainstay/recovery"]);
    let kept = refs.lines().next().expect("a recovery ref");
    assert!(kept.contains(&attempt), "{kept}");
    assert!(!git(&workshop.repository, &["show", &format!("{kept}:DEMO.md")]).is_empty());
    assert_eq!(workshop.client.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_board_that_is_not_deleted_keeps_all_of_its_worktrees() {
    let (_app, workshop) = start().await;
    let mut worktrees = Vec::new();
    for _ in 0..2 {
        let attempt = workshop.start_anew("succeed").await;
        let ended = workshop.becomes(&attempt, "succeeded").await;
        worktrees.push(PathBuf::from(ended["worktree"].as_str().unwrap()));
    }
    git(&workshop.repository, &["worktree", "lock", worktrees[1].to_str().unwrap()]);
    let path = format!("/boards/{}?keepRecovery=true", workshop.board.id);
    let refused = workshop.client.delete(&path).await;
    assert_eq!(refused.status, 409, "{}", refused.json);
    assert!(worktrees.iter().all(|worktree| worktree.join("DEMO.md").is_file()));
    git(&workshop.repository, &["worktree", "unlock", worktrees[1].to_str().unwrap()]);
    workshop.client.delete(&path).await.ok();
    assert!(!worktrees.iter().any(|worktree| worktree.exists()));
}

#[tokio::test]
async fn agents_that_are_idle_leave_before_their_worktrees_are_removed() {
    let app = TestApp::start().await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    assert!(!processes_of(&attempt).is_empty(), "its host waits for more");
    workshop.client.delete(&format!("/boards/{}?keepRecovery=true", workshop.board.id)).await.ok();
    assert_eq!(processes_of(&attempt), Vec::<u32>::new());
}

#[tokio::test]
async fn of_a_start_and_the_deletion_of_its_board_one_wins() {
    let (_app, workshop) = start().await;
    let card = workshop.card("Sitemap", "ask").await;
    let path = format!("/boards/{}", workshop.board.id);
    let (started, deleted) =
        tokio::join!(workshop.ask(&card, json!({ "agent": "demo" })), workshop.client.delete(&path));
    if started.status == 201 {
        assert_eq!(deleted.status, 409, "{}", deleted.json);
        workshop.becomes(&started.text("attemptId"), "waiting").await;
    } else {
        assert!(matches!(started.status, 404 | 409), "{}", started.json);
        assert_eq!(deleted.status, 204, "{}", deleted.json);
    }
}

#[tokio::test]
async fn a_script_runs_once_however_the_database_fares() {
    let (app, workshop) = start().await;
    let [ran, go, done] = ["ran", "go", "done"].map(|name| app.folder().join(name));
    let script = format!(
        "echo ran >> {}; until [ -e {} ]; do sleep 0.05; done; echo output; touch {}",
        ran.display(),
        go.display(),
        done.display()
    );
    workshop.settings(json!({ "setupScript": script })).await;
    let card = workshop.card("Sitemap", "succeed").await;
    let attempt = workshop.start(&card).await;
    eventually("the script runs", || async { ran.is_file() }).await;
    let database = SqliteConnectOptions::new().filename(app.folder().join("data/mainstay.db"));
    let mut other = database.connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    std::fs::write(&go, "").unwrap();
    eventually("the script is through", || async { done.is_file() }).await;
    // This waits behind the script's output; when it is given up, so was that.
    let path = format!("/boards/{}/cards/{card}", workshop.board.id);
    let refused = workshop.client.patch(&path, json!({ "title": "Map" })).await;
    assert_eq!(refused.status, 503, "{}", refused.json);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    assert_eq!(std::fs::read_to_string(ran).unwrap(), "ran\n");
    assert_eq!(automations(&workshop, &attempt).await, [json!(["setup", "succeeded", 0, "output\n"])]);
}

#[tokio::test]
async fn who_is_resumed_after_a_set_up_that_failed_hears_of_the_task() {
    let (_app, workshop) = start().await;
    workshop.settings(json!({ "setupScript": "exit 3" })).await;
    let card = workshop.card("Sitemap", "succeed").await;
    let attempt = workshop.start(&card).await;
    assert_eq!(workshop.ends(&attempt).await["status"], "failed");
    workshop.settings(json!({})).await;
    workshop.resume(&attempt).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    let messages = workshop.items(&attempt, "message").await;
    assert_eq!(messages[0]["text"], "Sitemap\n\nscenario: succeed");
}

#[tokio::test]
async fn what_an_agent_says_in_a_later_turn_stands_behind_the_message_that_it_answers() {
    let (app, workshop) = start().await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    let before = workshop.conversation(&attempt).await;
    // The host of the first turn leaves; the next turn gets another one.
    eventually("the host has left", || async {
        let sockets = std::fs::read_dir(app.folder().join("data/h")).unwrap().flatten();
        sockets.filter(|host| host.path().join("s").exists()).count() == 0
    })
    .await;
    workshop.tell(&attempt, "messages", json!({ "prompt": "Once more" })).await.ok();
    eventually("it is done again", || async {
        let messages = workshop.items(&attempt, "message").await;
        let asked = messages.iter().position(|it| it["text"] == "Once more");
        asked.is_some_and(|asked| messages.len() > asked + 1)
            && workshop.attempt(&attempt).await["status"] == "succeeded"
    })
    .await;
    let after = workshop.conversation(&attempt).await;
    assert_eq!(after[..before.len()], before, "what was said stays as it was");
    assert_eq!(after[before.len()]["text"], "Once more");
}

#[tokio::test]
async fn one_agent_at_a_time_works_on_a_card() {
    let (_app, workshop) = start().await;
    let card = workshop.card("Sitemap", "ask").await;
    let first = workshop.start(&card).await;
    workshop.becomes(&first, "waiting").await;
    workshop.stop(&first).await;
    workshop.becomes(&first, "stopped").await;
    let second = workshop.start(&card).await;
    workshop.becomes(&second, "waiting").await;
    assert_eq!(workshop.resume(&first).await.status, 409);
    workshop.stop(&second).await;
    workshop.becomes(&second, "stopped").await;
    // An older attempt may go on; then nobody else may begin, and the card shows that one.
    workshop.tell(&first, "messages", json!({ "prompt": "Go on\n\nscenario: ask" })).await.ok();
    workshop.becomes(&first, "waiting").await;
    assert_eq!(workshop.ask(&card, json!({ "agent": "demo" })).await.status, 409);
    assert_eq!(workshop.resume(&second).await.status, 409);
    let board = workshop.client.board_state(&workshop.board.id).await;
    let face = board.cards[card.as_str()].attempt.clone().unwrap();
    assert_eq!((face.attempt_id.as_str(), face.attention.is_some()), (first.as_str(), true));
    // It shows how that one ended, too, though there is a newer one.
    let question = workshop.question(&first).await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = question["options"][0]["optionId"].clone();
    workshop.tell(&first, &path, json!({ "optionId": allow })).await.ok();
    workshop.becomes(&first, "succeeded").await;
    let board = workshop.client.board_state(&workshop.board.id).await;
    let face = board.cards[card.as_str()].attempt.clone().unwrap();
    assert_eq!((face.attempt_id.as_str(), face.status), (first.as_str(), AttemptStatus::Succeeded));
    assert_eq!(face.attention.unwrap().reason, AttentionReason::Review);
}
