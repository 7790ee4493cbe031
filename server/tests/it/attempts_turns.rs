//! The turns of an attempt: questions, stops, messages that wait and messages that steer.

use serde_json::json;

use crate::{app::TestApp, workshop::Workshop};

#[tokio::test]
async fn a_question_holds_the_agent_until_it_is_answered_and_is_answered_once() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("ask").await;
    let question = workshop.question(&attempt).await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let refused = workshop.tell(&attempt, &path, json!({ "optionId": "no-such" })).await;
    assert_eq!(refused.status, 422, "{}", refused.json);
    let reject = question["options"][1]["optionId"].clone();
    let answers = tokio::join!(
        workshop.tell(&attempt, &path, json!({ "optionId": reject })),
        workshop.tell(&attempt, &path, json!({ "optionId": reject })),
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "succeeded");
    let worktree = std::path::Path::new(ended["worktree"].as_str().unwrap());
    assert!(!worktree.join("DEMO.md").exists(), "the edit was not allowed");
    let decided = workshop.items(&attempt, "permission").await;
    assert_eq!(decided[0]["decision"], json!({ "outcome": "selected", "optionId": reject }));
    let unknown = workshop.tell(&attempt, "permissions/no-such", json!({ "optionId": reject })).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn an_answer_to_a_question_of_an_earlier_turn_comes_too_late() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("ask").await;
    let question = workshop.question(&attempt).await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = json!({ "optionId": question["options"][0]["optionId"] });
    workshop.tell(&attempt, &path, allow.clone()).await.ok();
    workshop.becomes(&attempt, "succeeded").await;
    workshop.tell(&attempt, "messages", json!({ "prompt": "And the imprint" })).await.ok();
    workshop.becomes(&attempt, "succeeded").await;
    let late = workshop.tell(&attempt, &path, allow).await;
    assert_eq!(late.status, 409, "{}", late.json);
}

#[tokio::test]
async fn a_stop_ends_an_agent_that_listens_and_one_that_does_not() {
    let app =
        TestApp::with(|config| config.attempts.patience.stop = std::time::Duration::from_millis(200)).await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    workshop.pace(20).await;
    for scenario in ["wait", "ignore-cancel"] {
        let attempt = workshop.start_anew(scenario).await;
        workshop.becomes(&attempt, "running").await;
        let stopping = workshop.stop(&attempt).await.json;
        assert_eq!(stopping["status"], "stopping");
        let ended = workshop.ends(&attempt).await;
        assert_eq!(ended["status"], "stopped", "{scenario}");
        assert!(workshop.log(&attempt).await.contains(&"Attempt stopped by user".to_owned()));
        #[cfg(target_os = "linux")]
        assert_eq!(crate::workshop::processes_of(&attempt), Vec::<u32>::new(), "{scenario}");
        // Stopping what is over changes nothing.
        assert_eq!(workshop.stop(&attempt).await.json["status"], "stopped");
    }
}

#[tokio::test]
async fn a_stopped_attempt_goes_on_when_it_is_resumed() {
    let (_app, workshop) = Workshop::on_a_server().await;
    workshop.pace(20).await;
    let card = workshop.card("Sitemap", "wait").await;
    let attempt = workshop.start(&card).await;
    workshop.becomes(&attempt, "running").await;
    workshop.stop(&attempt).await;
    workshop.becomes(&attempt, "stopped").await;
    let resumed = workshop.resume(&attempt).await.ok().json;
    assert_eq!((&resumed["status"], resumed.get("endedAt")), (&json!("queued"), None));
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(workshop.resume(&attempt).await.status, 409, "there is nothing to resume");
}

