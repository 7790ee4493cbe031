//! A saved view: a filter of a board that somebody gave a name.

use serde::{Deserialize, Serialize};

use crate::ids::ViewId;

/// A filter of a board with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The view.
    pub id: ViewId,
    /// What it is called; no other view of the board is called so.
    pub name: String,
    /// The filter, as it is typed and as a board's address has it.
    pub query: String,
}
