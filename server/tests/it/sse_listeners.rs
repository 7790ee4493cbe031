//! The table of what each domain event says: every row of it, as the streams bring it.
//!
//! Most operations that these events come from are still to be built, so the events are made to happen as those operations
//! will: in a change that commits.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::{
    clock::Clock,
    events::{AttemptStopped, DomainEvent as Event},
};
use shared::{
    ids::{AttemptId, BoardId, CardId},
    time::Timestamp,
};

use crate::{
    app::TestApp,
    sse_live::{agent_registered, opened},
    sse_reader::{Frame, SseReader},
};

/// The events of the table, by the names that it gives them.
const TABLE: [&str; 16] = [
    "board.state.changed",
    "attempt.queued",
    "attempt.status.changed",
    "attempt.started",
    "attempt.log.appended",
    "attempt.conversation.appended",
    "attempt.session.recorded",
    "attempt.todos.updated",
    "attempt.stopped",
    "git.status.changed",
    "git.commit.created",
    "git.push.completed",
    "github.pr.created",
    "github.pr.changed",
    "agent.profile.changed",
    "agent.registered",
];

/// The table's name of an event. Without a case for the rest, so that a new event can't be forgotten here.
fn name(event: &Event) -> &'static str {
    match event {
        // The dashboard's row alone has these.
        Event::BoardCreated { .. } | Event::BoardDeleted { .. } => "project",
        Event::BoardStateChanged(_) => "board.state.changed",
        Event::AttemptQueued(_) => "attempt.queued",
        Event::AttemptStatusChanged(_) => "attempt.status.changed",
        Event::AttemptStarted(_) => "attempt.started",
        Event::AttemptLogAppended(_) => "attempt.log.appended",
        Event::AttemptConversationAppended(_) => "attempt.conversation.appended",
        Event::AttemptSessionRecorded(_) => "attempt.session.recorded",
        Event::AttemptTodosUpdated(_) => "attempt.todos.updated",
        Event::AttemptStopped(_) => "attempt.stopped",
        Event::GitStatusChanged(_) => "git.status.changed",
        Event::GitCommitCreated(_) => "git.commit.created",
        Event::GitPushCompleted(_) => "git.push.completed",
        Event::GithubPrCreated(_) => "github.pr.created",
        Event::GithubPrChanged(_) => "github.pr.changed",
        Event::SettingsChanged => "settings",
        Event::AgentProfileChanged(_) => "agent.profile.changed",
        Event::AgentRegistered(_) => "agent.registered",
    }
}

/// An event, and what it says: types and payloads.
type Row = (Event, Vec<(&'static str, Value)>);

/// An event that says the very thing that it is made of.
fn row<T: DeserializeOwned>(event: fn(T) -> Event, says: &'static str, what: Value) -> Row {
    (event(read(&what)), vec![(says, what)])
}

fn read<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error} in {json}"))
}

/// `what`, of an attempt on this board.
fn of_attempt(board: &BoardId, what: Value) -> Value {
    let mut all = json!({ "attemptId": "a1", "cardId": "c1", "boardId": board });
    all.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    all
}

fn log(board: &BoardId, level: &str, message: &str) -> (&'static str, Value) {
    let ts = Timestamp::UNIX_EPOCH;
    ("attempt_log", of_attempt(board, json!({ "level": level, "message": message, "ts": ts })))
}

/// Every row of the table, and some of them more than once.
fn rows(board: &BoardId) -> Vec<Row> {
    let of_board = board_rows(board).into_iter().chain(attempt_rows(board)).chain(git_rows(board));
    of_board.chain(agent_rows()).collect()
}

fn board_rows(board: &BoardId) -> Vec<Row> {
    let ops = json!([{ "op": "setName", "name": "Shop" }]);
    let patch = json!({ "boardId": board, "fromRevision": 1, "revision": 2, "metaRevision": 2, "ops": ops });
    vec![row(Event::BoardStateChanged, "board_patch", patch)]
}

fn attempt_rows(board: &BoardId) -> Vec<Row> {
    let of = |what| of_attempt(board, what);
    let ended = json!({
        "status": "failed", "previousStatus": "running", "reason": "it crashed", "endedAt": "2026-01-02T03:04:05.678Z",
    });
    let started = json!({ "agent": "demo", "profileId": "p1", "branch": "side", "baseBranch": "main" });
    let line = log(board, "warn", "careful").1;
    let item = json!({ "type": "message", "id": "i1", "timestamp": "2026-01-02T03:04:05.678Z", "role": "user", "text": "Go" });
    let todos = json!({ "total": 1, "completed": 0, "items": [{ "id": "t1", "text": "Look", "status": "inProgress" }] });
    let stopped = Event::AttemptStopped(AttemptStopped {
        attempt_id: AttemptId::from("a1"),
        card_id: CardId::from("c1"),
        board_id: board.clone(),
        ts: Timestamp::UNIX_EPOCH,
    });
    vec![
        row(Event::AttemptQueued, "attempt_status", of(json!({ "status": "queued" }))),
        row(Event::AttemptStatusChanged, "attempt_status", of(ended)),
        row(Event::AttemptStarted, "attempt_started", of(started)),
        row(Event::AttemptLogAppended, "attempt_log", line),
        row(Event::AttemptConversationAppended, "conversation_item", of(json!({ "item": item }))),
        row(
            Event::AttemptConversationAppended,
            "conversation_item",
            of(json!({ "itemId": "i1", "at": 2, "append": " on" })),
        ),
        row(
            Event::AttemptSessionRecorded,
            "attempt_session",
            of(json!({ "sessionId": "s1", "worktree": "/worktree" })),
        ),
        row(Event::AttemptTodosUpdated, "attempt_todos", of(json!({ "todos": todos }))),
        (stopped, vec![log(board, "info", "Attempt stopped by user")]),
    ]
}

