//! What is removed in time, as a reader of the stream notices it.

use server::{clock::Clock, upkeep};
use shared::{
    ids::{BoardId, EventId},
    time::Timestamp,
};

use crate::app::{TestApp, eventually};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Whether the log reaches back to this position: a stream from there is resumed.
async fn resumes(app: &TestApp, board: &BoardId, from: &EventId) -> bool {
    let query = format!("boardId={board}&patch=1&attempts=none&lastEventId={from}");
    app.stream(&query).await.next().await.hello().resumed
}

#[tokio::test]
async fn out_of_the_box_messages_are_kept_for_a_day() {
    let start = Timestamp::from_millis(1_800_000_000_000);
    let app = TestApp::with(|config| config.clock = Clock::fixed(start)).await;
    let board = app.board("Web").await.id;
    let before = app.get("/boards").await.position();
    app.create_card(&board, "a day old").await;
    for (age, is_kept) in [(DAY_MS, true), (DAY_MS + 1, false)] {
        let now = Timestamp::from_millis(start.as_millis() + age);
        upkeep::once(&app.state, now).await.unwrap();
        assert_eq!(resumes(&app, &board, &before).await, is_kept, "after {age} ms");
    }
}

#[tokio::test]
async fn the_folder_of_a_host_goes_when_the_host_is_gone_and_what_it_told_stays() {
    let app =
        TestApp::with(|config| config.attempts.patience.idle = std::time::Duration::from_millis(50)).await;
    let workshop = crate::workshop::Workshop::open(&app.client(), app.folder()).await;
    let hosts = app.folder().join("data/h");
    let names = || std::fs::read_dir(&hosts).unwrap().flatten().map(|it| it.file_name()).collect::<Vec<_>>();
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    let [host] = names().try_into().expect("one host");
    workshop.stop(&attempt).await;
    workshop.becomes(&attempt, "stopped").await;
    eventually("its folder is removed", || async { names().is_empty() }).await;
    assert!(!workshop.items(&attempt, "message").await.is_empty());
    // A server that was killed before it came to that.
    std::fs::create_dir(hosts.join(&host)).unwrap();
    std::fs::write(hosts.join(&host).join("journal"), "what is known").unwrap();
    upkeep::once(&app.state, app.state.clock.now()).await.unwrap();
    assert_eq!(names(), Vec::<std::ffi::OsString>::new());
}

#[tokio::test]
async fn the_folders_of_hosts_that_nobody_knows_are_removed_and_the_others_stay() {
    let app = TestApp::start().await;
    let workshop = crate::workshop::Workshop::open(&app.client(), app.folder()).await;
    let attempt = workshop.start_anew("succeed").await;
    workshop.becomes(&attempt, "succeeded").await;
    let hosts = app.folder().join("data/h");
    let names = || std::fs::read_dir(&hosts).unwrap().flatten().map(|it| it.file_name()).collect::<Vec<_>>();
    let known = names();
    assert_eq!(known.len(), 1);
    std::fs::create_dir_all(hosts.join("leftover")).unwrap();
    upkeep::once(&app.state, app.state.clock.now()).await.unwrap();
    assert_eq!(names(), known);
}

#[tokio::test]
async fn with_a_card_that_was_deleted_long_ago_go_its_worktrees_and_logs_and_work_is_kept() {
    let app = TestApp::start().await;
    let workshop = crate::workshop::Workshop::open(&app.client(), app.folder()).await;
    workshop.settings(serde_json::json!({ "setupScript": "echo ready" })).await;
    let git = |args: &[&str]| {
        let output =
            std::process::Command::new("git").arg("-C").arg(&workshop.repository).args(args).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let card = workshop.card("Sitemap", "succeed").await;
    let attempt = workshop.start(&card).await;
    let ended = workshop.becomes(&attempt, "succeeded").await;
    let worktree = std::path::PathBuf::from(ended["worktree"].as_str().unwrap());
    let log = app.folder().join(format!("data/logs/{attempt}.log"));
    let path = format!("/boards/{}/cards/{card}", workshop.board.id);
    workshop.client.delete(&path).await.ok();
    let after = |days: i64| {
        let deadline = app.state.clock.now().as_millis() + days * DAY_MS;
        upkeep::once(&app.state, Timestamp::from_millis(deadline))
    };
    after(29).await.unwrap();
    assert!(worktree.join("DEMO.md").is_file() && log.is_file(), "it can still be restored");

    // One that can't be removed stays, and its card with it.
    git(&["worktree", "lock", worktree.to_str().unwrap()]);
    after(31).await.unwrap();
    assert!(worktree.join("DEMO.md").is_file());
    assert_eq!(workshop.attempt(&attempt).await["status"], "succeeded");

    git(&["worktree", "unlock", worktree.to_str().unwrap()]);
    after(31).await.unwrap();
    assert_eq!(workshop.client.get(&format!("/attempts/{attempt}")).await.status, 404);
    assert!(!worktree.exists() && !log.exists());
    assert_eq!(git(&["worktree", "list"]).lines().count(), 1);
    let kept = git(&["for-each-ref", "--format=%(refname)", "refs/mainstay/recovery"]);
    let kept = kept.lines().next().expect("a recovery ref");
    assert!(kept.contains(&attempt) && !git(&["show", &format!("{kept}:DEMO.md")]).is_empty());
}
