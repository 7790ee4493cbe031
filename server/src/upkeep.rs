//! Upkeep: what has had its time is removed, so that the database does not grow for ever.

use std::time::Duration;

use shared::time::Timestamp;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::{
    attempts::{leftovers, worktrees},
    board::{CommandError, cards},
    clock::DAY_MS,
    state::AppState,
    store::{
        creations,
        messages::{self, Retention},
    },
};

/// How often. In between, a storm of messages may take more room than it should.
const EVERY: Duration = Duration::from_secs(60);
/// For how long a deleted card can be restored.
const DELETED_CARD_MS: i64 = 30 * DAY_MS;
/// For how long a repeated creation gets the first answer again.
const CREATION_MS: i64 = 30 * DAY_MS;

/// Keeps up until `shutdown`.
pub async fn run(state: AppState, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        // Not in the middle of a step: each is a few small transactions.
        if let Err(error) = once(&state, state.clock.now()).await {
            tracing::warn!("the upkeep of the database failed, and is tried again: {error}");
        }
    }
}

/// Removes what has had its time at this moment.
///
/// # Errors
/// If the database can't be written; what went before stays removed.
pub async fn once(state: &AppState, now: Timestamp) -> Result<(), CommandError> {
    let before = |age_ms| Timestamp::from_millis(now.as_millis() - age_ms);
    messages::prune(&state.store, Retention::default(), now).await?;
    worktrees::remove_of_deleted(&state.attempts, before(DELETED_CARD_MS)).await?;
    cards::purge(&state.events, before(DELETED_CARD_MS)).await?;
    let mut tx = state.store.write().await?;
    creations::delete_before(&mut tx, before(CREATION_MS)).await?;
    drop(tx.commit().await?);
    leftovers::remove(&state.attempts).await?;
    state.auth.end_expired_sessions(now).await?;
    Ok(())
}
