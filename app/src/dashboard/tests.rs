//! Tests of the inbox as the server renders it.

use shared::attempt::AttemptStatus;
use shared::card::AttentionReason;
use shared::dashboard::{DashboardOverview, NeedsYou, RunningAttempt, Totals};
use shared::time::Timestamp;

use crate::samples::{Overview, overview, rendered};

async fn inbox(dashboard: DashboardOverview) -> String {
    let (status, html) = rendered(Overview { dashboard, projects: vec![] }, "/").await;
    assert_eq!(status, 200);
    html
}

fn need(key: &str, title: &str, reason: AttentionReason, since: i64) -> NeedsYou {
    NeedsYou {
        board_id: "b1".into(),
        card_id: key.into(),
        attempt_id: None,
        card_key: key.to_owned(),
        title: title.to_owned(),
        reason,
        since: Timestamp::from_millis(since),
    }
}

#[tokio::test]
async fn the_totals_are_written_out() {
    let totals = Totals { boards: 3, cards: 141, running: 6, queued: 2, waiting: 4, limit: 10 };
    let html = inbox(DashboardOverview { totals, ..overview(&[("b1", "lodestar", 141, 5)]) }).await;
    for (name, count) in [("Boards", 3), ("Cards", 141), ("Running", 6), ("Queued", 2), ("Waiting", 4)] {
        assert!(html.contains(&format!("<dt>{name}</dt><dd>{count}</dd>")), "{name} in {html}");
    }
    assert!(html.contains("Running <b>6</b> of 10"), "{html}");
}

#[tokio::test]
async fn each_project_links_to_its_board() {
    let html = inbox(overview(&[("b1", "lodestar", 12, 5), ("b 2", "ferry", 1, 0)])).await;
    assert!(html.contains("<a href=\"/boards/b1\" class=\"u-cut\">lodestar</a>"), "{html}");
    assert!(html.contains("<a href=\"/boards/b%202\" class=\"u-cut\">ferry</a>"), "{html}");
}

#[tokio::test]
async fn when_nothing_needs_anyone_the_inbox_says_so_calmly() {
    let html = inbox(overview(&[("b1", "lodestar", 12, 5)])).await;
    assert!(html.contains("<h3>Nothing needs you</h3>"), "{html}");
    assert!(html.contains("No agent is at work."), "{html}");
}

#[tokio::test]
async fn what_waits_longest_comes_first_and_leads_to_its_card() {
    let needs_you = vec![
        need("MAI-2", "Second", AttentionReason::Review, 2_000),
        need("MAI-1", "First", AttentionReason::Ask, 1_000),
    ];
    let html = inbox(DashboardOverview { needs_you, ..overview(&[("b1", "lodestar", 2, 2)]) }).await;
    assert!(html.contains("2, oldest first"), "{html}");
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
    assert!(at("First") < at("Second"));
    assert!(html.contains("href=\"/boards/b1/cards/MAI-1\""), "{html}");
    assert!(html.contains("Asks a question") && html.contains("Ready to review"), "{html}");
    assert!(!html.contains("Nothing needs you"), "{html}");
}

#[tokio::test]
async fn an_attempt_under_way_is_shown_with_its_agent_and_its_card() {
    let running = vec![RunningAttempt {
        board_id: "b1".into(),
        card_id: "c1".into(),
        attempt_id: "a1".into(),
        card_key: "MAI-1".to_owned(),
        title: "Resume streams".to_owned(),
        agent: "codex".into(),
        status: AttemptStatus::Waiting,
        started_at: None,
    }];
    let html = inbox(DashboardOverview { running, ..overview(&[("b1", "lodestar", 2, 2)]) }).await;
    for text in ["aria-label=\"codex\"", ">Co</span>", "Resume streams", "Waits for your answer"] {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[tokio::test]
async fn without_a_project_the_inbox_is_the_first_run() {
    let html = inbox(overview(&[])).await;
    assert!(html.contains("<h2>Put a repository on the board</h2>"), "{html}");
    assert!(html.contains(">Inbox</h1>"), "{html}");
}

#[tokio::test]
async fn a_title_is_text_whatever_it_holds() {
    let needs_you = vec![need("MAI-1", "<img src=x onerror=alert(1)>", AttentionReason::Failed, 1_000)];
    let html = inbox(DashboardOverview { needs_you, ..overview(&[("b1", "<b>", 2, 2)]) }).await;
    assert!(!html.contains("<img") && html.contains("&lt;img src=x"), "{html}");
}
