//! The table of all shortcuts: what each does, where it is in force, and who listens to it.
//!
//! The dispatcher, the sheet and the hints read this table and nothing else. A part of the page that has to know more than
//! the table to act on a key (a menu, a field, the hand that carries a card) listens itself, and is listed here.

use super::press::{Chord, Focus, Hold, Page, Press, Surroundings};
use crate::board::focus::Direction;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Opens the palette.
    Palette,
    /// Opens the sheet of shortcuts.
    Sheet,
    /// Takes the last step back.
    Undo,
    /// Adds a card.
    Create,
    /// Goes to the filter.
    Search,
    /// Goes to the next card that needs a person.
    Next,
    /// Moves the focus to another card.
    Focus(Direction),
    /// Moves the focus, and selects on the way.
    Extend(Direction),
    /// Opens the card.
    Open,
    /// Selects the card, or no longer.
    Select,
    /// Starts an attempt at the card.
    Start,
    /// Selects no card.
    Clear,
    /// Lifts the card, or drops it.
    Lift,
    /// Moves the card in the hand.
    Carry,
    /// Gives the card in the hand back.
    GiveBack,
    /// Moves the card at once.
    MoveAtOnce,
    /// Gives the first, second, … answer to what the agent asks.
    Answer,
    /// Closes the inspector.
    Close,
    /// Sends the message, or saves the text.
    Send,
}

/// Where a shortcut is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On every page.
    Everywhere,
    /// On a board.
    Board,
    /// On a board and in the inbox.
    Queues,
    /// On a board, with the focus on a card or nowhere.
    Cards,
    /// On a board, with the focus anywhere but in the inspector.
    Outside,
    /// With the focus on a card.
    Card,
    /// With the focus on a card, or a card open.
    CardOrInspector,
    /// With the focus in the inspector.
    Inspector,
    /// With a card in the hand.
    Hand,
    /// In a field.
    Field,
}

/// Who acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// The dispatcher.
    Dispatcher,
    /// The part of the page that it is about.
    Part,
}

/// A shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// What it does.
    pub command: Command,
    /// The keys, any of which does it.
    pub chords: &'static [Chord],
    /// What it does, in words.
    pub words: &'static str,
    /// Where it is in force.
    pub scope: Scope,
    /// Who acts on it.
    pub listener: Listener,
}

const fn by_dispatcher(
    command: Command,
    chords: &'static [Chord],
    words: &'static str,
    scope: Scope,
) -> Shortcut {
    Shortcut { command, chords, words, scope, listener: Listener::Dispatcher }
}

const fn by_part(command: Command, chords: &'static [Chord], words: &'static str, scope: Scope) -> Shortcut {
    Shortcut { command, chords, words, scope, listener: Listener::Part }
}

const fn key(key: &'static str) -> Chord {
    Chord::key(key)
}

const DIGITS: [Chord; 9] =
    [key("1"), key("2"), key("3"), key("4"), key("5"), key("6"), key("7"), key("8"), key("9")];

