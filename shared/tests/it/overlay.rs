//! A reader's own changes: shown at once, gone when the stream has brought them, and never flickering.

use std::borrow::Cow;

use proptest::prelude::*;
use shared::board::{BoardState, Place};
use shared::fold::BoardFold;
use shared::ids::{CardId, ColumnId, EventId};
use shared::overlay::{OpNumber, Operation, Overlay};
use shared::patch::{BoardPatch, diff};
use shared::requests::{Patch, PatchCard, PatchColumn};
use shared::sse::SseMsg;

use crate::sample::{at, board, card, head, lane};

fn move_card(card: &str, from: &str, to: &str, before: Option<&str>) -> Operation {
    Operation::MoveCard {
        card_id: card.into(),
        from: from.into(),
        column_id: to.into(),
        before: before.map(CardId::from),
    }
}

fn sample() -> BoardState {
    board(&[("a", &["1", "2", "3"]), ("b", &["4"]), ("c", &[])])
}

fn seen(state: &BoardState, operation: Operation) -> BoardState {
    let mut overlay = Overlay::default();
    overlay.push(operation);
    overlay.view(state).into_owned()
}

#[test]
fn an_empty_overlay_shows_the_folded_state_itself() {
    let state = sample();
    assert!(matches!(Overlay::default().view(&state), Cow::Borrowed(_)));
    assert!(Overlay::default().is_empty());
}

#[test]
fn an_operation_shows_until_its_position_was_passed() {
    let state = sample();
    let mut overlay = Overlay::default();
    let number = overlay.push(move_card("1", "a", "b", None));
    assert_eq!(lane(&overlay.view(&state), "b"), ["4", "1"]);
    assert!(!overlay.retire(&at(99)), "an operation without an answer stays");
    assert!(!overlay.confirm(number, at(100)));
    assert!(!overlay.retire(&at(99)));
    assert!(overlay.retire(&at(100)));
    assert!(overlay.is_empty());
}

#[test]
fn an_answer_slower_than_the_stream_ends_the_operation_at_once() {
    let mut overlay = Overlay::default();
    let number = overlay.push(move_card("1", "a", "b", None));
    overlay.retire(&at(7));
    assert!(overlay.confirm(number, at(7)));
    assert!(overlay.is_empty());
}

#[test]
fn a_position_of_another_epoch_counts_as_passed() {
    let mut overlay = Overlay::default();
    let number = overlay.push(move_card("1", "a", "b", None));
    overlay.confirm(number, at(1000));
    assert!(overlay.retire(&"e2.1".parse().unwrap()));
    assert!(overlay.is_empty());
}

#[test]
fn a_refused_operation_is_gone() {
    let state = sample();
    let mut overlay = Overlay::default();
    let refused = overlay.push(move_card("1", "a", "b", None));
    let other = overlay.push(Operation::RenameBoard { name: "Shop".into() });
    assert!(overlay.refuse(refused));
    assert!(!overlay.refuse(refused));
    assert_eq!(lane(&overlay.view(&state), "a"), ["1", "2", "3"]);
    assert!(overlay.refuse(other), "it was still there");
    assert!(overlay.is_empty());
}

#[test]
fn operations_begun_as_one_are_shown_refused_and_confirmed_as_one() {
    let state = sample();
    let mut overlay = Overlay::default();
    let both = || vec![move_card("1", "a", "b", None), move_card("2", "a", "b", None)];
    let refused = overlay.push_all(both());
    assert_eq!(lane(&overlay.view(&state), "b"), ["4", "1", "2"]);
    assert!(overlay.refuse(refused));
    assert_eq!(lane(&overlay.view(&state), "b"), ["4"]);
    let earlier = overlay.push(move_card("2", "a", "c", None));
    let later = overlay.push_all(both());
    overlay.confirm(later, at(8));
    overlay.retire(&at(8));
    assert_eq!(lane(&overlay.view(&state), "b"), ["4", "1", "2"], "it covers one that is not answered");
    overlay.confirm(earlier, at(7));
    assert!(overlay.is_empty());
}

