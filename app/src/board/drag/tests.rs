//! What each input does, step by step.

use super::places::{Beside, Name};
use super::*;

/// A board as it is written down: `backlog: a b, review:`.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub(super) columns: Vec<(ColumnId, Vec<CardId>)>,
}

impl Sketch {
    pub(super) fn new(text: &str) -> Self {
        let column = |part: &str| {
            let (name, cards) = part.split_once(':').unwrap();
            (ColumnId::new(name.trim()), cards.split_whitespace().map(CardId::new).collect())
        };
        Self { columns: text.split(',').map(column).collect() }
    }
}

impl Places for Sketch {
    fn columns(&self) -> Vec<ColumnId> {
        self.columns.iter().map(|(column, _)| column.clone()).collect()
    }

    fn cards(&self, column: &ColumnId) -> Vec<CardId> {
        let found = self.columns.iter().find(|(it, _)| it == column);
        found.map(|(_, cards)| cards.clone()).unwrap_or_default()
    }

    fn column_of(&self, card: &CardId) -> Option<ColumnId> {
        let found = self.columns.iter().find(|(_, cards)| cards.contains(card));
        found.map(|(column, _)| column.clone())
    }

    fn title(&self, column: &ColumnId) -> String {
        column.to_string()
    }

    fn name(&self, card: &CardId) -> Option<Name> {
        self.column_of(card)?;
        Some(Name { key: card.as_str().to_uppercase(), title: format!("Card {card}") })
    }

    fn is_collapsed(&self, column: &ColumnId) -> bool {
        column.as_str() == "strip"
    }
}

/// A board, a machine, and all that it asked for.
struct Table {
    sketch: Sketch,
    state: State,
    effects: Vec<Effect>,
}

impl Table {
    fn new(text: &str) -> Self {
        Self { sketch: Sketch::new(text), state: State::Idle, effects: vec![] }
    }

    fn tell(mut self, event: Event) -> Self {
        let (state, effects) = step(self.state, event, &self.sketch);
        self.state = state;
        self.effects.extend(effects);
        self
    }

    /// Somebody else changes the board.
    fn becomes(mut self, text: &str) -> Self {
        self.sketch = Sketch::new(text);
        self.tell(Event::Change)
    }

    fn press(self, card: &str, tip: Tip) -> Self {
        self.tell(press(card, 1, tip, 0.0))
    }

    /// Moves to this far from where it was pressed, `gap` being as in `review/a` for above `a`, `review/` for below all.
    fn point(self, x: f64, gap: &str, now: f64) -> Self {
        let at = Point { x, y: 0.0 };
        self.tell(Event::Point { pointer: 1, at, over: gap_of(gap), now })
    }

    fn said(&self) -> Vec<&str> {
        let mut said = vec![];
        for effect in &self.effects {
            if let Effect::Say(words) | Effect::Tell(words) = effect {
                said.push(words.as_str());
            }
        }
        said
    }

    fn moves(&self) -> Vec<String> {
        let text = |effect: &Effect| match effect {
            Effect::Move { card, from, to: Spot { column, before } } => {
                let before = before.as_ref().map_or("end", CardId::as_str);
                Some(format!("{card}: {from} to {column}/{before}"))
            }
            _ => None,
        };
        self.effects.iter().filter_map(text).collect()
    }
}

fn press(card: &str, pointer: PointerId, tip: Tip, since: f64) -> Event {
    Event::Press(Press { card: card.into(), pointer, tip, at: Point::default(), since })
}

fn gap_of(text: &str) -> Option<Gap> {
    let (column, card) = text.split_once('/')?;
    let beside = match card.strip_prefix('_') {
        Some(card) => Beside::Below(card.into()),
        None if card.is_empty() => Beside::Nothing,
        None => Beside::Above(card.into()),
    };
    Some(Gap { column: column.into(), beside })
}

const BOARD: &str = "backlog: a b c, doing: d, review:";

