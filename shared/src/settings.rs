//! What holds for the whole server, as `GET /settings` answers it.

use serde::{Deserialize, Serialize};

/// What holds for the whole server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// How many attempts run at once.
    pub concurrency: u32,
}

impl Settings {
    /// The most attempts that may run at once.
    pub const MAX_CONCURRENCY: u32 = 100;
}

impl Default for Settings {
    fn default() -> Self {
        Self { concurrency: 10 }
    }
}
