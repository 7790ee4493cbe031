//! What the dashboard shows.

use shared::dashboard::DashboardOverview;
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use crate::store::StoreError;

/// Everything the dashboard shows, of the moment that the connection's transaction reads.
///
/// # Errors
/// If the database can't be read.
pub async fn overview(conn: &mut SqliteConnection, now: Timestamp) -> Result<DashboardOverview, StoreError> {
    todo!()
}