#[test]
fn a_mouse_that_trembles_clicks_and_five_pixels_are_a_drag() {
    let table = Table::new(BOARD).press("a", Tip::Mouse).point(4.9, "review/", 1.0);
    assert!(matches!(table.state, State::Pressed(_)));
    assert_eq!(table.tell(Event::Release(1)).effects, []);

    let table = Table::new(BOARD).press("a", Tip::Mouse).point(5.0, "backlog/a", 1.0);
    assert!(table.effects.contains(&Effect::Capture(1)));
    assert_eq!(table.said(), ["Lifted A, Card a. Position 1 of 3 in backlog."]);
}

#[test]
fn a_drop_on_another_place_moves_the_card_once() {
    let table = Table::new(BOARD)
        .press("b", Tip::Mouse)
        .point(9.0, "backlog/c", 1.0)
        .point(300.0, "doing/d", 2.0)
        .tell(Event::Release(1))
        .tell(Event::Release(1));
    assert_eq!(table.state, State::Idle);
    assert_eq!(table.moves(), ["b: backlog to doing/d"]);
    assert_eq!(
        table.said(),
        [
            "Lifted B, Card b. Position 2 of 3 in backlog.",
            "Position 1 of 2 in doing.",
            "Dropped in doing, position 1 of 2.",
        ]
    );
    assert_eq!(table.effects.last(), Some(&Effect::Focus("b".into())));
}

#[test]
fn below_the_last_card_and_in_an_empty_column_it_goes_to_the_end() {
    let drop = |gap| {
        let table = Table::new(BOARD).press("a", Tip::Mouse).point(300.0, gap, 1.0);
        table.tell(Event::Release(1)).moves()
    };
    assert_eq!(drop("doing/_d"), ["a: backlog to doing/end"]);
    assert_eq!(drop("review/"), ["a: backlog to review/end"]);
    assert_eq!(drop("backlog/_c"), ["a: backlog to backlog/end"]);
}

#[test]
fn below_the_last_card_on_the_screen_it_goes_above_the_next_one_that_is_not() {
    let table = Table::new("backlog: a, doing: d e f").press("a", Tip::Mouse).point(300.0, "doing/_e", 1.0);
    assert_eq!(table.tell(Event::Release(1)).moves(), ["a: backlog to doing/f"]);
}

#[test]
fn a_drop_where_it_lay_moves_nothing() {
    for gap in ["backlog/c", "backlog/b", "backlog/_a", "nowhere"] {
        let table = Table::new(BOARD)
            .press("b", Tip::Mouse)
            .point(9.0, "doing/d", 1.0)
            .point(0.0, "backlog/c", 2.0)
            .point(1.0, gap, 3.0)
            .tell(Event::Release(1));
        assert_eq!(table.moves(), [""; 0], "{gap}");
        assert_eq!(table.said().last(), Some(&"Put back in backlog."), "{gap}");
    }
}

#[test]
fn escape_and_a_lost_pointer_give_it_back() {
    for end in [Event::GiveBack, Event::Cancel(1), Event::Leave] {
        let table = Table::new(BOARD).press("a", Tip::Mouse).point(300.0, "doing/d", 1.0);
        let table = table.tell(end).tell(Event::Release(1));
        assert_eq!((table.state.clone(), table.moves().len()), (State::Idle, 0));
        assert_eq!(table.said().last(), Some(&"Put back in backlog."));
    }
}

