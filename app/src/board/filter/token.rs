//! What a filter can ask of a card.

use shared::attempt::AttemptStatus;
use shared::card::{Card, CardType, Priority};

use super::value;

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Is in the title, the key or the description, whatever its case.
    Word(String),
    /// Is so, or has this.
    Token(Token),
}

/// What has a name and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// `label:`: is one of the labels.
    Label(String),
    /// `agent:`: works on it, or did last.
    Agent(String),
    /// One of a few words, behind one of a few names: their places in [`WORDS`].
    Fixed(usize, usize),
}

/// The names whose values are words, and the words.
pub const WORDS: [(&str, &[&str]); 3] = [
    (
        "is:",
        &["waiting", "blocked", "idle", "queued", "running", "succeeded", "failed", "stopped", "interrupted"],
    ),
    ("priority:", &["urgent", "high", "medium", "low"]),
    ("type:", &["task", "bug", "feature", "chore"]),
];

/// The names whose values are any text.
pub const FREE: [&str; 2] = ["label:", "agent:"];

/// Whether two texts are the same, whatever their case.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Token {
    /// Its name with the colon, and its value.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Label(label) => (FREE[0], label),
            Self::Agent(agent) => (FREE[1], agent),
            Self::Fixed(name, word) => {
                let (name, words) = WORDS[*name];
                (name, words[*word])
            }
        }
    }

    /// Whether it is so of a card.
    #[must_use]
    pub fn fits(&self, card: &Card) -> bool {
        let attempt = card.attempt.as_ref();
        match self {
            Self::Label(label) => card.labels.iter().any(|own| is_same(&own.replace('"', ""), label)),
            Self::Agent(agent) => attempt.is_some_and(|it| is_same(it.agent.as_str(), agent)),
            Self::Fixed(0, 0) => attempt.is_some_and(|it| it.attention.is_some()),
            Self::Fixed(0, 1) => !card.blocked_by.is_empty(),
            Self::Fixed(0, 2) => attempt.is_none(),
            Self::Fixed(0, word) => attempt.is_some_and(|it| STATUSES.get(word - 3) == Some(&it.status)),
            Self::Fixed(1, word) => card.priority.as_ref() == PRIORITIES.get(*word),
            Self::Fixed(_, word) => card.card_type.as_ref() == TYPES.get(*word),
        }
    }
}

/// What the words of [`WORDS`] mean, in their order.
const STATUSES: [AttemptStatus; 6] = [
    AttemptStatus::Queued,
    AttemptStatus::Running,
    AttemptStatus::Succeeded,
    AttemptStatus::Failed,
    AttemptStatus::Stopped,
    AttemptStatus::Interrupted,
];
const PRIORITIES: [Priority; 4] = [Priority::Urgent, Priority::High, Priority::Medium, Priority::Low];
const TYPES: [CardType; 4] = [CardType::Task, CardType::Bug, CardType::Feature, CardType::Chore];

/// What the beginning of a text asks for, and what follows it. Nothing, if that is still being typed.
pub(in crate::board) fn first(text: &str) -> (Option<Ask>, &str) {
    let named = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if let Some(free) = FREE.iter().position(|name| named(name)) {
        let (value, rest) = value(&text[FREE[free].len()..]);
        let token = if free == 0 { Token::Label(value) } else { Token::Agent(value) };
        let is_typed = token.parts().1.is_empty();
        return (Some(Ask::Token(token)).filter(|_| !is_typed), rest);
    }
    if let Some(name) = WORDS.iter().position(|(name, _)| named(name)) {
        let (start, words) = WORDS[name];
        let (value, rest) = value(&text[start.len()..]);
        let value = value.to_lowercase();
        if let Some(word) = words.iter().position(|word| *word == value) {
            return (Some(Ask::Token(Token::Fixed(name, word))), rest);
        }
        if rest.is_empty() && words.iter().any(|word| word.starts_with(&value)) {
            return (None, rest);
        }
    }
    let (word, rest) = value(text);
    (Some(Ask::Word(word.clone())).filter(|_| !word.is_empty()), rest)
}
