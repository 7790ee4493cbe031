//! A board that keeps itself up to date.

use std::{pin::Pin, rc::Rc, sync::Arc};

use leptos::prelude::*;
use shared::{
    board::BoardState,
    card::CardDetail,
    dashboard::DashboardOverview,
    ids::{AttemptId, BoardId, EventId},
    overlay::Operation,
};

use super::{
    BoardSignals, Freshness,
    board_reader::{BoardReader, Redraw},
    ear::{Ear, Told},
};
use crate::{
    api::{ApiFailure, Unread},
    snapshot::Snapshot,
};

#[cfg(target_arch = "wasm32")]
mod connected;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(test)]
mod tests;

/// A board that keeps itself up to date; a handle that is copied freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kanban {
    board_id: StoredValue<BoardId>,
    reader: StoredValue<BoardReader>,
    board: BoardSignals,
    status: RwSignal<Freshness>,
    overview: RwSignal<Option<DashboardOverview>>,
    failure: RwSignal<Option<Failure>>,
    late: StoredValue<Option<TellLate>>,
    ear: Ear,
    #[cfg(target_arch = "wasm32")]
    connected: connected::Connected,
}

/// An operation that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was tried.
    pub operation: Operation,
    /// Why it came to nothing, and what to do.
    pub cause: ApiFailure,
}

/// Tells of a failure after the board's page was left.
pub type TellLate = Arc<dyn Fn(&Failure) + Send + Sync>;

/// What the server answered to an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The new revision of the card or column that it was about, unless `card` tells it, or it is gone.
    pub revision: Option<u64>,
    /// The card that was changed.
    pub card: Option<Unread<CardDetail>>,
}

/// Notes what a person is about to do, before it shows, and is then told what the server answered, if it was done.
pub type Witness = dyn Fn(&Operation) -> Option<Box<dyn FnOnce(&Done)>>;

/// Operations on their way: up to where the log goes with them, or why they came to nothing; and what follows from that,
/// once the board shows it.
pub type Sending = Pin<Box<dyn Future<Output = (Sent, Box<dyn FnOnce()>)>>>;

/// What became of operations that were sent: up to where the log goes with them, or why they came to nothing.
pub type Sent = Result<Option<EventId>, ApiFailure>;

/// Makes up what is to be done, and how it is sent.
pub type MakeSending = Box<dyn FnOnce() -> Option<(Vec<Operation>, Sending)>>;

/// Shows a board from a snapshot on, and in the browser keeps it up to date until the calling view unmounts.
///
/// Another board needs another call, so the view of a board is keyed by the board's id.
#[must_use]
pub fn use_kanban_sse(board_id: BoardId, initial: Snapshot<BoardState>) -> Kanban {
    let kanban = Kanban {
        board: BoardSignals::from_state(&initial.data),
        board_id: StoredValue::new(board_id),
        reader: StoredValue::new(BoardReader::new(initial)),
        status: RwSignal::new(Freshness::Connecting),
        overview: RwSignal::new(None),
        failure: RwSignal::new(None),
        late: StoredValue::new(None),
        ear: Ear::new(),
        #[cfg(target_arch = "wasm32")]
        connected: connected::Connected::default(),
    };
    #[cfg(target_arch = "wasm32")]
    kanban.connect();
    kanban
}

impl Kanban {
    /// The board's id.
    #[must_use]
    pub fn board_id(&self) -> BoardId {
        self.board_id.get_value()
    }

    /// The board's id, while its page is there: what was begun on it may end later.
    #[must_use]
    pub fn id_while_shown(&self) -> Option<BoardId> {
        self.board_id.try_get_value()
    }

