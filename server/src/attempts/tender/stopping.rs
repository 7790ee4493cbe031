//! What takes its time for an attempt ends early when somebody stops the attempt.

use std::pin::pin;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{AGAIN, Tender};
use crate::attempts::machine::State;

impl Tender {
    /// Does something that ends when `stop` is cancelled; which is done when somebody stops the attempt. What it comes to
    /// then is waited for, too.
    pub(super) async fn until_stopped<T>(
        &self,
        stop: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        tokio::select! {
            done = &mut work => return done,
            () = self.stop_is_asked() => stop.cancel(),
        }
        work.await
    }

    /// Waits until somebody stops the attempt, or deletes it.
    async fn stop_is_asked(&self) {
        loop {
            // First this: whoever was asked before has been called already.
            match self.standing().await {
                Ok(None) => return,
                Ok(Some(standing)) if standing.it.state == State::Stopping => return,
                Ok(Some(_)) => self.called.notified().await,
                // A database that can't be read just now says nothing of the kind.
                Err(_) => sleep(AGAIN).await,
            }
        }
    }
}
