//! Tests of the table of listeners.

use shared::agent::{AgentProfileChanged, AgentRegistered, ProfileChange};
use shared::attempt::{
    AttemptPr, AttemptSession, AttemptStarted, AttemptStatus, AttemptStatusChanged, AttemptTodos, Todos,
};
use shared::card::{Pr, PrState};
use shared::conversation::{ConversationItemChanged, ItemAppend, ItemChange};
use shared::git::GitStatus;
use shared::ids::{AttemptId, CardId};
use shared::patch::BoardPatch;
use shared::time::Timestamp;

use super::*;

const TS: Timestamp = Timestamp::UNIX_EPOCH;

fn board() -> BoardId {
    BoardId::from("board")
}

fn attempt() -> AttemptId {
    AttemptId::from("attempt")
}

fn card() -> CardId {
    CardId::from("card")
}

fn status() -> AttemptStatusChanged {
    AttemptStatusChanged {
        attempt_id: attempt(),
        card_id: card(),
        board_id: board(),
        status: AttemptStatus::Queued,
        previous_status: None,
        reason: None,
        ended_at: None,
    }
}

fn pr() -> AttemptPr {
    let pr = Pr { number: 1, url: "https://example.org/1".into(), title: "one".into(), state: PrState::Open };
    AttemptPr { attempt_id: attempt(), card_id: card(), board_id: board(), pr }
}

fn commit(attempt_id: Option<AttemptId>) -> GitCommit {
    GitCommit {
        board_id: board(),
        card_id: attempt_id.as_ref().map(|_| card()),
        attempt_id,
        sha: "0123456789".into(),
        short_sha: "01234".into(),
        subject: "fix it".into(),
        author: "Ada".into(),
        ts: TS,
    }
}

fn push(attempt_id: Option<AttemptId>) -> GitPush {
    let card_id = attempt_id.as_ref().map(|_| card());
    GitPush { board_id: board(), attempt_id, card_id, remote: "origin".into(), branch: "side".into(), ts: TS }
}

fn line(message: &str) -> AttemptLog {
    AttemptLog {
        attempt_id: attempt(),
        card_id: card(),
        board_id: board(),
        level: LogLevel::Info,
        message: message.to_owned(),
        ts: TS,
    }
}

