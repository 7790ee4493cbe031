//! A board on a page: what the stream brings, with what its person does on top.

use std::sync::{Arc, Mutex};

use leptos::reactive::effect::ImmediateEffect;
use shared::{
    board::Place,
    ids::{CardId, ColumnId},
    overlay::OpNumber,
    requests::PatchCard,
};

use super::super::{
    connection::Frame,
    fixture::{RawFrame, Server, position, snapshot},
    reader::Taken,
};
use shared::ids::EventId;

use super::*;

/// A page with a board on it. The journal notes each order of cards that column `b` ever shows.
struct Page {
    _owner: Owner,
    kanban: Kanban,
    lane_b: Arc<Mutex<Vec<String>>>,
    _reader: ImmediateEffect,
}

impl Page {
    fn new() -> Self {
        let owner = Owner::new();
        owner.set();
        let kanban = use_kanban_sse(BoardId::new("board"), snapshot());
        let lane_b = Arc::new(Mutex::new(Vec::new()));
        let lane = kanban.board().lane(&ColumnId::new("b")).expect("the lane");
        let journal = Arc::clone(&lane_b);
        let reader = ImmediateEffect::new_isomorphic(move || {
            let cards: Vec<String> = lane.get().iter().map(ToString::to_string).collect();
            journal.lock().expect("no reader panics").push(cards.join(" "));
        });
        Self { _owner: owner, kanban, lane_b, _reader: reader }
    }

    fn receive(&self, (id, event, data): RawFrame) -> Taken {
        self.kanban.advance(|reader| reader.take(&id, event, &data)).expect("the page is there")
    }

    fn begin(&self, operation: Operation) -> OpNumber {
        self.kanban.advance(|reader| reader.begin(vec![operation])).expect("the page is there")
    }

    fn confirm(&self, number: OpNumber, at: Option<EventId>) {
        self.kanban.advance(|reader| ((), reader.confirm(number, at)));
    }

    fn refuse(&self, number: OpNumber) {
        self.kanban.advance(|reader| ((), reader.refuse(number)));
    }

    /// What column `b` has shown so far.
    fn shown_in_b(&self) -> Vec<String> {
        self.lane_b.lock().expect("no reader panics").clone()
    }

    fn title_of(&self, card: &str) -> String {
        self.kanban.board().card(&CardId::new(card)).expect("the card").get_untracked().title
    }
}

fn a1_to_b() -> Operation {
    Operation::MoveCard {
        card_id: CardId::new("a1"),
        from: ColumnId::new("a"),
        column_id: ColumnId::new("b"),
        before: None,
    }
}

fn place(state: &mut BoardState, card: &str, column: &str) {
    assert!(state.place_card(&CardId::new(card), &ColumnId::new(column), &Place::End));
}

#[test]
fn a_page_shows_its_snapshot_before_any_stream() {
    let page = Page::new();
    assert_eq!(page.shown_in_b(), ["b1 b2"]);
    assert_eq!(page.kanban.status().get_untracked(), Freshness::Connecting);
    assert_eq!(page.kanban.with_board(|board| board.cards.len()), Some(6));
}

#[test]
fn a_stream_goes_on_from_the_position_of_the_snapshot() {
    let page = Page::new();
    let at = page.kanban.reader.with_value(|reader| reader.position().cloned());
    assert_eq!(at, Some(position(10)));
}

#[test]
fn a_move_of_someone_else_is_shown() {
    let (page, mut server) = (Page::new(), Server::new());
    let taken = page.receive(server.change(|state| place(state, "a1", "b")));
    assert_eq!(taken, Taken::Frame(Frame::Other));
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
}

