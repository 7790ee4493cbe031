//! Whether the agent refuses to end, as one of its scenarios has it.

use tokio::sync::watch;

/// Counts the turns that refuse to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Stubbornness(watch::Sender<usize>);

/// A turn that refuses to end, until this is dropped.
#[derive(Debug)]
pub(super) struct StubbornTurn<'a>(&'a Stubbornness);

impl Stubbornness {
    /// From now on, the agent refuses to end.
    pub fn begin(&self) -> StubbornTurn<'_> {
        self.0.send_modify(|turns| *turns += 1);
        StubbornTurn(self)
    }

    /// Waits until no turn refuses to end.
    pub async fn ended(&self) {
        // The sender is held here, so there is always news to come.
        _ = self.0.subscribe().wait_for(|turns| *turns == 0).await;
    }
}

impl Drop for StubbornTurn<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|turns| *turns -= 1);
    }
}
