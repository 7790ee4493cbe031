//! The filter over a board: words and `label:` tokens, as they are typed and as the address keeps them.

use shared::card::Card;

/// Which cards of a board are shown. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// Is in the title or the key, whatever its case.
    Word(String),
    /// Is one of the labels, whatever its case.
    Label(String),
}

const LABEL: &str = "label:";

impl Filter {
    /// Reads what was typed: words, `"words that belong together"`, `label:ui`, `label:"needs care"`.
    ///
    /// Every text is a filter: what is no token is a word.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = term(rest);
            terms.extend(term.filter(|term| !terms.contains(term)));
            rest = after.trim_start();
        }
        Self { terms }
    }

    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it shows this card.
    #[must_use]
    pub fn matches(&self, card: &Card) -> bool {
        if self.is_empty() {
            return true;
        }
        let text = format!("{} {}", card.key, card.title).to_lowercase();
        self.terms.iter().all(|term| match term {
            Term::Word(word) => text.contains(&word.to_lowercase()),
            Term::Label(label) => card.labels.iter().any(|own| is_same_label(own, label)),
        })
    }

    /// The labels it asks for.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| match term {
            Term::Label(label) => Some(label.as_str()),
            Term::Word(_) => None,
        })
    }

    /// Whether it asks for this label.
    #[must_use]
    pub fn has_label(&self, label: &str) -> bool {
        self.labels().any(|own| is_same_label(own, label))
    }

    /// This filter with a label asked for too, or no longer if it was.
    #[must_use]
    pub fn with_label_toggled(&self, label: &str) -> Self {
        let mut terms = self.terms.clone();
        terms.retain(|term| !matches!(term, Term::Label(own) if is_same_label(own, label)));
        if terms.len() == self.terms.len() {
            terms.push(Term::Label(label.to_owned()));
        }
        Self { terms }
    }
}

impl std::fmt::Display for Filter {
    /// As someone would type it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            let (token, text) = match term {
                Term::Word(word) => ("", word),
                Term::Label(label) => (LABEL, label),
            };
            let text = text.replace('"', "");
            let quoted = text.contains(char::is_whitespace) || (token.is_empty() && text.starts_with(LABEL));
            let quote = if quoted { "\"" } else { "" };
            write!(f, "{token}{quote}{text}{quote}")?;
        }
        Ok(())
    }
}

/// Quotation marks don't count: a token has no way to write them.
fn is_same_label(one: &str, other: &str) -> bool {
    let folded = |label: &str| label.replace('"', "").to_lowercase();
    folded(one) == folded(other)
}

/// The first term of a text that doesn't start with a space, and what follows it. A token without a value is none.
fn term(text: &str) -> (Option<Term>, &str) {
    let token = text.get(..LABEL.len()).is_some_and(|start| start.eq_ignore_ascii_case(LABEL));
    let (value, rest) = value(if token { &text[LABEL.len()..] } else { text });
    let term = match value.trim() {
        "" => None,
        value if token => Some(Term::Label(value.to_owned())),
        value => Some(Term::Word(value.to_owned())),
    };
    (term, rest)
}

/// Up to the closing quotation mark, or to the next space. A mark that is never closed goes to the end: it is still
/// being typed.
fn value(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samples::card;

    fn labelled(title: &str, labels: &[&str]) -> Card {
        Card { labels: labels.iter().map(ToString::to_string).collect(), ..card("c1", title) }
    }

    #[test]
    fn words_are_found_in_title_and_key_whatever_their_case() {
        let card = labelled("Resume event streams", &[]);
        for text in ["", "  ", "resume", "STREAMS resume", "mai-1", "\"event str\""] {
            assert!(Filter::parse(text).matches(&card), "{text:?}");
        }
        for text in ["missing", "resume missing", "\"streams event\""] {
            assert!(!Filter::parse(text).matches(&card), "{text:?}");
        }
    }

    #[test]
    fn every_label_that_is_asked_for_must_be_there() {
        let card = labelled("A card", &["ui", "Needs care"]);
        assert!(Filter::parse("label:UI").matches(&card));
        assert!(Filter::parse("label:ui label:\"needs care\"").matches(&card));
        assert!(!Filter::parse("label:ui label:db").matches(&card));
        assert!(!Filter::parse("label:u").matches(&card), "a label is matched as a whole");
    }

    #[test]
    fn a_token_that_is_still_being_typed_hides_nothing() {
        for text in ["label:", "label:\"", "\"", "\"\""] {
            assert!(Filter::parse(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_label_is_toggled_on_and_off() {
        let on = Filter::parse("Words").with_label_toggled("needs care");
        assert_eq!(on.to_string(), "Words label:\"needs care\"");
        assert!(on.has_label("Needs Care"));
        assert_eq!(on.with_label_toggled("NEEDS care").to_string(), "Words");
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter(text in "\\PC{0,60}") {
            let _ = Filter::parse(&text).matches(&labelled("A card", &["ui"]));
        }

        #[test]
        fn a_filter_reads_what_it_writes(words in prop::collection::vec("[a-zé ]{1,8}", 0..4), label in "[A-Za-zé ]{0,8}") {
            let text = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
            let filter = Filter::parse(&format!("{text} label:\"{label}\""));
            prop_assert_eq!(Filter::parse(&filter.to_string()), filter);
        }
    }
}