/// All shortcuts, in the order of the sheet.
pub static SHORTCUTS: [Shortcut; 28] = [
    by_dispatcher(
        Command::Palette,
        &[Chord::with(Hold::Primary, "k")],
        "Find a page, a card or a command",
        Scope::Everywhere,
    ),
    by_dispatcher(Command::Sheet, &[key("?")], "Keyboard shortcuts", Scope::Everywhere),
    by_dispatcher(Command::Next, &[key("n")], "The next that needs you", Scope::Queues),
    by_dispatcher(Command::Undo, &[Chord::with(Hold::Primary, "z")], "Undo what you did last", Scope::Board),
    by_dispatcher(Command::Create, &[key("c")], "Add a card", Scope::Board),
    by_dispatcher(Command::Search, &[key("/")], "Filter the cards", Scope::Board),
    by_dispatcher(
        Command::Focus(Direction::Up),
        &[key("ArrowUp"), key("k")],
        "To the card above",
        Scope::Cards,
    ),
    by_dispatcher(
        Command::Focus(Direction::Down),
        &[key("ArrowDown"), key("j")],
        "To the card below",
        Scope::Cards,
    ),
    by_dispatcher(
        Command::Focus(Direction::Left),
        &[key("ArrowLeft"), key("h")],
        "To the column on the left",
        Scope::Cards,
    ),
    by_dispatcher(
        Command::Focus(Direction::Right),
        &[key("ArrowRight"), key("l")],
        "To the column on the right",
        Scope::Cards,
    ),
    by_part(Command::Open, &[key("Enter")], "Open the card", Scope::Card),
    by_dispatcher(Command::Start, &[key("s")], "Start an attempt", Scope::CardOrInspector),
    by_dispatcher(Command::Select, &[key("x")], "Select the card, or no longer", Scope::Card),
    by_dispatcher(
        Command::Extend(Direction::Up),
        &[Chord::with(Hold::Shift, "ArrowUp")],
        "Select up to the card above",
        Scope::Card,
    ),
    by_dispatcher(
        Command::Extend(Direction::Down),
        &[Chord::with(Hold::Shift, "ArrowDown")],
        "Select down to the card below",
        Scope::Card,
    ),
    by_dispatcher(Command::Clear, &[key("Escape")], "Select none", Scope::Outside),
    by_part(
        Command::MoveAtOnce,
        &[
            Chord::with(Hold::Alt, "ArrowUp"),
            Chord::with(Hold::Alt, "ArrowDown"),
            Chord::with(Hold::Alt, "ArrowLeft"),
            Chord::with(Hold::Alt, "ArrowRight"),
        ],
        "Move the card at once",
        Scope::Card,
    ),
    by_part(Command::Lift, &[key(" ")], "Lift the card", Scope::Card),
    by_part(
        Command::Carry,
        &[key("ArrowUp"), key("ArrowDown"), key("ArrowLeft"), key("ArrowRight")],
        "Carry the card",
        Scope::Hand,
    ),
    by_part(Command::Lift, &[key(" ")], "Drop the card", Scope::Hand),
    by_part(Command::GiveBack, &[key("Escape")], "Give the card back", Scope::Hand),
    by_dispatcher(Command::Answer, &DIGITS, "Answer the agent, by number", Scope::Inspector),
    by_part(Command::Close, &[key("Escape")], "Close the card", Scope::Inspector),
    by_part(
        Command::Send,
        &[Chord::with(Hold::Primary, "Enter")],
        "Send the message, save the text",
        Scope::Field,
    ),
    by_part(Command::Close, &[key("Escape")], "Clear the filter, then leave the field", Scope::Field),
    by_part(Command::Undo, &[Chord::with(Hold::Primary, "z")], "Undo your typing", Scope::Field),
    by_part(
        Command::Focus(Direction::Down),
        &[key("ArrowUp"), key("ArrowDown")],
        "Choose in a list",
        Scope::Field,
    ),
    by_part(Command::Open, &[key("Enter")], "Take what is chosen", Scope::Field),
];

impl Scope {
    /// The scopes as the sheet heads them, with what each heading is over.
    pub const HEADINGS: [(&'static str, &'static [Self]); 6] = [
        ("Everywhere", &[Self::Everywhere, Self::Queues]),
        ("On a board", &[Self::Board, Self::Cards, Self::Outside]),
        ("On a card", &[Self::Card, Self::CardOrInspector]),
        ("With a card in the hand", &[Self::Hand]),
        ("In an open card", &[Self::Inspector]),
        ("In a field or a list", &[Self::Field]),
    ];

    /// Whether it is in force on a page, with the focus there.
    #[must_use]
    pub fn holds(self, page: Page, focus: Focus) -> bool {
        let is_board = page == Page::Board;
        match self {
            Self::Everywhere => true,
            Self::Board => is_board,
            Self::Queues => is_board || page == Page::Inbox,
            Self::Cards => is_board && matches!(focus, Focus::Card | Focus::Nowhere),
            Self::Outside => is_board && focus != Focus::Inspector,
            Self::Card => is_board && focus == Focus::Card,
            Self::CardOrInspector => is_board,
            Self::Inspector => is_board && focus == Focus::Inspector,
            Self::Hand | Self::Field => false,
        }
    }
}

/// What a press of a key means, if it is the dispatcher's to act on. Whoever types is never disturbed, and a dialog, a menu
/// and a card in the hand have their own keys.
#[must_use]
pub fn find(press: &Press, page: Page, around: Surroundings, has_single_keys: bool) -> Option<Command> {
    if around.is_typing || around.is_covered || around.is_carrying {
        return None;
    }
    let found = SHORTCUTS.iter().find_map(|shortcut| {
        let chord = shortcut.chords.iter().find(|chord| chord.is(press))?;
        let is_on = has_single_keys || !chord.is_character();
        let is_ours = shortcut.listener == Listener::Dispatcher;
        (is_ours && is_on && shortcut.scope.holds(page, around.focus)).then_some(shortcut.command)
    })?;
    // Held down, a key moves on; nothing else is meant many times.
    let may_repeat = matches!(found, Command::Focus(_) | Command::Extend(_));
    (!press.is_repeat || may_repeat).then_some(found)
}

