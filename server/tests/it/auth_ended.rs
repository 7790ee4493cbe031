//! Sessions that end although nobody signs out: with them end the streams that rest on them.

use server::{auth::sessions::MAX_SESSIONS, clock::Clock, store::sessions, upkeep};
use shared::{ids::BoardId, time::Timestamp};
use tokio::time::timeout;

use crate::{
    app::TestApp,
    sse_live::opened,
    sse_reader::{Ended, PATIENCE, Request, SseReader},
};

/// A request for a stream that rests on a session.
fn by_session(cookie: &str, query: &str) -> Request {
    Request::get(format!("/api/v1/sse{query}")).header("cookie", cookie)
}

/// The streams of a board and of the dashboard that rest on a session, after their openings.
async fn streams_of(app: &TestApp, board: &BoardId, cookie: &str) -> [SseReader; 2] {
    let mut streams = [
        app.stream_by(&by_session(cookie, &format!("?boardId={board}&patch=1"))).await,
        app.stream_by(&by_session(cookie, "")).await,
    ];
    for stream in &mut streams {
        stream.opening().await;
    }
    streams
}

/// The session is no more: its streams end with a `bye` that says so, and it gets no new one.
async fn has_ended(app: &TestApp, cookie: &str, streams: [SseReader; 2]) {
    for mut stream in streams {
        let (frames, ended) = timeout(PATIENCE, stream.rest()).await.expect("the stream ends");
        let bye = frames.last().expect("a last frame");
        assert_eq!((bye.event.as_str(), ended), ("bye", Ended::Whole));
        assert_eq!((&bye.json()["reason"], bye.json().get("retryMs")), (&"signedOut".into(), None));
    }
    assert_eq!(SseReader::open(app.address, &by_session(cookie, "")).await.status, 401);
    assert_eq!(app.state.streams.metrics().disconnects_signed_out.count(), 2);
}

/// The streams go on: the next change of the board is the next that they bring.
async fn go_on(app: &TestApp, board: &BoardId, streams: &mut [&mut SseReader]) {
    let next = app.create_card(board, "next").await.position();
    for stream in streams {
        assert_eq!(stream.next_of("board_patch").await.position(), next);
    }
}

/// As many browsers sign in, and use their sessions later than all before.
async fn others_sign_in(app: &TestApp, count: u32) {
    let now = app.state.clock.now();
    let later = |millis| Timestamp::from_millis(now.as_millis() + millis);
    let mut tx = app.state.store.write().await.unwrap();
    for n in 0..count {
        let other = sessions::Session {
            id: format!("other-{n}"),
            token_hash: format!("hash of other-{n}"),
            created_at: now,
            last_seen_at: later(60_000),
            expires_at: later(1_000_000),
        };
        sessions::insert(&mut tx, &other).await.unwrap();
    }
    drop(tx.commit().await.unwrap());
}

#[tokio::test]
async fn a_session_that_makes_room_for_a_newer_one_ends_with_its_streams() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let oldest = app.sign_in().await;
    let streams = streams_of(&app, &board, &oldest).await;
    others_sign_in(&app, MAX_SESSIONS - 1).await;
    let mut of_owner = opened(&app, &format!("boardId={board}&patch=1")).await;

    let newest = app.sign_in().await;
    has_ended(&app, &oldest, streams).await;
    let [mut of_newest, _] = streams_of(&app, &board, &newest).await;
    go_on(&app, &board, &mut [&mut of_owner, &mut of_newest]).await;
}

#[tokio::test]
async fn a_session_that_expires_ends_with_its_streams() {
    let start = Timestamp::from_millis(1_800_000_000_000);
    let days = |days: i64| Timestamp::from_millis(start.as_millis() + days * 86_400_000);
    let clock = Clock::fixed(start);
    let app = TestApp::with(|config| config.clock = clock.clone()).await;
    let board = app.board("Web").await.id;
    let old = app.sign_in().await;
    let streams = streams_of(&app, &board, &old).await;
    clock.set(days(100));
    let [mut of_newer, _dashboard] = streams_of(&app, &board, &app.sign_in().await).await;

    clock.set(days(366));
    upkeep::once(&app.state, days(366)).await.unwrap();
    has_ended(&app, &old, streams).await;
    go_on(&app, &board, &mut [&mut of_newer]).await;
}
