//! The exact JSON of every message, and its way back.

use insta::assert_snapshot;
use shared::agent::{AgentProfileChanged, AgentRegistered, ProfileChange};
use shared::attempt::{
    Attempt, AttemptLog, AttemptPr, AttemptSession, AttemptStarted, AttemptStatus, AttemptStatusChanged,
    AttemptTodos, Link, LogLevel, Todo, TodoStatus, Todos,
};
use shared::board::{BoardSummary, ColumnKey};
use shared::card::{
    Activity, Attention, AttentionReason, CardAttempt, CardDetail, CardType, DiffCount, Pr, PrState,
    Priority, TodoCount,
};
use shared::dashboard::{BoardOverview, NeedsYou, RangePreset, RunningAttempt};
use shared::git::{GitCommit, GitPush, GitStatus};
use shared::patch::{BoardPatch, PatchOp};
use shared::problem::{FieldError, Problem};
use shared::sse::{Bye, ByeReason, Decoded, EVENT_TYPES, SseMsg};

use crate::sample::{board, card, head, hello, overview, ts};

/// The message's `event` and `data`, once it has been proved that both ways back lead to the same message.
pub fn wire(msg: &SseMsg) -> String {
    let data = msg.encode_payload().expect("messages can be written");
    assert!(!data.contains(['\n', '\r', '\0']), "one line");
    assert_eq!(SseMsg::decode(msg.event_type(), &data), Decoded::Msg(msg.clone()));

    let whole = serde_json::to_value(msg).expect("messages can be written");
    assert_eq!(whole["type"], msg.event_type());
    assert_eq!(whole["payload"], serde_json::from_str::<serde_json::Value>(&data).expect("JSON"));
    assert_eq!(serde_json::from_value::<SseMsg>(whole).expect("a message"), *msg);
    assert!(EVENT_TYPES.contains(&msg.event_type()));

    format!("{}\n{data}", msg.event_type())
}

fn json<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
) -> String {
    let json = serde_json::to_string(value).expect("values can be written");
    assert_eq!(serde_json::from_str::<T>(&json).expect("the value again"), *value);
    json
}

fn pr(state: PrState) -> Pr {
    Pr { number: 42, url: "https://example.com/pull/42".into(), title: "Sort".into(), state }
}

fn face() -> CardAttempt {
    CardAttempt {
        attempt_id: "a1".into(),
        status: AttemptStatus::Waiting,
        agent: "demo".into(),
        started_at: Some(ts(1)),
        ended_at: Some(ts(2)),
        todos: Some(TodoCount { completed: 3, total: 7 }),
        diff: Some(DiffCount { files: 2, additions: 120, deletions: 14 }),
        pr: Some(pr(PrState::Draft)),
        attention: Some(Attention { reason: AttentionReason::LandReady, since: ts(3) }),
        activity: Some(Activity { text: "cargo test".into(), at: ts(4) }),
        last_sign_at: Some(ts(5)),
    }
}

fn plan() -> Todos {
    let todo = |id: &str, status| Todo { id: id.into(), text: format!("Step {id}"), status };
    Todos::new(vec![
        todo("1", TodoStatus::Done),
        todo("2", TodoStatus::InProgress),
        todo("3", TodoStatus::Open),
    ])
}

#[test]
fn there_are_eighteen_types() {
    assert_eq!(EVENT_TYPES.len(), 18);
    let sorted: std::collections::BTreeSet<_> = EVENT_TYPES.iter().collect();
    assert_eq!(sorted.len(), 18, "each name once");
}

