//! An attempt for tests of what is made of one.

use shared::attempt::{Attempt, AttemptStatus, Link};
use shared::ids::{AgentId, AttemptId, BoardId, CardId};
use shared::time::Timestamp;

use super::machine::State;
use crate::store::attempts::StoredAttempt;

/// An attempt that was just asked for.
pub(crate) fn attempt() -> StoredAttempt {
    let now = Timestamp::UNIX_EPOCH;
    StoredAttempt {
        attempt: Attempt {
            attempt_id: AttemptId::new("attempt"),
            card_id: CardId::new("card"),
            board_id: BoardId::new("board"),
            number: 1,
            status: AttemptStatus::Queued,
            link: Link::Attached,
            agent: AgentId::new("demo"),
            profile_id: None,
            branch: "mainstay/web-1".to_owned(),
            base_branch: "main".to_owned(),
            worktree: None,
            session_id: None,
            created_at: now,
            started_at: None,
            ended_at: None,
            reason: None,
            todos: None,
            diff: None,
            pr: None,
            waiting: Vec::new(),
        },
        state: State::new(),
        prompt: "Do it".to_owned(),
        activity: None,
        last_sign_at: None,
        is_cleanup_due: false,
        status_at: now,
        queued_at: now,
    }
}