#[test]
fn a_finger_that_moves_scrolls_and_one_that_holds_still_lifts() {
    let table = Table::new(BOARD).press("a", Tip::Finger).point(8.1, "backlog/a", 20.0);
    assert_eq!(table.state, State::Idle);
    assert_eq!(table.tell(Event::Waited { since: 0.0, now: 400.0 }).state, State::Idle);

    let table = Table::new(BOARD).press("a", Tip::Finger).point(7.9, "backlog/a", 20.0);
    assert_eq!(table.effects, [Effect::Wait { since: 0.0, millis: HOLD }]);
    let table = table.tell(Event::Waited { since: 0.0, now: 299.0 });
    assert_eq!(table.effects.last(), Some(&Effect::Wait { since: 0.0, millis: 1.0 }), "a timer may be early");
    let table = table.tell(Event::Waited { since: 0.0, now: 300.0 });
    assert!(matches!(table.state, State::Carrying(_)));
    let table = table.point(200.0, "doing/d", 400.0).tell(Event::Release(1));
    assert_eq!(table.moves(), ["a: backlog to doing/d"]);
}

#[test]
fn a_tap_stays_a_tap_and_a_timer_of_an_earlier_one_lifts_nothing() {
    let table = Table::new(BOARD).press("a", Tip::Finger).tell(Event::Release(1));
    let table = table.tell(press("b", 2, Tip::Finger, 250.0)).tell(Event::Waited { since: 0.0, now: 300.0 });
    assert!(matches!(table.state, State::Pressed(_)));
    assert_eq!(table.said(), [""; 0]);
}

#[test]
fn two_fingers_lift_nothing_and_a_second_pointer_moves_nothing() {
    let table = Table::new(BOARD).press("a", Tip::Finger).tell(press("b", 2, Tip::Finger, 50.0));
    assert_eq!(table.state, State::Idle);

    let table = Table::new(BOARD).press("a", Tip::Mouse).point(300.0, "doing/d", 1.0);
    let table = table.tell(press("b", 2, Tip::Finger, 50.0)).tell(Event::Release(2)).tell(Event::Cancel(2));
    assert_eq!(table.tell(Event::Release(1)).moves(), ["a: backlog to doing/d"]);
}

#[test]
fn keys_lift_carry_and_drop_and_say_each_step() {
    let table = Table::new("backlog: a b c d, doing: e, review:, done: f g h i")
        .tell(Event::Lift("c".into()))
        .tell(Event::Carry(Way::Up))
        .tell(Event::Carry(Way::Down))
        .tell(Event::Carry(Way::Right))
        .tell(Event::Carry(Way::Right))
        .tell(Event::Carry(Way::Right))
        .tell(Event::Carry(Way::Right))
        .tell(Event::Drop);
    assert_eq!(
        table.said(),
        [
            "Lifted C, Card c. Position 3 of 4 in backlog.",
            "Position 2 of 4 in backlog.",
            "Position 3 of 4 in backlog.",
            "Position 2 of 2 in doing.",
            "Position 1 of 1 in review.",
            // It comes back to the row that it was in.
            "Position 3 of 5 in done.",
            "done is the last column.",
            "Dropped in done, position 3 of 5.",
        ]
    );
    assert_eq!(table.moves(), ["c: backlog to done/h"]);
}

#[test]
fn escape_gives_a_carried_card_back_and_who_goes_elsewhere_keeps_the_focus_there() {
    let carried = || Table::new(BOARD).tell(Event::Lift("a".into())).tell(Event::Carry(Way::Right));
    let table = carried().tell(Event::GiveBack);
    assert_eq!((table.state.clone(), table.moves().len()), (State::Idle, 0));
    assert_eq!(table.effects.last(), Some(&Effect::Focus("a".into())));

    let table = carried().tell(Event::Leave);
    assert_eq!(table.effects.last(), Some(&Effect::Say("Put back in backlog.".to_owned())));

    let table = carried().tell(press("b", 1, Tip::Mouse, 0.0));
    assert!(matches!(&table.state, State::Pressed(press) if press.card == "b".into()));
    assert_eq!(table.said().last(), Some(&"Put back in backlog."));
}

