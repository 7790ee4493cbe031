//! Changes of a list on the card, such as its labels: the API takes the whole list, a person takes one thing off it.
//!
//! So each change names the revision that it was made on. Where somebody else was faster it is made anew, on what is
//! there by then, and neither change is lost.

use std::rc::Rc;

use leptos::task::spawn_local;
use shared::card::Card;
use shared::requests::PatchCard;

use super::open_card::OpenCard;
use crate::api::ApiFailure;

/// How often a change is made anew before the person is told.
const MAX_TRIES: usize = 4;

/// A change of a card, as a function of how the card is; `None` where nothing is left to do.
type Rework = Rc<dyn Fn(&Card) -> Option<PatchCard>>;

impl OpenCard {
    /// Makes a change on `card`, or on what it has become by then; `then` learns whether it came to nothing.
    pub fn rework(
        self,
        card: &Card,
        change: impl Fn(&Card) -> Option<PatchCard> + 'static,
        then: impl Fn(Option<ApiFailure>) + 'static,
    ) {
        self.try_rework(card, Rc::new(change), Rc::new(then), MAX_TRIES);
    }

    fn try_rework(self, card: &Card, change: Rework, then: Rc<dyn Fn(Option<ApiFailure>)>, tries: usize) {
        let Some(patch) = change(card) else { return then(None) };
        // A card that only this browser knows so far has no revision.
        let revision = Some(card.revision).filter(|revision| *revision > 0);
        self.try_patch(patch, revision, move |outcome| match outcome {
            Err(failure) if failure.refused_with() == Some(412) && tries > 1 => spawn_local(async move {
                match self.look().await {
                    Ok(now) => self.try_rework(&now.card, change, then, tries - 1),
                    Err(failure) => then(Some(failure)),
                }
            }),
            outcome => then(outcome.err()),
        });
    }
}
