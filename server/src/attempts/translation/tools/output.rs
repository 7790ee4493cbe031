//! How the output of a tool grows, with a bound.

/// The most bytes of output that are kept: its beginning.
pub(in crate::attempts::translation) const MAX_OUTPUT: usize = 1 << 20;

/// Stands where the rest of an output that is too long would be. It has more bytes than a character, so an output is cut
/// exactly if it is longer than the bound.
const NOTE: &str = "\n[the output goes on; it was too long to be kept]\n";

/// What becomes of an output.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// It stays.
    None,
    /// This follows.
    More(String),
    /// It is this now.
    Replaced(String),
}

/// More text after `output`.
pub(super) fn more(output: &str, text: &str) -> Growth {
    if text.is_empty() || output.len() > MAX_OUTPUT {
        return Growth::None;
    }
    let room = MAX_OUTPUT - output.len();
    if text.len() <= room {
        return Growth::More(text.to_owned());
    }
    Growth::More(text[..text.floor_char_boundary(room)].to_owned() + NOTE)
}

/// The content of a tool was told again, in full. Besides a terminal, which goes on by itself, what is not in the output
/// yet is put behind it.
pub(super) fn of_content(output: &str, text: &str, has_terminals: bool) -> Growth {
    if text.is_empty() || (has_terminals && output.contains(text.trim())) {
        return Growth::None;
    }
    if has_terminals {
        let gap = if output.is_empty() || output.ends_with('\n') { "" } else { "\n" };
        return more(output, &[gap, text].concat());
    }
    let Growth::More(whole) = more("", text) else { return Growth::None };
    match whole.strip_prefix(output) {
        Some("") => Growth::None,
        Some(rest) => Growth::More(rest.to_owned()),
        None => Growth::Replaced(whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(output: &str, growth: Growth) -> String {
        match growth {
            Growth::None => output.to_owned(),
            Growth::More(text) => [output, &text].concat(),
            Growth::Replaced(text) => text,
        }
    }

    #[test]
    fn what_only_grew_is_more_and_what_did_not_is_replaced() {
        assert_eq!(of_content("ab", "abc", false), Growth::More("c".into()));
        assert_eq!(of_content("ab", "ab", false), Growth::None);
        assert_eq!(of_content("ab", "a", false), Growth::Replaced("a".into()));
        assert_eq!(of_content("ab", "", false), Growth::None);
    }

    #[test]
    fn beside_a_terminal_only_what_it_did_not_print_is_added() {
        assert_eq!(of_content("ok\n", " ok", true), Growth::None);
        assert_eq!(of_content("ok", "done", true), Growth::More("\ndone".into()));
        assert_eq!(of_content("", "done", true), Growth::More("done".into()));
    }

    #[test]
    fn what_is_too_long_keeps_its_beginning_and_a_note() {
        let euros = "€".repeat(MAX_OUTPUT);
        let cut = grown("", more("", &euros));
        assert!(cut.len() > MAX_OUTPUT && cut.len() < MAX_OUTPUT + 100 && cut.ends_with(NOTE));
        assert_eq!(more(&cut, "x"), Growth::None);
        assert_eq!(of_content(&cut, &euros, false), Growth::None);
        let full = "x".repeat(MAX_OUTPUT);
        assert_eq!(more("", &full), Growth::More(full.clone()));
        assert_eq!(more(&full, "y"), Growth::More(NOTE.into()));
    }
}