#[test]
fn a_later_operation_outlives_the_one_it_covers() {
    let mut state = sample();
    let mut overlay = Overlay::default();
    let first = overlay.push(move_card("1", "a", "b", None));
    let second = overlay.push(move_card("1", "b", "c", None));
    let elsewhere = overlay.push(Operation::RenameBoard { name: "Shop".into() });
    // The stream brings all of them, and the answer to the first is the last to come.
    state.place_card(&"1".into(), &"c".into(), &Place::End);
    overlay.retire(&at(9));
    overlay.confirm(second, at(8));
    assert!(overlay.confirm(elsewhere, at(9)));
    assert_eq!(lane(&overlay.view(&state), "c"), ["1"], "the first alone would show it in b again");
    assert!(overlay.confirm(first, at(7)));
    assert!(overlay.is_empty());
}

#[test]
fn a_covering_operation_leaves_when_the_covered_one_is_refused() {
    let mut overlay = Overlay::default();
    let first = overlay.push(move_card("1", "a", "b", None));
    let second = overlay.push(move_card("2", "a", "b", None));
    overlay.retire(&at(9));
    overlay.confirm(second, at(8));
    assert!(overlay.refuse(first));
    assert!(overlay.is_empty());
}

#[test]
fn cards_are_created_changed_and_deleted() {
    let state = sample();
    let create = Operation::CreateCard { card: Box::new(card("9")), column_id: "b".into() };
    assert_eq!(lane(&seen(&state, create), "b"), ["4", "9"]);

    let change = PatchCard {
        title: Some("Edited".into()),
        description: Patch::Value("more".into()),
        labels: Patch::Value(vec!["ui".into()]),
        depends_on: Patch::Value(vec!["2".into(), "gone".into()]),
        ..PatchCard::default()
    };
    let view = seen(&state, Operation::PatchCard { card_id: "1".into(), change: Box::new(change) });
    let edited = &view.cards["1"];
    assert_eq!((edited.title.as_str(), edited.has_description), ("Edited", true));
    assert_eq!((&edited.labels, &edited.blocked_by), (&vec!["ui".to_owned()], &vec!["2".into()]));
    let clear = PatchCard { description: Patch::Null, labels: Patch::Null, ..PatchCard::default() };
    let view = seen(&view, Operation::PatchCard { card_id: "1".into(), change: Box::new(clear) });
    assert!(!view.cards["1"].has_description && view.cards["1"].labels.is_empty());

    let change = PatchCard { column_id: Some("b".into()), ..PatchCard::default() };
    let view = seen(&state, Operation::PatchCard { card_id: "1".into(), change: Box::new(change) });
    assert_eq!(lane(&view, "b"), ["4", "1"]);

    let view = seen(&state, Operation::DeleteCard { card_id: "1".into() });
    assert!(!view.cards.contains_key("1"));
    assert_eq!(lane(&view, "a"), ["2", "3"]);
}

#[test]
fn cards_go_to_the_place_that_was_named() {
    let state = sample();
    let places = [
        (None, ["2", "3", "1"]),
        (Some("3"), ["2", "1", "3"]),
        (Some("1"), ["1", "2", "3"]),
        (Some("4"), ["1", "2", "3"]), // that one lies elsewhere by now: better stay than jump
    ];
    for (before, expected) in places {
        assert_eq!(lane(&seen(&state, move_card("1", "a", "a", before)), "a"), expected);
    }
    assert_eq!(lane(&seen(&state, move_card("1", "a", "b", Some("4"))), "b"), ["1", "4"]);
    assert_eq!(lane(&seen(&state, move_card("1", "a", "b", Some("1"))), "b"), ["4", "1"]);
    assert_eq!(lane(&seen(&state, move_card("1", "a", "b", Some("3"))), "b"), ["4", "1"]);
}

