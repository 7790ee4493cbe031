//! What is said of each step to who doesn't see it.

use super::course::Way;
use super::places::{Name, Places, Slot};

/// A card came up.
pub(super) fn lifted(name: &Name, slot: &Slot, places: &dyn Places) -> String {
    let Name { key, title } = name;
    format!("Lifted {key}, {}. {}", title.trim_end_matches('.'), position(slot, places))
}

/// Where the open place is.
pub(super) fn position(slot: &Slot, places: &dyn Places) -> String {
    format!("Position {} of {} in {}.", slot.index() + 1, slot.count(), places.title(&slot.column))
}

/// A card was put down there. Where it is not seen, that is said, too.
pub(super) fn dropped(slot: &Slot, places: &dyn Places) -> String {
    let title = places.title(&slot.column);
    let dropped = format!("Dropped in {title}, position {} of {}.", slot.index() + 1, slot.count());
    if places.is_collapsed(&slot.column) { format!("{dropped} {title} is collapsed.") } else { dropped }
}

/// A card is where it was.
pub(super) fn put_back(home: &Slot, places: &dyn Places) -> String {
    format!("Put back in {}.", places.title(&home.column))
}

/// There is nothing that way.
pub(super) fn edge(way: &Way, slot: &Slot, places: &dyn Places) -> String {
    let title = places.title(&slot.column);
    match way {
        Way::Up | Way::Top => format!("Already at the top of {title}."),
        Way::Down | Way::Bottom | Way::To(_) => format!("Already at the end of {title}."),
        Way::Left => format!("{title} is the first column."),
        Way::Right => format!("{title} is the last column."),
    }
}

/// A card went away while it was carried.
pub(super) fn gone(key: &str) -> String {
    format!("{key} is no longer on the board: somebody deleted it.")
}
