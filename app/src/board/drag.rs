//! Moving a card as a pure state machine, one for the mouse, the finger, the keyboard and the menus: events in, the next
//! state and what is to be done out.
//!
//! The page turns what its browser tells into [`Event`]s, carries out the [`Effect`]s, and shows the [`State`]: the card
//! in the hand and the place that is open for it. What the board holds comes in as [`Places`], times as arguments.

mod course;
pub mod places;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod tests;
mod words;

use shared::ids::{CardId, ColumnId};

pub use course::{Way, leads};
pub use places::{Gap, Places, Slot, Spot};

/// How far a mouse must go before a press becomes a drag, in CSS pixels: a hand trembles while it clicks.
pub const THRESHOLD: f64 = 5.0;
/// How far a finger may go while it waits for the card to come up, in CSS pixels; one that goes further scrolls.
pub const STILL: f64 = 8.0;
/// How long a finger waits for that, in milliseconds.
pub const HOLD: f64 = 300.0;

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

/// A pointer, as the browser numbers it.
pub type PointerId = i32;

/// What presses a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tip {
    /// A mouse or a pen: it lifts a card by moving.
    Mouse,
    /// A finger: moving, it scrolls; it lifts a card by holding still.
    Finger,
}

/// A card with a pointer down on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Press {
    /// The card.
    pub card: CardId,
    /// The pointer: no other one lifts, moves or drops the card.
    pub pointer: PointerId,
    /// What it is.
    pub tip: Tip,
    /// Where it went down.
    pub at: Point,
    /// When, in milliseconds.
    pub since: f64,
}

/// What holds a lifted card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hand {
    /// A pointer, which is at this point.
    Pointer(PointerId, Point),
    /// The keyboard. It goes for this row when it comes into another column.
    Keys(usize),
}

/// A lifted card.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The card.
    pub card: CardId,
    /// Its key, which is still needed when somebody has deleted it.
    key: String,
    /// What holds it.
    pub hand: Hand,
    /// The place that is open for it.
    pub slot: Slot,
}

/// Where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody holds a card.
    #[default]
    Idle,
    /// A card is pressed; this may yet become a click, or a finger that scrolls.
    Pressed(Press),
    /// A card is lifted.
    Carrying(Carried),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The main button of a pointer went down on a card.
    Press(Press),
    /// A pointer moved, or what lies under it did.
    Point {
        /// Which one.
        pointer: PointerId,
        /// Where it is.
        at: Point,
        /// The gap between cards that it means.
        over: Option<Gap>,
        /// When, in milliseconds.
        now: f64,
    },
    /// The time of the press that began then may be over.
    Waited {
        /// When the press began, in milliseconds.
        since: f64,
        /// The present, in milliseconds.
        now: f64,
    },
    /// The button was let go, or the finger.
    Release(PointerId),
    /// The browser took the pointer away, to scroll or for another reason.
    Cancel(PointerId),
    /// A key lifts this card.
    Lift(CardId),
    /// A key carries the lifted card on.
    Carry(Way),
    /// A key drops it.
    Drop,
    /// A key gives it back.
    GiveBack,
    /// The person went elsewhere: with the focus, or to another window.
    Leave,
    /// A key or a menu moves a card at once.
    Go(CardId, Way),
    /// The board is another one than it was.
    Change,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell when the press that began at `since` has waited this long, in milliseconds.
    Wait {
        /// When the press began.
        since: f64,
        /// How long to wait.
        millis: f64,
    },
    /// Let this pointer's events come to the board wherever it goes.
    Capture(PointerId),
    /// Say this to who doesn't see it.
    Say(String),
    /// Say this to everybody.
    Tell(String),
    /// Scroll to where the place is open.
    Reveal,
    /// Move the card.
    Move {
        /// The card.
        card: CardId,
        /// Its column.
        from: ColumnId,
        /// Where to.
        to: Spot,
    },
    /// Put the focus on the card.
    Focus(CardId),
}

