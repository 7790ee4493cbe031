//! What streams carry while they are open.

use std::time::{Duration, Instant};

use serde_json::json;
use server::events::DomainEvent;
use shared::{
    agent::AgentRegistered,
    attempt::{AttemptLog, AttemptStatus, AttemptStatusChanged, LogLevel},
    ids::{AgentId, AttemptId, BoardId, CardId},
    sse::SseMsg,
    time::Timestamp,
};

use crate::{
    app::{TestApp, eventually},
    sse_reader::{Frame, SseReader},
};

/// A line of an attempt's log.
pub fn log_line(board: &BoardId, attempt: &str, message: &str) -> DomainEvent {
    DomainEvent::AttemptLogAppended(AttemptLog {
        attempt_id: AttemptId::from(attempt),
        card_id: CardId::from("card"),
        board_id: board.clone(),
        level: LogLevel::Info,
        message: message.to_owned(),
        ts: Timestamp::UNIX_EPOCH,
    })
}

/// Something that concerns everyone.
pub fn agent_registered(agent: &str) -> DomainEvent {
    DomainEvent::AgentRegistered(AgentRegistered { agent: AgentId::from(agent), label: None })
}

fn status(board: &BoardId, attempt: &str) -> DomainEvent {
    DomainEvent::AttemptStatusChanged(AttemptStatusChanged {
        attempt_id: AttemptId::from(attempt),
        card_id: CardId::from("card"),
        board_id: board.clone(),
        status: AttemptStatus::Running,
        previous_status: None,
        reason: None,
        ended_at: None,
    })
}

/// A stream whose opening has been read.
pub async fn opened(app: &TestApp, query: &str) -> SseReader {
    let mut stream = app.stream(query).await;
    stream.opening().await;
    stream
}

/// The frames up to the one at this position.
async fn up_to(stream: &mut SseReader, seq: u64) -> Vec<Frame> {
    let mut frames = vec![stream.next().await];
    while frames
        .last()
        .and_then(|frame| frame.id.as_ref())
        .is_none_or(|_| frames[frames.len() - 1].seq() < seq)
    {
        frames.push(stream.next().await);
    }
    frames
}

#[tokio::test]
async fn a_change_of_a_board_is_a_patch_on_its_streams_at_the_position_that_the_answer_names() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    let answer = app.create_card(&board.id, "Write it").await;
    let frame = stream.next().await;
    assert_eq!((frame.event.as_str(), frame.position()), ("board_patch", answer.position()));
    let SseMsg::BoardPatch(patch) = frame.msg() else { panic!("{frame:?}") };
    assert_eq!(
        (patch.board_id, patch.revision),
        (board.id.clone(), app.board_state(&board.id).await.revision)
    );
    assert_eq!(frame.json()["ops"][0]["card"]["title"], "Write it");
    assert_eq!(
        frame.json()["ops"][1],
        json!({"op": "moveCard", "cardId": answer.text("id"), "columnId": board.columns[0], "index": 0})
    );
}

#[tokio::test]
async fn a_change_that_changes_nothing_sends_nothing() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let card = app.create_card(&board.id, "same").await.text("id");
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    app.patch(&format!("/boards/{}/cards/{card}", board.id), json!({ "title": "same" })).await.ok();
    let next = app.create_card(&board.id, "next").await.position();
    assert_eq!(stream.next().await.position(), next);
}

#[tokio::test]
async fn what_follows_many_messages_that_a_stream_leaves_out_comes_at_once() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}&patch=1&attempts=none", board.id)).await;
    // More than a reader takes at a time, and nothing after it that would make the reader look again.
    let left_out = (0..1000).map(|line| log_line(&board.id, "a", &line.to_string()));
    let position = app.happen(left_out.chain([status(&board.id, "a")])).await;
    assert_eq!(stream.next().await.position(), position);
}

#[tokio::test]
async fn a_refused_change_sends_nothing() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    assert_eq!(app.post(&format!("/boards/{}/cards", board.id), json!({ "title": "" })).await.status, 422);
    let next = app.create_card(&board.id, "next").await.position();
    assert_eq!(stream.next().await.position(), next);
}

#[tokio::test]
async fn the_streams_of_a_board_do_not_hear_of_another_one() {
    let app = TestApp::start().await;
    let (web, other) = (app.board("Web").await, app.board("App").await);
    let mut stream = opened(&app, &format!("boardId={}&patch=1", web.id)).await;
    app.create_card(&other.id, "x").await;
    let own = app.create_card(&web.id, "y").await.position();
    assert_eq!(stream.next().await.position(), own);
}

