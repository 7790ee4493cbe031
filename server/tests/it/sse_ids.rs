//! Event ids that mean nothing, wherever a client puts them.

use shared::ids::EventId;

use crate::{app::TestApp, sse_reader::SseReader, sse_resume::resumed_at};

/// A stream begins anew, at the log's head.
pub async fn begins_anew(app: &TestApp, stream: &mut SseReader, what: &str) {
    let opening = stream.opening().await;
    assert!(!opening[0].hello().resumed, "{what}");
    assert_eq!(opening[0].id.as_deref(), Some(""), "{what}");
    assert_eq!(opening.last().expect("a frame").seq(), app.state.hub.head(), "{what}");
}

#[tokio::test]
async fn an_id_that_means_nothing_is_a_fresh_start_as_a_parameter_too() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let at = app.create_card(&board, "x").await.position();
    let epoch = at.epoch.as_str();
    let long = "x".repeat(4096);
    let ids = [
        "",
        "garbage",
        "%00",
        "%FF%FE",
        "%0A%0Aevent:%20bye%0Adata:%20%7B%7D%0A%0A",
        &format!("{at}%0D%0Aid:%201"),
        &format!("{at}%20"),
        &format!("{epoch}.{}", u64::MAX),
        &format!("another.{}", at.seq),
        &long,
        // Of two, the first counts.
        &format!("garbage&lastEventId={at}"),
    ];
    for id in ids {
        for query in [format!("boardId={board}&patch=1"), format!("boardId={board}"), "overview=1".to_owned()]
        {
            let query = format!("{query}&lastEventId={id}");
            begins_anew(&app, &mut app.stream(&query).await, &query).await;
        }
    }
}

#[tokio::test]
async fn an_id_that_means_nothing_is_a_fresh_start_of_the_dashboard_and_of_whole_states_too() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let at = app.create_card(&board, "x").await.position();
    let future = EventId::new(at.epoch.clone(), at.seq + 1).to_string();
    let other = EventId::new("another".parse().expect("an epoch"), at.seq).to_string();
    for query in [String::new(), format!("boardId={board}"), format!("boardId={board}&overview=1")] {
        for id in ["garbage", &future, &other, &"9".repeat(4096), &"x".repeat(100_000)] {
            let mut stream = resumed_at(&app, &query, id).await;
            let what = format!("{query} {}", id.chars().take(40).collect::<String>());
            begins_anew(&app, &mut stream, &what).await;
        }
    }
}

#[tokio::test]
async fn an_empty_header_leaves_it_to_the_parameter_and_a_bad_one_does_not() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let at = app.create_card(&board, "first").await.position();
    let missed = app.create_card(&board, "missed").await.position();
    let query = format!("boardId={board}&patch=1&lastEventId={at}");
    let mut stream = resumed_at(&app, &query, "").await;
    assert!(stream.next().await.hello().resumed);
    assert_eq!(stream.next().await.position(), missed);
    begins_anew(&app, &mut resumed_at(&app, &query, "garbage").await, "a bad header").await;
}

#[tokio::test]
async fn the_position_before_the_first_message_is_answered_whole_or_anew() {
    let app = TestApp::start().await;
    let board = app.board("Web").await.id;
    let head = app.create_card(&board, "x").await.position();
    let zero = EventId::new(head.epoch.clone(), 0).to_string();
    let mut stream = resumed_at(&app, &format!("boardId={board}&patch=1"), zero).await;
    let hello = stream.next().await.hello();
    let (mut last, mut seen) = (0, Vec::new());
    while last < head.seq {
        let frame = stream.next().await;
        if frame.id.is_some() {
            assert!(frame.seq() > last);
            last = frame.seq();
        }
        seen.push(frame.event);
    }
    assert_eq!(hello.resumed, !seen.contains(&"state".to_owned()), "{seen:?}");
}