/// The next state, and what to do on the way there.
#[must_use]
pub fn step(state: State, event: Event, places: &dyn Places) -> (State, Vec<Effect>) {
    match state {
        State::Idle => idle(event, places),
        State::Pressed(press) => pressed(press, event, places),
        State::Carrying(carried) => match carried.hand {
            Hand::Pointer(pointer, _) => dragging(carried, pointer, event, places),
            Hand::Keys(row) => carrying(carried, row, event, places),
        },
    }
}

fn idle(event: Event, places: &dyn Places) -> (State, Vec<Effect>) {
    match event {
        Event::Press(press) => {
            let Press { tip, since, .. } = press;
            let wait = (tip == Tip::Finger).then_some(Effect::Wait { since, millis: HOLD });
            (State::Pressed(press), wait.into_iter().collect())
        }
        Event::Lift(card) => {
            let row = Slot::home(places, &card).map_or(0, |home| home.index());
            let (state, mut effects) = lift(card, Hand::Keys(row), places);
            effects.push(Effect::Reveal);
            (state, effects)
        }
        Event::Go(card, way) => (State::Idle, go(card, &way, places)),
        _ => (State::Idle, vec![]),
    }
}

fn pressed(press: Press, event: Event, places: &dyn Places) -> (State, Vec<Effect>) {
    match event {
        Event::Point { pointer, at, over, now } if pointer == press.pointer => {
            let distance = press.at.distance(at);
            let is_lifted = match press.tip {
                Tip::Mouse => distance >= THRESHOLD,
                // It scrolls: the browser takes it away from here.
                Tip::Finger if distance > STILL => return (State::Idle, vec![]),
                Tip::Finger => now - press.since >= HOLD,
            };
            if is_lifted { drag(press, at, over, places) } else { (State::Pressed(press), vec![]) }
        }
        Event::Waited { since, now } if since == press.since && press.tip == Tip::Finger => {
            let left = HOLD - (now - since);
            if left > 0.0 {
                return (State::Pressed(press), vec![Effect::Wait { since, millis: left }]);
            }
            let at = press.at;
            drag(press, at, None, places)
        }
        Event::Release(pointer) | Event::Cancel(pointer) if pointer == press.pointer => (State::Idle, vec![]),
        // The end of the first press was not heard of.
        Event::Press(again) if again.pointer == press.pointer => idle(Event::Press(again), places),
        // Two fingers don't lift a card.
        Event::Press(_) | Event::GiveBack | Event::Leave => (State::Idle, vec![]),
        Event::Lift(_) | Event::Go(..) => idle(event, places),
        Event::Change if places.column_of(&press.card).is_none() => (State::Idle, vec![]),
        _ => (State::Pressed(press), vec![]),
    }
}

/// A card that a pointer holds.
fn dragging(carried: Carried, pointer: PointerId, event: Event, places: &dyn Places) -> (State, Vec<Effect>) {
    match event {
        Event::Point { pointer: moved, at, over, .. } if moved == pointer => {
            let hand = Hand::Pointer(pointer, at);
            let slot = over.and_then(|gap| carried.slot.moved_to(&gap, places, &carried.card));
            let carried = Carried { hand, ..carried };
            match slot {
                Some(slot) => {
                    let say = Effect::Say(words::position(&slot, places));
                    (State::Carrying(Carried { slot, ..carried }), vec![say])
                }
                None => (State::Carrying(carried), vec![]),
            }
        }
        Event::Release(released) if released == pointer => put_down(carried, places),
        Event::Cancel(lost) if lost == pointer => give_back(carried, places),
        Event::GiveBack | Event::Leave => give_back(carried, places),
        Event::Change => follow(carried, places),
        _ => (State::Carrying(carried), vec![]),
    }
}

