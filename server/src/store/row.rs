//! From what a row holds to what it means, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::StoreError;

/// A counter as a row holds it; none gets near 2^63.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A counter that a row holds.
pub(super) fn count(table: &'static str, value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Row { table, detail: format!("{value} is not a count") })
}

/// One of a few words as a row holds it: the same that the wire has.
pub(super) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value)? {
        Value::String(word) => Ok(word),
        other => Ok(other.to_string()),
    }
}

/// One of a few words that a row holds.
pub(super) fn meaning<T: DeserializeOwned>(table: &'static str, word: String) -> Result<T, StoreError> {
    serde_json::from_value(Value::String(word))
        .map_err(|error| StoreError::Row { table, detail: error.to_string() })
}

/// A value that a row holds as JSON.
pub(super) fn json<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Row { table, detail: error.to_string() })
}
