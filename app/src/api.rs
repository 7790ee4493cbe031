//! The JSON API as the pages call it: one function per route, each answer with its position in the message log.
//!
//! The functions compile on both targets, so that an event handler needs no `cfg`; only a browser runs event handlers,
//! so on the server they answer [`FailureKind::Unreachable`] without trying anything.

mod agents;
mod attempts;
mod boards;
mod call;
mod cards;
mod columns;
mod failure;
mod id;
mod queue;
mod session;
#[cfg(target_arch = "wasm32")]
mod transport;
mod unread;
mod views;

use shared::{dashboard::DashboardOverview, ids::EventId};

pub use agents::{KnownAgent, agents, discover_agents};
pub use attempts::{
    answer_permission, attempts, conversation, log, resume_attempt, start_attempt, stop_attempt,
    write_message,
};
pub use boards::{board, boards, create_board, create_sample, delete_board, patch_board, repositories};
pub use cards::{
    DeletedCard, bulk, card, create_card, delete_card, deleted_cards, move_card, patch_card, restore_card,
};
pub use columns::{create_column, delete_column, patch_column};
pub use failure::{ApiFailure, FailureKind};
pub use id::new_id;
pub use queue::{OpenQuestion, Remedy, answer_question, open_question, reason_of, remedy};
pub use session::sign_out;
pub use unread::Unread;
pub use views::{create_view, delete_view, search_cards, views};

use call::Call;

/// What the server answered, and where in the message log it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// For a read the position of its snapshot, for a change that of its last message. Absent only behind a proxy that
    /// drops headers.
    pub at: Option<EventId>,
    /// What was asked for.
    pub value: T,
}

/// `GET /dashboard`
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn dashboard() -> Result<Answer<DashboardOverview>, ApiFailure> {
    Call::get("/dashboard").answer().await
}
