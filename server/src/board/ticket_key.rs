//! Ticket keys, such as `WEB-12`: a prefix that names the board, and the card's number on it.

use std::collections::HashSet;

/// The most letters of a prefix; the fewest are two.
const MAX_LETTERS: usize = 5;

/// For a name that has no two letters from A to Z.
const FALLBACK: &str = "TASK";

/// The key of a board's card.
pub(super) fn ticket_key(prefix: &str, number: u64) -> String {
    format!("{prefix}-{number}")
}

/// A prefix for a board of this name that is not taken: 2 to 5 letters from A to Z, so that it can stand in a branch's
/// name and be typed everywhere.
pub(super) fn key_prefix(name: &str, taken: &HashSet<String>) -> String {
    let wanted = wanted_prefix(name);
    if !taken.contains(&wanted) {
        return wanted;
    }
    let free = numbered(&wanted).find(|prefix| !taken.contains(prefix));
    free.unwrap_or(wanted)
}

/// Initials of several words, else the beginning of the only one.
fn wanted_prefix(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| word.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_uppercase())
        .filter(|word| !word.is_empty())
        .collect();
    let initials: String = words.iter().filter_map(|word| word.chars().next()).take(MAX_LETTERS).collect();
    let beginning: String = words.concat().chars().take(3).collect();
    [initials, beginning].into_iter().find(|prefix| prefix.len() >= 2).unwrap_or_else(|| FALLBACK.to_owned())
}

/// The prefix with letters for a number at its end: one letter, then two, up to five that have nothing of it left.
fn numbered(prefix: &str) -> impl Iterator<Item = String> {
    (1..=MAX_LETTERS).flat_map(move |letters| {
        let kept = &prefix[..prefix.len().min(MAX_LETTERS - letters)];
        endings(letters).map(move |ending| format!("{kept}{ending}")).filter(|prefix| prefix.len() >= 2)
    })
}

/// All words of this many letters, in alphabetical order.
fn endings(letters: usize) -> impl Iterator<Item = String> {
    let count = (0..letters).fold(1_u32, |count, _| count * 26);
    (0..count).map(move |number| {
        let mut rest = number;
        let mut word = vec!['A'; letters];
        for letter in word.iter_mut().rev() {
            *letter = char::from_u32(u32::from('A') + rest % 26).unwrap_or('A');
            rest /= 26;
        }
        word.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(name: &str) -> String {
        key_prefix(name, &HashSet::new())
    }

    #[test]
    fn a_prefix_is_made_of_initials_or_of_the_only_word() {
        assert_eq!(free("website"), "WEB");
        assert_eq!(free("Payment Service"), "PS");
        assert_eq!(free("my-cool_web.app"), "MCWA");
        assert_eq!(free("one two three four five six"), "OTTFF");
        assert_eq!(free("Go"), "GO");
        assert_eq!(free("x 2"), "TASK");
    }

    #[test]
    fn letters_that_not_everybody_can_type_are_left_out() {
        assert_eq!(free("Übersicht"), "BER");
        assert_eq!(free("プロジェクト"), "TASK");
        assert_eq!(free("🚀 rocket 🚀"), "ROC");
        assert_eq!(free("2024"), "TASK");
        assert_eq!(free("7zip"), "ZIP");
        assert_eq!(free(""), "TASK");
    }

    #[test]
    fn every_prefix_has_two_to_five_letters_and_is_new() {
        let names = ["website", "a b", "one two three four five", "🚀", "Ω"];
        let mut taken = HashSet::new();
        for round in 0..500 {
            let prefix = key_prefix(names[round % names.len()], &taken);
            assert!((2..=MAX_LETTERS).contains(&prefix.len()), "{prefix}");
            assert!(prefix.bytes().all(|byte| byte.is_ascii_uppercase()), "{prefix}");
            assert!(taken.insert(prefix.clone()), "{prefix} was given twice");
        }
    }

    #[test]
    fn a_taken_prefix_gets_a_letter_at_its_end() {
        let taken = HashSet::from(["WEB".to_owned(), "WEBA".to_owned()]);
        assert_eq!(key_prefix("website", &taken), "WEBB");
    }
}