#[tokio::test]
async fn a_message_during_a_turn_waits_for_its_end_and_one_after_it_begins_another() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "ask").await;
    let attempt = workshop.start(&card).await;
    let question = workshop.question(&attempt).await;
    let waiting = workshop.tell(&attempt, "messages", json!({ "prompt": "And the imprint" })).await.ok().json;
    assert_eq!(
        (&waiting["status"], &waiting["waiting"][0]["prompt"]),
        (&json!("waiting"), &json!("And the imprint"))
    );
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = question["options"][0]["optionId"].clone();
    workshop.tell(&attempt, &path, json!({ "optionId": allow })).await.ok();
    workshop.becomes(&attempt, "succeeded").await;
    let prompts = async || {
        let messages = workshop.items(&attempt, "message").await;
        let of_person = messages.into_iter().filter(|item| item["role"] == "user");
        of_person.map(|item| item["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(prompts().await, ["Sitemap\n\nscenario: ask", "And the imprint"]);
    assert_eq!(workshop.column_of(&card).await, "review");

    let queued = workshop.tell(&attempt, "messages", json!({ "prompt": "Once more" })).await.ok().json;
    assert_eq!((&queued["status"], queued.get("endedAt")), (&json!("queued"), None));
    assert_eq!(workshop.column_of(&card).await, "inProgress");
    workshop.becomes(&attempt, "succeeded").await;
    assert_eq!(prompts().await.last().unwrap(), "Once more");
    assert_eq!(workshop.column_of(&card).await, "review");
}

#[tokio::test]
async fn a_steering_message_cancels_the_turn_first() {
    let (_app, workshop) = Workshop::on_a_server().await;
    workshop.pace(20).await;
    let attempt = workshop.start_anew("wait").await;
    workshop.becomes(&attempt, "running").await;
    let steer = json!({ "prompt": "Rather this", "steer": true });
    workshop.tell(&attempt, "messages", steer).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    let prompts = workshop.items(&attempt, "message").await;
    assert!(prompts.iter().any(|item| item["text"] == "Rather this"), "{prompts:?}");
}

#[tokio::test]
async fn who_steers_is_heard_before_what_waits_and_a_stop_takes_back_nothing_that_was_written() {
    let (_app, workshop) = Workshop::on_a_server().await;
    workshop.pace(20).await;
    let attempt = workshop.start_anew("wait").await;
    workshop.becomes(&attempt, "running").await;
    workshop.tell(&attempt, "messages", json!({ "prompt": "Then this" })).await.ok();
    let steer = json!({ "prompt": "scenario: wait", "steer": true });
    let waiting = workshop.tell(&attempt, "messages", steer).await.ok().json["waiting"].clone();
    assert_eq!([&waiting[0]["prompt"], &waiting[1]["prompt"]], ["scenario: wait", "Then this"]);
    crate::app::eventually("it is steered", || async {
        workshop.items(&attempt, "message").await.iter().any(|item| item["text"] == "scenario: wait")
    })
    .await;
    workshop.stop(&attempt).await;
    let stopped = workshop.becomes(&attempt, "stopped").await;
    assert_eq!(stopped["waiting"][0]["prompt"], "Then this", "{stopped}");
    workshop.pace(0).await;
    workshop.resume(&attempt).await.ok();
    crate::app::eventually("what waited is told", || async {
        workshop.items(&attempt, "message").await.iter().any(|item| item["text"] == "Then this")
    })
    .await;
}

#[tokio::test]
async fn a_steering_message_gets_another_agent_if_this_one_does_not_end_its_turn() {
    let app =
        TestApp::with(|config| config.attempts.patience.stop = std::time::Duration::from_millis(100)).await;
    let workshop = Workshop::open(&app.client(), app.folder()).await;
    workshop.pace(20).await;
    let attempt = workshop.start_anew("ignore-cancel").await;
    workshop.becomes(&attempt, "running").await;
    let steer = json!({ "prompt": "Rather this", "steer": true });
    workshop.tell(&attempt, "messages", steer).await.ok();
    let ended = workshop.ends(&attempt).await;
    assert_eq!(ended["status"], "succeeded", "{ended}");
    let conversation = workshop.conversation(&attempt).await;
    let at = conversation.iter().position(|item| item["text"] == "Rather this").expect("the message");
    assert!(conversation[at..].iter().any(|item| item["role"] == "agent"), "it is answered");
    assert!(workshop.log(&attempt).await.iter().any(|line| line.contains("another one goes on")));
}
