//! How a step is taken back on the board as it has become by then.

use shared::board::BoardState;
use shared::ids::{CardId, ColumnId};
use shared::overlay::Operation;
use shared::requests::{Deed, MoveCard, Patch, PatchColumn};

use super::{Back, Inverse};

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// What shows at once. What was deleted shows when the stream brings it: nobody here knows the card any more.
    pub shown: Vec<Operation>,
    /// What the server is asked for.
    pub asked: Asked,
}

/// What the server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Changes of cards, in this order.
    Cards(Vec<(CardId, Deed)>),
    /// A change of a column.
    Column(ColumnId, PatchColumn),
}

impl Inverse {
    /// The way back on this board.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn way_back(&self, state: &BoardState) -> Result<WayBack, String> {
        match self {
            Self::Cards(changes) => Ok(cards(changes, state)),
            Self::Column(column, change, reorder) => {
                let mut change = change.clone();
                if let Some(reorder) = reorder {
                    let index = reorder.back(column, &state.column_order);
                    let index = index.ok_or("The columns were put in another order since.")?;
                    change.index = i64::try_from(index).ok();
                }
                let shown = Operation::PatchColumn { column_id: column.clone(), change: change.clone() };
                Ok(WayBack { shown: vec![shown], asked: Asked::Column(column.clone(), change) })
            }
        }
    }
}

/// Each card's way is looked for on the board as those before it leave it.
fn cards(changes: &[(CardId, Back)], state: &BoardState) -> WayBack {
    let mut state = state.clone();
    let (mut shown, mut deeds) = (Vec::new(), Vec::new());
    for (card, back) in changes {
        let deed = deed(card, back, &state);
        if let Some(operation) = operation(card, &deed, &state) {
            operation.apply_to(&mut state);
            shown.push(operation);
        }
        deeds.push((card.clone(), deed));
    }
    WayBack { shown, asked: Asked::Cards(deeds) }
}

fn deed(card: &CardId, back: &Back, state: &BoardState) -> Deed {
    match back {
        Back::Deed(deed) => deed.clone(),
        Back::Place(place) => Deed::Move(MoveCard {
            column_id: place.column.clone(),
            index: None,
            before_card_id: Patch::from(place.before(card, state)),
        }),
    }
}

fn operation(card: &CardId, deed: &Deed, state: &BoardState) -> Option<Operation> {
    let card_id = card.clone();
    Some(match deed {
        Deed::Move(MoveCard { column_id, before_card_id, .. }) => Operation::MoveCard {
            card_id,
            from: state.column_of(card)?.id.clone(),
            column_id: column_id.clone(),
            before: before_card_id.value().cloned(),
        },
        Deed::Patch(change) => Operation::PatchCard { card_id, change: change.clone() },
        Deed::Delete => Operation::DeleteCard { card_id },
        Deed::Restore => return None,
    })
}
