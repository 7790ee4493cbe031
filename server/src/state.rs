//! What every request can reach.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::{
    arrival::Arrival,
    attempts::Attempts,
    auth::Auth,
    clock::Clock,
    events::Events,
    listener::Stalls,
    repositories::Repositories,
    sse::{Streams, hub::Hub},
    store::Store,
};

/// The parts of a running server. Its clones are the same ones.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What is kept. Requests read from it, and change it only through `events`.
    pub store: Store,
    /// Where changes begin.
    pub events: Events,
    /// The search for repositories.
    pub repositories: Repositories,
    /// The attempts at cards, and all that goes on with them.
    pub attempts: Attempts,
    /// Where changes are published; it knows how far the message log goes.
    pub hub: Arc<Hub>,
    /// The streams of what is published.
    pub streams: Streams,
    /// Who may come in.
    pub auth: Auth,
    /// The one source of the current time.
    pub clock: Clock,
    /// How long requests may take to arrive.
    pub arrival: Arrival,
    /// The commands that are under way: the server ends only after they have.
    pub commands: TaskTracker,
    /// Counts connections that were given up because they made no progress.
    pub stalls: Stalls,
}
