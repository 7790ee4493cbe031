//! What the dashboard shows.

use shared::attempt::AttemptStatus;
use shared::dashboard::{DashboardOverview, Range, RangePreset, Totals};
use shared::settings::Settings;
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use crate::{
    clock::DAY_MS,
    store::{StoreError, attempts, boards, settings},
};

/// Everything the dashboard shows, of the moment that the connection's transaction reads.
///
/// # Errors
/// If the database can't be read.
pub async fn overview(conn: &mut SqliteConnection, now: Timestamp) -> Result<DashboardOverview, StoreError> {
    let boards = boards::overviews(conn).await?;
    let totals = Totals {
        boards: u64::try_from(boards.len()).unwrap_or(u64::MAX),
        cards: boards.iter().map(|board| board.cards).sum(),
        running: attempts::count(conn, AttemptStatus::Running).await?,
        queued: attempts::count(conn, AttemptStatus::Queued).await?,
        waiting: attempts::count(conn, AttemptStatus::Waiting).await?,
        limit: u64::from(settings::read::<Settings>(conn).await?.concurrency),
    };
    let (needs_you, running) = (attempts::needing(conn).await?, attempts::at_work(conn).await?);
    let range = range(RangePreset::Last24h, now);
    Ok(DashboardOverview { as_of: now, range, totals, needs_you, running, boards })
}

/// The span of time that a preset means now.
#[must_use]
pub fn range(preset: RangePreset, now: Timestamp) -> Range {
    let days = |days: i64| Timestamp::from_millis(now.as_millis() - days * DAY_MS);
    let from = match preset {
        RangePreset::Last24h => days(1),
        RangePreset::Last7d => days(7),
        RangePreset::Last30d => days(30),
        RangePreset::Last90d => days(90),
        RangePreset::AllTime => Timestamp::UNIX_EPOCH,
    };
    Range { preset: Some(preset), from, to: now }
}
