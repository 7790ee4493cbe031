//! What a page knows of its board: what the stream brought, and on top of it what its person just did.
//!
//! Each step says how much of the page has to be shown anew, so that a message renders only what it touched.

use std::borrow::Cow;

use shared::{
    board::BoardState,
    dashboard::DashboardOverview,
    fold::{BoardFold, Outcome},
    ids::EventId,
    overlay::{OpNumber, Operation, Overlay},
    patch::Changes,
};

use super::{BoardSignals, reader::Taken};
use crate::snapshot::Snapshot;

/// What a page knows of its board.
#[derive(Clone, Debug)]
pub(super) struct BoardReader {
    fold: BoardFold,
    overlay: Overlay,
}

/// What has to be shown anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub(super) struct Redraw {
    board: BoardRedraw,
    /// Whether the overview is another one.
    overview: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum BoardRedraw {
    Nothing,
    /// The board shows the folded state, of which this changed.
    Changes(Changes),
    /// The person's own changes are or were on top: what differs has to be found out.
    Differences,
}

impl BoardReader {
    pub(super) fn new(initial: Snapshot<BoardState>) -> Self {
        let mut fold = BoardFold::default();
        match initial.at {
            Some(at) => fold = BoardFold::from_snapshot(initial.data, at),
            None => fold.state = Some(initial.data),
        }
        Self { fold, overlay: Overlay::default() }
    }

    /// Where a new stream goes on; `None` if it has to start from a snapshot.
    pub(super) fn position(&self) -> Option<&EventId> {
        self.fold.resume_from()
    }

    /// The board as a person should see it.
    pub(super) fn view(&self) -> Option<Cow<'_, BoardState>> {
        self.fold.state.as_ref().map(|state| self.overlay.view(state))
    }

    /// Takes a frame as the browser hands it over.
    pub(super) fn take(&mut self, id: &str, event: &str, data: &str) -> (Taken, Redraw) {
        let outcome = self.fold.take_frame(id, event, data);
        let taken = Taken::new(event, data, &outcome);
        let (changes, overview) = match outcome {
            Outcome::Changed(changed) => (changed.board, changed.overview),
            _ => (Changes::default(), false),
        };
        (taken, Redraw { board: self.settle(changes), overview })
    }

    /// Takes a board that was fetched, and goes on from its position.
    pub(super) fn refresh(&mut self, snapshot: Snapshot<BoardState>) -> Redraw {
        let Some(at) = snapshot.at else { return Redraw::nothing() };
        let changed = self.fold.reset(snapshot.data, at);
        Redraw { board: self.settle(changed.board), overview: false }
    }

    /// Puts what a person just did on top.
    pub(super) fn begin(&mut self, operations: Vec<Operation>) -> (OpNumber, Redraw) {
        (self.overlay.push_all(operations), Redraw::differences())
    }

    /// The server did it: it will be part of what the stream brings from `at` on.
    ///
    /// Without a position there is nothing to wait for, so it is left to the stream at once.
    pub(super) fn confirm(&mut self, number: OpNumber, at: Option<EventId>) -> Redraw {
        let Some(at) = at else { return self.refuse(number) };
        if self.overlay.confirm(number, at) { Redraw::differences() } else { Redraw::nothing() }
    }

    /// The server did not do it.
    pub(super) fn refuse(&mut self, number: OpNumber) -> Redraw {
        if self.overlay.refuse(number) { Redraw::differences() } else { Redraw::nothing() }
    }

    /// Shows what is to be shown anew.
    pub(super) fn show(
        &self,
        redraw: &Redraw,
        board: &BoardSignals,
        show_overview: impl FnOnce(DashboardOverview),
    ) {
        match (&redraw.board, self.view()) {
            (BoardRedraw::Changes(changes), Some(state)) => board.apply(changes, &state),
            (BoardRedraw::Differences, Some(state)) => board.show(&state),
            (BoardRedraw::Nothing, _) | (_, None) => {}
        }
        if let Some(overview) = self.fold.overview.clone().filter(|_| redraw.overview) {
            show_overview(overview);
        }
    }

    /// Lets go of own changes that the stream has passed, in one step with what it brought.
    fn settle(&mut self, changes: Changes) -> BoardRedraw {
        let had_own = !self.overlay.is_empty();
        if let Some(passed) = self.fold.passed() {
            self.overlay.retire(passed);
        }
        if had_own {
            BoardRedraw::Differences
        } else if changes.is_empty() {
            BoardRedraw::Nothing
        } else {
            BoardRedraw::Changes(changes)
        }
    }
}

impl Redraw {
    fn nothing() -> Self {
        Self { board: BoardRedraw::Nothing, overview: false }
    }

    fn differences() -> Self {
        Self { board: BoardRedraw::Differences, overview: false }
    }
}
