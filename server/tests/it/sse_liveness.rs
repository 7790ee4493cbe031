//! How a stream stays alive, and how it is found out that it is not.

use std::time::Duration;

use server::{listener::SocketLimits, sse::hub::Open};

use crate::{
    app::{TestApp, eventually},
    process::Process,
    sse_live::{log_line, opened},
    sse_reader::{Ended, Frame, Request, SseReader},
};

const SHORT: Duration = Duration::from_millis(30);

/// A request by a reader who can be filled up fast.
fn small(app: &TestApp, query: &str) -> Request {
    app.stream_request(query).receive_buffer(4096)
}

/// Publishes so much on a board that a reader who does not read blocks its connection.
async fn flood(app: &TestApp, board: &shared::ids::BoardId, messages: usize) -> u64 {
    let long = "x".repeat(20_000);
    for _ in 0..messages {
        app.happen([log_line(board, "a", &long)]).await;
    }
    app.state.hub.head()
}

#[tokio::test]
async fn every_stream_gets_heartbeats_at_the_interval_that_hello_names() {
    let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await;
    let board = app.board("Web").await;
    for query in [String::new(), format!("boardId={}", board.id)] {
        let mut stream = opened(&app, &query).await;
        let started = std::time::Instant::now();
        for _ in 0..3 {
            // The dashboard may be brought up to date once more.
            let frame = stream.next_of("heartbeat").await;
            assert_eq!(frame.position(), app.get("/boards").await.position());
            let ts = frame.json()["ts"].as_str().expect("ts").to_owned();
            assert_eq!((ts.len(), &ts[19..20], &ts[23..]), (24, ".", "Z"), "three decimals");
        }
        assert!(started.elapsed() >= SHORT * 2, "not faster than announced");
    }
}

#[tokio::test]
async fn a_heartbeat_carries_the_newest_position_whatever_it_was_about() {
    let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await;
    let (board, other) = (app.board("Web").await, app.board("App").await);
    let mut stream = opened(&app, &format!("boardId={}&patch=1&attempts=none", board.id)).await;
    let of_other = app.create_card(&other.id, "x").await.position();
    stream.next_where("a heartbeat", |frame| frame.position() == of_other).await;
    let filtered = app.happen([log_line(&board.id, "a", "x")]).await;
    let frame = stream.next_where("a heartbeat", |frame| frame.position() == filtered).await;
    assert_eq!(frame.event, "heartbeat");
}

#[tokio::test]
async fn heartbeats_come_between_messages_too_and_never_run_ahead_of_them() {
    let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    let (client, id) = (app.client(), board.id.clone());
    let writer = tokio::spawn(async move {
        for n in 0..50 {
            client.create_card(&id, &n.to_string()).await;
        }
    });
    let (mut patches, mut heartbeats, mut last) = (0, 0, 0);
    while patches < 50 || heartbeats < 2 {
        let frame = stream.next().await;
        match frame.event.as_str() {
            "board_patch" => {
                assert!(frame.seq() > last, "a heartbeat at {last} claimed a message that was not sent");
                patches += 1;
            }
            _ => heartbeats += 1,
        }
        last = frame.seq();
    }
    writer.await.expect("the writer writes");
}

#[tokio::test]
async fn a_reader_who_leaves_is_forgotten_however_it_leaves() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let query = format!("boardId={}", board.id);
    let (closed, reset) = (opened(&app, &query).await, opened(&app, &query).await);
    let unread = app.stream(&query).await;
    assert_eq!(app.open(), Open { boards: 3, dashboards: 0, channels: 1 });
    drop(closed);
    reset.reset();
    drop(unread);
    eventually("the channel is gone", async || app.open() == Open::default()).await;
    assert_eq!(app.state.streams.metrics().disconnects_left.count(), 3);
    app.create_card(&board.id, "nobody hears it").await;
}

