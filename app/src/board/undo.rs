//! What a person did, as what would take it back: the last steps of a tab, each guarded by the revision that its answer
//! told.
//!
//! To take a step back is itself a change, and raises the revision once more. So that the step before can still be taken
//! back, it then goes by that new revision, unless somebody else came between the two.

mod inverse;
mod place;
mod way_back;

use std::collections::VecDeque;

use shared::ids::{BoardId, CardId, ColumnId};
use shared::requests::{Deed, PatchColumn};

pub use inverse::{Taken, inverse};
pub use place::{Place, Reorder};
pub use way_back::{Asked, WayBack};

/// How many steps are kept; the oldest makes room.
const MAX_STEPS: usize = 50;

/// The steps that can be taken back, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    steps: VecDeque<Step>,
    next: u64,
}

/// Names a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepNumber(u64);

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub number: StepNumber,
    /// The board.
    pub board: BoardId,
    /// What was done, in words: `MAI-3 moved`.
    pub words: String,
    /// What takes it back.
    pub inverse: Inverse,
    marks: Vec<Mark>,
}

/// What takes a step back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inverse {
    /// Changes of cards, in this order.
    Cards(Vec<(CardId, Back)>),
    /// A change of what stands on a column, and of its place.
    Column(ColumnId, PatchColumn, Option<Reorder>),
}

/// What takes a change of a card back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// Something that means the same whatever has become of the board.
    Deed(Deed),
    /// A move to where the card was.
    Place(Place),
}

/// A card or a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A card.
    Card(CardId),
    /// A column.
    Column(ColumnId),
}

/// A thing, as a step left it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    thing: Thing,
    /// The revision that the step made.
    made: u64,
    /// The revision that it must have for the step to be taken back.
    expects: u64,
    /// How much the step may have raised it.
    raised: u64,
}

impl Inverse {
    /// The things that it changes, each once, with how often.
    fn things(&self) -> Vec<(Thing, u64)> {
        match self {
            Self::Column(column, ..) => vec![(Thing::Column(column.clone()), 1)],
            Self::Cards(deeds) => {
                let mut things: Vec<(Thing, u64)> = Vec::new();
                for (card, _) in deeds {
                    let thing = Thing::Card(card.clone());
                    match things.iter_mut().find(|(known, _)| *known == thing) {
                        Some((_, times)) => *times += 1,
                        None => things.push((thing, 1)),
                    }
                }
                things
            }
        }
    }
}

impl Step {
    /// The revision that a thing must have for the step to be taken back.
    #[must_use]
    pub fn expects(&self, thing: &Thing) -> Option<u64> {
        self.marks.iter().find(|mark| mark.thing == *thing).map(|mark| mark.expects)
    }
}

impl Steps {
    /// Notes what was done, with the revisions that the answer told. Without the revision of a thing there is no guard, so
    /// that is not a step.
    pub fn push(&mut self, board: BoardId, taken: Taken, made: &[(Thing, u64)]) -> Option<StepNumber> {
        let Taken { words, inverse } = taken;
        let revision = |thing: &Thing| made.iter().find(|(it, _)| it == thing).map(|(_, revision)| *revision);
        let mark = |(thing, raised): (Thing, u64)| {
            let made = revision(&thing)?;
            Some(Mark { thing, made, expects: made, raised })
        };
        let marks = inverse.things().into_iter().map(mark).collect::<Option<Vec<_>>>()?;
        let number = StepNumber(self.next);
        self.next += 1;
        self.steps.push_back(Step { number, board, words, inverse, marks });
        if self.steps.len() > MAX_STEPS {
            self.steps.pop_front();
        }
        Some(number)
    }

    /// Takes out the last step on a board.
    pub fn take_last(&mut self, board: &BoardId) -> Option<Step> {
        let at = self.steps.iter().rposition(|step| step.board == *board)?;
        self.steps.remove(at)
    }

    /// Takes out this step, if it is still there.
    pub fn take(&mut self, number: StepNumber) -> Option<Step> {
        let at = self.steps.iter().position(|step| step.number == number)?;
        self.steps.remove(at)
    }

    /// Puts a step back that could not be sent.
    pub fn put_back(&mut self, step: Step) {
        let at = self.steps.iter().position(|other| other.number.0 > step.number.0);
        self.steps.insert(at.unwrap_or(self.steps.len()), step);
    }

