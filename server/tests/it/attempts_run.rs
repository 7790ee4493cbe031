//! Attempts by the demo agent, from the API and on the stream.

use std::path::PathBuf;

use serde_json::{Value, json};
use shared::{
    conversation::{Conversation, ConversationItemChanged},
    ids::CardId,
};

use crate::{
    sse_reader::{Frame, SseReader},
    workshop::Workshop,
};

/// The stream of a workshop's board, after its opening.
async fn stream(workshop: &Workshop) -> SseReader {
    let mut stream = workshop.client.stream(&format!("boardId={}&patch=1", workshop.board.id)).await;
    stream.opening().await;
    stream
}

/// The frames up to the one that tells that an attempt stands so.
async fn until(stream: &mut SseReader, status: &str) -> Vec<Frame> {
    let mut frames = Vec::new();
    loop {
        let frame = stream.next().await;
        let is_last = frame.event == "attempt_status" && frame.json()["status"] == status;
        frames.push(frame);
        if is_last {
            return frames;
        }
    }
}

/// What attempt messages say, in their order: the type, and for a status which.
fn steps(frames: &[Frame]) -> Vec<String> {
    let step = |frame: &Frame| match frame.event.as_str() {
        "attempt_status" => Some(format!("status {}", frame.json()["status"].as_str().unwrap())),
        "attempt_started" | "attempt_session" => Some(frame.event.clone()),
        _ => None,
    };
    frames.iter().filter_map(step).collect()
}

#[tokio::test]
async fn an_attempt_goes_from_the_queue_to_review_and_its_edit_is_in_the_worktree() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "succeed").await;
    let mut stream = stream(&workshop).await;
    let attempt = workshop.start(&card).await;
    let frames = until(&mut stream, "succeeded").await;
    let expected =
        ["status queued", "attempt_started", "attempt_session", "status running", "status succeeded"];
    assert_eq!(steps(&frames), expected);
    for frame in frames.iter().filter(|frame| frame.event.starts_with("attempt_")) {
        let json = frame.json();
        assert_eq!((&json["attemptId"], &json["cardId"]), (&json!(attempt), &json!(card)), "{frame:?}");
        assert_eq!(json["boardId"], json!(workshop.board.id));
    }
    let ended = workshop.attempt(&attempt).await;
    assert_eq!(workshop.column_of(&card).await, "review");
    assert_eq!((&ended["number"], &ended["branch"]), (&json!(1), &json!("mainstay/WEB-1-sitemap")));
    assert!(ended["endedAt"].is_string() && ended["startedAt"].is_string(), "{ended}");
    let worktree = std::path::Path::new(ended["worktree"].as_str().unwrap());
    assert!(worktree.join("DEMO.md").is_file());
    assert!(!workshop.repository.join("DEMO.md").exists(), "the project's own folder is left alone");
}

#[tokio::test]
async fn everything_that_the_agent_says_is_on_the_stream_as_it_is_in_the_conversation() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "succeed").await;
    let mut stream = stream(&workshop).await;
    let attempt = workshop.start(&card).await;
    let frames = until(&mut stream, "succeeded").await;
    let mut folded = Conversation::default();
    for frame in frames.iter().filter(|frame| frame.event == "conversation_item") {
        let change: ConversationItemChanged = serde_json::from_value(frame.json()).unwrap();
        folded.take(change.change);
    }
    let streamed: Vec<Value> = folded.items.iter().map(|item| serde_json::to_value(item).unwrap()).collect();
    let stored = workshop.conversation(&attempt).await;
    assert_eq!(streamed, stored);
    let kinds: Vec<&str> = stored.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "message", "{kinds:?}");
    for kind in ["thinking", "tool", "message"] {
        assert!(kinds[1..].contains(&kind), "{kind} in {kinds:?}");
    }
    let todos = frames.iter().rfind(|frame| frame.event == "attempt_todos").unwrap().json();
    assert_eq!(todos["todos"]["total"], 3);
    assert!(frames.iter().any(|frame| frame.event == "attempt_log"), "the runner's steps are logged");
}

#[tokio::test]
async fn the_face_follows_by_patches() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "ask").await;
    let before =
        workshop.client.board_state(&workshop.board.id).await.cards[&CardId::from(card.as_str())].revision;
    let mut stream = stream(&workshop).await;
    let attempt = workshop.start(&card).await;
    let face = async |stream: &mut SseReader, status: &str| {
        let is_it = |frame: &Frame| {
            let json = frame.json();
            let ops = json["ops"].as_array().cloned().unwrap_or_default();
            ops.iter().any(|op| op["card"]["attempt"]["status"] == status)
        };
        let frame = stream.next_where(status, |frame| frame.event == "board_patch" && is_it(frame)).await;
        let json = frame.json();
        let op = json["ops"].as_array().unwrap().iter().find(|op| op["op"] == "upsertCard").unwrap().clone();
        op["card"].clone()
    };
    let queued = face(&mut stream, "queued").await;
    assert_eq!((&queued["attempt"]["attemptId"], &queued["revision"]), (&json!(attempt), &json!(before)));
    let waiting = face(&mut stream, "waiting").await;
    assert_eq!(waiting["attempt"]["attention"]["reason"], "ask");
    let question = workshop.question(&attempt).await;
    let allow = question["options"][0]["optionId"].clone();
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    workshop.tell(&attempt, &path, json!({ "optionId": allow })).await.ok();
    let succeeded = face(&mut stream, "succeeded").await;
    assert_eq!(succeeded["attempt"]["attention"]["reason"], "review");
    assert_eq!(succeeded["attempt"]["todos"]["total"], 3);
}

