//! How a stream begins.

use serde_json::json;
use server::sse::StreamOptions;
use shared::{
    fold::{BoardFold, Outcome},
    sse::SseMsg,
};

use crate::{
    app::TestApp,
    sse_reader::{Frame, is_caught_up},
};

fn events(frames: &[Frame]) -> Vec<&str> {
    frames.iter().map(|frame| frame.event.as_str()).collect()
}

fn ids(frames: &[Frame]) -> Vec<Option<&str>> {
    frames.iter().map(|frame| frame.id.as_deref()).collect()
}

#[tokio::test]
async fn a_board_stream_begins_with_hello_and_the_whole_board() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    app.create_card(&board.id, "Write it").await;
    let mut stream = app.stream(&format!("boardId={}", board.id)).await;
    let opening = stream.opening().await;
    assert_eq!(events(&opening), ["hello", "state"]);
    let SseMsg::State(state) = opening[1].msg() else { panic!("{opening:?}") };
    assert_eq!(*state, app.board_state(&board.id).await);
    assert_eq!(state.cards.values().next().expect("the card").title, "Write it");
}

#[tokio::test]
async fn hello_says_what_a_client_needs_to_go_by() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let at = app.create_card(&board.id, "x").await.position();
    let before = app.state.clock.now();
    let mut stream = app.stream(&format!("boardId={}", board.id)).await;
    let frame = stream.next().await;
    assert_eq!(frame.retry, Some(1500), "how long a browser by itself waits");
    let hello = frame.hello();
    assert!(before <= hello.server_time && hello.server_time <= app.state.clock.now());
    assert_eq!((hello.epoch, hello.seq), (at.epoch, at.seq));
    assert!(!hello.resumed);
    assert_eq!(hello.heartbeat_ms, 15_000);
}

#[tokio::test]
async fn a_fresh_opening_has_an_id_on_its_last_frame_only_and_clears_the_old_one_first() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let at = app.create_card(&board.id, "x").await.position().to_string();
    for (query, expected) in
        [("patch=1", vec!["hello", "state"]), ("overview=1", vec!["hello", "state", "dashboard_overview"])]
    {
        let mut stream = app.stream(&format!("boardId={}&{query}", board.id)).await;
        let opening = stream.opening().await;
        assert_eq!(events(&opening), expected);
        let mut expected_ids = vec![Some("")];
        expected_ids.resize(expected.len() - 1, None);
        expected_ids.push(Some(&at));
        assert_eq!(ids(&opening), expected_ids);
    }
}

#[tokio::test]
async fn the_dashboard_stream_begins_with_hello_and_the_overview() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let at = app.create_card(&board.id, "x").await.position();
    let mut stream = app.stream("").await;
    let opening = stream.opening().await;
    assert_eq!(events(&opening), ["hello", "dashboard_overview"]);
    assert_eq!(ids(&opening), [Some(""), Some(&*at.to_string())]);
    let overview = opening[1].json();
    assert_eq!(overview["totals"]["boards"], 1);
    assert_eq!(overview["totals"]["cards"], 1);
    let by_api = app.get("/dashboard").await.ok().json;
    for field in ["totals", "needsYou", "running", "boards"] {
        assert_eq!(overview[field], by_api[field], "{field}");
    }
}

#[tokio::test]
async fn project_id_opens_the_same_stream_as_board_id() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = app.stream(&format!("projectId={}", board.id)).await;
    let opening = stream.opening().await;
    assert_eq!(opening[1].json()["boardId"], json!(board.id));
}

#[tokio::test]
async fn a_stream_of_a_new_server_begins_after_the_agents_that_it_found() {
    let app = TestApp::start().await;
    let mut stream = app.stream("").await;
    let opening = stream.opening().await;
    assert_eq!(opening[0].hello().seq, 1);
    assert_eq!(opening[1].seq(), 1);
}

#[tokio::test]
async fn a_client_that_saw_only_hello_starts_over() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    app.create_card(&board.id, "x").await;
    let mut cut = app.stream(&format!("boardId={}", board.id)).await;
    let hello = cut.next().await;
    drop(cut);
    // What a browser then has as its last event id is empty, and it sends no header.
    assert_eq!(hello.id.as_deref(), Some(""));
    let mut again = app.stream(&format!("boardId={}", board.id)).await;
    let opening = again.opening().await;
    assert!(!opening[0].hello().resumed);
    assert_eq!(events(&opening), ["hello", "state"]);
}

#[tokio::test]
async fn an_opening_is_where_the_live_messages_go_on() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = app.stream(&format!("boardId={}&patch=1", board.id)).await;
    let mut fold = BoardFold::default();
    for frame in stream.opening().await {
        frame.fold_into(&mut fold);
    }
    assert!(is_caught_up(&fold));
    app.create_card(&board.id, "x").await;
    let patch = stream.next().await;
    assert_eq!(patch.event, "board_patch");
    assert!(matches!(patch.fold_into(&mut fold), Outcome::Changed(_)));
    assert_eq!(fold.state, Some(app.board_state(&board.id).await));
}

#[tokio::test]
async fn many_who_connect_at_once_share_one_reading_of_the_board() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    app.create_card(&board.id, "x").await;
    let query = format!("boardId={}&patch=1", board.id);
    let _first = app.stream(&query).await;
    let builds = app.state.streams.metrics().snapshot_builds.count();
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = app.stream(&query).await;
        assert_eq!(events(&stream.opening().await), ["hello", "state"]);
        streams.push(stream);
    }
    assert_eq!(app.state.streams.metrics().snapshot_builds.count(), builds);
    app.create_card(&board.id, "y").await;
    let mut late = app.stream(&query).await;
    assert_eq!(
        late.opening().await[1].json(),
        serde_json::to_value(app.board_state(&board.id).await).expect("JSON")
    );
    assert_eq!(app.state.streams.metrics().snapshot_builds.count(), builds + 1);
}

#[tokio::test]
async fn changes_of_other_boards_do_not_make_a_snapshot_old() {
    let app = TestApp::start().await;
    let (board, other) = (app.board("Web").await, app.board("App").await);
    let query = format!("boardId={}", board.id);
    let _first = app.stream(&query).await;
    let builds = app.state.streams.metrics().snapshot_builds.count();
    let at = app.create_card(&other.id, "x").await.position();
    let mut late = app.stream(&query).await;
    assert_eq!(late.opening().await[1].position(), at, "its position is the log's head all the same");
    assert_eq!(app.state.streams.metrics().snapshot_builds.count(), builds);
}

#[tokio::test]
async fn hello_announces_the_heartbeat_that_is_configured() {
    let heartbeat = std::time::Duration::from_millis(1234);
    let app =
        TestApp::with(|config| config.streams = StreamOptions { heartbeat, ..StreamOptions::default() })
            .await;
    let mut stream = app.stream("").await;
    assert_eq!(stream.next().await.hello().heartbeat_ms, 1234);
}