#[test]
fn a_card_that_the_stream_has_brought_lies_where_the_server_put_it() {
    let folded = board(&[("a", &["2", "3"]), ("b", &["4", "1", "5"])]);
    assert_eq!(seen(&folded, move_card("1", "a", "b", None)), folded);
}

#[test]
fn a_place_can_be_named_in_three_ways() {
    let places = [
        (Place::End, ["2", "3", "1"]),
        (Place::Index(1), ["2", "1", "3"]),
        (Place::Index(99), ["2", "3", "1"]),
        (Place::Before("3".into()), ["2", "1", "3"]),
        (Place::Before("1".into()), ["1", "2", "3"]),
        (Place::Before("4".into()), ["2", "3", "1"]),
    ];
    for (place, expected) in places {
        let mut state = sample();
        assert!(state.place_card(&"1".into(), &"a".into(), &place));
        assert_eq!(lane(&state, "a"), expected);
    }
    let mut state = sample();
    assert!(!state.place_card(&"1".into(), &"gone".into(), &Place::End));
    assert!(!state.place_card(&"gone".into(), &"a".into(), &Place::End));
    assert_eq!(state, sample());
}

#[test]
fn columns_are_created_changed_and_deleted() {
    let state = sample();
    let order = |state: &BoardState| state.column_order.iter().map(ToString::to_string).collect::<String>();
    let create = |index| Operation::CreateColumn { column: head("d"), index };
    assert_eq!(order(&seen(&state, create(None))), "abcd");
    assert_eq!(order(&seen(&state, create(Some(1)))), "adbc");

    let change = PatchColumn { title: Some("New".into()), wip_limit: Patch::Value(2), index: Some(2) };
    let view = seen(&state, Operation::PatchColumn { column_id: "a".into(), change });
    assert_eq!((view.columns["a"].title.as_str(), view.columns["a"].wip_limit), ("New", Some(2)));
    assert_eq!(order(&view), "bca");

    let delete = |id: &str, move_to: Option<&str>| Operation::DeleteColumn {
        column_id: id.into(),
        move_to: move_to.map(ColumnId::from),
    };
    assert_eq!(order(&seen(&state, delete("c", None))), "ab");
    assert_eq!(order(&seen(&state, delete("a", None))), "abc", "it holds cards, so it would be refused");
    assert_eq!(lane(&seen(&state, delete("a", Some("b"))), "b"), ["4", "1", "2", "3"]);
    assert_eq!(seen(&state, Operation::RenameBoard { name: "Shop".into() }).name, "Shop");
}

#[test]
fn what_makes_no_sense_any_more_is_skipped() {
    let state = sample();
    let operations = [
        Operation::CreateCard { card: Box::new(card("9")), column_id: "gone".into() },
        Operation::CreateCard { card: Box::new(card("1")), column_id: "b".into() },
        Operation::PatchCard { card_id: "gone".into(), change: Box::default() },
        move_card("gone", "a", "b", None),
        move_card("1", "a", "gone", None),
        Operation::DeleteCard { card_id: "gone".into() },
        Operation::CreateColumn { column: head("a"), index: Some(2) },
        Operation::PatchColumn { column_id: "gone".into(), change: PatchColumn::default() },
        Operation::DeleteColumn { column_id: "gone".into(), move_to: None },
        Operation::DeleteColumn { column_id: "a".into(), move_to: Some("gone".into()) },
        Operation::DeleteColumn { column_id: "a".into(), move_to: Some("a".into()) },
    ];
    for operation in operations {
        assert_eq!(seen(&state, operation.clone()), state, "{operation:?}");
    }
}

/// A move as the server is asked for it.
#[derive(Clone, Debug)]
struct Move {
    card: CardId,
    to: ColumnId,
    place: Place,
}

impl Move {
    fn apply_to(&self, state: &mut BoardState) {
        assert!(state.place_card(&self.card, &self.to, &self.place));
    }
}

