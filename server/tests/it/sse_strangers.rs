//! Clients that others wrote read the stream as it is.

use std::process::Stdio;

use serde_json::Value;
use shared::{fold::BoardFold, ids::EventId};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::{
    app::{TOKEN, TestApp},
    sse_reader::PATIENCE,
    tools::leave_out_without,
};

/// `curl -N` on a stream; it ends with the test.
fn curl(app: &TestApp, query: &str, headers: &[&str]) -> Option<(Child, Lines<BufReader<ChildStdout>>)> {
    let mut curl = Command::new("curl");
    curl.args(["--no-buffer", "--silent", "--show-error", "--fail", "--noproxy", "*", "--header"]);
    curl.arg(format!("Authorization: Bearer {TOKEN}"));
    headers.iter().for_each(|header| {
        curl.args(["--header", header]);
    });
    curl.arg(format!("http://{}/api/v1/sse?{query}", app.address)).stdout(Stdio::piped()).kill_on_drop(true);
    match curl.spawn() {
        Ok(mut child) => {
            let lines = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
            Some((child, lines))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            leave_out_without("`curl`");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// The lines of the next event.
async fn event(lines: &mut Lines<BufReader<ChildStdout>>) -> Vec<String> {
    let mut event = Vec::new();
    loop {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("something must come").expect("a line");
        match line.expect("the stream goes on").as_str() {
            "" => return event,
            line => event.push(line.to_owned()),
        }
    }
}

/// The value of a field.
fn field<'a>(event: &'a [String], name: &str) -> Option<&'a str> {
    event.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn curl_shows_each_event_as_it_happens() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let Some((_curl, mut lines)) = curl(&app, &format!("boardId={}", board.id), &[]) else { return };
    let hello = event(&mut lines).await;
    assert_eq!(hello[..2], ["id:", "event: hello"]);
    assert_eq!(hello[3], "retry: 1500");
    let state = event(&mut lines).await;
    assert_eq!(field(&state, "event"), Some("state"));
    assert_eq!(field(&state, "id"), Some(&*app.get("/boards").await.position().to_string()));
    app.create_card(&board.id, "Seen by curl").await;
    let state = event(&mut lines).await;
    assert_eq!(state[0], "event: state");
    let board: Value = serde_json::from_str(field(&state, "data").expect("data")).expect("JSON");
    let cards = board["cards"].as_object().expect("cards");
    assert_eq!(cards.values().next().expect("a card")["title"], "Seen by curl");
}

#[tokio::test]
async fn curl_resumes_with_a_header_and_folds_to_the_same_board() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let read = app.get(&format!("/boards/{}", board.id)).await.ok();
    let at = read.position();
    for n in 0..20 {
        app.create_card(&board.id, &n.to_string()).await;
    }
    let header = format!("Last-Event-ID: {at}");
    let Some((_curl, mut lines)) = curl(&app, &format!("boardId={}&patch=1", board.id), &[&header]) else {
        return;
    };
    let mut fold = BoardFold::from_snapshot(serde_json::from_value(read.json).expect("a board"), at);
    let head = app.state.hub.head();
    while fold.passed().map(|passed: &EventId| passed.seq) < Some(head) {
        let event = event(&mut lines).await;
        let [id, kind, data] = ["id", "event", "data"].map(|name| field(&event, name).unwrap_or_default());
        fold.take_frame(id, kind, data);
    }
    assert_eq!(fold.state, Some(app.board_state(&board.id).await));
}

#[tokio::test]
async fn curl_is_told_by_its_exit_that_there_is_no_such_board() {
    let app = TestApp::start().await;
    let Some((mut curl, _lines)) = curl(&app, "boardId=nope", &[]) else { return };
    let status = timeout(PATIENCE, curl.wait()).await.expect("it ends").expect("it ran");
    assert_eq!(status.code(), Some(22), "the code of --fail for a status of 400 or more");
}