/// The first key of what the dispatcher does, in words.
#[must_use]
pub fn hint(command: Command, is_apple: bool) -> Option<String> {
    let shortcut = SHORTCUTS.iter().find(|it| it.command == command)?;
    shortcut.chords.first().map(|chord| chord.words(is_apple))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press {
        Press { key: key.to_owned(), ..Press::default() }
    }

    fn on_board(focus: Focus) -> Surroundings {
        Surroundings { focus, ..Surroundings::default() }
    }

    fn found(key: &str, focus: Focus) -> Option<Command> {
        find(&press(key), Page::Board, on_board(focus), true)
    }

    #[test]
    fn no_two_shortcuts_that_can_be_in_force_at_once_have_the_same_key() {
        for focus in [Focus::Nowhere, Focus::Card, Focus::Inspector, Focus::Elsewhere] {
            let live = || SHORTCUTS.iter().filter(move |it| it.scope.holds(Page::Board, focus));
            for (index, one) in live().enumerate() {
                for other in live().skip(index + 1) {
                    let shared = one.chords.iter().find(|chord| other.chords.contains(chord));
                    assert_eq!(shared, None, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn each_shortcut_is_on_the_sheet_under_one_heading() {
        for shortcut in &SHORTCUTS {
            let headings = Scope::HEADINGS.iter().filter(|(_, scopes)| scopes.contains(&shortcut.scope));
            assert_eq!(headings.count(), 1, "{shortcut:?}");
        }
    }

    #[test]
    fn a_key_means_something_where_it_is_in_force() {
        assert_eq!(found("c", Focus::Nowhere), Some(Command::Create));
        assert_eq!(found("c", Focus::Inspector), Some(Command::Create));
        assert_eq!(found("j", Focus::Card), Some(Command::Focus(Direction::Down)));
        assert_eq!(found("ArrowDown", Focus::Inspector), None, "it scrolls there");
        assert_eq!(found("x", Focus::Nowhere), None);
        assert_eq!(found("1", Focus::Card), None);
        assert_eq!(found("1", Focus::Inspector), Some(Command::Answer));
        assert_eq!(found("Enter", Focus::Card), None, "the link itself does it");
        assert_eq!(find(&press("c"), Page::Inbox, Surroundings::default(), true), None);
        assert_eq!(find(&press("n"), Page::Inbox, Surroundings::default(), true), Some(Command::Next));
    }

    #[test]
    fn who_types_is_never_disturbed_and_what_lies_over_the_page_has_its_own_keys() {
        let disturbed = [
            Surroundings { is_typing: true, ..on_board(Focus::Card) },
            Surroundings { is_covered: true, ..on_board(Focus::Card) },
            Surroundings { is_carrying: true, ..on_board(Focus::Card) },
        ];
        for around in disturbed {
            for chord in SHORTCUTS.iter().flat_map(|it| it.chords) {
                let press = Press {
                    primary: chord.hold == Hold::Primary,
                    alt: chord.hold == Hold::Alt,
                    shift: chord.hold == Hold::Shift,
                    ..press(chord.key)
                };
                assert_eq!(find(&press, Page::Board, around, true), None, "{press:?} {around:?}");
            }
        }
    }

    #[test]
    fn single_keys_can_be_turned_off_and_the_others_stay() {
        let off = |press: &Press| find(press, Page::Board, on_board(Focus::Card), false);
        for key in ["c", "/", "n", "h", "x", "s", "?"] {
            assert_eq!(off(&press(key)), None, "{key}");
        }
        assert_eq!(off(&press("ArrowUp")), Some(Command::Focus(Direction::Up)));
        assert_eq!(off(&Press { primary: true, ..press("z") }), Some(Command::Undo));
    }

    #[test]
    fn a_key_that_is_held_down_moves_on_and_does_nothing_else_twice() {
        let held = |key: &str| {
            let press = Press { is_repeat: true, ..press(key) };
            find(&press, Page::Board, on_board(Focus::Card), true)
        };
        assert_eq!(held("ArrowDown"), Some(Command::Focus(Direction::Down)));
        assert_eq!(held("x"), None);
        assert_eq!(held("s"), None);
    }

    #[test]
    fn what_is_done_by_a_key_can_be_hinted_at() {
        assert_eq!(hint(Command::Palette, false).as_deref(), Some("Ctrl K"));
        assert_eq!(hint(Command::Create, true).as_deref(), Some("c"));
    }
}
