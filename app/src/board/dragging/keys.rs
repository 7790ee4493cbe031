//! Which key means what for the card in focus, or for the one that the keyboard carries.

use shared::ids::CardId;

use crate::board::drag::{Event, Way};

/// A key that was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Its name, as the browser has it.
    pub name: String,
    /// Alt is held.
    pub alt: bool,
    /// Another key that makes it a command of the browser is held.
    pub other: bool,
    /// It is held down, and comes again and again.
    pub repeats: bool,
}

/// What a key does while the keyboard carries a card.
pub(super) fn while_carrying(key: &Key) -> Option<Event> {
    match key.name.as_str() {
        _ if key.other => None,
        // Held down a little long, it must not drop what it has lifted.
        " " | "Enter" => (!key.repeats).then_some(Event::Drop),
        "Escape" => Some(Event::GiveBack),
        "Tab" => Some(Event::Leave),
        "Home" => Some(Event::Carry(Way::Top)),
        "End" => Some(Event::Carry(Way::Bottom)),
        name => arrow(name).map(Event::Carry),
    }
}

/// What a key does with a card in focus.
pub(super) fn on_card(key: &Key, card: CardId) -> Option<Event> {
    match key.name.as_str() {
        _ if key.other => None,
        " " => (!key.repeats && !key.alt).then_some(Event::Lift(card)),
        name if key.alt => arrow(name).map(|way| Event::Go(card, way)),
        _ => None,
    }
}

fn arrow(name: &str) -> Option<Way> {
    match name {
        "ArrowUp" => Some(Way::Up),
        "ArrowDown" => Some(Way::Down),
        "ArrowLeft" => Some(Way::Left),
        "ArrowRight" => Some(Way::Right),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key { name: name.to_owned(), ..Key::default() }
    }

    #[test]
    fn space_lifts_and_drops_and_a_held_key_does_so_once() {
        let held = Key { repeats: true, ..key(" ") };
        assert_eq!(on_card(&key(" "), "c1".into()), Some(Event::Lift("c1".into())));
        assert_eq!((on_card(&held, "c1".into()), while_carrying(&held)), (None, None));
        assert_eq!(
            (while_carrying(&key(" ")), while_carrying(&key("Enter"))),
            (Some(Event::Drop), Some(Event::Drop))
        );
    }

    #[test]
    fn arrows_carry_and_with_alt_they_move_at_once() {
        assert_eq!(while_carrying(&key("ArrowLeft")), Some(Event::Carry(Way::Left)));
        assert_eq!(on_card(&key("ArrowLeft"), "c1".into()), None);
        let alt = Key { alt: true, ..key("ArrowLeft") };
        assert_eq!(on_card(&alt, "c1".into()), Some(Event::Go("c1".into(), Way::Left)));
    }

    #[test]
    fn what_belongs_to_the_browser_is_left_to_it() {
        for name in [" ", "Enter", "ArrowUp", "Escape"] {
            let key = Key { other: true, ..key(name) };
            assert_eq!((on_card(&key, "c1".into()), while_carrying(&key)), (None, None));
        }
        assert_eq!(on_card(&key("Enter"), "c1".into()), None);
        assert_eq!(while_carrying(&key("x")), None);
    }
}