#[tokio::test]
async fn a_stalled_reader_is_closed_and_counted_and_delays_nobody() {
    let app = TestApp::with(|config| {
        config.sockets = SocketLimits { write_stall: Duration::from_millis(200), ..SocketLimits::default() };
    })
    .await;
    let board = app.board("Web").await.id;
    let query = format!("boardId={board}&patch=1");
    let mut stalled = app.stream_by(&small(&app, &query)).await;
    stalled.opening().await;
    let mut healthy = opened(&app, &query).await;
    let first = app.state.hub.head() + 1;
    for seq in first..first + 100 {
        flood(&app, &board, 1).await;
        assert_eq!(healthy.next().await.seq(), seq);
    }
    eventually("the stalled reader is given up", async || app.open().boards == 1).await;
    assert_eq!(app.state.stalls.count(), 1);
    let (frames, ended) = stalled.rest().await;
    assert_eq!(ended, Ended::CutOff);
    assert!(frames.len() < 100);
    let next = app.create_card(&board, "next").await.position();
    assert_eq!(healthy.next().await.position(), next);
}

#[tokio::test]
async fn a_reader_who_falls_behind_gets_one_reset_and_goes_on_live() {
    let app = TestApp::with(|config| config.memory.messages = 8).await;
    let board = app.board("Web").await.id;
    let mut slow = app.stream_by(&small(&app, &format!("boardId={board}&patch=1"))).await;
    let last = slow.opening().await[1].seq();
    let head = flood(&app, &board, 200).await;
    app.create_card(&board, "written meanwhile").await;
    let mut expected = last;
    let again = loop {
        let frame = slow.next().await;
        if frame.event == "hello" {
            break frame;
        }
        expected += 1;
        assert_eq!(frame.seq(), expected, "what it got before has no hole");
    };
    assert!(expected < head, "the reader was too fast for this test");
    assert_eq!((again.id.as_deref(), again.retry, again.hello().resumed), (Some(""), Some(1500), false));
    let state = slow.next().await;
    assert_eq!((state.event.as_str(), state.seq()), ("state", head + 1));
    assert_eq!(state.json(), serde_json::to_value(app.board_state(&board).await).expect("JSON"));
    let live = app.create_card(&board, "live").await.position();
    let frame = slow.next().await;
    assert_eq!((frame.event.as_str(), frame.position()), ("board_patch", live));
    assert_eq!(app.state.streams.metrics().lag_resets.count(), 1);
}

#[tokio::test]
async fn memory_holds_no_more_messages_than_it_may_however_many_stall() {
    const LIMIT: usize = 200_000;
    const MESSAGE: u64 = 20_500;
    // What one reader takes at a time: live by bytes, a resuming one perhaps by number.
    const LIVE: u64 = 64 * 1024 + MESSAGE;
    const RESUMING: u64 = 64 * MESSAGE;
    let app = TestApp::with(|config| config.memory.bytes = LIMIT).await;
    let board = app.board("Web").await.id;
    let metrics = app.state.streams.metrics();
    let request = small(&app, &format!("boardId={board}&patch=1"));
    let start = app.get("/boards").await.position().to_string();
    let mut stalled = Vec::new();
    for _ in 0..10 {
        let mut reader = app.stream_by(&request).await;
        reader.opening().await;
        stalled.push(reader);
    }
    for _ in 0..3 {
        flood(&app, &board, 50).await;
        assert!(app.state.hub.bytes_in_memory() <= LIMIT);
        assert!(metrics.held.now() <= 10 * LIVE, "{} bytes", metrics.held.now());
    }
    let resuming = request.clone().header("last-event-id", start);
    for _ in 0..10 {
        let mut reader = app.stream_by(&resuming).await;
        assert!(reader.next().await.hello().resumed);
        stalled.push(reader);
    }
    for _ in 0..3 {
        flood(&app, &board, 50).await;
        assert!(app.state.hub.bytes_in_memory() <= LIMIT);
        assert!(metrics.held.now() <= 10 * (LIVE + RESUMING), "{} bytes", metrics.held.now());
    }
    assert!(metrics.held.now() > 0, "they did stall");
    drop(stalled);
    eventually("nothing is held for those who left", async || metrics.held.now() == 0).await;
}

/// The `bye` that a stream ends with, after frames that are none.
fn farewell(frames: &[Frame]) -> &Frame {
    let (last, before) = frames.split_last().expect("a frame");
    assert_eq!(last.event, "bye", "{frames:?}");
    assert!(before.iter().all(|frame| frame.event != "bye"));
    last
}

