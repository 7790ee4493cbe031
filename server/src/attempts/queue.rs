//! The queue: who has waited longest comes first, and only so many attempts run at once.

use std::time::Duration;

use shared::ids::{AttemptId, BoardId};
use shared::settings::Settings;

use super::Attempts;
use super::case::{Case, Telling};
use super::machine::{Event, State};
use crate::board::CommandError;
use crate::board::edit::Edit;
use crate::store::{attempts, hosts, settings};

/// When to try again after the database failed.
const AGAIN: Duration = Duration::from_secs(1);

/// Takes up what an earlier server left, then admits attempts whenever there is a place, until the server stops.
pub(super) async fn run(attempts: Attempts) {
    let mut is_taken_up = false;
    loop {
        let was_taken_up = is_taken_up;
        let outcome = match was_taken_up {
            false => take_up(&attempts).await,
            true => admit_all(&attempts).await,
        };
        is_taken_up |= outcome.is_ok();
        if let Err(error) = &outcome {
            tracing::warn!("the queue could not be seen to, and is tried again: {error}");
        }
        tokio::select! {
            () = attempts.0.shutdown.cancelled() => return,
            () = attempts.0.queue.notified() => {}
            () = std::future::ready(()), if !was_taken_up && is_taken_up => {}
            () = tokio::time::sleep(AGAIN), if outcome.is_err() => {}
        }
    }
}

/// Sees to it that every attempt is tended that has a host or should have one. What their status rests on has to be found
/// out first.
async fn take_up(attempts: &Attempts) -> Result<(), CommandError> {
    let mut tx = attempts.events().store().write().await?;
    let hosted = hosts::attempts(&mut tx).await?;
    let active = attempts::active(&mut tx, None).await?;
    let unclean = attempts::to_clean_up(&mut tx).await?.into_iter().map(|it| it.attempt.attempt_id);
    drop(tx.commit().await?);
    let placed = active.into_iter().filter(|it| it.state.holds_a_place()).map(|it| it.attempt.attempt_id);
    hosted.into_iter().chain(placed).chain(unclean).for_each(|attempt| attempts.tend(attempt));
    Ok(())
}

/// Admits those who are next, as long as there are places.
async fn admit_all(attempts: &Attempts) -> Result<(), CommandError> {
    while let Some((board, next)) = next(attempts).await? {
        let edit = Edit::begin(attempts.events(), &board).await?;
        let mut case = Case::open(edit, &next).await?;
        // Whoever was stopped meanwhile is not admitted; then the next look finds another.
        case.apply(Event::Admitted).await?;
        let (edit, _) = case.close(Telling::Now, attempts.options().silent_after).await?;
        edit.answer(()).await?;
        attempts.tend(next);
    }
    Ok(())
}

/// Whose turn it is, if there is a place.
async fn next(attempts: &Attempts) -> Result<Option<(BoardId, AttemptId)>, CommandError> {
    let mut tx = attempts.events().store().read().await?;
    let limit = settings::read::<Settings>(&mut tx).await?.concurrency;
    let taken = attempts::places_taken(&mut tx).await?;
    if taken >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    let waiting = attempts::queued(&mut tx).await?;
    let next = waiting.into_iter().find(|it| matches!(it.state, State::Queued { .. }));
    Ok(next.map(|it| (it.attempt.board_id, it.attempt.attempt_id)))
}