#[tokio::test]
async fn all_readers_of_a_board_see_the_same_messages_in_the_same_order() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(opened(&app, &format!("boardId={}&patch=1", board.id)).await);
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let (client, board) = (app.client(), board.id.clone());
        writers.spawn(async move {
            for n in 0..5 {
                client.create_card(&board, &format!("{writer}-{n}")).await;
            }
        });
    }
    writers.join_all().await;
    let head = app.state.hub.head();
    let first = up_to(&mut streams[0], head).await;
    let seqs: Vec<u64> = first.iter().map(Frame::seq).collect();
    assert_eq!(seqs.len(), 20);
    assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
    for stream in &mut streams[1..] {
        assert_eq!(up_to(stream, head).await, first);
    }
}

#[tokio::test]
async fn without_patches_the_newest_state_follows_a_change_and_carries_no_id() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}", board.id)).await;
    app.create_card(&board.id, "x").await;
    let frame = stream.next().await;
    assert_eq!((frame.event.as_str(), frame.id.as_deref()), ("state", None));
    assert_eq!(frame.json(), serde_json::to_value(app.board_state(&board.id).await).expect("JSON"));
}

#[tokio::test]
async fn states_come_at_most_four_a_second_and_the_last_is_never_dropped() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}", board.id)).await;
    let started = Instant::now();
    let mut answers = Vec::new();
    while started.elapsed() < Duration::from_millis(800) {
        answers.push(app.create_card(&board.id, "x").await);
    }
    let newest = app.board_state(&board.id).await.revision;
    let mut arrivals = Vec::new();
    let is_newest = |frame: &Frame| {
        arrivals.push(started.elapsed());
        assert_eq!(frame.event, "state");
        frame.json()["revision"] == newest
    };
    stream.next_where("the newest state", is_newest).await;
    let whole_quarters = arrivals.last().expect("a state").as_millis() / 250;
    assert!(arrivals.len() as u128 <= whole_quarters + 1, "{arrivals:?}");
    assert!(arrivals.len() < answers.len(), "a state stands for many changes");
}

#[tokio::test]
async fn details_go_to_the_streams_that_asked_for_their_attempt() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let stream = async |attempts: &str| opened(&app, &format!("boardId={board}&patch=1{attempts}")).await;
    let mut streams = [
        (stream("").await, vec!["a", "b", "status"]),
        (stream("&attempts=all").await, vec!["a", "b", "status"]),
        (stream("&attempts=none").await, vec!["status"]),
        (stream("&attempts=b").await, vec!["b", "status"]),
        (stream("&attempts=x,a").await, vec!["a", "status"]),
    ];
    app.happen([log_line(&board, "a", "a"), log_line(&board, "b", "b"), status(&board, "a")]).await;
    for (stream, expected) in &mut streams {
        for expected in expected {
            let frame = stream.next().await;
            match *expected {
                "status" => assert_eq!(frame.event, "attempt_status"),
                message => assert_eq!(frame.json()["message"], message),
            }
        }
    }
}

#[tokio::test]
async fn what_concerns_everyone_reaches_every_stream_once_in_its_place() {
    let app = TestApp::start().await;
    let (web, other) = (app.board("Web").await.id, app.board("App").await.id);
    let mut on_web = opened(&app, &format!("boardId={web}&patch=1&attempts=none")).await;
    let mut on_other = opened(&app, &format!("boardId={other}")).await;
    let mut on_dashboard = opened(&app, "").await;
    let before = app.create_card(&web, "before").await.position().seq;
    app.happen([agent_registered("claude")]).await;
    let after = app.create_card(&web, "after").await.position().seq;

    let seen: Vec<(String, u64)> =
        up_to(&mut on_web, after).await.iter().map(|frame| (frame.event.clone(), frame.seq())).collect();
    let expected = [("board_patch", before), ("agent_registered", before + 1), ("board_patch", after)];
    assert_eq!(seen, expected.map(|(event, seq)| (event.to_owned(), seq)));
    assert_eq!(on_other.next().await.json(), json!({ "agent": "claude" }));
    let frame = on_dashboard.next_of("agent_registered").await;
    assert_eq!((frame.seq(), frame.json()), (before + 1, json!({ "agent": "claude" })));
}

#[tokio::test]
async fn the_overview_follows_each_change_on_the_streams_that_carry_it() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut dashboard = opened(&app, "").await;
    let mut with = opened(&app, &format!("boardId={}&patch=1&overview=1", board.id)).await;
    let mut without = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    app.create_card(&board.id, "x").await;
    // One of before may still be on its way.
    let shows = async |stream: &mut SseReader, what: &str, count: u64| {
        let is_shown = |it: &Frame| it.event == "dashboard_overview" && it.json()["totals"][what] == count;
        let frame = stream.next_where(&format!("{count} {what}"), is_shown).await;
        assert_eq!(frame.id, None);
    };
    for stream in [&mut dashboard, &mut with] {
        shows(stream, "cards", 1).await;
    }
    let other = app.board("App").await;
    shows(&mut dashboard, "boards", 2).await;
    app.delete(&format!("/boards/{}", other.id)).await.ok();
    shows(&mut dashboard, "boards", 1).await;
    // How many may run is no change of a board, but the overview tells it.
    app.patch("/settings", json!({ "concurrency": 7 })).await.ok();
    shows(&mut dashboard, "limit", 7).await;
    assert_eq!(without.next().await.event, "board_patch");
    assert!(without.arrived().is_empty());
}