#[test]
fn keys_and_menus_move_a_card_at_once() {
    let go = |card: &str, way| {
        let table = Table::new(BOARD).tell(Event::Go(card.into(), way));
        assert_eq!(table.state, State::Idle);
        (table.moves().concat(), table.said().concat())
    };
    let did = |moved: &str, said: &str| (moved.to_owned(), said.to_owned());
    assert_eq!(go("b", Way::Up), did("b: backlog to backlog/a", "Dropped in backlog, position 1 of 3."));
    assert_eq!(go("a", Way::Down), did("a: backlog to backlog/c", "Dropped in backlog, position 2 of 3."));
    assert_eq!(go("c", Way::Top), did("c: backlog to backlog/a", "Dropped in backlog, position 1 of 3."));
    assert_eq!(
        go("a", Way::Bottom),
        did("a: backlog to backlog/end", "Dropped in backlog, position 3 of 3.")
    );
    assert_eq!(go("c", Way::Right), did("c: backlog to doing/end", "Dropped in doing, position 2 of 2."));
    let review = Way::To("review".into());
    assert_eq!(go("c", review), did("c: backlog to review/end", "Dropped in review, position 1 of 1."));
    assert_eq!(go("a", Way::Up), did("", "Already at the top of backlog."));
    assert_eq!(go("c", Way::Down), did("", "Already at the end of backlog."));
    assert_eq!(go("a", Way::Left), did("", "backlog is the first column."));
    assert_eq!(go("gone", Way::Up), did("", ""));
}

#[test]
fn what_others_do_neither_moves_the_place_nor_ends_the_drag() {
    let carried = || Table::new(BOARD).press("a", Tip::Mouse).point(300.0, "backlog/c", 1.0);
    let drop = |table: Table| table.tell(Event::Release(1)).moves().concat();
    assert_eq!(drop(carried().becomes("backlog: x a b c, doing:, review:")), "a: backlog to backlog/c");
    assert_eq!(drop(carried().becomes("backlog: a b, doing: c d, review:")), "a: backlog to backlog/end");
    assert_eq!(drop(carried().becomes("backlog: b c, doing: a, review:")), "a: doing to backlog/c");
    // The drop looks for itself, should the change not have been told yet.
    let mut table = carried();
    table.sketch = Sketch::new("backlog: a b, doing: c d, review:");
    assert_eq!(drop(table), "a: backlog to backlog/end");
}

#[test]
fn a_place_in_a_column_that_goes_is_the_cards_own() {
    let table = Table::new(BOARD).press("a", Tip::Mouse).point(300.0, "doing/d", 1.0);
    let table = table.becomes("backlog: a b c d, review:").tell(Event::Release(1));
    assert_eq!((table.moves().len(), table.said().last()), (0, Some(&"Put back in backlog.")));
}

#[test]
fn a_card_that_somebody_deletes_leaves_the_hand_and_that_is_told() {
    for table in [
        Table::new(BOARD).press("a", Tip::Mouse).point(300.0, "doing/d", 1.0),
        Table::new(BOARD).tell(Event::Lift("a".into())),
    ] {
        let table = table.becomes("backlog: b c, doing: d, review:");
        assert_eq!(table.state, State::Idle);
        let told = "A is no longer on the board: somebody deleted it.".to_owned();
        assert_eq!(table.effects.last(), Some(&Effect::Tell(told)));
        assert_eq!(table.tell(Event::Release(1)).tell(Event::Drop).moves().len(), 0);
    }
}

#[test]
fn a_menu_says_which_ways_lead_nowhere() {
    let leads = |card: &str, way| leads(&Sketch::new(BOARD), &card.into(), &way);
    assert!(leads("b", Way::Up) && leads("b", Way::Down) && leads("a", Way::To("review".into())));
    assert!(
        !leads("a", Way::Up) && !leads("a", Way::Top) && !leads("c", Way::Bottom) && !leads("c", Way::Down)
    );
}

#[test]
fn what_is_put_down_where_it_is_not_seen_is_said_to_be() {
    let table = Table::new("backlog: a, strip: b").tell(Event::Go("a".into(), Way::Right));
    assert_eq!(table.said(), ["Dropped in strip, position 1 of 2. strip is collapsed."]);
}
