//! What an answer holds, as it came: decoded where it is needed.
//!
//! What decodes a type is in the main part of the client as soon as main code names it. Main code that only hands an
//! answer on to a chunk leaves it unread.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::ApiFailure;

/// The JSON of a `T`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unread<T> {
    json: String,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T> Unread<T> {
    pub(super) fn new(json: String) -> Self {
        Self { json, of: PhantomData }
    }
}

impl<T: Serialize> Unread<T> {
    /// What this is written as.
    ///
    /// # Errors
    /// As `serde_json` tells: never for what the API answers.
    pub fn of(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::new)
    }
}

impl<T: DeserializeOwned> Unread<T> {
    /// What it holds.
    ///
    /// # Errors
    /// If that is no `T`.
    pub fn read(&self) -> Result<T, ApiFailure> {
        serde_json::from_str(&self.json).map_err(|_| ApiFailure::unreadable())
    }
}

#[cfg(test)]
mod tests {
    use super::super::FailureKind;
    use super::*;

    #[test]
    fn what_was_written_is_read_wherever_it_was_carried_to() {
        let unread = Unread::of(&vec![1, 2]).expect("a list of numbers");
        let carried = serde_json::to_string(&unread).expect("a text");
        let arrived: Unread<Vec<u8>> = serde_json::from_str(&carried).expect("a text");
        assert_eq!(arrived, unread);
        assert_eq!(arrived.read(), Ok(vec![1, 2]));
    }

    #[test]
    fn what_is_something_else_is_a_failure_only_when_it_is_read() {
        let unread = Unread::<Vec<u8>>::new("<html>".to_owned());
        assert_eq!(unread.read().expect_err("no list").kind, FailureKind::Unreadable);
    }
}