#[tokio::test]
async fn overviews_come_at_most_every_150_ms_and_the_last_is_never_dropped() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut dashboard = opened(&app, "").await;
    let started = Instant::now();
    let mut cards = 0;
    while started.elapsed() < Duration::from_millis(500) {
        app.create_card(&board.id, "x").await;
        cards += 1;
    }
    let mut overviews = 0;
    let is_newest = |frame: &Frame| {
        overviews += 1;
        frame.json()["totals"]["cards"] == cards
    };
    dashboard.next_where("the newest overview", is_newest).await;
    assert!(overviews <= started.elapsed().as_millis() / 150 + 1, "{overviews} for {cards}");
}

#[tokio::test]
async fn the_overview_is_computed_only_while_somebody_listens() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let _stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    let builds = || app.state.streams.metrics().overview_builds.count();
    for _ in 0..3 {
        app.create_card(&board.id, "x").await;
    }
    assert_eq!(builds(), 0);
    let dashboard = opened(&app, "").await;
    assert_eq!(builds(), 1);
    app.create_card(&board.id, "y").await;
    eventually("the change is shown", async || builds() == 2).await;
    drop(dashboard);
    eventually("the stream has ended", async || app.open().dashboards == 0).await;
    app.create_card(&board.id, "z").await;
    let late = opened(&app, "").await;
    assert_eq!(builds(), 3, "its opening, and not the change before");
    drop(late);
}

#[tokio::test]
async fn nothing_in_a_text_can_start_a_field_or_a_frame() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let mut stream = opened(&app, &format!("boardId={board}&patch=1")).await;
    let texts = [
        "a\nb",
        "a\rb",
        "a\r\nb",
        "\n\nevent: bye\ndata: {}\n\n",
        "id: x\n",
        "\0",
        "\u{2028}\u{2029}",
        "\u{feff}",
        "data:",
        ":",
        " lead",
        "trail ",
        "\u{1F980}\u{10FFFF}",
        "\"\\",
        "</script>",
        "\u{7f}\u{85}",
    ];
    let lines = texts.map(|text| log_line(&board, "a", text));
    app.happen(lines).await;
    for text in texts {
        let frame = stream.next().await;
        assert_eq!((frame.event.as_str(), &frame.json()["message"]), ("attempt_log", &json!(text)));
    }
    // And what people can write where it is shown.
    for title in ["x event: bye", "data: {} \u{1F980}", "<img src=x onerror=alert(1)>", "id:"] {
        app.create_card(&board, title).await;
        assert_eq!(stream.next().await.json()["ops"][0]["card"]["title"], title);
    }
}

#[tokio::test]
async fn a_board_of_a_megabyte_arrives_whole() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let labels: Vec<String> = (0..20).map(|n| format!("{n:02}{}", "\u{1F980}".repeat(48))).collect();
    for _ in 0..250 {
        let card = json!({ "title": "x".repeat(500), "labels": labels });
        app.post(&format!("/boards/{board}/cards"), card).await.ok();
    }
    let mut stream = app.stream(&format!("boardId={board}")).await;
    let opening = stream.opening().await;
    assert!(opening[1].data.len() > 1024 * 1024, "{}", opening[1].data.len());
    assert_eq!(opening[1].msg(), SseMsg::State(Box::new(app.board_state(&board).await)));
}

#[tokio::test]
async fn what_streams_do_is_counted() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let metrics = app.state.streams.metrics();
    let mut stream = opened(&app, &format!("boardId={board}&patch=1")).await;
    assert_eq!((metrics.connects_fresh.count(), metrics.connects_resumed.count()), (1, 0));
    let (deliveries, bytes) = (metrics.deliveries.count(), metrics.bytes.count());
    assert_eq!(deliveries, 2, "`hello` and `state`: the line with the state's id is no frame");
    app.create_card(&board, "x").await;
    let frame = stream.next().await;
    assert_eq!(metrics.deliveries.count(), deliveries + 1);
    let length = "id: \nevent: \ndata: \n\n".len()
        + frame.id.unwrap_or_default().len()
        + frame.event.len()
        + frame.data.len();
    assert_eq!(metrics.bytes.count(), bytes + length as u64);
    assert_eq!(metrics.publish_to_write.count(), 1);
    drop(stream);
    eventually("the reader is missed", async || metrics.disconnects_left.count() == 1).await;
}