/// Every event that says something, with what it says and whether the dashboard is told.
fn table() -> Vec<(DomainEvent, Vec<SseMsg>, bool)> {
    let patch =
        BoardPatch { board_id: board(), from_revision: 1, revision: 2, meta_revision: None, ops: Vec::new() };
    let started = AttemptStarted {
        attempt_id: attempt(),
        card_id: card(),
        board_id: board(),
        agent: "demo".into(),
        profile_id: None,
        branch: "side".into(),
        base_branch: "main".into(),
    };
    let grown = ConversationItemChanged {
        attempt_id: attempt(),
        card_id: card(),
        board_id: board(),
        change: ItemChange::Append(ItemAppend { item_id: "item".into(), at: 0, append: "more".into() }),
    };
    let session = AttemptSession {
        attempt_id: attempt(),
        card_id: card(),
        board_id: board(),
        session_id: "session".into(),
        worktree: "/worktree".into(),
    };
    let todos =
        AttemptTodos { attempt_id: attempt(), card_id: card(), board_id: board(), todos: Todos::default() };
    let stopped = AttemptStopped { attempt_id: attempt(), card_id: card(), board_id: board(), ts: TS };
    let found = GitStatus {
        board_id: board(),
        attempt_id: None,
        card_id: None,
        branch: "main".into(),
        changed: 1,
        staged: 0,
        untracked: 0,
        conflicted: 0,
        ahead: 0,
        behind: 0,
    };
    vec![
        (DomainEvent::BoardStateChanged(patch.clone()), vec![SseMsg::BoardPatch(patch)], true),
        (DomainEvent::AttemptQueued(status()), vec![SseMsg::AttemptStatus(status())], true),
        (DomainEvent::AttemptStatusChanged(status()), vec![SseMsg::AttemptStatus(status())], true),
        (DomainEvent::AttemptStarted(started.clone()), vec![SseMsg::AttemptStarted(started)], true),
        (DomainEvent::AttemptLogAppended(line("x")), vec![SseMsg::AttemptLog(line("x"))], false),
        (
            DomainEvent::AttemptConversationAppended(grown.clone()),
            vec![SseMsg::ConversationItem(grown)],
            false,
        ),
        (DomainEvent::AttemptSessionRecorded(session.clone()), vec![SseMsg::AttemptSession(session)], true),
        (DomainEvent::AttemptTodosUpdated(todos.clone()), vec![SseMsg::AttemptTodos(todos)], true),
        (
            DomainEvent::AttemptStopped(stopped),
            vec![SseMsg::AttemptLog(line("Attempt stopped by user"))],
            true,
        ),
        (DomainEvent::GitStatusChanged(found.clone()), vec![SseMsg::GitStatus(found)], false),
        (DomainEvent::GitCommitCreated(commit(None)), vec![SseMsg::GitCommit(commit(None))], true),
        (
            DomainEvent::GitCommitCreated(commit(Some(attempt()))),
            vec![
                SseMsg::GitCommit(commit(Some(attempt()))),
                SseMsg::AttemptLog(line("[git] committed 01234 fix it")),
            ],
            true,
        ),
        (DomainEvent::GitPushCompleted(push(None)), vec![SseMsg::GitPush(push(None))], false),
        (
            DomainEvent::GitPushCompleted(push(Some(attempt()))),
            vec![
                SseMsg::GitPush(push(Some(attempt()))),
                SseMsg::AttemptLog(line("[git] pushed side to origin")),
            ],
            false,
        ),
        (DomainEvent::GithubPrCreated(pr()), vec![SseMsg::AttemptPr(pr())], true),
        (DomainEvent::GithubPrChanged(pr()), vec![SseMsg::AttemptPr(pr())], true),
    ]
}

#[test]
fn each_event_of_a_board_says_on_its_board_what_the_table_says() {
    for (event, said, tells_dashboard) in table() {
        let expected: Vec<Logged> =
            said.into_iter().map(|msg| Logged { channel: Channel::Board(board()), msg }).collect();
        assert_eq!(messages(&event), expected, "{event:?}");
        assert!(expected.iter().all(|logged| logged.msg.is_logged()));
        let signalled = signals(&event) == [Signal::OverviewChanged];
        assert_eq!(signalled, tells_dashboard, "{event:?}");
    }
}

#[test]
fn news_of_agents_reach_every_stream() {
    let profile = AgentProfileChanged {
        kind: ProfileChange::Created,
        profile_id: "profile".into(),
        agent: "demo".into(),
        label: None,
    };
    let agent = AgentRegistered { agent: "demo".into(), label: Some("Demo".into()) };
    for (event, msg) in [
        (DomainEvent::AgentProfileChanged(profile.clone()), SseMsg::AgentProfile(profile)),
        (DomainEvent::AgentRegistered(agent.clone()), SseMsg::AgentRegistered(agent)),
    ] {
        assert_eq!(messages(&event), [Logged { channel: Channel::Everyone, msg }]);
        assert_eq!(signals(&event), [Signal::OverviewChanged]);
    }
}

#[test]
fn boards_come_and_go_and_settings_change_without_a_message() {
    let created = DomainEvent::BoardCreated { board_id: board() };
    let deleted = DomainEvent::BoardDeleted { board_id: board() };
    assert_eq!((messages(&created), messages(&deleted)), (Vec::new(), Vec::new()));
    assert_eq!(messages(&DomainEvent::SettingsChanged), []);
    for event in [&created, &DomainEvent::SettingsChanged] {
        assert_eq!(signals(event), [Signal::OverviewChanged]);
    }
    assert_eq!(signals(&deleted), [Signal::BoardDeleted(board()), Signal::OverviewChanged]);
}