    /// The board in pieces, with the person's own changes in it.
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
        // Remembered: what depends on it is not to be made anew by every other status.
        Memo::new(move |_| status.get() == Freshness::Gone).into()
    }

    /// The last operation that came to nothing, until it is dismissed.
    #[must_use]
    pub fn failures(&self) -> Signal<Option<Failure>> {
        self.failure.into()
    }

    /// Has somebody told of what comes to nothing after the page was left.
    pub fn tell_late(&self, tell: TellLate) {
        self.late.set_value(Some(tell));
    }

    /// Takes note that a person has read the failure.
    pub fn dismiss_failure(&self) {
        self.failure.try_set(None);
    }

    /// Looks at the board as it is shown, without subscribing to anything: for event handlers.
    ///
    /// `None` if the view that made the board is gone.
    pub fn with_board<R>(&self, look: impl FnOnce(&BoardState) -> R) -> Option<R> {
        self.reader.try_with_value(|reader| reader.view().map(|state| look(&state))).flatten()
    }

    /// Does what a person asked for: shows it at once, sends it, and takes it back with a [`Failure`] if it is refused.
    pub fn act(&self, operation: Operation) {
        self.act_then(operation, None, |_| ());
    }

    /// As [`Self::act`], only if the thing is still at `revision` (if one is given), and tells what became of it: for
    /// what follows from an answer, such as an undo that carries the new revision.
    ///
    /// Events happen in browsers alone; on the server this does nothing.
    pub fn act_then(
        &self,
        operation: Operation,
        revision: Option<u64>,
        then: impl FnOnce(Result<Done, ApiFailure>) + 'static,
    ) {
        let (failure, tried, late) = (self.failure, operation.clone(), self.late.get_value());
        self.try_act(operation, revision, move |outcome| {
            if let Err(cause) = &outcome {
                let untold =
                    failure.try_set(Some(Failure { operation: tried, cause: cause.clone() })).flatten();
                if let (Some(untold), Some(tell)) = (untold, late) {
                    tell(&untold);
                }
            }
            then(outcome);
        });
    }

    /// As [`Self::act_then`], for a caller that shows a failure in its own place: it is none of [`Self::failures`].
    pub fn try_act(
        &self,
        operation: Operation,
        revision: Option<u64>,
        then: impl FnOnce(Result<Done, ApiFailure>) + 'static,
    ) {
        #[cfg(target_arch = "wasm32")]
        self.send(operation, revision, Box::new(then));
        #[cfg(not(target_arch = "wasm32"))]
        let _ = (operation, revision, then);
    }

    /// Shows operations at once, as one, and sends them in the caller's way, after what came before. No [`Witness`] notes
    /// them, and a failure is none of [`Self::failures`].
    pub fn perform(&self, operations: Vec<Operation>, sending: Sending) {
        #[cfg(target_arch = "wasm32")]
        self.send_all(operations, sending);
        #[cfg(not(target_arch = "wasm32"))]
        let _ = (operations, sending);
    }

    /// As [`Self::perform`], with what is done made up only once all that is on its way has been answered; nothing, if there
    /// is nothing to do by then.
    pub fn perform_in_turn(&self, make: MakeSending) {
        #[cfg(target_arch = "wasm32")]
        self.send_in_turn(make);
        #[cfg(not(target_arch = "wasm32"))]
        let _ = make;
    }

    /// Has somebody note what is done from now on.
    pub fn witness(&self, witness: Rc<Witness>) {
        #[cfg(target_arch = "wasm32")]
        self.note(witness);
        #[cfg(not(target_arch = "wasm32"))]
        let _ = witness;
    }

    /// Hands on what the stream brings, until the calling view unmounts or another one listens.
    pub fn listen(&self, listener: impl Fn(Told<'_>) + Send + Sync + 'static) {
        let kanban = *self;
        let number = self.ear.listen(Arc::new(listener));
        on_cleanup(move || {
            kanban.ear.leave(number);
            kanban.settle();
        });
    }

    /// Has the stream bring the details of this attempt, for who listens.
    pub fn follow(&self, attempt: Option<AttemptId>) {
        self.ear.want(attempt);
        self.settle();
    }

    fn settle(&self) {
        #[cfg(target_arch = "wasm32")]
        self.readdress_soon();
    }

    /// Opens a new stream now.
    pub fn reconnect(&self) {
        #[cfg(target_arch = "wasm32")]
        self.connected.reconnect();
    }

    #[cfg(target_arch = "wasm32")]
    fn show_status(&self, freshness: Freshness) {
        if self.status.try_with_untracked(|shown| *shown != freshness) == Some(true) {
            self.status.set(freshness);
        }
    }

    /// Takes a step of the reader and shows what is to be shown anew. `None` if the view that made the board is gone.
    fn advance<R>(&self, step: impl FnOnce(&mut BoardReader) -> (R, Redraw)) -> Option<R> {
        let (result, redraw) = self.reader.try_update_value(step)?;
        self.reader.try_with_value(|reader| {
            reader.show(&redraw, &self.board, |overview| {
                self.overview.try_set(Some(overview));
            });
        });
        Some(result)
    }
}
