//! A part of something that only grows.

use serde::{Deserialize, Serialize};

/// A part of something that only grows, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The things.
    pub items: Vec<T>,
    /// What leads to older ones, as `before`; none if there are none.
    #[serde(default)]
    pub next_cursor: Option<String>,
}