fn git_rows(board: &BoardId) -> Vec<Row> {
    let ts = Timestamp::UNIX_EPOCH;
    let status = json!({
        "boardId": board, "branch": "main", "changed": 1, "staged": 2, "untracked": 3, "conflicted": 4, "ahead": 5,
        "behind": 6,
    });
    let commit =
        json!({ "sha": "0123456789", "shortSha": "01234", "subject": "fix it", "author": "Ada", "ts": ts });
    let push = json!({ "remote": "origin", "branch": "side", "ts": ts });
    let pr = json!({ "number": 7, "url": "https://example.org/7", "title": "Fix it", "state": "draft" });
    let of_board = |mut what: Value| {
        what["boardId"] = json!(board);
        what
    };
    let with_log = |(event, mut says): Row, message| {
        says.push(log(board, "info", message));
        (event, says)
    };
    vec![
        row(Event::GitStatusChanged, "git_status", status.clone()),
        row(Event::GitStatusChanged, "git_status", of_attempt(board, status)),
        row(Event::GitCommitCreated, "git_commit", of_board(commit.clone())),
        with_log(
            row(Event::GitCommitCreated, "git_commit", of_attempt(board, commit)),
            "[git] committed 01234 fix it",
        ),
        row(Event::GitPushCompleted, "git_push", of_board(push.clone())),
        with_log(
            row(Event::GitPushCompleted, "git_push", of_attempt(board, push)),
            "[git] pushed side to origin",
        ),
        row(Event::GithubPrCreated, "attempt_pr", of_attempt(board, json!({ "pr": pr }))),
        row(Event::GithubPrChanged, "attempt_pr", of_attempt(board, json!({ "pr": pr }))),
    ]
}

fn agent_rows() -> Vec<Row> {
    let profile = json!({ "kind": "updated", "profileId": "p1", "agent": "demo", "label": "Careful" });
    vec![
        row(Event::AgentProfileChanged, "agent_profile", profile),
        row(Event::AgentRegistered, "agent_registered", json!({ "agent": "demo", "label": "Demo" })),
    ]
}

/// What stands in the log between the rows, for everyone to see.
const MARK: &str = "mark";

/// The messages of the log that a stream brings up to the next mark: numbers, types and payloads.
async fn up_to_mark(stream: &mut SseReader) -> Vec<(u64, String, Value)> {
    let mut seen = Vec::new();
    loop {
        let frame = stream.next_where("a message of the log", |frame| frame.msg().is_logged()).await;
        if frame.json()["agent"] == MARK {
            return seen;
        }
        seen.push((frame.seq(), frame.event.clone(), frame.json()));
    }
}

#[tokio::test]
async fn every_row_of_the_table_says_what_it_should_on_its_channel_and_on_no_other() {
    let app = TestApp::start().await;
    let (board, other) = (app.board("Web").await.id, app.board("App").await.id);
    let mut own = opened(&app, &format!("boardId={board}&patch=1&attempts=all")).await;
    let mut foreign = opened(&app, &format!("boardId={other}&patch=1&attempts=all")).await;
    let mut dashboard = opened(&app, "").await;
    let rows = rows(&board);
    let covered: BTreeSet<_> = rows.iter().map(|(event, _)| name(event)).collect();
    assert_eq!(covered, BTreeSet::from(TABLE));

    for (event, says) in rows {
        let name = name(&event);
        let last = app.happen([event]).await.seq;
        app.happen([agent_registered(MARK)]).await;
        let first = last + 1 - says.len() as u64;
        let expected: Vec<_> =
            (first..).zip(says).map(|(seq, (event, data))| (seq, event.to_owned(), data)).collect();
        let elsewhere = if name.starts_with("agent.") { expected.clone() } else { Vec::new() };
        assert_eq!(up_to_mark(&mut own).await, expected, "{name} on its board");
        assert_eq!(up_to_mark(&mut foreign).await, elsewhere, "{name} on another board");
        assert_eq!(up_to_mark(&mut dashboard).await, elsewhere, "{name} on the dashboard");
    }
}

#[tokio::test]
async fn every_event_that_the_dashboard_counts_brings_an_overview_of_its_own_moment() {
    let clock = Clock::fixed(Timestamp::from_millis(1_800_000_000_000));
    let app = TestApp::with(|config| config.clock = clock.clone()).await;
    let board = app.board("Web").await.id;
    let mut dashboard = opened(&app, "").await;
    let mut with_overview = opened(&app, &format!("boardId={board}&patch=1&attempts=none&overview=1")).await;
    // What an agent says and what git finds in passing is not counted.
    let uncounted =
        ["attempt.log.appended", "attempt.conversation.appended", "git.status.changed", "git.push.completed"];
    for (event, _) in rows(&board).into_iter().filter(|(event, _)| !uncounted.contains(&name(event))) {
        let name = name(&event);
        clock.set(Timestamp::from_millis(clock.now().as_millis() + 1000));
        let now = json!(clock.now());
        app.happen([event]).await;
        for stream in [&mut dashboard, &mut with_overview] {
            let is_of_now =
                |frame: &Frame| frame.event == "dashboard_overview" && frame.json()["asOf"] == now;
            let frame = stream.next_where(name, is_of_now).await;
            assert_eq!(frame.id, None, "it is not in the log");
        }
    }
}
