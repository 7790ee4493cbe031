//! Characters that are not what they seem: those that nobody sees, and those that turn the text around them.

/// What is drawn as nothing beside white space: Unicode's default ignorable code points, and the blank pattern of Braille.
const INVISIBLE: [(char, char); 18] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character leaves something on the screen.
pub(super) fn is_visible(char: char) -> bool {
    !char.is_whitespace() && !INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&char))
}

/// Whether a character embeds, overrides or isolates a direction of writing: what follows it, even outside of its own
/// text, is then shown in another order than it was written. The plain marks (U+200E, U+200F, U+061C), which texts of two
/// directions need, do no such thing.
pub(super) fn changes_direction(char: char) -> bool {
    matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
