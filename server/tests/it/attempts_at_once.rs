//! What happens to attempts when several want something at the same moment.

use serde_json::{Value, json};

use crate::{app::eventually, workshop::Workshop};

#[tokio::test]
async fn of_two_who_start_at_once_one_wins() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let card = workshop.card("Sitemap", "ask").await;
    let body = || json!({ "agent": "demo" });
    let (first, second) = tokio::join!(workshop.ask(&card, body()), workshop.ask(&card, body()));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", first.json, second.json);
    assert_eq!(
        workshop
            .client
            .get(&format!("/boards/{}/cards/{card}/attempts", workshop.board.id))
            .await
            .ok()
            .json
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_start_that_is_repeated_starts_once_whatever_has_become_of_the_repository() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let git = |args: &[&str]| {
        let done = std::process::Command::new("git").arg("-C").arg(&workshop.repository).args(args).status();
        assert!(done.unwrap().success(), "{args:?}");
    };
    git(&["branch", "--quiet", "side"]);
    let card = workshop.card("Sitemap", "succeed").await;
    let id = "0197c0de-0000-7000-8000-000000000001";
    let body = json!({ "id": id, "agent": "demo", "baseBranch": "side" });
    let first = workshop.ask(&card, body.clone()).await.ok();
    workshop.becomes(id, "succeeded").await;
    git(&["branch", "--quiet", "-D", "side"]);
    let again = workshop.ask(&card, body).await;
    assert_eq!((again.status, again.json), (first.status, first.json));
    let other = workshop.ask(&card, json!({ "id": id, "agent": "demo" })).await;
    assert_eq!(other.status, 409, "another request with its id: {}", other.json);
}

#[tokio::test]
async fn only_so_many_run_at_once_and_the_first_in_is_the_first_out() {
    let (_app, workshop) = Workshop::on_a_server().await;
    workshop.client.patch("/settings", json!({ "concurrency": 1 })).await.ok();
    let first = workshop.start_anew("ask").await;
    workshop.becomes(&first, "waiting").await;
    let second = workshop.start_anew("ask").await;
    let third = workshop.start_anew("ask").await;
    assert_eq!(workshop.attempt(&second).await["status"], "queued");
    workshop.stop(&first).await;
    workshop.becomes(&second, "waiting").await;
    assert_eq!(workshop.attempt(&third).await["status"], "queued");
    assert_eq!(workshop.attempt(&first).await["status"], "stopped");
    workshop.client.patch("/settings", json!({ "concurrency": 2 })).await.ok();
    workshop.becomes(&third, "waiting").await;
}

#[tokio::test]
async fn of_two_follow_ups_at_once_one_begins_a_turn_and_the_other_waits_for_its_end() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    let (one, other) = tokio::join!(
        workshop.tell(&attempt, "messages", json!({ "prompt": "One" })),
        workshop.tell(&attempt, "messages", json!({ "prompt": "Other" })),
    );
    assert_eq!((one.status, other.status), (200, 200), "{} {}", one.json, other.json);
    let prompts = async || {
        let messages = workshop.items(&attempt, "message").await.into_iter();
        let of_person = messages.filter(|item| item["role"] == "user");
        let mut texts: Vec<_> = of_person.skip(1).map(|item| item["text"].clone()).collect();
        texts.sort_unstable_by_key(ToString::to_string);
        texts
    };
    eventually("both are told", || async { prompts().await.len() == 2 }).await;
    let ended = workshop.becomes(&attempt, "succeeded").await;
    assert_eq!(prompts().await, [json!("One"), json!("Other")]);
    assert_eq!(ended.get("waiting"), None, "{ended}");
}

#[tokio::test]
async fn of_two_resumes_at_once_one_wins() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    workshop.stop(&attempt).await;
    workshop.becomes(&attempt, "stopped").await;
    let (one, other) = tokio::join!(workshop.resume(&attempt), workshop.resume(&attempt));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.json, other.json);
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    let log = workshop.log(&attempt).await;
    assert_eq!(log.iter().filter(|line| line.starts_with("Starting the agent")).count(), 2, "{log:?}");
}

#[tokio::test]
async fn a_stop_and_an_answer_at_once_end_in_stopped_and_the_answer_counts_or_is_refused() {
    let (_app, workshop) = Workshop::on_a_server().await;
    // Slow enough that an answer doesn't end the turn before the stop.
    workshop.pace(50).await;
    let attempt = workshop.start_anew("ask").await;
    let question = workshop.question(&attempt).await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = question["options"][0]["optionId"].clone();
    let (answered, stopped) =
        tokio::join!(workshop.tell(&attempt, &path, json!({ "optionId": allow })), workshop.stop(&attempt),);
    assert_eq!(stopped.json["status"], "stopping");
    assert_eq!(workshop.ends(&attempt).await["status"], "stopped");
    let decided = workshop.items(&attempt, "permission").await;
    let expected = match answered.status {
        200 => json!({ "outcome": "selected", "optionId": allow }),
        409 => json!({ "outcome": "cancelled" }),
        other => panic!("{other}: {}", answered.json),
    };
    assert_eq!(decided[0]["decision"], expected);
}

#[tokio::test]
async fn a_stop_and_a_follow_up_at_once_end_in_stopped_and_what_was_taken_waits() {
    let (_app, workshop) = Workshop::on_a_server().await;
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    let (written, stopped) = tokio::join!(
        workshop.tell(&attempt, "messages", json!({ "prompt": "And the imprint" })),
        workshop.stop(&attempt),
    );
    assert!([200, 409].contains(&written.status), "{}", written.json);
    assert_eq!(stopped.status, 200);
    let ended = workshop.ends(&attempt).await;
    let waits = if written.status == 200 { json!("And the imprint") } else { Value::Null };
    assert_eq!((&ended["status"], &ended["waiting"][0]["prompt"]), (&json!("stopped"), &waits), "{ended}");
}