    /// A step was taken back, and these are the revisions since. Steps before it on the same things can be taken back after
    /// it, as nobody else has changed them in between.
    pub fn taken_back(&mut self, step: &Step, revisions: &[(Thing, u64)]) {
        for mark in &step.marks {
            let Some((_, now)) = revisions.iter().find(|(thing, _)| *thing == mark.thing) else { continue };
            let earlier = self.steps.iter_mut().rev().filter(|it| it.number.0 < step.number.0);
            let before = earlier.flat_map(|step| &mut step.marks).find(|earlier| earlier.thing == mark.thing);
            if let Some(before) = before
                && before.expects + mark.raised >= mark.made
            {
                before.expects = *now;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: &str) -> Thing {
        Thing::Card(id.into())
    }

    fn delete(ids: &[&str]) -> Taken {
        let deeds = ids.iter().map(|id| (CardId::new(*id), Back::Deed(Deed::Delete))).collect();
        Taken { words: ids.concat(), inverse: Inverse::Cards(deeds) }
    }

    /// Does something to a card of the board `b`, which is then at a revision.
    fn act(steps: &mut Steps, id: &str, made: u64) -> StepNumber {
        steps.push("b".into(), delete(&[id]), &[(card(id), made)]).expect("a revision")
    }

    #[test]
    fn a_step_can_be_taken_back_after_several_others_were() {
        let mut steps = Steps::default();
        act(&mut steps, "c1", 2);
        for made in [3, 5, 7] {
            act(&mut steps, "c1", made);
            let step = steps.take_last(&"b".into()).unwrap();
            steps.taken_back(&step, &[(card("c1"), made + 1)]);
        }
        assert_eq!(steps.take_last(&"b".into()).unwrap().expects(&card("c1")), Some(8));
    }

    #[test]
    fn the_last_step_on_the_board_is_taken_back_first() {
        let mut steps = Steps::default();
        act(&mut steps, "1", 2);
        steps.push("other".into(), delete(&["9"]), &[(card("9"), 4)]);
        act(&mut steps, "2", 7);
        let words = |steps: &mut Steps| steps.take_last(&"b".into()).map(|step| step.words);
        assert_eq!(words(&mut steps).as_deref(), Some("2"));
        assert_eq!(words(&mut steps).as_deref(), Some("1"));
        assert_eq!(words(&mut steps), None);
    }

    #[test]
    fn fifty_steps_are_kept() {
        let mut steps = Steps::default();
        let first = act(&mut steps, "first", 1);
        for _ in 0..50 {
            act(&mut steps, "x", 1);
        }
        assert_eq!(steps.take(first), None);
        let count = std::iter::from_fn(|| steps.take_last(&"b".into())).count();
        assert_eq!(count, 50);
    }

    #[test]
    fn a_step_goes_by_the_revision_that_its_answer_told() {
        let mut steps = Steps::default();
        steps.push("b".into(), delete(&["1", "2"]), &[(card("1"), 5), (card("2"), 8)]);
        assert_eq!(steps.push("b".into(), delete(&["3"]), &[]), None, "without a revision there is no guard");
        let step = steps.take_last(&"b".into()).expect("a step");
        assert_eq!((step.expects(&card("1")), step.expects(&card("2"))), (Some(5), Some(8)));
    }

    #[test]
    fn after_a_step_was_taken_back_the_one_before_goes_by_the_new_revision() {
        let mut steps = Steps::default();
        for revision in [2, 3, 4] {
            act(&mut steps, "1", revision);
        }
        for now in [5, 6] {
            let step = steps.take_last(&"b".into()).expect("a step");
            steps.taken_back(&step, &[(card("1"), now)]);
        }
        let first = steps.take_last(&"b".into()).expect("a step");
        assert_eq!(first.expects(&card("1")), Some(6));
    }

    #[test]
    fn where_somebody_else_came_between_the_step_before_stays_stale() {
        let mut steps = Steps::default();
        act(&mut steps, "1", 2);
        // Revision 3 was somebody else's.
        act(&mut steps, "1", 4);
        let step = steps.take_last(&"b".into()).expect("a step");
        steps.taken_back(&step, &[(card("1"), 5)]);
        assert_eq!(steps.take_last(&"b".into()).and_then(|first| first.expects(&card("1"))), Some(2));
    }

    #[test]
    fn a_step_that_could_not_be_sent_goes_back_to_its_place() {
        let mut steps = Steps::default();
        let first = act(&mut steps, "1", 2);
        act(&mut steps, "2", 2);
        let taken = steps.take(first).expect("the step");
        steps.put_back(taken);
        assert_eq!(steps.take_last(&"b".into()).map(|step| step.words).as_deref(), Some("2"));
    }
}
