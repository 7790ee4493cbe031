//! Notices when an agent gives no sign of life: then its card needs a person.

use std::time::Duration;

use super::Attempts;
use super::intake::tell_face;
use crate::board::CommandError;
use crate::store::attempts;

/// How often to look, at the most.
const LOOK: Duration = Duration::from_secs(30);

/// Looks now and then, until the server stops.
pub(super) async fn run(attempts: Attempts) {
    let every = LOOK.min(attempts.options().silent_after / 4).max(Duration::from_millis(10));
    loop {
        tokio::select! {
            () = attempts.0.shutdown.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        if let Err(error) = look(&attempts).await {
            tracing::warn!("whether agents are silent could not be seen: {error}");
        }
    }
}

async fn look(attempts: &Attempts) -> Result<(), CommandError> {
    let now = attempts.events().clock().now();
    let mut tx = attempts.events().store().read().await?;
    let active = attempts::active(&mut tx, None).await?;
    drop(tx);
    let silent_after = attempts.options().silent_after;
    for it in active.iter().filter(|it| it.is_silent(now, silent_after)) {
        // What is told already is not told again.
        tell_face(attempts, &it.attempt.board_id, &it.attempt.attempt_id).await?;
    }
    Ok(())
}
