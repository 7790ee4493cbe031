//! The one stream of a page.
//!
//! A browser has six connections for all its pages, so a page holds one stream at most. A board's stream brings the
//! overview along: while a board is shown, the dashboard reads that one and holds none of its own.

use leptos::prelude::*;

use super::Kanban;

/// The board whose stream the page holds, if it holds one.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageStream {
    board: RwSignal<Option<Kanban>>,
}

/// Lets the hooks of a page know of each other. To be called once, around all that calls hooks.
pub fn provide_page_stream() {
    provide_context(PageStream { board: RwSignal::new(None) });
}

impl PageStream {
    /// The page's, where there is one.
    pub(super) fn of_page() -> Option<Self> {
        use_context()
    }

    /// This board has a stream from now on.
    pub(super) fn claim(&self, board: Kanban) {
        self.board.try_set(Some(board));
    }

    /// This board no longer has one; another may have come in its place already.
    pub(super) fn release(&self, board: Kanban) {
        if self.board.try_get_untracked().flatten() == Some(board) {
            self.board.try_set(None);
        }
    }

    /// The board whose stream the page holds.
    pub(super) fn board(&self) -> Option<Kanban> {
        self.board.try_get().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fixture::snapshot, use_kanban_sse};
    use super::*;
    use shared::ids::BoardId;

    fn board() -> Kanban {
        use_kanban_sse(BoardId::new("board"), snapshot())
    }

    #[test]
    fn the_hooks_of_a_page_know_which_board_holds_its_stream() {
        let owner = Owner::new();
        owner.set();
        provide_page_stream();
        let page = PageStream::of_page().expect("the page's");
        assert_eq!(page.board(), None);
        let board = board();
        page.claim(board);
        assert_eq!(PageStream::of_page().and_then(|page| page.board()), Some(board));
        page.release(board);
        assert_eq!(page.board(), None);
    }

    #[test]
    fn a_board_that_leaves_late_does_not_take_the_stream_from_the_next_one() {
        let owner = Owner::new();
        owner.set();
        provide_page_stream();
        let page = PageStream::of_page().expect("the page's");
        let (first, second) = (board(), board());
        page.claim(first);
        page.claim(second);
        page.release(first);
        assert_eq!(page.board(), Some(second));
    }
}
