//! Going on where a reader was: exactly what it missed, or a fresh start, never something between.

use server::store::messages::{self, Retention};
use shared::{
    fold::{BoardFold, Outcome},
    ids::EventId,
};

use crate::{
    app::TestApp,
    client::TestBoard,
    sse_live::{agent_registered, log_line, opened},
    sse_reader::{Frame, SseReader},
};

/// Forgets every message of the log.
async fn prune(app: &TestApp) {
    let all = Retention { bytes: 0, ..Retention::default() };
    messages::prune(&app.state.store, all, app.state.clock.now()).await.expect("the log is pruned");
}

/// A stream that is asked for with this id, whatever it is.
pub async fn resumed_at(app: &TestApp, query: &str, id: impl Into<Vec<u8>>) -> SseReader {
    app.stream_by(&app.stream_request(query).header("last-event-id", id)).await
}

async fn resumed(app: &TestApp, query: &str, id: &EventId) -> SseReader {
    resumed_at(app, query, id.to_string()).await
}

/// A board with one card, and the position after it.
async fn board_with_card(app: &TestApp) -> (TestBoard, EventId) {
    let board = app.board("Web").await;
    let at = app.create_card(&board.id, "first").await.position();
    (board, at)
}

async fn take<const N: usize>(stream: &mut SseReader) -> [Frame; N] {
    let mut frames = Vec::new();
    for _ in 0..N {
        frames.push(stream.next().await);
    }
    frames.try_into().expect("as many as were asked for")
}

/// A reader with this id gets a fresh start, and no error.
async fn starts_over(app: &TestApp, board: &TestBoard, id: &[u8]) {
    let request = app.stream_request(&format!("boardId={}&patch=1", board.id)).header("last-event-id", id);
    let mut stream = app.stream_by(&request).await;
    let what = String::from_utf8_lossy(id).chars().take(80).collect::<String>();
    let [hello, state] = take(&mut stream).await;
    assert!(!hello.hello().resumed, "{what}");
    assert_eq!((hello.id.as_deref(), state.event.as_str()), (Some(""), "state"), "{what}");
    assert_eq!(state.seq(), app.state.hub.head(), "{what}");
}

#[tokio::test]
async fn a_reader_gets_exactly_what_it_missed_in_order_and_then_what_is_new() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let other = app.board("App").await;
    let mut missed = Vec::new();
    for n in 0..5 {
        missed.push(app.create_card(&board.id, &format!("missed {n}")).await.position());
        app.create_card(&other.id, "not mine").await;
    }
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &at).await;
    let hello = stream.next().await;
    assert!(hello.hello().resumed);
    assert_eq!(hello.position(), at, "it carries the id that it resumed from");
    assert_eq!(hello.hello().seq, app.state.hub.head());
    for position in missed {
        let frame = stream.next().await;
        assert_eq!((frame.event.as_str(), frame.position()), ("board_patch", position));
    }
    assert_eq!(stream.next().await.event, "heartbeat");
    let new = app.create_card(&board.id, "new").await.position();
    assert_eq!(stream.next().await.position(), new);
    assert_eq!(app.state.streams.metrics().connects_resumed.count(), 1);
}

#[tokio::test]
async fn what_a_resumed_reader_folds_equals_the_board() {
    let app = TestApp::start().await;
    let (board, _) = board_with_card(&app).await;
    let query = format!("boardId={}&patch=1", board.id);
    let mut fold = BoardFold::default();
    let mut stream = app.stream(&query).await;
    for frame in stream.opening().await {
        frame.fold_into(&mut fold);
    }
    drop(stream);
    for n in 0..10 {
        app.create_card(&board.id, &n.to_string()).await;
    }
    let mut stream = resumed(&app, &query, fold.resume_from().expect("a position")).await;
    while fold.passed().is_none_or(|passed| passed.seq < app.state.hub.head()) {
        let outcome = stream.next().await.fold_into(&mut fold);
        assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?}");
    }
    assert_eq!(fold.state, Some(app.board_state(&board.id).await));
}

#[tokio::test]
async fn at_the_tail_nothing_was_missed() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &at).await;
    assert!(stream.next().await.hello().resumed);
    let next = app.create_card(&board.id, "next").await.position();
    assert_eq!(stream.next().await.position(), next);
}

#[tokio::test]
async fn a_resumed_reader_learns_at_once_that_it_has_caught_up_although_the_rest_concerned_others() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let other = app.board("App").await;
    let mine = format!("boardId={}&patch=1&attempts=none", board.id);
    app.happen([log_line(&board.id, "a", "filtered out")]).await;
    let head = app.create_card(&other.id, "x").await.position();
    for query in [mine.as_str(), ""] {
        let mut stream = resumed(&app, query, &at).await;
        let mut frame = stream.next().await;
        assert_eq!(frame.hello().seq, head.seq);
        frame = stream.next().await;
        if frame.event == "dashboard_overview" {
            frame = stream.next().await;
        }
        assert_eq!((frame.event.as_str(), frame.position()), ("heartbeat", head.clone()));
    }
}