#[tokio::test]
async fn at_shutdown_every_stream_gets_a_bye_with_its_own_delay_and_ends_whole() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let at = app.create_card(&board.id, "x").await.position();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(opened(&app, &format!("boardId={}", board.id)).await);
        streams.push(opened(&app, "").await);
    }
    app.begin_to_stop();
    let mut delays = Vec::new();
    for stream in &mut streams {
        let (frames, ended) = stream.rest().await;
        let bye = farewell(&frames);
        assert_eq!(
            (ended, &bye.json()["reason"], bye.position()),
            (Ended::Whole, &"shutdown".into(), at.clone())
        );
        delays.push(bye.json()["retryMs"].as_u64().expect("a delay"));
    }
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > 10, "they come back one by one: {delays:?}");
    assert!(delays.iter().all(|delay| (500..=2500).contains(delay)));
    assert_eq!(app.state.streams.metrics().disconnects_shutdown.count(), 20);
    app.stop().await;
}

#[tokio::test]
async fn what_was_committed_before_the_shutdown_is_sent_before_the_bye_or_comes_by_resume() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = async || TestApp::with(|config| config.data = folder.path().join("data")).await;
    let app = start().await;
    let board = app.create_board("Web", folder.path()).await.id;
    let query = format!("boardId={board}&patch=1");
    let mut slow = app.stream_by(&small(&app, &query)).await;
    let first = slow.opening().await[1].seq() + 1;
    flood(&app, &board, 60).await;
    let mut up_to_date = opened(&app, &query).await;
    let last = app.create_card(&board, "x").await.position().seq;
    app.begin_to_stop();
    let told = [(first, slow.rest().await.0), (last, up_to_date.rest().await.0)];
    app.stop().await;

    let app = start().await;
    let next = app.create_card(&board, "next").await.position().seq;
    for (first, mut frames) in told {
        let bye = farewell(&frames).position();
        frames.pop();
        assert_eq!(
            bye.seq,
            frames.last().map_or(first - 1, Frame::seq),
            "the bye claims exactly what was sent"
        );
        let request = app.stream_request(&query).header("last-event-id", bye.to_string());
        let mut again = app.stream_by(&request).await;
        assert!(again.next().await.hello().resumed);
        while frames.last().is_none_or(|frame| frame.seq() < next) {
            frames.push(again.next().await);
        }
        let seqs: Vec<_> = frames.iter().map(Frame::seq).collect();
        assert_eq!(seqs, (first..=next).collect::<Vec<_>>(), "all of it, in order, and nothing twice");
    }
}

#[cfg(unix)]
#[test]
fn the_process_exits_within_two_seconds_whatever_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(&folder.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut streams = runtime.block_on(async {
        let board = process.create_board("Web", folder.path()).await.id;
        let query = format!("boardId={board}");
        let stuck = process.stream_by(&process.stream_request(&query).receive_buffer(4096)).await;
        for _ in 0..150 {
            process.create_card(&board, &"x".repeat(500)).await;
        }
        let mut reading = process.stream("").await;
        reading.opening().await;
        // And one that was accepted and never said anything.
        let silent = tokio::net::TcpStream::connect(process.address).await.expect("the server listens");
        (stuck, reading, silent)
    });
    let took = process.terminate();
    assert!(took < Duration::from_secs(2), "{took:?}");
    let (frames, ended) = runtime.block_on(streams.1.rest());
    assert_eq!((farewell(&frames).event.as_str(), ended), ("bye", Ended::Whole));
}