#[tokio::test]
async fn the_face_tells_how_much_an_attempt_has_changed() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let mut stream = stream(&workshop).await;
    let attempt = workshop.start_anew("succeed").await;
    let counted = |frame: &Frame| {
        let json = frame.json();
        let ops = json["ops"].as_array().cloned().unwrap_or_default();
        ops.iter().map(|op| op["card"]["attempt"]["diff"].clone()).find(Value::is_object)
    };
    let is_it = |frame: &Frame| frame.event == "board_patch" && counted(frame).is_some();
    let frame = stream.next_where("a count", is_it).await;
    let diff = counted(&frame).unwrap();
    let ended = workshop.ends(&attempt).await;
    let worktree = PathBuf::from(ended["worktree"].as_str().unwrap());
    let status =
        std::process::Command::new("git").args(["status", "--porcelain"]).current_dir(&worktree).output();
    let changed = String::from_utf8(status.unwrap().stdout).unwrap();
    assert_eq!(diff["files"], changed.lines().count(), "{changed}");
    assert!(diff["additions"].as_u64().unwrap() > 0, "{diff}");
    assert_eq!(workshop.attempt(&attempt).await["diff"], diff);
}

#[tokio::test]
async fn a_branch_that_is_called_otherwise_than_was_planned_is_told() {
    let (_app, workshop) = Workshop::on_a_server().await;
    workshop.client.patch("/settings", json!({ "concurrency": 1 })).await.ok();
    let first = workshop.start_anew("ask").await;
    workshop.becomes(&first, "waiting").await;
    let mut stream = stream(&workshop).await;
    let second = workshop.start_anew("succeed").await;
    let planned = workshop.attempt(&second).await["branch"].as_str().unwrap().to_owned();
    // Somebody else takes the name while it waits for its turn.
    let taken = std::process::Command::new("git")
        .arg("-C")
        .arg(&workshop.repository)
        .args(["branch", "--quiet", &planned])
        .status();
    assert!(taken.unwrap().success());
    workshop.stop(&first).await;
    let frames = until(&mut stream, "succeeded").await;
    let started = frames.iter().rfind(|frame| frame.event == "attempt_started").expect("it is told");
    let branch = workshop.attempt(&second).await["branch"].clone();
    assert_ne!(branch, json!(planned));
    assert_eq!(
        (started.json()["branch"].clone(), started.json()["attemptId"].clone()),
        (branch, json!(second))
    );
}

#[tokio::test]
async fn a_conversation_and_a_log_are_read_page_by_page() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    for what in ["conversation", "logs"] {
        let path = format!("/attempts/{attempt}/{what}");
        let whole = workshop.client.get(&format!("{path}?limit=500")).await.ok().json;
        let whole = whole["items"].as_array().unwrap().clone();
        assert!(whole.len() >= 3, "{what}");
        let (mut pages, mut before) = (Vec::new(), String::new());
        loop {
            let page = workshop.client.get(&format!("{path}?limit=2{before}")).await.ok().json;
            let items = page["items"].as_array().unwrap().clone();
            assert!((1..=2).contains(&items.len()));
            pages.push(items);
            let Some(next) = page["nextCursor"].as_str() else { break };
            before = format!("&before={next}");
        }
        pages.reverse();
        assert_eq!(pages.concat(), whole, "{what}");
        let first = workshop.client.get(&format!("{path}?before=1")).await.ok().json;
        assert_eq!(first, json!({ "items": [], "nextCursor": null }));
        for wrong in ["limit=0", "limit=501", "limit=-1", "limit=x", "before=x", "after=1"] {
            let refused = workshop.client.get(&format!("{path}?{wrong}")).await;
            assert_eq!(refused.status, 400, "{what}?{wrong}: {}", refused.json);
        }
    }
    assert_eq!(workshop.client.get("/attempts/no-such/conversation").await.status, 404);
    assert_eq!(workshop.client.get("/attempts/no-such/logs").await.status, 404);
}

#[tokio::test]
async fn settings_are_shown_changed_and_refused_if_they_make_no_sense() {
    let (app, workshop) = Workshop::on_a_server().await;
    let before = app.get("/settings").await.ok().json;
    assert!(before["concurrency"].as_u64().unwrap() >= 1, "{before}");
    let changed = app.patch("/settings", json!({ "concurrency": 7 })).await.ok().json;
    assert_eq!(changed["concurrency"], 7);
    for (body, status) in [
        (json!({ "concurrency": 0 }), 422),
        (json!({ "concurrency": 1_000_000 }), 422),
        (json!({ "concurrency": "two" }), 400),
        (json!({ "colour": "red" }), 400),
    ] {
        let refused = app.patch("/settings", body).await;
        assert_eq!(refused.status, status, "{}", refused.json);
        assert!(refused.json["errors"][0]["field"].is_string(), "{}", refused.json);
    }
    app.patch("/settings", json!({})).await.ok();
    assert_eq!(workshop.client.get("/settings").await.ok().json, changed);
}