#[tokio::test]
async fn who_has_caught_up_by_its_own_messages_gets_no_extra_heartbeat() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    app.create_card(&board.id, "missed").await;
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &at).await;
    let [_hello, missed] = take(&mut stream).await;
    assert_eq!(missed.event, "board_patch");
    app.create_card(&board.id, "new").await;
    assert_eq!(stream.next().await.event, "board_patch");
}

#[tokio::test]
async fn the_id_may_be_a_parameter_and_the_header_wins() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let later = app.create_card(&board.id, "second").await.position();
    app.create_card(&board.id, "third").await;
    let query = format!("boardId={}&patch=1&lastEventId={at}", board.id);
    let mut by_parameter = app.stream(&query).await;
    assert_eq!(by_parameter.next().await.position(), at);
    assert_eq!(by_parameter.next().await.position(), later);
    let mut by_header = resumed(&app, &query, &later).await;
    assert_eq!(by_header.next().await.position(), later);
}

#[tokio::test]
async fn the_id_of_another_boards_stream_resumes_at_that_position() {
    let app = TestApp::start().await;
    let (board, _) = board_with_card(&app).await;
    let other = app.board("App").await;
    app.create_card(&board.id, "before").await;
    let of_other = app.create_card(&other.id, "x").await.position();
    let after = app.create_card(&board.id, "after").await.position();
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &of_other).await;
    let [hello, patch] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!(patch.position(), after);
}

#[tokio::test]
async fn the_position_of_any_answer_resumes_so_a_first_visit_needs_no_second_snapshot() {
    let app = TestApp::start().await;
    let (board, _) = board_with_card(&app).await;
    let read = app.get(&format!("/boards/{}", board.id)).await.ok().position();
    let missed = app.create_card(&board.id, "between").await.position();
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &read).await;
    let [hello, patch] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!(patch.position(), missed);
}

#[tokio::test]
async fn an_id_that_means_nothing_is_a_fresh_start_and_never_an_error() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let (epoch, seq) = (at.epoch.as_str(), at.seq);
    let ids = [
        "".to_owned(),
        " ".to_owned(),
        "garbage".to_owned(),
        ".".to_owned(),
        format!("{epoch}."),
        format!(".{seq}"),
        format!("{epoch}.-1"),
        format!("{epoch}.+{seq}"),
        format!("{epoch}.0{seq}"),
        format!("{epoch}.{seq}.{seq}"),
        format!("{epoch}.{}", u128::MAX),
        format!("{epoch}.0x1"),
        seq.to_string(),
        epoch.to_owned(),
        "x".repeat(4096),
        format!("{epoch}.{}", "9".repeat(4096)),
        format!("\u{1F980}.{seq}"),
        "../../etc/passwd".to_owned(),
        "' OR 1=1 --".to_owned(),
    ];
    for id in ids {
        starts_over(&app, &board, id.as_bytes()).await;
    }
    starts_over(&app, &board, b"\xff\xfe\x80").await;
}

#[tokio::test]
async fn an_id_of_another_epoch_is_a_fresh_start() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    starts_over(
        &app,
        &board,
        EventId::new("another".parse().expect("an epoch"), at.seq).to_string().as_bytes(),
    )
    .await;
}

#[tokio::test]
async fn an_id_from_the_future_is_a_fresh_start() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    for ahead in [1, 1_000_000, u64::MAX - at.seq] {
        starts_over(&app, &board, EventId::new(at.epoch.clone(), at.seq + ahead).to_string().as_bytes())
            .await;
    }
}

#[tokio::test]
async fn an_id_older_than_the_log_is_a_fresh_start_and_the_newest_still_resumes() {
    let app = TestApp::start().await;
    let (board, old) = board_with_card(&app).await;
    let head = app.create_card(&board.id, "second").await.position();
    prune(&app).await;
    starts_over(&app, &board, old.to_string().as_bytes()).await;
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &head).await;
    assert!(stream.next().await.hello().resumed, "nothing was missed, so nothing is missing");
    let next = app.create_card(&board.id, "third").await.position();
    assert_eq!(stream.next().await.position(), next);
}

#[tokio::test]
async fn without_patches_the_newest_state_comes_right_after_hello_and_then_the_missed_others() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    app.happen([log_line(&board.id, "a", "one")]).await;
    app.create_card(&board.id, "second").await;
    let last = app.happen([log_line(&board.id, "a", "two")]).await;
    let mut stream = resumed(&app, &format!("boardId={}", board.id), &at).await;
    let [hello, state, one, two] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!((state.event.as_str(), state.id.as_deref()), ("state", None));
    assert_eq!(state.json(), serde_json::to_value(app.board_state(&board.id).await).expect("JSON"));
    assert_eq!((one.json()["message"].as_str(), two.json()["message"].as_str()), (Some("one"), Some("two")));
    assert_eq!(two.position(), last);
    app.create_card(&board.id, "third").await;
    assert_eq!(stream.next().await.event, "state", "what was in the state does not ask for another one");
}