/// A server, a stream and one reader, whose steps can be put in any order that a network allows.
struct World {
    server: BoardState,
    seq: u64,
    /// Messages that the reader has not received.
    stream: Vec<(EventId, SseMsg)>,
    /// Requests that the server has not received, in order.
    requests: Vec<(OpNumber, Move)>,
    /// Answers that the reader has not received.
    answers: Vec<(OpNumber, EventId)>,
    fold: BoardFold,
    overlay: Overlay,
    /// Every move of the reader.
    begun: Vec<(OpNumber, CardId)>,
}

impl World {
    fn new() -> Self {
        let start = sample();
        Self {
            server: start.clone(),
            seq: 0,
            stream: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            fold: BoardFold::from_snapshot(start, at(0)),
            overlay: Overlay::default(),
            begun: Vec::new(),
        }
    }

    /// The server does somebody's move.
    fn serve(&mut self, a_move: &Move) -> EventId {
        let before = self.server.clone();
        a_move.apply_to(&mut self.server);
        self.server.revision += 1;
        self.seq += 1;
        let patch = BoardPatch {
            board_id: before.board_id.clone(),
            from_revision: before.revision,
            revision: self.server.revision,
            meta_revision: None,
            ops: diff(&before, &self.server),
        };
        self.stream.push((at(self.seq), SseMsg::BoardPatch(patch)));
        at(self.seq)
    }

    /// The reader moves a card.
    fn begin(&mut self, card: &CardId, to: &ColumnId, before: Option<CardId>) -> Move {
        let from = self.column_of(card);
        // Nobody can drop a card above one that lies elsewhere.
        let before = before.filter(|anchor| self.column_of(anchor) == *to);
        let place = before.clone().map_or(Place::End, Place::Before);
        let operation = Operation::MoveCard { card_id: card.clone(), from, column_id: to.clone(), before };
        let number = self.overlay.push(operation);
        self.begun.push((number, card.clone()));
        let a_move = Move { card: card.clone(), to: to.clone(), place };
        self.requests.push((number, a_move.clone()));
        a_move
    }

    /// The server takes the oldest request.
    fn deliver_request(&mut self) {
        if !self.requests.is_empty() {
            let (number, a_move) = self.requests.remove(0);
            let position = self.serve(&a_move);
            self.answers.push((number, position));
        }
    }

    /// The reader gets any of the answers.
    fn deliver_answer(&mut self, which: usize) {
        if !self.answers.is_empty() {
            let (number, position) = self.answers.remove(which % self.answers.len());
            self.overlay.confirm(number, position);
        }
    }

    /// The reader gets the next message.
    fn deliver_message(&mut self) {
        if !self.stream.is_empty() {
            let (id, msg) = self.stream.remove(0);
            self.fold.take(Some(&id), msg);
            let passed = self.fold.passed().expect("a message with an id was folded in");
            self.overlay.retire(passed);
        }
    }

    fn settle(&mut self) {
        while !(self.requests.is_empty() && self.answers.is_empty() && self.stream.is_empty()) {
            self.deliver_request();
            self.deliver_answer(0);
            self.deliver_message();
        }
    }

    fn view(&self) -> BoardState {
        self.overlay.view(self.fold.state.as_ref().expect("it began with a snapshot")).into_owned()
    }

    /// The cards of each column, as the reader sees them.
    fn lanes(&self) -> Vec<Vec<String>> {
        lanes(&self.view())
    }

    fn column_of(&self, card: &CardId) -> ColumnId {
        self.view().column_of(card).expect("no card is ever lost").id.clone()
    }

    fn is_moving(&self, card: &CardId) -> bool {
        // What is no longer there can't be refused.
        let is_pending = |number: OpNumber| self.overlay.clone().refuse(number);
        self.begun.iter().any(|(number, moved)| moved == card && is_pending(*number))
    }
}

fn lanes(state: &BoardState) -> Vec<Vec<String>> {
    COLUMNS.iter().map(|column| lane(state, column)).collect()
}

