//! Ids as parts of paths and of references.

use std::fmt::Write as _;

/// The most bytes of a part that come from an id; UUIDs and ticket keys are far below.
const MAX_BYTES: usize = 100;

/// A text as one part of a path, or of a reference: whatever is not a letter, a digit, `-` or `_` becomes its bytes in
/// hexadecimal digits after a `%`. Different texts stay different, but for the ends of overlong ones.
pub(super) fn component(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            part.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(part, "%{byte:02X}");
        }
    }
    part.truncate(MAX_BYTES);
    if part.is_empty() { "%".to_owned() } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ids_stay_as_they_are_and_others_become_harmless() {
        assert_eq!(component("0197c0de-0000-7000-8000-00000000abcd"), "0197c0de-0000-7000-8000-00000000abcd");
        assert_eq!(component("../é"), "%2E%2E%2F%C3%A9");
        assert_eq!(component(""), "%");
        assert_eq!(component(&"/".repeat(200)).len(), MAX_BYTES);
    }
}