#[tokio::test]
async fn a_stream_that_begins_tells_how_recent_attempts_stand() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let over = workshop.start_anew("succeed").await;
    workshop.becomes(&over, "succeeded").await;
    let active = workshop.start_anew("ask").await;
    workshop.becomes(&active, "waiting").await;
    let mut stream = workshop.client.stream(&format!("boardId={}&overview=1", workshop.board.id)).await;
    let opening = stream.opening().await;
    let events: Vec<&str> = opening.iter().map(|frame| frame.event.as_str()).collect();
    assert_eq!(events, ["hello", "state", "dashboard_overview", "attempt_status", "attempt_status"]);
    let told: Vec<(Value, Value)> = opening[3..]
        .iter()
        .map(|frame| (frame.json()["attemptId"].clone(), frame.json()["status"].clone()))
        .collect();
    assert_eq!(told, [(json!(active), json!("waiting")), (json!(over), json!("succeeded"))]);
    assert!(opening[..4].iter().all(|frame| frame.id.as_deref().unwrap_or_default().is_empty()));
}

#[tokio::test]
async fn the_dashboard_counts_what_runs_and_what_needs_a_person() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    let overview = workshop.client.get("/dashboard").await.ok().json;
    assert_eq!(overview["totals"]["waiting"], 1);
    assert_eq!(
        (&overview["needsYou"][0]["attemptId"], &overview["needsYou"][0]["reason"]),
        (&json!(attempt), &json!("ask"))
    );
    assert_eq!(overview["running"][0]["attemptId"], json!(attempt));
    let boards = workshop.client.get("/boards").await.ok().json;
    assert_eq!((&boards[0]["running"], &boards[0]["needsYou"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_failure_says_why_on_the_card() {
    let (_app, workshop) = Workshop::on_a_server().await;
    for scenario in ["fail", "crash"] {
        let card = workshop.card(scenario, scenario).await;
        let attempt = workshop.start(&card).await;
        let ended = workshop.ends(&attempt).await;
        assert_eq!(ended["status"], "failed", "{scenario}");
        assert!(!ended["reason"].as_str().unwrap().is_empty(), "{ended}");
        let board = workshop.client.board_state(&workshop.board.id).await;
        let face = serde_json::to_value(&board.cards[&CardId::from(card.as_str())]).unwrap();
        assert_eq!(face["attempt"]["attention"]["reason"], "failed");
        let shown = face["attempt"]["activity"]["text"].as_str().unwrap().trim_end_matches('…');
        assert!(!shown.is_empty() && ended["reason"].as_str().unwrap().starts_with(shown), "{shown}");
        assert_eq!(workshop.column_of(&card).await, "inProgress");
    }
}

#[tokio::test]
async fn what_can_not_be_started_is_refused_with_a_reason() {
    let (app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "ask").await;
    let blocked = workshop.card("Imprint", "ask").await;
    let path = format!("/boards/{}/cards/{blocked}", workshop.board.id);
    workshop.client.patch(&path, json!({ "dependsOn": [card] })).await.ok();
    assert_eq!(workshop.ask(&blocked, json!({})).await.status, 409);
    for (body, field) in [
        (json!({ "agent": "no-such" }), "agent"),
        (json!({ "profileId": "p1" }), "profileId"),
        (json!({ "baseBranch": "no-such" }), "baseBranch"),
        (json!({ "prompt": " \u{200b}" }), "prompt"),
    ] {
        let refused = workshop.ask(&card, body).await;
        assert_eq!(refused.status, 422, "{}", refused.json);
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    assert_eq!(workshop.ask("no-such", json!({})).await.status, 404);
    let empty = app.board("Empty").await;
    let card = app.create_card(&empty.id, "First").await.text("id");
    let refused = app.post(&format!("/boards/{}/cards/{card}/attempts", empty.id), json!({})).await;
    assert_eq!(refused.status, 422, "a repository without a commit: {}", refused.json);
    assert!(!refused.json["hints"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_card_that_an_agent_works_on_is_not_deleted_nor_is_its_board() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "ask").await;
    let attempt = workshop.start(&card).await;
    workshop.becomes(&attempt, "waiting").await;
    let board = format!("/boards/{}", workshop.board.id);
    assert_eq!(workshop.client.delete(&format!("{board}/cards/{card}")).await.status, 409);
    assert_eq!(workshop.client.delete(&board).await.status, 409);
    workshop.stop(&attempt).await;
    workshop.becomes(&attempt, "stopped").await;
    workshop.client.delete(&format!("{board}/cards/{card}")).await.ok();
}
