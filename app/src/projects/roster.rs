//! Which projects there are: how their boards stand comes with the dashboard's stream, where their repositories lie does
//! not.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::board::BoardSummary;
use shared::dashboard::{BoardOverview, DashboardOverview};
use shared::ids::BoardId;

use crate::api;

/// The projects of a page; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roster {
    boards: Memo<Vec<BoardOverview>>,
    summaries: RwSignal<Vec<BoardSummary>>,
}

/// A project: its board, and its repository once that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) board: BoardOverview,
    pub(super) repository: Option<Repository>,
}

/// Where a project's work tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    pub(super) path: String,
    pub(super) branch: Option<String>,
}

impl Roster {
    /// The projects of this overview, wherever it goes from here.
    pub(super) fn new(summaries: Vec<BoardSummary>, overview: Signal<DashboardOverview>) -> Self {
        let boards = Memo::new(move |_| overview.with(|it| it.boards.clone()));
        let roster = Self { boards, summaries: RwSignal::new(summaries) };
        roster.ask_for_new_ones();
        roster
    }

    /// How the boards stand.
    pub(super) fn boards(self) -> Signal<Vec<BoardOverview>> {
        self.boards.into()
    }

    /// The projects' ids, in order.
    pub(super) fn ids(self) -> Memo<Vec<BoardId>> {
        Memo::new(move |_| self.boards.with(|all| all.iter().map(|board| board.board_id.clone()).collect()))
    }

    /// A project, as long as there is one.
    pub(super) fn project(self, id: BoardId) -> Memo<Option<Project>> {
        Memo::new(move |_| {
            let board = self.boards.with(|all| all.iter().find(|board| board.board_id == id).cloned())?;
            let repository = self.summaries.with(|all| {
                let summary = all.iter().find(|summary| summary.board_id == id)?;
                let BoardSummary { repository_path: path, default_branch: branch, .. } = summary.clone();
                Some(Repository { path, branch })
            });
            Some(Project { board, repository })
        })
    }

    /// Asks where the repositories are of projects that were added elsewhere meanwhile: once for each set of them.
    fn ask_for_new_ones(self) {
        let Self { boards, summaries } = self;
        Effect::new(move |asked: Option<Vec<BoardId>>| {
            let unknown = summaries.with_untracked(|known| boards.with(|all| unknown(all, known)));
            if !unknown.is_empty() && asked.as_ref() != Some(&unknown) {
                spawn_local(async move {
                    if let Ok(answer) = api::boards().await {
                        // The page may be gone by now.
                        let _ = summaries.try_set(answer.value);
                    }
                });
            }
            unknown
        });
    }
}

/// The boards whose repositories are not known.
fn unknown(boards: &[BoardOverview], known: &[BoardSummary]) -> Vec<BoardId> {
    let is_unknown = |board: &&BoardOverview| known.iter().all(|it| it.board_id != board.board_id);
    boards.iter().filter(is_unknown).map(|board| board.board_id.clone()).collect()
}
