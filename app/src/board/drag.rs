//! Dragging a card as a pure state machine: pointer and key events in, the next state and what is to be done out.
//!
//! The page turns browser events into [`Event`]s, carries out the [`Effect`]s, and shows the [`State`]: the card in the
//! hand and the slot that is open for it.

use shared::ids::{CardId, ColumnId};

/// How far the pointer must go before a press becomes a drag, in CSS pixels: a hand trembles while it clicks.
pub const THRESHOLD: f64 = 5.0;

/// A point of the window, in CSS pixels from its top left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A place for a card: above another one, or at the end of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The column.
    pub column: ColumnId,
    /// The card it lies above; `None` at the end.
    pub before: Option<CardId>,
}

/// A pointer, as the browser numbers it.
pub type PointerId = i32;

/// A card, pressed or carried.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The card.
    pub card: CardId,
    /// The pointer that holds it: no other one moves or drops it.
    pub pointer: PointerId,
    /// Where it was taken from.
    pub from: Spot,
    /// Where it was pressed.
    pub pressed: Point,
}

/// How the hand holds the card.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Grip {
    /// From the card's top left to where it was pressed.
    pub offset: Point,
    /// The card's width.
    pub width: f64,
}

/// A card that the pointer went down on, as a page finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    /// The card.
    pub card: CardId,
    /// Where it lies.
    pub from: Spot,
    /// How it is held.
    pub grip: Grip,
}

/// Where a drag stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody holds a card.
    #[default]
    Idle,
    /// A card is pressed; this may yet become a click.
    Pressed(Held),
    /// A card is carried.
    Dragging {
        /// The card.
        held: Held,
        /// Where the pointer is.
        at: Point,
        /// The slot that is open for it, if the pointer is over one.
        over: Option<Spot>,
    },
}

impl State {
    /// What is held, pressed or carried.
    #[must_use]
    pub fn held(&self) -> Option<&Held> {
        match self {
            Self::Idle => None,
            Self::Pressed(held) | Self::Dragging { held, .. } => Some(held),
        }
    }

    /// The card that is being carried.
    #[must_use]
    pub fn carried(&self) -> Option<&CardId> {
        match self {
            Self::Dragging { held, .. } => Some(&held.card),
            Self::Idle | Self::Pressed(_) => None,
        }
    }