#[test]
fn an_own_move_is_shown_at_once_and_never_flickers_back() {
    let (page, mut server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
    // Something else comes first, then the answer, then what the answer promised, then more.
    page.receive(server.change(|state| place(state, "c1", "a")));
    let confirmed = server.change(|state| place(state, "a1", "b"));
    page.confirm(number, Some(server.position()));
    page.receive(confirmed);
    page.receive(server.change(|state| place(state, "c2", "a")));
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"], "it was rendered once and never again");
}

#[test]
fn an_own_move_does_not_flicker_when_the_stream_is_faster_than_the_answer() {
    let (page, mut server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    page.receive(server.change(|state| place(state, "a1", "b")));
    page.confirm(number, Some(server.position()));
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
}

#[test]
fn once_confirmed_an_own_move_gives_way_to_what_others_do_with_the_card() {
    let (page, mut server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    page.receive(server.change(|state| place(state, "a1", "b")));
    page.confirm(number, Some(server.position()));
    page.receive(server.change(|state| place(state, "a1", "c")));
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1", "b1 b2"]);
}

#[test]
fn a_refused_move_is_taken_back() {
    let page = Page::new();
    let number = page.begin(a1_to_b());
    page.refuse(number);
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1", "b1 b2"]);
}

#[test]
fn what_was_answered_without_a_position_is_left_to_the_stream() {
    let page = Page::new();
    let number = page.begin(a1_to_b());
    page.confirm(number, None);
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1", "b1 b2"]);
}

#[test]
fn an_own_move_stays_through_a_fresh_snapshot_that_does_not_hold_it_yet() {
    let (page, mut server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    for frame in server.opening() {
        page.receive(frame);
    }
    let confirmed = server.change(|state| place(state, "a1", "b"));
    page.confirm(number, Some(server.position()));
    page.receive(confirmed);
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
}

#[test]
fn a_position_of_another_epoch_counts_as_passed() {
    let (page, server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    page.confirm(number, "e0.99".parse().ok());
    for frame in server.opening() {
        page.receive(frame);
    }
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1", "b1 b2"], "the restored database knows of no move");
}

#[test]
fn two_own_changes_of_a_card_show_together() {
    let page = Page::new();
    let change = PatchCard { title: Some("Renamed".to_owned()), ..PatchCard::default() };
    let rename = page.begin(Operation::PatchCard { card_id: CardId::new("a1"), change: Box::new(change) });
    page.begin(a1_to_b());
    assert_eq!(page.title_of("a1"), "Renamed");
    page.refuse(rename);
    assert_eq!(page.title_of("a1"), "Card a1");
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
}

#[test]
fn an_event_handler_sees_the_board_with_the_persons_own_changes() {
    let page = Page::new();
    page.begin(a1_to_b());
    let column = page.kanban.with_board(|board| board.column_of(&CardId::new("a1")).map(|it| it.id.clone()));
    assert_eq!(column.flatten(), Some(ColumnId::new("b")));
}

#[test]
fn a_malformed_payload_asks_for_a_fresh_snapshot() {
    let page = Page::new();
    let taken = page.receive(("e1.11".to_owned(), "board_patch", "{".to_owned()));
    assert_eq!(taken, Taken::Distrusted);
    assert_eq!(page.kanban.reader.with_value(|reader| reader.position().cloned()), None);
    assert_eq!(page.shown_in_b(), ["b1 b2"], "what is known stays on screen");
}

#[test]
fn an_impossible_patch_asks_for_a_fresh_snapshot_which_puts_things_right() {
    let (page, mut server) = (Page::new(), Server::new());
    let _lost = server.change(|state| place(state, "a2", "c"));
    assert_eq!(page.receive(server.change(|state| place(state, "a1", "b"))), Taken::Distrusted);
    for frame in server.opening() {
        page.receive(frame);
    }
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
    assert_eq!(page.kanban.with_board(BoardState::clone), Some(server.state));
}

#[test]
fn an_unknown_type_is_ignored() {
    let page = Page::new();
    let taken = page.receive(("e1.11".to_owned(), "something_newer", "{}".to_owned()));
    assert_eq!(taken, Taken::Frame(Frame::Other));
    assert_eq!(page.shown_in_b(), ["b1 b2"]);
}

#[test]
fn a_refresh_by_plain_http_shows_the_board_and_moves_the_position() {
    let (page, mut server) = (Page::new(), Server::new());
    let number = page.begin(a1_to_b());
    server.change(|state| place(state, "a1", "b"));
    page.confirm(number, Some(server.position()));
    let fetched = Snapshot { at: Some(server.position()), data: server.state.clone() };
    page.kanban.advance(|reader| ((), reader.refresh(fetched)));
    assert_eq!(page.shown_in_b(), ["b1 b2", "b1 b2 a1"]);
    let at = page.kanban.reader.with_value(|reader| reader.position().cloned());
    assert_eq!(at, Some(server.position()));
}

#[test]
fn what_comes_after_the_view_is_gone_does_no_harm() {
    let owner = Owner::new();
    let kanban = owner.with(|| use_kanban_sse(BoardId::new("board"), snapshot()));
    owner.cleanup();
    assert_eq!(kanban.advance(|reader| reader.begin(vec![a1_to_b()])), None);
    assert_eq!(kanban.with_board(|_| ()), None);
    kanban.dismiss_failure();
    kanban.reconnect();
}
