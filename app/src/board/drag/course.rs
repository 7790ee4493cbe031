//! Where a key or an item of a menu takes a card.

use shared::ids::{CardId, ColumnId};

use super::places::{Places, Slot};

/// A way for a card to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Above the card above it.
    Up,
    /// Below the card below it.
    Down,
    /// Above all others.
    Top,
    /// Below all others.
    Bottom,
    /// To the column before.
    Left,
    /// To the column after.
    Right,
    /// To the end of this column.
    To(ColumnId),
}

impl Way {
    /// Whether it leads to another column.
    pub(super) fn is_sideways(&self) -> bool {
        matches!(self, Self::Left | Self::Right | Self::To(_))
    }
}

/// Whether a card gets anywhere by going this way.
#[must_use]
pub fn leads(places: &dyn Places, card: &CardId, way: &Way) -> bool {
    let home = Slot::home(places, card);
    home.is_some_and(|home| lead(&home, way, home.index(), places, card).is_some())
}

/// The place that a card gets to from another one; `None` if it is there already, or there is nothing that way. In the
/// columns beside, it goes for the place below `row` cards.
pub(super) fn lead(from: &Slot, way: &Way, row: usize, places: &dyn Places, card: &CardId) -> Option<Slot> {
    let to = match way {
        Way::Up => from.at(from.index().checked_sub(1)?),
        Way::Down => from.at(from.index() + 1),
        Way::Top => from.at(0),
        Way::Bottom => from.at(usize::MAX),
        Way::Left | Way::Right => Slot::below(row, beside(from, way, places)?, places, card),
        Way::To(column) => {
            // A menu shows the columns that there were when it was opened.
            let column = places.columns().into_iter().find(|it| it == column)?;
            Slot::below(usize::MAX, column, places, card)
        }
    };
    (to.spot() != from.spot()).then_some(to)
}

fn beside(from: &Slot, way: &Way, places: &dyn Places) -> Option<ColumnId> {
    let columns = places.columns();
    let index = columns.iter().position(|column| *column == from.column)?;
    let index = if *way == Way::Left { index.checked_sub(1)? } else { index + 1 };
    columns.get(index).cloned()
}
