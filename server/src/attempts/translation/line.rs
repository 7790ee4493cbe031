//! One short line of a text.

use shared::plain::plain;

/// The most characters of a line.
const MAX_LINE: usize = 120;

/// The last line of a text that says something, without the signs of Markdown, cut to what fits.
pub(in crate::attempts) fn line_of(text: &str) -> String {
    let line = text.lines().rev().map(plain).find(|line| !line.is_empty()).unwrap_or_default();
    let mut characters = line.chars().map(|it| if it.is_control() { ' ' } else { it });
    let shown: String = characters.by_ref().take(MAX_LINE - 1).collect();
    match (characters.next(), characters.next()) {
        (None, _) => shown,
        (Some(last), None) => shown + last.encode_utf8(&mut [0; 4]),
        (Some(_), Some(_)) => shown + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_says_something_is_cut_to_what_fits() {
        assert_eq!(line_of("a\n  b c \n\n"), "b c");
        assert_eq!(line_of(" \n"), "");
        assert_eq!(line_of("a\tb"), "a b");
        assert_eq!(line_of("**Now** I read `a.rs`.\n```"), "Now I read a.rs.");
        assert_eq!(line_of(&"ä".repeat(MAX_LINE)), "ä".repeat(MAX_LINE));
        let cut = line_of(&"ä".repeat(MAX_LINE + 1));
        assert_eq!(cut, "ä".repeat(MAX_LINE - 1) + "…");
    }
}