#[test]
fn hello_message() {
    assert_snapshot!(wire(&hello(false, 17)), @r#"
    hello
    {"serverTime":"2026-07-01T09:30:00.000Z","epoch":"e1","seq":17,"resumed":false,"heartbeatMs":15000}
    "#);
}

#[test]
fn state_message() {
    let mut state = board(&[("todo", &["1", "2"]), ("done", &[])]);
    let column = state.columns.get_mut("done").expect("the column");
    column.key = Some(ColumnKey::Done);
    column.wip_limit = Some(3);
    let full = state.cards.get_mut("1").expect("the card");
    full.has_description = true;
    full.card_type = Some(CardType::Bug);
    full.priority = Some(Priority::Urgent);
    full.labels = vec!["ui".into()];
    full.depends_on = vec!["2".into()];
    full.blocked_by = vec!["2".into()];
    full.attempt = Some(face());
    assert_snapshot!(wire(&SseMsg::State(Box::new(state))), @r#"
    state
    {"boardId":"b","name":"Web","revision":7,"metaRevision":2,"columnOrder":["todo","done"],"columns":{"done":{"id":"done","key":"done","revision":1,"title":"Column done","wipLimit":3,"cardIds":[]},"todo":{"id":"todo","revision":1,"title":"Column todo","cardIds":["1","2"]}},"cards":{"1":{"id":"1","key":"WEB-1","revision":1,"title":"Card 1","hasDescription":true,"type":"bug","priority":"urgent","labels":["ui"],"dependsOn":["2"],"blockedBy":["2"],"attempt":{"attemptId":"a1","status":"waiting","agent":"demo","startedAt":"2026-07-01T09:30:00.001Z","endedAt":"2026-07-01T09:30:00.002Z","todos":{"completed":3,"total":7},"diff":{"files":2,"additions":120,"deletions":14},"pr":{"number":42,"url":"https://example.com/pull/42","title":"Sort","state":"draft"},"attention":{"reason":"landReady","since":"2026-07-01T09:30:00.003Z"},"activity":{"text":"cargo test","at":"2026-07-01T09:30:00.004Z"},"lastSignAt":"2026-07-01T09:30:00.005Z"},"createdAt":"2026-07-01T09:30:00.000Z","updatedAt":"2026-07-01T09:30:00.000Z"},"2":{"id":"2","key":"WEB-2","revision":1,"title":"Card 2","hasDescription":false,"labels":[],"dependsOn":[],"blockedBy":[],"createdAt":"2026-07-01T09:30:00.000Z","updatedAt":"2026-07-01T09:30:00.000Z"}}}
    "#);
}

#[test]
fn heartbeat_message() {
    assert_snapshot!(wire(&crate::sample::heartbeat()), @r#"
    heartbeat
    {"ts":"2026-07-01T09:30:00.000Z"}
    "#);
}

#[test]
fn attempt_started_message() {
    let started = AttemptStarted {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        agent: "demo".into(),
        profile_id: Some("p1".into()),
        branch: "mainstay/web-1-sort".into(),
        base_branch: "main".into(),
    };
    assert_snapshot!(wire(&SseMsg::AttemptStarted(started.clone())), @r#"
    attempt_started
    {"attemptId":"a1","cardId":"1","boardId":"b","agent":"demo","profileId":"p1","branch":"mainstay/web-1-sort","baseBranch":"main"}
    "#);
    assert_snapshot!(wire(&SseMsg::AttemptStarted(AttemptStarted { profile_id: None, ..started })), @r#"
    attempt_started
    {"attemptId":"a1","cardId":"1","boardId":"b","agent":"demo","branch":"mainstay/web-1-sort","baseBranch":"main"}
    "#);
}

#[test]
fn attempt_status_message() {
    assert_snapshot!(wire(&crate::sample::status("a1", AttemptStatus::Queued)), @r#"
    attempt_status
    {"attemptId":"a1","cardId":"1","boardId":"b","status":"queued"}
    "#);
    let ended = AttemptStatusChanged {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        status: AttemptStatus::Failed,
        previous_status: Some(AttemptStatus::Running),
        reason: Some("exit code 1".into()),
        ended_at: Some(ts(9)),
    };
    assert_snapshot!(wire(&SseMsg::AttemptStatus(ended)), @r#"
    attempt_status
    {"attemptId":"a1","cardId":"1","boardId":"b","status":"failed","previousStatus":"running","reason":"exit code 1","endedAt":"2026-07-01T09:30:00.009Z"}
    "#);
}

#[test]
fn every_attempt_status_has_its_word() {
    let words: Vec<String> = AttemptStatus::ALL.iter().map(json).collect();
    assert_snapshot!(words.join(" "), @r#""queued" "running" "waiting" "stopping" "succeeded" "failed" "stopped" "interrupted""#);
    for status in AttemptStatus::ALL {
        assert_eq!(json(&status), format!("{:?}", status.as_str()));
        assert_ne!(status.is_active(), status.is_final());
    }
    assert!(serde_json::from_str::<AttemptStatus>(r#""paused""#).is_err());
}

#[test]
fn attempt_log_message() {
    assert_snapshot!(wire(&crate::sample::log("worktree made\n\"quoted\"")), @r#"
    attempt_log
    {"attemptId":"a1","cardId":"1","boardId":"b","level":"info","message":"worktree made\n\"quoted\"","ts":"2026-07-01T09:30:00.001Z"}
    "#);
    for (level, word) in [(LogLevel::Info, "info"), (LogLevel::Warn, "warn"), (LogLevel::Error, "error")] {
        let line = AttemptLog {
            attempt_id: "a1".into(),
            card_id: "1".into(),
            board_id: "b".into(),
            level,
            message: String::new(),
            ts: ts(0),
        };
        assert!(wire(&SseMsg::AttemptLog(line)).contains(&format!(r#""level":"{word}""#)));
    }
}

#[test]
fn attempt_session_message() {
    let session = AttemptSession {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        session_id: "s-1".into(),
        worktree: "/data/worktrees/web/WEB-1-1".into(),
    };
    assert_snapshot!(wire(&SseMsg::AttemptSession(session)), @r#"
    attempt_session
    {"attemptId":"a1","cardId":"1","boardId":"b","sessionId":"s-1","worktree":"/data/worktrees/web/WEB-1-1"}
    "#);
}

#[test]
fn attempt_todos_message() {
    let todos =
        AttemptTodos { attempt_id: "a1".into(), card_id: "1".into(), board_id: "b".into(), todos: plan() };
    assert_snapshot!(wire(&SseMsg::AttemptTodos(todos)), @r#"
    attempt_todos
    {"attemptId":"a1","cardId":"1","boardId":"b","todos":{"total":3,"completed":1,"items":[{"id":"1","text":"Step 1","status":"done"},{"id":"2","text":"Step 2","status":"inProgress"},{"id":"3","text":"Step 3","status":"open"}]}}
    "#);
}

#[test]
fn git_status_message() {
    let status = GitStatus {
        board_id: "b".into(),
        attempt_id: Some("a1".into()),
        card_id: Some("1".into()),
        branch: "mainstay/web-1-sort".into(),
        changed: 1,
        staged: 2,
        untracked: 3,
        conflicted: 4,
        ahead: 5,
        behind: 6,
    };
    assert_snapshot!(wire(&SseMsg::GitStatus(status.clone())), @r#"
    git_status
    {"boardId":"b","attemptId":"a1","cardId":"1","branch":"mainstay/web-1-sort","changed":1,"staged":2,"untracked":3,"conflicted":4,"ahead":5,"behind":6}
    "#);
    assert_snapshot!(wire(&SseMsg::GitStatus(GitStatus { attempt_id: None, card_id: None, ..status })), @r#"
    git_status
    {"boardId":"b","branch":"mainstay/web-1-sort","changed":1,"staged":2,"untracked":3,"conflicted":4,"ahead":5,"behind":6}
    "#);
}

#[test]
fn git_commit_message() {
    let commit = GitCommit {
        board_id: "b".into(),
        attempt_id: None,
        card_id: None,
        sha: "0123456789abcdef0123456789abcdef01234567".into(),
        short_sha: "0123456".into(),
        subject: "Sort the list".into(),
        author: "Ada".into(),
        ts: ts(0),
    };
    assert_snapshot!(wire(&SseMsg::GitCommit(commit)), @r#"
    git_commit
    {"boardId":"b","sha":"0123456789abcdef0123456789abcdef01234567","shortSha":"0123456","subject":"Sort the list","author":"Ada","ts":"2026-07-01T09:30:00.000Z"}
    "#);
}

#[test]
fn git_push_message() {
    let push = GitPush {
        board_id: "b".into(),
        attempt_id: Some("a1".into()),
        card_id: Some("1".into()),
        remote: "origin".into(),
        branch: "mainstay/web-1-sort".into(),
        ts: ts(0),
    };
    assert_snapshot!(wire(&SseMsg::GitPush(push)), @r#"
    git_push
    {"boardId":"b","attemptId":"a1","cardId":"1","remote":"origin","branch":"mainstay/web-1-sort","ts":"2026-07-01T09:30:00.000Z"}
    "#);
}

#[test]
fn attempt_pr_message() {
    let message = |state| {
        SseMsg::AttemptPr(AttemptPr {
            attempt_id: "a1".into(),
            card_id: "1".into(),
            board_id: "b".into(),
            pr: pr(state),
        })
    };
    assert_snapshot!(wire(&message(PrState::Open)), @r#"
    attempt_pr
    {"attemptId":"a1","cardId":"1","boardId":"b","pr":{"number":42,"url":"https://example.com/pull/42","title":"Sort","state":"open"}}
    "#);
    for (state, word) in [(PrState::Draft, "draft"), (PrState::Merged, "merged"), (PrState::Closed, "closed")]
    {
        assert!(wire(&message(state)).contains(&format!(r#""state":"{word}""#)));
    }
}

#[test]
fn agent_profile_message() {
    let message = |kind, label: Option<&str>| {
        SseMsg::AgentProfile(AgentProfileChanged {
            kind,
            profile_id: "p1".into(),
            agent: "demo".into(),
            label: label.map(Into::into),
        })
    };
    assert_snapshot!(wire(&message(ProfileChange::Created, Some("Careful"))), @r#"
    agent_profile
    {"kind":"created","profileId":"p1","agent":"demo","label":"Careful"}
    "#);
    assert_snapshot!(wire(&message(ProfileChange::Updated, Some("Bold"))), @r#"
    agent_profile
    {"kind":"updated","profileId":"p1","agent":"demo","label":"Bold"}
    "#);
    assert_snapshot!(wire(&message(ProfileChange::Deleted, None)), @r#"
    agent_profile
    {"kind":"deleted","profileId":"p1","agent":"demo"}
    "#);
}

#[test]
fn agent_registered_message() {
    let registered = AgentRegistered { agent: "demo".into(), label: Some("Demo agent".into()) };
    assert_snapshot!(wire(&SseMsg::AgentRegistered(registered)), @r#"
    agent_registered
    {"agent":"demo","label":"Demo agent"}
    "#);
}

#[test]
fn dashboard_overview_message() {
    let mut overview = overview();
    overview.needs_you.push(NeedsYou {
        board_id: "b".into(),
        card_id: "1".into(),
        attempt_id: Some("a1".into()),
        card_key: "WEB-1".into(),
        title: "Sort".into(),
        reason: AttentionReason::Ask,
        since: ts(-5),
    });
    overview.running.push(RunningAttempt {
        board_id: "b".into(),
        card_id: "1".into(),
        attempt_id: "a1".into(),
        card_key: "WEB-1".into(),
        title: "Sort".into(),
        agent: "demo".into(),
        status: AttemptStatus::Waiting,
        started_at: Some(ts(-9)),
    });
    overview.boards.push(BoardOverview {
        board_id: "b".into(),
        name: "Web".into(),
        cards: 2,
        open_cards: 1,
        running: 0,
        needs_you: 1,
    });
    assert_snapshot!(wire(&SseMsg::DashboardOverview(Box::new(overview))), @r#"
    dashboard_overview
    {"asOf":"2026-07-01T09:30:00.000Z","range":{"preset":"last_24h","from":"2026-06-30T09:30:00.000Z","to":"2026-07-01T09:30:00.000Z"},"totals":{"boards":1,"cards":2,"running":1,"queued":0,"waiting":1,"limit":10},"needsYou":[{"boardId":"b","cardId":"1","attemptId":"a1","cardKey":"WEB-1","title":"Sort","reason":"ask","since":"2026-07-01T09:29:59.995Z"}],"running":[{"boardId":"b","cardId":"1","attemptId":"a1","cardKey":"WEB-1","title":"Sort","agent":"demo","status":"waiting","startedAt":"2026-07-01T09:29:59.991Z"}],"boards":[{"boardId":"b","name":"Web","cards":2,"openCards":1,"running":0,"needsYou":1}]}
    "#);
}

#[test]
fn board_patch_message() {
    let patch = BoardPatch {
        board_id: "b".into(),
        from_revision: 7,
        revision: 9,
        meta_revision: Some(3),
        ops: vec![
            PatchOp::UpsertCard { card: Box::new(card("3")) },
            PatchOp::MoveCard { card_id: "3".into(), column_id: "todo".into(), index: 0 },
            PatchOp::RemoveCard { card_id: "1".into() },
            PatchOp::UpsertColumn { column: head("later") },
            PatchOp::RemoveColumn { column_id: "done".into() },
            PatchOp::OrderColumns { column_order: vec!["later".into(), "todo".into()] },
            PatchOp::SetName { name: "Shop".into() },
        ],
    };
    assert_snapshot!(wire(&SseMsg::BoardPatch(patch.clone())), @r#"
    board_patch
    {"boardId":"b","fromRevision":7,"revision":9,"metaRevision":3,"ops":[{"op":"upsertCard","card":{"id":"3","key":"WEB-3","revision":1,"title":"Card 3","hasDescription":false,"labels":[],"dependsOn":[],"blockedBy":[],"createdAt":"2026-07-01T09:30:00.000Z","updatedAt":"2026-07-01T09:30:00.000Z"}},{"op":"moveCard","cardId":"3","columnId":"todo","index":0},{"op":"removeCard","cardId":"1"},{"op":"upsertColumn","column":{"id":"later","revision":1,"title":"Column later"}},{"op":"removeColumn","columnId":"done"},{"op":"orderColumns","columnOrder":["later","todo"]},{"op":"setName","name":"Shop"}]}
    "#);
    let empty = BoardPatch { meta_revision: None, ops: Vec::new(), ..patch };
    assert_snapshot!(wire(&SseMsg::BoardPatch(empty)), @r#"
    board_patch
    {"boardId":"b","fromRevision":7,"revision":9,"ops":[]}
    "#);
}

#[test]
fn bye_message() {
    let bye = |reason, retry_ms| SseMsg::Bye(Bye { reason, retry_ms });
    assert_snapshot!(wire(&bye(ByeReason::Shutdown, Some(800))), @r#"
    bye
    {"reason":"shutdown","retryMs":800}
    "#);
    assert_snapshot!(wire(&bye(ByeReason::SignedOut, None)), @r#"
    bye
    {"reason":"signedOut"}
    "#);
    assert_snapshot!(wire(&bye(ByeReason::BoardDeleted, None)), @r#"
    bye
    {"reason":"boardDeleted"}
    "#);
}

#[test]
fn an_attempt() {
    let attempt = Attempt {
        attempt_id: "a1".into(),
        card_id: "1".into(),
        board_id: "b".into(),
        number: 2,
        status: AttemptStatus::Interrupted,
        link: Link::Lost,
        agent: "demo".into(),
        profile_id: None,
        branch: "mainstay/web-1-sort".into(),
        base_branch: "main".into(),
        worktree: Some("/data/worktrees/web/WEB-1-2".into()),
        session_id: Some("s-1".into()),
        created_at: ts(0),
        started_at: Some(ts(1)),
        ended_at: None,
        reason: Some("the host is gone".into()),
        todos: Some(plan()),
        diff: Some(DiffCount { files: 1, additions: 2, deletions: 3 }),
        pr: None,
        waiting: Vec::new(),
    };
    assert_snapshot!(json(&attempt), @r#"{"attemptId":"a1","cardId":"1","boardId":"b","number":2,"status":"interrupted","link":"lost","agent":"demo","branch":"mainstay/web-1-sort","baseBranch":"main","worktree":"/data/worktrees/web/WEB-1-2","sessionId":"s-1","createdAt":"2026-07-01T09:30:00.000Z","startedAt":"2026-07-01T09:30:00.001Z","reason":"the host is gone","todos":{"total":3,"completed":1,"items":[{"id":"1","text":"Step 1","status":"done"},{"id":"2","text":"Step 2","status":"inProgress"},{"id":"3","text":"Step 3","status":"open"}]},"diff":{"files":1,"additions":2,"deletions":3}}"#);
}

#[test]
fn a_card_with_its_description() {
    let detail = CardDetail { card: card("1"), description: Some("Sort it.".into()) };
    assert_snapshot!(json(&detail), @r#"{"id":"1","key":"WEB-1","revision":1,"title":"Card 1","hasDescription":false,"labels":[],"dependsOn":[],"blockedBy":[],"createdAt":"2026-07-01T09:30:00.000Z","updatedAt":"2026-07-01T09:30:00.000Z","description":"Sort it."}"#);
    let bare = CardDetail { description: None, ..detail };
    assert!(!json(&bare).contains("description\":"), "an absent description is left out");
}

#[test]
fn a_board_in_the_list_of_boards() {
    let summary = BoardSummary {
        board_id: "b".into(),
        name: "Web".into(),
        key_prefix: "WEB".into(),
        repository_path: "/src/web".into(),
        default_branch: Some("main".into()),
        open_cards: 3,
        running: 2,
        needs_you: 1,
    };
    assert_snapshot!(json(&summary), @r#"{"boardId":"b","name":"Web","keyPrefix":"WEB","repositoryPath":"/src/web","defaultBranch":"main","openCards":3,"running":2,"needsYou":1}"#);
}

#[test]
fn a_problem() {
    let problem = Problem {
        problem_type: "about:blank".into(),
        title: "Unprocessable Content".into(),
        status: 422,
        detail: "The card can't be created.".into(),
        hints: vec!["Give it a title.".into()],
        errors: vec![FieldError { field: "title".into(), message: "The title can't be empty.".into() }],
    };
    assert_snapshot!(json(&problem), @r#"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"The card can't be created.","hints":["Give it a title."],"errors":[{"field":"title","message":"The title can't be empty."}]}"#);
    let foreign: Problem = serde_json::from_str(r#"{"title":"Bad Gateway","status":502}"#).unwrap();
    assert_eq!((foreign.problem_type.as_str(), foreign.hints.len()), ("about:blank", 0));
}

#[test]
fn every_word_of_the_small_enums() {
    use AttentionReason as Reason;
    let reasons =
        [Reason::Ask, Reason::Failed, Reason::Stalled, Reason::Review, Reason::Conflict, Reason::LandReady];
    assert_snapshot!(reasons.iter().map(json).collect::<String>(), @r#""ask""failed""stalled""review""conflict""landReady""#);
    let types = [CardType::Task, CardType::Bug, CardType::Feature, CardType::Chore];
    assert_snapshot!(types.iter().map(json).collect::<String>(), @r#""task""bug""feature""chore""#);
    let priorities = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Low];
    assert_snapshot!(priorities.iter().map(json).collect::<String>(), @r#""urgent""high""medium""low""#);
    let keys = [ColumnKey::Backlog, ColumnKey::InProgress, ColumnKey::Review, ColumnKey::Done];
    assert_snapshot!(keys.iter().map(json).collect::<String>(), @r#""backlog""inProgress""review""done""#);
    let links = [Link::Attached, Link::Verifying, Link::Lost];
    assert_snapshot!(links.iter().map(json).collect::<String>(), @r#""attached""verifying""lost""#);
    use RangePreset as Preset;
    let presets = [Preset::Last24h, Preset::Last7d, Preset::Last30d, Preset::Last90d, Preset::AllTime];
    assert_snapshot!(presets.iter().map(json).collect::<String>(), @r#""last_24h""last_7d""last_30d""last_90d""all_time""#);
}

#[test]
fn a_newer_server_may_add_fields_and_types() {
    let newer = r#"{"ts":"2026-07-01T09:30:00.000Z","load":0.5}"#;
    assert_eq!(SseMsg::decode("heartbeat", newer), Decoded::Msg(crate::sample::heartbeat()));
    assert_eq!(SseMsg::decode("weather", r#"{"sun":true}"#), Decoded::Unknown);
    assert_eq!(SseMsg::decode("", "not even JSON"), Decoded::Unknown);
    assert_eq!(SseMsg::decode("HELLO", "{}"), Decoded::Unknown, "types are told apart by case");
}

#[test]
fn a_payload_that_is_not_what_its_type_promises() {
    for data in ["", "{", "null", "[]", "{}", "{\"ts\":17}", "\u{0}"] {
        for event in EVENT_TYPES {
            assert!(matches!(SseMsg::decode(event, data), Decoded::Malformed(_)), "{event} {data}");
        }
    }
    let nested = "[".repeat(100_000);
    assert!(matches!(SseMsg::decode("state", &nested), Decoded::Malformed(_)));
}

#[test]
fn which_messages_are_details_and_which_are_in_the_log() {
    assert!(crate::sample::log("x").is_detail() && crate::sample::log("x").is_logged());
    let status = crate::sample::status("a1", AttemptStatus::Running);
    assert!(!status.is_detail() && status.is_logged());
    assert_eq!(status.attempt_id(), Some(&"a1".into()));
    let unlogged = [
        hello(true, 1),
        crate::sample::heartbeat(),
        SseMsg::State(Box::new(board(&[]))),
        SseMsg::DashboardOverview(Box::new(overview())),
        SseMsg::Bye(Bye { reason: ByeReason::Shutdown, retry_ms: None }),
    ];
    for msg in unlogged {
        assert!(!msg.is_logged() && !msg.is_detail() && msg.attempt_id().is_none(), "{}", msg.event_type());
    }
}
