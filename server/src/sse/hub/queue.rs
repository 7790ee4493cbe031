//! The changes that are under way, so that what several of them say can be told together.

use tokio::sync::watch;

/// Those who change something now, and those who wait for their turn to.
#[derive(Debug, Default)]
pub(super) struct Queue(watch::Sender<usize>);

/// A place in the queue: a change that has not ended. Dropping it leaves, with or without a publication.
#[derive(Debug)]
#[must_use = "dropping it is leaving"]
pub struct Place(watch::Sender<usize>);

impl Queue {
    pub(super) fn join(&self) -> Place {
        self.0.send_modify(|changes| *changes += 1);
        Place(self.0.clone())
    }

    /// Whether others come after the one that publishes now.
    pub(super) fn goes_on(&self) -> bool {
        *self.0.borrow() > 1
    }

    /// Ready once nobody is in it.
    pub(super) async fn is_over(&self) {
        // It fails if there is no sender any more, and this is one.
        let _ = self.0.subscribe().wait_for(|changes| *changes == 0).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.send_modify(|changes| *changes -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_over_when_all_have_left_and_goes_on_while_there_is_another() {
        let queue = Queue::default();
        queue.is_over().await;
        let (first, second) = (queue.join(), queue.join());
        assert!(queue.goes_on());
        drop(first);
        assert!(!queue.goes_on(), "the last one is alone");
        let mut over = Box::pin(queue.is_over());
        assert!(futures_util::poll!(&mut over).is_pending());
        drop(second);
        over.await;
    }
}
