//! How well what was typed fits a text: words that begin one fit better than such as are somewhere in it.

/// How well a query fits a text, both in lower case; `None` if it doesn't. Each word of the query must be found.
#[must_use]
pub fn score(query: &str, text: &str) -> Option<u32> {
    query.split_whitespace().try_fold(0, |sum, word| Some(sum + of_word(word, text)?))
}

fn of_word(word: &str, text: &str) -> Option<u32> {
    let mut best = None;
    for (at, _) in text.match_indices(word) {
        let begins = !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let ends = !text[at + word.len()..].chars().next().is_some_and(char::is_alphanumeric);
        let fits = match (begins, ends) {
            _ if word.len() == text.len() => 1000,
            (true, true) => 500,
            (true, false) => 400,
            (false, _) => 200,
        };
        // Of two that fit alike, the one that comes sooner.
        let fits = fits - u32::try_from(at).unwrap_or(u32::MAX).min(90);
        best = best.max(Some(fits));
    }
    best.or_else(|| scattered(word, text))
}

/// The letters of a word in their order, with others between them: the fewer, the better.
fn scattered(word: &str, text: &str) -> Option<u32> {
    let mut letters = word.chars().peekable();
    let mut skipped = 0_u32;
    let mut has_begun = false;
    for letter in text.chars() {
        let Some(wanted) = letters.peek() else { break };
        if letter == *wanted {
            letters.next();
            has_begun = true;
        } else if has_begun {
            skipped += 1;
        }
    }
    // Far apart, they are there by chance.
    let is_near = skipped <= 3 * u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
    (letters.peek().is_none() && is_near).then(|| 100_u32.saturating_sub(skipped))
}

/// The indices of the texts that fit a query best, the best first, at most so many. Of equals the earlier comes first.
pub fn best<'a>(query: &str, texts: impl Iterator<Item = &'a str>, most: usize) -> Vec<usize> {
    let query = query.to_lowercase();
    let mut found: Vec<(u32, usize)> =
        texts.enumerate().filter_map(|(index, text)| Some((score(&query, text)?, index))).collect();
    found.sort_by_key(|(fits, index)| (std::cmp::Reverse(*fits), *index));
    found.truncate(most);
    found.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(query: &str, texts: &[&str]) -> Vec<usize> {
        best(query, texts.iter().copied(), 10)
    }

    #[test]
    fn a_key_finds_its_own_card_before_longer_ones() {
        assert_eq!(order("mai-3", &["mai-31 fix", "mai-13 three", "mai-3 fix"]), [2, 0, 1]);
        assert_eq!(order("3", &["mai-31 fix", "mai-3 fix"]), [1, 0]);
    }

    #[test]
    fn the_beginning_of_a_word_comes_before_its_middle_and_scattered_letters() {
        assert_eq!(order("log", &["catalog", "fix login", "l is for organ, g"]), [1, 0, 2]);
        assert_eq!(order("fxl", &["fix login", "nothing"]), [0]);
    }

    #[test]
    fn each_word_has_to_be_found_in_any_order() {
        assert_eq!(order("login fix", &["fix login", "fix logout"]), [0]);
    }

    #[test]
    fn nothing_typed_leaves_everything_in_its_order_up_to_the_bound() {
        assert_eq!(order("", &["b", "a"]), [0, 1]);
        assert_eq!(best("", ["a", "b", "c"].into_iter(), 2), [0, 1]);
    }

    #[test]
    fn any_text_can_be_searched_for() {
        for query in ["ß", "日本", "e\u{301}", "\u{202e}", "   "] {
            let _ = order(query, &["straße 日本語", ""]);
        }
        assert_eq!(order("ß", &["straße"]), [0]);
    }
}
