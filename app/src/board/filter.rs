//! The filter over a board: words and tokens, as they are typed and as the address keeps them.

pub mod token;

use std::collections::BTreeSet;

use shared::card::Card;
use shared::ids::CardId;
use shared::words;

use token::{Ask, Token};

/// Which cards of a board are shown. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not hold.
    pub negated: bool,
    /// What must hold.
    pub ask: Ask,
}

impl Filter {
    /// Reads what was typed: words, `"words that belong together"`, and tokens such as `label:ui` or
    /// `label:"needs care"`, each with a `-` in front for the opposite.
    ///
    /// Every text is a filter: what is no token is a word. A token that is still being typed hides nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = Term::first(rest);
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

    /// Whether it shows this card. The words may also be in its description, where they were `found`.
    #[must_use]
    pub fn matches(&self, card: &Card, found: Option<&BTreeSet<CardId>>) -> bool {
        let mut text = None;
        self.terms.iter().all(|term| match &term.ask {
            Ask::Word(word) => {
                let text = text.get_or_insert_with(|| format!("{} {}", card.key, card.title).to_lowercase());
                let is_found = !term.negated && found.is_some_and(|found| found.contains(&card.id));
                is_found || text.contains(&word.to_lowercase()) != term.negated
            }
            Ask::Token(token) => token.fits(card) != term.negated,
        })
    }

    /// Its words, as they are searched for in descriptions.
    #[must_use]
    pub fn words(&self) -> String {
        let is_word = |term: &&Term| !term.negated && matches!(term.ask, Ask::Word(_));
        let quoted = |term: &Term| match &term.ask {
            Ask::Word(word) if word.contains(char::is_whitespace) => format!("\"{word}\""),
            Ask::Word(word) => word.clone(),
            Ask::Token(_) => String::new(),
        };
        self.terms.iter().filter(is_word).map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// Its tokens: what chips stand for.
    pub fn tokens(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(|term| matches!(term.ask, Ask::Token(_)))
    }

    /// Whether it asks for this label.
    #[must_use]
    pub fn has_label(&self, label: &str) -> bool {
        self.terms.iter().any(|term| term.asks_for_label(label))
    }

    /// This filter with a label asked for too, or no longer if it was.
    #[must_use]
    pub fn with_label_toggled(&self, label: &str) -> Self {
        let mut terms = self.terms.clone();
        terms.retain(|term| !term.asks_for_label(label));
        if terms.len() == self.terms.len() {
            let label = label.replace('"', "");
            terms.push(Term { negated: false, ask: Ask::Token(Token::Label(label)) });
        }
        Self { terms }
    }

    /// This filter without the condition that is written so.
    #[must_use]
    pub fn without(&self, term: &str) -> Self {
        let terms = self.terms.iter().filter(|own| own.to_string() != term).cloned();
        Self { terms: terms.collect() }
    }
}

impl Term {
    fn asks_for_label(&self, label: &str) -> bool {
        !self.negated
            && matches!(&self.ask, Ask::Token(Token::Label(own)) if token::is_same(own, &label.replace('"', "")))
    }

    /// The first term of a text that doesn't start with a space, and what follows it.
    fn first(text: &str) -> (Option<Self>, &str) {
        let (negated, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if text.starts_with(char::is_whitespace) {
            // A dash of its own says nothing.
            return (None, text);
        }
        let (ask, rest) = token::first(text);
        (ask.map(|ask| Self { negated, ask }), rest)
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.negated { "-" } else { "" })?;
        let (name, value) = match &self.ask {
            Ask::Word(word) => ("", word.as_str()),
            Ask::Token(token) => token.parts(),
        };
        f.write_str(name)?;
        let is_mistakable =
            name.is_empty() && (value.starts_with('-') || token::first(value).0.as_ref() != Some(&self.ask));
        let quote = if is_mistakable || value.contains(char::is_whitespace) { "\"" } else { "" };
        write!(f, "{quote}{value}{quote}")
    }
}

impl std::fmt::Display for Filter {
    /// As someone would type it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            f.write_str(if index > 0 { " " } else { "" })?;
            term.fmt(f)?;
        }
        Ok(())
    }
}

/// What stands before the first space or the closing quotation mark, without its marks, and what follows it.
fn value(text: &str) -> (String, &str) {
    let (value, rest) = words::first(text);
    (value.replace('"', "").trim().to_owned(), rest)
}

#[cfg(test)]
mod tests;
