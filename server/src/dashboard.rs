//! What the dashboard shows.

use shared::dashboard::{DashboardOverview, Range, RangePreset, Totals};
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use crate::store::{StoreError, boards};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Everything the dashboard shows, of the moment that the connection's transaction reads.
///
/// # Errors
/// If the database can't be read.
pub async fn overview(conn: &mut SqliteConnection, now: Timestamp) -> Result<DashboardOverview, StoreError> {
    let boards = boards::overviews(conn).await?;
    let totals = Totals {
        boards: u64::try_from(boards.len()).unwrap_or(u64::MAX),
        cards: boards.iter().map(|board| board.cards).sum(),
        // No attempt can be started.
        running: 0,
        queued: 0,
        waiting: 0,
    };
    let range = Range {
        preset: Some(RangePreset::Last24h),
        from: Timestamp::from_millis(now.as_millis() - DAY_MS),
        to: now,
    };
    Ok(DashboardOverview { as_of: now, range, totals, needs_you: Vec::new(), running: Vec::new(), boards })
}
