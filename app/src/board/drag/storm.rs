//! Whatever happens, in whatever order, while others change the board.

use proptest::prelude::*;

use super::places::Beside;
use super::tests::Sketch;
use super::*;

const COLUMNS: [&str; 3] = ["backlog", "doing", "review"];

#[derive(Clone, Debug)]
enum Happening {
    Told(Event),
    /// Somebody else moves a card, adds it or, without a place, deletes it. The machine is told, or will be later.
    Changed {
        card: u8,
        to: Option<(usize, usize)>,
        told: bool,
    },
    /// Somebody else deletes a column.
    Closed(usize),
}

fn id(card: u8) -> CardId {
    CardId::new(format!("c{card}"))
}

fn card() -> impl Strategy<Value = CardId> {
    (0..6_u8).prop_map(id)
}

fn way() -> impl Strategy<Value = Way> {
    let column = prop::sample::select(COLUMNS.to_vec());
    prop_oneof![
        Just(Way::Up),
        Just(Way::Down),
        Just(Way::Top),
        Just(Way::Bottom),
        Just(Way::Left),
        Just(Way::Right),
        column.prop_map(|column| Way::To(column.into())),
    ]
}

fn gap() -> impl Strategy<Value = Gap> {
    let beside =
        prop_oneof![card().prop_map(Beside::Above), card().prop_map(Beside::Below), Just(Beside::Nothing)];
    (prop::sample::select(COLUMNS.to_vec()), beside)
        .prop_map(|(column, beside)| Gap { column: column.into(), beside })
}

fn event() -> impl Strategy<Value = Event> {
    let point = || (0.0..20.0_f64).prop_map(|x| Point { x, y: 0.0 });
    let tip = prop_oneof![Just(Tip::Mouse), Just(Tip::Finger)];
    let time = || (0..8_u8).prop_map(|time| f64::from(time) * 100.0);
    let press = (card(), 1..3, tip, point(), time())
        .prop_map(|(card, pointer, tip, at, since)| Event::Press(Press { card, pointer, tip, at, since }));
    let moved = (1..3, point(), prop::option::of(gap()), time())
        .prop_map(|(pointer, at, over, now)| Event::Point { pointer, at, over, now });
    prop_oneof![
        3 => press,
        5 => moved,
        2 => (time(), time()).prop_map(|(since, now)| Event::Waited { since, now }),
        2 => (1..3).prop_map(Event::Release),
        1 => (1..3).prop_map(Event::Cancel),
        2 => card().prop_map(Event::Lift),
        3 => way().prop_map(Event::Carry),
        2 => Just(Event::Drop),
        1 => Just(Event::GiveBack),
        1 => Just(Event::Leave),
        1 => (card(), way()).prop_map(|(card, way)| Event::Go(card, way)),
        1 => Just(Event::Change),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let place = prop::option::weighted(0.8, (0..COLUMNS.len(), 0..5_usize));
    prop_oneof![
        12 => event().prop_map(Happening::Told),
        4 => (0..6_u8, place, any::<bool>()).prop_map(|(card, to, told)| Happening::Changed { card, to, told }),
        1 => (0..COLUMNS.len()).prop_map(Happening::Closed),
    ]
}

impl Sketch {
    fn put(&mut self, card: &CardId, to: Option<(usize, usize)>) {
        for (_, cards) in &mut self.columns {
            cards.retain(|other| other != card);
        }
        if let Some((column, index)) = to
            && let Some((_, cards)) = self.columns.get_mut(column)
        {
            cards.insert(index.min(cards.len()), card.clone());
        }
    }

    fn close(&mut self, column: usize) {
        if 1 < self.columns.len() && column < self.columns.len() {
            let (_, cards) = self.columns.remove(column);
            if let Some((_, first)) = self.columns.first_mut() {
                first.extend(cards);
            }
        }
    }
}

/// What may end with this event: at most one move, of what was held or named, to a place that there is.
fn check(before: &State, event: &Event, effects: &[Effect], sketch: &Sketch) -> Result<(), TestCaseError> {
    let moves: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Move { .. })).collect();
    prop_assert!(moves.len() <= 1);
    let Some(Effect::Move { card, from, to }) = moves.first() else { return Ok(()) };
    match event {
        Event::Release(_) | Event::Drop => {
            prop_assert!(matches!(before, State::Carrying(carried) if carried.card == *card));
        }
        Event::Go(named, _) => prop_assert!(named == card && !matches!(before, State::Carrying(_))),
        _ => prop_assert!(false, "{event:?} moves nothing"),
    }
    prop_assert_ne!(to.before.as_ref(), Some(card));
    prop_assert_eq!(sketch.column_of(card), Some(from.clone()));
    prop_assert!(sketch.columns().contains(&to.column));
    if let Some(before) = &to.before {
        prop_assert_eq!(sketch.column_of(before), Some(to.column.clone()));
    }
    let home = Slot::home(sketch, card).map(|home| home.spot());
    prop_assert_ne!(Some(to), home.as_ref(), "a move to where it is already");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_ends_idle_with_one_move_at_most_for_each_drop(
        happenings in prop::collection::vec(happening(), 0..60),
        ending in prop_oneof![Just(Event::GiveBack), Just(Event::Leave), Just(Event::Drop), Just(Event::Release(1))],
    ) {
        let mut sketch = Sketch::new("backlog: c0 c1 c2 c3, doing: c4, review:");
        let mut state = State::Idle;
        for happening in happenings {
            let event = match happening {
                Happening::Told(event) => event,
                Happening::Changed { card, to, told } => {
                    sketch.put(&id(card), to);
                    if told { Event::Change } else { continue }
                }
                Happening::Closed(column) => {
                    sketch.close(column);
                    Event::Change
                }
            };
            let (next, effects) = step(state.clone(), event.clone(), &sketch);
            check(&state, &event, &effects, &sketch)?;
            for effect in &effects {
                if let Effect::Move { card, to, .. } = effect {
                    // The page moves it at once.
                    let column = sketch.columns().iter().position(|column| *column == to.column).unwrap();
                    let mut others = sketch.cards(&to.column);
                    others.retain(|other| other != card);
                    let index = to.before.as_ref().and_then(|before| others.iter().position(|it| it == before));
                    sketch.put(card, Some((column, index.unwrap_or(others.len()))));
                }
            }
            if let State::Carrying(carried) = &next {
                prop_assert!(carried.slot.spot().before != Some(carried.card.clone()));
                prop_assert!(carried.slot.index() < carried.slot.count());
            }
            state = next;
        }

        // However it stands, the pointer is let go and the person goes on: nothing is held any more.
        let held = state.clone();
        let (next, effects) = step(state, ending.clone(), &sketch);
        check(&held, &ending, &effects, &sketch)?;
        let mut moved = effects.iter().filter(|effect| matches!(effect, Effect::Move { .. })).count();
        state = next;
        for event in [Event::Release(1), Event::Release(2), Event::Leave] {
            let (next, effects) = step(state, event, &sketch);
            moved += effects.iter().filter(|effect| matches!(effect, Effect::Move { .. })).count();
            state = next;
        }
        prop_assert_eq!(&state, &State::Idle);
        prop_assert!(moved <= 1);
        if matches!(ending, Event::GiveBack | Event::Leave) {
            prop_assert_eq!(moved, 0);
        }
    }
}