    /// The slot that is open.
    #[must_use]
    pub fn slot(&self) -> Option<&Spot> {
        match self {
            Self::Dragging { over, .. } => over.as_ref(),
            Self::Idle | Self::Pressed(_) => None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The main button of a pointer went down on a card.
    Press(Held),
    /// A pointer moved, or what lies under it did.
    Move {
        /// Which one.
        pointer: PointerId,
        /// Where it is.
        at: Point,
        /// The place under it.
        over: Option<Spot>,
    },
    /// The button was let go.
    Release {
        /// Of which pointer.
        pointer: PointerId,
    },
    /// The browser took the pointer away.
    Cancel {
        /// Which one.
        pointer: PointerId,
    },
    /// The Escape key.
    Escape,
    /// A card left the board.
    Gone(CardId),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Let this pointer's events come to the board wherever it goes.
    Capture(PointerId),
    /// Say that the card was taken up.
    Lifted(CardId),
    /// Move the card.
    Drop {
        /// The card.
        card: CardId,
        /// Where to.
        to: Spot,
    },
    /// Say that the card is back where it was.
    GivenBack(CardId),
}

/// The next state, and what to do on the way there.
#[must_use]
pub fn step(state: State, event: Event) -> (State, Vec<Effect>) {
    match (state, event) {
        (State::Idle, Event::Press(held)) => (State::Pressed(held), vec![]),

        (State::Pressed(held), Event::Move { pointer, at, over }) if held.pointer == pointer => {
            if held.pressed.distance(at) < THRESHOLD {
                return (State::Pressed(held), vec![]);
            }
            let effects = vec![Effect::Capture(pointer), Effect::Lifted(held.card.clone())];
            (State::Dragging { held, at, over }, effects)
        }
        (State::Dragging { held, .. }, Event::Move { pointer, at, over }) if held.pointer == pointer => {
            (State::Dragging { held, at, over }, vec![])
        }

        (State::Pressed(held), Event::Release { pointer } | Event::Cancel { pointer })
            if held.pointer == pointer =>
        {
            (State::Idle, vec![])
        }
        (State::Dragging { held, over, .. }, Event::Release { pointer }) if held.pointer == pointer => {
            let effect = match over.filter(|to| *to != held.from) {
                Some(to) => Effect::Drop { card: held.card, to },
                None => Effect::GivenBack(held.card),
            };
            (State::Idle, vec![effect])
        }
        (State::Dragging { held, .. }, Event::Cancel { pointer }) if held.pointer == pointer => {
            (State::Idle, vec![Effect::GivenBack(held.card)])
        }

        (State::Pressed(_), Event::Escape) => (State::Idle, vec![]),
        (State::Dragging { held, .. }, Event::Escape) => (State::Idle, vec![Effect::GivenBack(held.card)]),

        (State::Pressed(held) | State::Dragging { held, .. }, Event::Gone(card)) if held.card == card => {
            (State::Idle, vec![])
        }

        // Another pointer, or an event that means nothing here.
        (state, _) => (state, vec![]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(column: &str, before: Option<&str>) -> Spot {
        Spot { column: column.into(), before: before.map(Into::into) }
    }

    fn press(pointer: PointerId) -> Event {
        let from = spot("todo", Some("c2"));
        Event::Press(Held { card: "c1".into(), pointer, from, pressed: Point { x: 100.0, y: 100.0 } })
    }

    fn moved(pointer: PointerId, x: f64, over: Option<Spot>) -> Event {
        Event::Move { pointer, at: Point { x, y: 100.0 }, over }
    }

    fn run(events: impl IntoIterator<Item = Event>) -> (State, Vec<Effect>) {
        events.into_iter().fold((State::Idle, vec![]), |(state, mut effects), event| {
            let (state, more) = step(state, event);
            effects.extend(more);
            (state, effects)
        })
    }

    #[test]
    fn a_press_that_trembles_stays_a_click() {
        let events = [press(1), moved(1, 104.0, None), Event::Release { pointer: 1 }];
        assert_eq!(run(events), (State::Idle, vec![]));
    }

    #[test]
    fn a_drop_on_another_place_moves_the_card_once() {
        let to = spot("done", None);
        let events = [press(1), moved(1, 300.0, Some(to.clone())), Event::Release { pointer: 1 }];
        let (state, effects) = run(events);
        assert_eq!(state, State::Idle);
        let card = CardId::new("c1");
        assert_eq!(effects, [Effect::Capture(1), Effect::Lifted(card.clone()), Effect::Drop { card, to }]);
    }

    #[test]
    fn a_drop_where_it_lay_or_beside_the_board_gives_it_back() {
        for over in [Some(spot("todo", Some("c2"))), None] {
            let (_, effects) = run([press(1), moved(1, 300.0, over), Event::Release { pointer: 1 }]);
            assert_eq!(effects.last(), Some(&Effect::GivenBack("c1".into())));
        }
    }

    #[test]
    fn escape_and_a_lost_pointer_give_it_back() {
        for end in [Event::Escape, Event::Cancel { pointer: 1 }] {
            let (state, effects) = run([
                press(1),
                moved(1, 300.0, Some(spot("done", None))),
                end,
                Event::Release { pointer: 1 },
            ]);
            assert_eq!(state, State::Idle);
            assert_eq!(effects.last(), Some(&Effect::GivenBack("c1".into())));
        }
    }

    #[test]
    fn a_card_that_leaves_the_board_leaves_the_hand() {
        let events = [press(1), moved(1, 300.0, Some(spot("done", None))), Event::Gone("c1".into())];
        assert_eq!(run(events).0, State::Idle);
    }

    fn event() -> impl Strategy<Value = Event> {
        let place = prop_oneof![
            Just(None),
            Just(Some(spot("todo", Some("c2")))),
            Just(Some(spot("todo", None))),
            Just(Some(spot("done", None))),
        ];
        prop_oneof![
            (1..3).prop_map(press),
            (1..3, 90.0..110.0, place).prop_map(|(pointer, x, over)| moved(pointer, x, over)),
            (1..3).prop_map(|pointer| Event::Release { pointer }),
            (1..3).prop_map(|pointer| Event::Cancel { pointer }),
            Just(Event::Escape),
            Just(Event::Gone("c1".into())),
            Just(Event::Gone("other".into())),
        ]
    }

    proptest! {
        #[test]
        fn every_move_ends_a_drag_of_its_own(events in prop::collection::vec(event(), 0..40)) {
            let mut state = State::Idle;
            let mut lifted = false;
            for event in events {
                let release = matches!(event, Event::Release { .. });
                let held = state.held().cloned();
                let (next, effects) = step(state, event);
                for effect in effects {
                    match effect {
                        Effect::Capture(pointer) => prop_assert_eq!(Some(pointer), held.as_ref().map(|held| held.pointer)),
                        Effect::Lifted(_) => {
                            prop_assert!(!lifted);
                            lifted = true;
                        }
                        Effect::Drop { to, .. } => {
                            prop_assert!(lifted && release);
                            prop_assert_ne!(Some(&to), held.as_ref().map(|held| &held.from));
                            lifted = false;
                        }
                        Effect::GivenBack(_) => {
                            prop_assert!(lifted);
                            lifted = false;
                        }
                    }
                }
                if next == State::Idle {
                    lifted = false;
                }
                prop_assert_eq!(lifted, next.carried().is_some());
                state = next;
            }
        }
    }
}
