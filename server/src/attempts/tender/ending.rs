//! The end of an attempt: whatever is left of its processes goes.

use super::Tender;
use crate::attempts::machine::Event;
use crate::board::CommandError;
use crate::strays;

impl Tender {
    /// Ends what may be left of an attempt that is being stopped, and notes that it is.
    pub(super) async fn clear(&self) -> Result<(), CommandError> {
        self.end_strays().await;
        self.apply(Event::Cleared).await
    }

    /// Ends all processes of the attempt.
    pub(super) async fn end_strays(&self) {
        if !strays::end(&self.attempt, self.attempts.options().patience.stop).await {
            tracing::warn!(attempt = %self.attempt, "some processes of an attempt could not be ended");
        }
    }
}