const COLUMNS: [&str; 3] = ["a", "b", "c"];
const CARDS: [&str; 4] = ["1", "2", "3", "4"];

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// The reader moves a card.
    Own {
        card: CardId,
        to: ColumnId,
        before: Option<CardId>,
    },
    /// Somebody else does.
    Foreign(Move),
    Request,
    Answer(usize),
    Message,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let card = || prop::sample::select(CARDS.to_vec()).prop_map(CardId::from);
    let column = || prop::sample::select(COLUMNS.to_vec()).prop_map(ColumnId::from);
    let step = prop_oneof![
        2 => (card(), column(), prop::option::of(card()))
            .prop_map(|(card, to, before)| Step::Own { card, to, before }),
        1 => (card(), column(), 0..4_usize)
            .prop_map(|(card, to, index)| Step::Foreign(Move { card, to, place: Place::Index(index) })),
        3 => Just(Step::Request),
        3 => (0..4_usize).prop_map(Step::Answer),
        3 => Just(Step::Message),
    ];
    prop::collection::vec(step, 0..40)
}

proptest! {
    /// From the moment of a move on, the person sees the card in the column where it was put last, whatever
    /// of request, answer and stream comes first, however the answers overtake each other, and whatever
    /// happens to other cards.
    #[test]
    fn a_moved_card_never_goes_back_to_another_column(steps in steps()) {
        let mine = CardId::new("1");
        let mut world = World::new();
        let mut expected = ColumnId::new("a");
        for step in steps {
            match step {
                Step::Own { to, before, .. } => {
                    world.begin(&mine, &to, before);
                    expected = to;
                }
                Step::Foreign(a_move) if a_move.card == mine => {}
                Step::Foreign(a_move) => drop(world.serve(&a_move)),
                Step::Request => world.deliver_request(),
                Step::Answer(which) => world.deliver_answer(which),
                Step::Message => world.deliver_message(),
            }
            prop_assert_eq!(world.column_of(&mine), expected.clone());
        }
    }

    /// Between the answers and the stream nothing jumps at all, not even within a column, and however many
    /// moves of whichever cards are under way.
    #[test]
    fn nothing_jumps_between_answer_and_stream(steps in steps()) {
        let mut world = World::new();
        let mut expected = sample();
        for step in steps {
            match step {
                Step::Own { card, to, before } => world.begin(&card, &to, before).apply_to(&mut expected),
                Step::Foreign(_) | Step::Request => world.deliver_request(),
                Step::Answer(which) => world.deliver_answer(which),
                Step::Message => {
                    let is_answered = |id: &EventId| world.answers.iter().all(|(_, position)| position != id);
                    if world.stream.first().is_some_and(|(id, _)| is_answered(id)) {
                        world.deliver_message();
                    }
                }
            }
            prop_assert_eq!(world.lanes(), lanes(&expected));
        }
    }

    /// Where the stream may overtake the answers too, nothing jumps as long as the cards move from column to
    /// column, each once at a time.
    #[test]
    fn nothing_jumps_when_the_stream_is_faster(steps in steps()) {
        let mut world = World::new();
        let mut expected = sample();
        for step in steps {
            match step {
                Step::Own { card, to, .. } if world.is_moving(&card) || world.column_of(&card) == to => {}
                Step::Own { card, to, before } => world.begin(&card, &to, before).apply_to(&mut expected),
                Step::Foreign(_) | Step::Request => world.deliver_request(),
                Step::Answer(which) => world.deliver_answer(which),
                Step::Message => world.deliver_message(),
            }
            prop_assert_eq!(world.lanes(), lanes(&expected));
        }
    }

    /// Whoever moves what: in the end the reader sees what the server has, and nothing is left over.
    #[test]
    fn everybody_ends_up_with_the_same_board(steps in steps()) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Own { card, to, before } => drop(world.begin(&card, &to, before)),
                Step::Foreign(a_move) => drop(world.serve(&a_move)),
                Step::Request => world.deliver_request(),
                Step::Answer(which) => world.deliver_answer(which),
                Step::Message => world.deliver_message(),
            }
        }
        world.settle();
        prop_assert!(world.overlay.is_empty());
        prop_assert_eq!(world.view(), world.server);
    }
}