#[tokio::test]
async fn the_end_of_a_board_is_told_after_its_last_message_and_ends_its_streams() {
    let app = TestApp::start().await;
    let (board, other) = (app.board("Web").await, app.board("App").await);
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    let mut of_other = opened(&app, &format!("boardId={}&patch=1", other.id)).await;
    let last = app.create_card(&board.id, "x").await.position();
    app.delete(&format!("/boards/{}", board.id)).await.ok();
    let (frames, ended) = stream.rest().await;
    assert_eq!(ended, Ended::Whole);
    assert_eq!(frames[0].position(), last);
    let bye = farewell(&frames).json();
    assert_eq!(
        (&bye["reason"], bye.get("retryMs")),
        (&"boardDeleted".into(), None),
        "there is nothing to come back to"
    );
    let next = app.create_card(&other.id, "y").await.position();
    assert_eq!(of_other.next().await.position(), next);
    assert_eq!(app.state.streams.metrics().disconnects_board_deleted.count(), 1);
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_session_and_no_others() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let query = format!("/api/v1/sse?boardId={}&patch=1", board.id);
    let (mine, theirs) = (app.sign_in().await, app.sign_in().await);
    let by_cookie = |path: &str, cookie: &str| Request::get(path).header("cookie", cookie);
    let mut ended = [
        app.stream_by(&by_cookie(&query, &mine)).await,
        app.stream_by(&by_cookie("/api/v1/sse", &mine)).await,
    ];
    let mut going_on = [
        app.stream_by(&by_cookie(&query, &theirs)).await,
        app.stream(&format!("boardId={}&patch=1", board.id)).await,
    ];
    for stream in ended.iter_mut().chain(&mut going_on) {
        stream.opening().await;
    }
    let mut sign_out = by_cookie("/api/v1/session", &mine);
    sign_out.method = "DELETE";
    assert_eq!(SseReader::open(app.address, &sign_out).await.status, 204);
    for stream in &mut ended {
        let (frames, ended) = stream.rest().await;
        assert_eq!((&farewell(&frames).json()["reason"], ended), (&"signedOut".into(), Ended::Whole));
    }
    let next = app.create_card(&board.id, "secret").await.position();
    for stream in &mut going_on {
        assert_eq!(stream.next().await.position(), next);
    }
    assert_eq!(
        SseReader::open(app.address, &by_cookie(&query, &mine)).await.status,
        401,
        "and it gets no new one"
    );
    assert_eq!(app.state.streams.metrics().disconnects_signed_out.count(), 2);
}

/// With few files to open, more connections come than there are files for.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn running_out_of_open_files_is_waited_out_without_spinning() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start_with_open_files(&folder.path().join("data"), 64, 64);
    let mut connections = Vec::new();
    for _ in 0..80 {
        connections.push(tokio::net::TcpStream::connect(process.address).await.expect("the system accepts"));
    }
    let (spent, waited) = (process.cpu_ticks(), process.waits());
    // A server that tries at once again waits for nothing, and so never gets there.
    eventually("it has waited again and again", async || process.waits() >= waited + 10).await;
    let spent = process.cpu_ticks() - spent;
    assert!(spent < 25, "{spent} ticks of 10 ms for ten waits");
    drop(connections);
    assert_eq!(process.get("/boards").await.status, 200);
    assert_eq!(process.stream("").await.next().await.event, "hello");
}

/// A peer that vanishes without a word needs a network that can be taken away: the test runs itself again in one.
#[cfg(target_os = "linux")]
mod half_open {
    use std::process::Command;

    use super::*;
    use crate::tools::leave_out_without;

    #[test]
    fn a_reader_that_vanished_without_a_word_is_closed_and_counted() {
        let in_network = |program: &std::ffi::OsStr, args: &[&str]| {
            Command::new("unshare").args(["--map-root-user", "--net"]).arg(program).args(args).output()
        };
        if !in_network("true".as_ref(), &[]).is_ok_and(|output| output.status.success()) {
            leave_out_without("a network of its own (`unshare --map-root-user --net`)");
            return;
        }
        let this = std::env::current_exe().expect("a path");
        let inner = "sse_liveness::half_open::in_a_network_of_its_own";
        let output =
            in_network(this.as_os_str(), &["--exact", inner, "--ignored", "--nocapture"]).expect("it runs");
        let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
    }

    fn loopback(state: &str) {
        let status = Command::new("ip").args(["link", "set", "lo", state]).status();
        assert!(status.expect("ip runs").success());
    }

    #[tokio::test]
    #[ignore = "takes its network away: started by the test above in one of its own"]
    async fn in_a_network_of_its_own() {
        loopback("up");
        let app = TestApp::with(|config| {
            config.streams.heartbeat = SHORT;
            config.sockets.unacknowledged = Duration::from_millis(500);
        })
        .await;
        let mut stream = opened(&app, "").await;
        assert_eq!(stream.next().await.event, "heartbeat");
        loopback("down");
        eventually("the reader is given up", async || app.open() == Open::default()).await;
        assert_eq!(app.state.stalls.count(), 1);
    }
}
