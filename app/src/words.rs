//! Counts in words.

/// A count with the word for what is counted: `1 card`, `2 cards`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!(counted(0, "card", "cards"), "0 cards");
        assert_eq!(counted(1, "card", "cards"), "1 card");
        assert_eq!(counted(2, "card", "cards"), "2 cards");
    }
}
