//! What renders anew after which change: every piece of the board has a reader here that counts its runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use leptos::reactive::effect::ImmediateEffect;
use shared::board::Place;

use super::super::fixture::{board, card};
use super::*;

/// Readers of all pieces, as a rendered board has them.
struct Page {
    _owner: Owner,
    signals: BoardSignals,
    state: BoardState,
    runs: Runs,
    readers: Vec<ImmediateEffect>,
}

#[derive(Clone, Default)]
struct Runs(Arc<Mutex<BTreeMap<String, usize>>>);

impl Runs {
    fn count(&self, reader: &str) {
        *self.0.lock().expect("no reader panics").entry(reader.to_owned()).or_default() += 1;
    }

    fn take(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.0.lock().expect("no reader panics"))
    }
}

impl Page {
    fn new() -> Self {
        let owner = Owner::new();
        owner.set();
        let state = board();
        let signals = BoardSignals::from_state(&state);
        let mut page = Self { _owner: owner, signals, state, runs: Runs::default(), readers: Vec::new() };
        for id in page.state.cards.keys().cloned().collect::<Vec<_>>() {
            let card = signals.card(&id).expect("every card has a signal");
            page.read(format!("card {id}"), move || card.track());
        }
        for id in page.state.column_order.clone() {
            let lane = signals.lane(&id).expect("every column has a lane");
            page.read(format!("lane {id}"), move || lane.track());
            let column = signals.column(&id).expect("every column has a head");
            page.read(format!("column {id}"), move || column.track());
        }
        page.read("name".to_owned(), move || signals.name().track());
        page.read("order".to_owned(), move || signals.order().track());
        page.runs.take();
        page
    }

    fn read(&mut self, reader: String, track: impl Fn() + Send + Sync + 'static) {
        let runs = self.runs.clone();
        self.readers.push(ImmediateEffect::new_isomorphic(move || {
            runs.count(&reader);
            track();
        }));
    }

    /// Changes the board, and tells which readers ran how often.
    fn change(&mut self, change: impl FnOnce(&mut BoardState)) -> Vec<(String, usize)> {
        let before = self.state.clone();
        change(&mut self.state);
        self.signals.apply(&Changes::between(&before, &self.state), &self.state);
        let runs = self.runs.take().into_iter().collect();
        self.signals.show(&self.state);
        assert_eq!(self.runs.take(), BTreeMap::new(), "showing the same state again runs nothing");
        runs
    }
}

fn ran(readers: &[&str]) -> Vec<(String, usize)> {
    readers.iter().map(|reader| ((*reader).to_owned(), 1)).collect()
}

fn place(state: &mut BoardState, card: &str, column: &str, place: &Place) {
    assert!(state.place_card(&CardId::new(card), &ColumnId::new(column), place));
}

#[test]
fn a_patch_of_one_card_renders_one_card() {
    let mut page = Page::new();
    let runs = page.change(|state| {
        state.cards.get_mut("a1").expect("the card").title = "Another title".to_owned();
    });
    assert_eq!(runs, ran(&["card a1"]));
}

#[test]
fn a_move_renders_two_lanes_and_no_card() {
    let mut page = Page::new();
    let runs = page.change(|state| place(state, "a1", "b", &Place::End));
    assert_eq!(runs, ran(&["lane a", "lane b"]));
}

#[test]
fn a_move_within_a_column_renders_one_lane() {
    let mut page = Page::new();
    let runs = page.change(|state| place(state, "a1", "a", &Place::End));
    assert_eq!(runs, ran(&["lane a"]));
}

#[test]
fn a_column_title_renders_one_head() {
    let mut page = Page::new();
    let runs = page.change(|state| {
        state.columns.get_mut("b").expect("the column").title = "Doing".to_owned();
    });
    assert_eq!(runs, ran(&["column b"]));
}

#[test]
fn a_name_and_an_order_render_themselves() {
    let mut page = Page::new();
    let runs = page.change(|state| {
        state.name = "Shop".to_owned();
        state.column_order.reverse();
    });
    assert_eq!(runs, ran(&["name", "order"]));
}

#[test]
fn a_new_card_renders_its_lane_and_is_there_when_the_lane_names_it() {
    let mut page = Page::new();
    let signals = page.signals;
    let lane = signals.lane(&ColumnId::new("a")).expect("a lane");
    page.read("cards of lane a".to_owned(), move || {
        assert!(
            lane.get().iter().all(|id| signals.card(id).is_some()),
            "a lane names a card without a signal"
        );
    });
    page.runs.take();
    let runs = page.change(|state| {
        state.cards.insert(CardId::new("a3"), card("a3"));
        place(state, "a3", "a", &Place::End);
    });
    assert_eq!(runs, ran(&["cards of lane a", "lane a"]));
}

#[test]
fn a_deleted_card_renders_its_lane_and_is_forgotten() {
    let mut page = Page::new();
    let runs = page.change(|state| {
        state.cards.remove("a1");
        state.columns.get_mut("a").expect("the column").card_ids.retain(|id| id.as_str() != "a1");
    });
    assert_eq!(runs, ran(&["lane a"]));
    assert!(page.signals.card(&CardId::new("a1")).is_none());
}

#[test]
fn a_deleted_column_renders_the_order_and_is_forgotten() {
    let mut page = Page::new();
    page.change(|state| {
        place(state, "b1", "a", &Place::End);
        place(state, "b2", "a", &Place::End);
    });
    let runs = page.change(|state| {
        state.columns.remove("b");
        state.column_order.retain(|id| id.as_str() != "b");
    });
    assert_eq!(runs, ran(&["order"]));
    assert!(page.signals.column(&ColumnId::new("b")).is_none());
    assert!(page.signals.lane(&ColumnId::new("b")).is_none());
}

#[test]
fn a_new_column_is_there_when_the_order_names_it() {
    let mut page = Page::new();
    let signals = page.signals;
    page.read("columns".to_owned(), move || {
        let is_there = |id: &ColumnId| signals.column(id).is_some() && signals.lane(id).is_some();
        assert!(signals.order().get().iter().all(is_there), "the order names a column without signals");
    });
    page.runs.take();
    let runs = page.change(|state| {
        let mut column = state.columns.get("a").expect("the column").clone();
        column.id = ColumnId::new("d");
        column.card_ids.clear();
        state.column_order.push(column.id.clone());
        state.columns.insert(column.id.clone(), column);
    });
    assert_eq!(runs, ran(&["columns", "order"]));
}

#[test]
fn a_different_state_shown_as_a_whole_renders_only_what_differs() {
    let mut page = Page::new();
    page.state.cards.get_mut("c2").expect("the card").labels.push("ui".to_owned());
    place(&mut page.state, "a1", "b", &Place::Before(CardId::new("b1")));
    page.signals.show(&page.state);
    let runs: Vec<_> = page.runs.take().into_iter().collect();
    assert_eq!(runs, ran(&["card c2", "lane a", "lane b"]));
}

#[test]
fn handles_of_a_view_that_is_gone_find_nothing_and_do_no_harm() {
    let owner = Owner::new();
    let signals = owner.with(|| BoardSignals::from_state(&board()));
    owner.cleanup();
    assert!(signals.card(&CardId::new("a1")).is_none());
    signals.show(&board());
}
