//! A press of a key, and the circumstances that decide what it means.

/// A press of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// What the browser calls the key: `a`, `?`, `ArrowUp`.
    pub key: String,
    /// Ctrl, or ⌘ on Apple's machines.
    pub primary: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// It is held down, and the browser repeats it.
    pub is_repeat: bool,
}

/// What has to be held with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    Nothing,
    /// Ctrl, or ⌘.
    Primary,
    /// Shift.
    Shift,
    /// Alt.
    Alt,
}

/// A key, and what is held with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// What the browser calls the key, in lower case if it is a letter.
    pub key: &'static str,
    /// What is held.
    pub hold: Hold,
}

impl Chord {
    /// A key by itself.
    #[must_use]
    pub const fn key(key: &'static str) -> Self {
        Self { key, hold: Hold::Nothing }
    }

    /// A key with something held.
    #[must_use]
    pub const fn with(hold: Hold, key: &'static str) -> Self {
        Self { key, hold }
    }

    /// Whether this was pressed. Which signs need Shift depends on the keyboard, so for them it doesn't count.
    #[must_use]
    pub fn is(&self, press: &Press) -> bool {
        let is_sign = self.is_character() && !self.key.chars().all(char::is_alphanumeric);
        let held = match self.hold {
            Hold::Nothing => (false, false, is_sign && press.shift),
            Hold::Primary => (true, false, false),
            Hold::Shift => (false, false, true),
            Hold::Alt => (false, true, false),
        };
        press.key.to_lowercase() == self.key.to_lowercase() && held == (press.primary, press.alt, press.shift)
    }

    /// Whether it types something where text is typed: such a key alone is what speech input may press by accident.
    #[must_use]
    pub fn is_character(&self) -> bool {
        matches!(self.hold, Hold::Nothing | Hold::Shift) && self.key.chars().count() == 1 && self.key != " "
    }

    /// The key as a person reads it.
    #[must_use]
    pub fn words(&self, is_apple: bool) -> String {
        let held = match (self.hold, is_apple) {
            (Hold::Nothing, _) => "",
            (Hold::Primary, true) => "⌘",
            (Hold::Primary, false) => "Ctrl ",
            (Hold::Shift, true) => "⇧",
            (Hold::Shift, false) => "Shift ",
            (Hold::Alt, true) => "⌥",
            (Hold::Alt, false) => "Alt ",
        };
        let key = match self.key {
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "ArrowLeft" => "←",
            "ArrowRight" => "→",
            "Escape" => "Esc",
            " " => "Space",
            key => key,
        };
        let is_letter = key.chars().count() == 1;
        let key = if self.hold == Hold::Primary && is_letter { key.to_uppercase() } else { key.to_owned() };
        format!("{held}{key}")
    }
}

/// Which page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// A board.
    Board,
    /// The inbox.
    Inbox,
    /// Another one.
    Other,
}

/// Where the focus is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// On nothing in particular.
    #[default]
    Nowhere,
    /// On a card of the board, or something of it.
    Card,
    /// In the inspector.
    Inspector,
    /// On another part of the page.
    Elsewhere,
}

/// The page at the moment of a press.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Where the focus is.
    pub focus: Focus,
    /// Text is being typed, or a choice of a list.
    pub is_typing: bool,
    /// A dialog or a menu lies over the page.
    pub is_covered: bool,
    /// A card is in the hand: keys mean where it goes.
    pub is_carrying: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press {
        Press { key: key.to_owned(), ..Press::default() }
    }

    #[test]
    fn a_chord_is_its_key_with_what_is_held_and_nothing_else() {
        let palette = Chord::with(Hold::Primary, "k");
        assert!(palette.is(&Press { primary: true, ..press("k") }));
        assert!(palette.is(&Press { primary: true, ..press("K") }), "with caps lock");
        assert!(!palette.is(&press("k")));
        assert!(!palette.is(&Press { primary: true, shift: true, ..press("K") }));
        assert!(!Chord::key("c").is(&Press { primary: true, ..press("c") }));
        assert!(!Chord::key("c").is(&Press { shift: true, ..press("C") }));
        assert!(Chord::with(Hold::Shift, "ArrowUp").is(&Press { shift: true, ..press("ArrowUp") }));
    }

    #[test]
    fn a_sign_may_need_shift_on_some_keyboards() {
        assert!(Chord::key("?").is(&Press { shift: true, ..press("?") }));
        assert!(Chord::key("/").is(&press("/")) && Chord::key("/").is(&Press { shift: true, ..press("/") }));
    }

    #[test]
    fn only_what_types_something_is_a_character() {
        assert!(Chord::key("c").is_character() && Chord::key("?").is_character());
        for other in [Chord::key("Enter"), Chord::key(" "), Chord::with(Hold::Primary, "k")] {
            assert!(!other.is_character(), "{other:?}");
        }
    }

    #[test]
    fn keys_are_named_as_on_the_keyboard() {
        assert_eq!(Chord::with(Hold::Primary, "k").words(true), "⌘K");
        assert_eq!(Chord::with(Hold::Primary, "k").words(false), "Ctrl K");
        assert_eq!(Chord::with(Hold::Shift, "ArrowUp").words(false), "Shift ↑");
        assert_eq!(Chord::with(Hold::Primary, "Enter").words(false), "Ctrl Enter");
        assert_eq!(Chord::key("c").words(true), "c");
    }
}