#[tokio::test]
async fn a_resumed_board_stream_with_overview_shows_it_at_once() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let missed = app.create_card(&board.id, "missed").await.position();
    let mut stream = resumed(&app, &format!("boardId={}&patch=1&overview=1", board.id), &at).await;
    let [hello, overview, patch] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!((overview.event.as_str(), overview.id.as_deref()), ("dashboard_overview", None));
    assert_eq!(overview.json()["totals"]["cards"], 2);
    assert_eq!(patch.position(), missed);
}

#[tokio::test]
async fn a_resumed_dashboard_shows_the_overview_and_what_concerned_everyone() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    app.create_card(&board.id, "x").await;
    let registered = app.happen([agent_registered("claude")]).await;
    let mut stream = resumed(&app, "", &at).await;
    let [hello, overview, agent] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!((overview.event.as_str(), overview.id.as_deref()), ("dashboard_overview", None));
    assert_eq!((agent.event.as_str(), agent.position()), ("agent_registered", registered));
}

#[tokio::test]
async fn a_dashboard_that_can_not_resume_starts_over_without_what_it_missed() {
    let app = TestApp::start().await;
    let (_, at) = board_with_card(&app).await;
    app.happen([agent_registered("claude")]).await;
    prune(&app).await;
    let mut stream = resumed(&app, "", &at).await;
    let [hello, overview] = take(&mut stream).await;
    assert!(!hello.hello().resumed);
    assert_eq!(overview.seq(), app.state.hub.head());
}

#[tokio::test]
async fn the_filters_of_the_new_stream_decide_what_was_missed() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    app.happen([log_line(&board.id, "a", "a"), log_line(&board.id, "b", "b")]).await;
    let last = app.create_card(&board.id, "x").await.position();
    let mut stream = resumed(&app, &format!("boardId={}&patch=1&attempts=b", board.id), &at).await;
    let [_hello, b, patch] = take(&mut stream).await;
    assert_eq!(b.json()["message"], "b");
    assert_eq!(patch.position(), last);
}

#[tokio::test]
async fn a_long_absence_is_replayed_in_order_without_gap_or_repeat() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    for round in 0..5 {
        let lines = (0..100).map(|n| log_line(&board.id, "a", &format!("{}", round * 100 + n)));
        app.happen(lines.chain([agent_registered("claude")])).await;
    }
    let mut stream = resumed(&app, &format!("boardId={}&patch=1", board.id), &at).await;
    let hello = stream.next().await;
    let head = hello.hello().seq;
    // What is published during the replay comes after it.
    let live = app.create_card(&board.id, "live").await.position();
    for seq in at.seq + 1..=head {
        assert_eq!(stream.next().await.seq(), seq);
    }
    assert_eq!(stream.next().await.position(), live);
}

#[tokio::test]
async fn a_replay_that_pruning_overtakes_becomes_a_fresh_start_and_never_a_partial_one() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    let long = "x".repeat(20_000);
    app.happen((0..400).map(|_| log_line(&board.id, "a", &long))).await;
    let head = app.state.hub.head();
    let request = app
        .stream_request(&format!("boardId={}&patch=1", board.id))
        .header("last-event-id", at.to_string())
        .receive_buffer(4096);
    let mut stream = app.stream_by(&request).await;
    assert!(stream.next().await.hello().resumed);
    prune(&app).await;
    let mut expected = at.seq;
    let again = loop {
        let frame = stream.next().await;
        if frame.event == "hello" {
            break frame;
        }
        expected += 1;
        assert_eq!(frame.seq(), expected, "what was sent has no hole");
    };
    assert!(expected < head, "the reader was too fast for this test");
    assert!(!again.hello().resumed);
    assert_eq!(again.id.as_deref(), Some(""));
    let state = stream.next().await;
    assert_eq!((state.event.as_str(), state.seq()), ("state", head));
    let live = app.create_card(&board.id, "live").await.position();
    assert_eq!(stream.next().await.position(), live);
}

#[tokio::test]
async fn a_deleted_board_is_404_for_those_who_come_back_too() {
    let app = TestApp::start().await;
    let (board, at) = board_with_card(&app).await;
    app.delete(&format!("/boards/{}", board.id)).await.ok();
    for query in ["&patch=1", ""] {
        let request = app
            .stream_request(&format!("boardId={}{query}", board.id))
            .header("last-event-id", at.to_string());
        assert_eq!(SseReader::open(app.address, &request).await.status, 404);
    }
}

#[tokio::test]
async fn an_id_that_was_given_by_a_heartbeat_resumes() {
    let app = TestApp::with(|config| config.streams.heartbeat = std::time::Duration::from_millis(30)).await;
    let (board, _) = board_with_card(&app).await;
    let query = format!("boardId={}&patch=1&attempts=none", board.id);
    let mut stream = opened(&app, &query).await;
    let filtered = app.happen([log_line(&board.id, "a", "filtered out")]).await;
    let passed = |frame: &Frame| frame.event == "heartbeat" && frame.seq() >= filtered.seq;
    let id = stream.next_where("a heartbeat with a new id", passed).await.position();
    let missed = app.create_card(&board.id, "missed").await.position();
    let mut stream = resumed(&app, &query, &id).await;
    let [hello, patch] = take(&mut stream).await;
    assert!(hello.hello().resumed);
    assert_eq!(patch.position(), missed);
}
