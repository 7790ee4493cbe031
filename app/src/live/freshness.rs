//! How fresh is what a page shows.

use shared::time::Timestamp;

/// How fresh is what a page shows, as a person may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// A stream is being opened; the page shows what it had before.
    #[default]
    Connecting,
    /// The stream is open and brings what was missed.
    CatchingUp,
    /// Every change is shown as it happens.
    Live,
    /// The stream was lost and is being opened again.
    Reconnecting {
        /// Seconds until the next try; 0 while it is under way.
        seconds: u32,
    },
    /// Opening the stream failed too often; the page is read anew now and then.
    Offline {
        /// When the server was last heard of.
        since: Timestamp,
    },
    /// The sign-in ended.
    SignedOut,
    /// The board was deleted.
    Gone,
}

impl Freshness {
    /// Whether there is a stream: without one, the title of a page counts nothing.
    #[must_use]
    pub fn has_stream(self) -> bool {
        matches!(self, Self::CatchingUp | Self::Live)
    }
}