/// A card that the keyboard holds.
fn carrying(carried: Carried, row: usize, event: Event, places: &dyn Places) -> (State, Vec<Effect>) {
    match event {
        Event::Carry(way) => {
            let slot = carried.slot.refreshed(places, &carried.card);
            let Some(slot) = course::lead(&slot, &way, row, places, &carried.card) else {
                let say = Effect::Say(words::edge(&way, &slot, places));
                return (State::Carrying(Carried { slot, ..carried }), vec![say]);
            };
            let row = if way.is_sideways() { row } else { slot.index() };
            let effects = vec![Effect::Say(words::position(&slot, places)), Effect::Reveal];
            (State::Carrying(Carried { slot, hand: Hand::Keys(row), ..carried }), effects)
        }
        Event::Drop => put_down(carried, places),
        Event::GiveBack => give_back(carried, places),
        Event::Leave => {
            // The focus is where the person went: it stays there.
            let (state, mut effects) = give_back(carried, places);
            effects.retain(|effect| !matches!(effect, Effect::Focus(_)));
            (state, effects)
        }
        Event::Press(press) => {
            let (_, mut effects) = carrying(carried, row, Event::Leave, places);
            let (state, more) = idle(Event::Press(press), places);
            effects.extend(more);
            (state, effects)
        }
        Event::Change => follow(carried, places),
        _ => (State::Carrying(carried), vec![]),
    }
}

/// A pressed card comes up.
fn drag(press: Press, at: Point, over: Option<Gap>, places: &dyn Places) -> (State, Vec<Effect>) {
    let Press { card, pointer, .. } = press;
    let (state, mut effects) = lift(card, Hand::Pointer(pointer, at), places);
    let State::Carrying(carried) = state else { return (state, effects) };
    effects.push(Effect::Capture(pointer));
    let (state, more) = dragging(carried, pointer, Event::Point { pointer, at, over, now: 0.0 }, places);
    effects.extend(more);
    (state, effects)
}

/// A card comes up, and its own place is open for it.
fn lift(card: CardId, hand: Hand, places: &dyn Places) -> (State, Vec<Effect>) {
    let (Some(name), Some(slot)) = (places.name(&card), Slot::home(places, &card)) else {
        return (State::Idle, vec![]);
    };
    let say = Effect::Say(words::lifted(&name, &slot, places));
    (State::Carrying(Carried { card, key: name.key, hand, slot }), vec![say])
}

/// A carried card goes where its place is open.
fn put_down(carried: Carried, places: &dyn Places) -> (State, Vec<Effect>) {
    let Some(home) = Slot::home(places, &carried.card) else { return gone(&carried) };
    let slot = carried.slot.refreshed(places, &carried.card);
    if slot.spot() == home.spot() {
        return give_back(carried, places);
    }
    (State::Idle, moved(carried.card, home.column, &slot, places))
}

fn give_back(carried: Carried, places: &dyn Places) -> (State, Vec<Effect>) {
    let Some(home) = Slot::home(places, &carried.card) else { return gone(&carried) };
    let say = Effect::Say(words::put_back(&home, places));
    (State::Idle, vec![say, Effect::Focus(carried.card)])
}

/// The board changed under a carried card: its place stays between the cards that it was between.
fn follow(carried: Carried, places: &dyn Places) -> (State, Vec<Effect>) {
    if places.column_of(&carried.card).is_none() {
        return gone(&carried);
    }
    let slot = carried.slot.refreshed(places, &carried.card);
    (State::Carrying(Carried { slot, ..carried }), vec![])
}

fn gone(carried: &Carried) -> (State, Vec<Effect>) {
    (State::Idle, vec![Effect::Tell(words::gone(&carried.key))])
}

/// A card moves without being lifted.
fn go(card: CardId, way: &Way, places: &dyn Places) -> Vec<Effect> {
    let Some(home) = Slot::home(places, &card) else { return vec![] };
    match course::lead(&home, way, home.index(), places, &card) {
        Some(slot) => moved(card, home.column, &slot, places),
        None => vec![Effect::Say(words::edge(way, &home, places))],
    }
}

fn moved(card: CardId, from: ColumnId, slot: &Slot, places: &dyn Places) -> Vec<Effect> {
    let say = Effect::Say(words::dropped(slot, places));
    vec![Effect::Move { card: card.clone(), from, to: slot.spot() }, say, Effect::Focus(card)]
}
