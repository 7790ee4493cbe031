//! Words that are searched for in texts, whatever their case.

/// Words, all of which must be in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// Reads what was typed: words, and `"words that belong together"`. A quotation mark that is never closed goes to
    /// the end: it is still being typed.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (word, after) = first(rest);
            let word = word.trim().to_lowercase();
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
            rest = after.trim_start();
        }
        Self(words)
    }

    /// Whether each of the words is in one of these texts.
    #[must_use]
    pub fn are_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

/// The first word or group of words of a text that doesn't start with a space, and what follows it.
#[must_use]
pub fn first(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_there_in_whichever_text_and_case() {
        let found =
            |query: &str| Words::parse(query).are_in(&["WEB-12 Ärmel nähen", "With *needle* and thread."]);
        for query in ["", "  ", "ärmel", "ÄRMEL needle", "\"and thread\"", "web-12 \"*NEEDLE", "\"\""] {
            assert!(found(query), "{query:?}");
        }
        for query in ["button", "ärmel button", "\"thread and\"", "%", "_"] {
            assert!(!found(query), "{query:?}");
        }
    }
}
