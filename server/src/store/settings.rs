//! The table `settings`: what holds for the whole server.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::SqliteConnection;

use super::{StoreError, row};

/// The settings; the default while none were made.
///
/// # Errors
/// If the database can't be read.
pub async fn read<T: DeserializeOwned + Default>(conn: &mut SqliteConnection) -> Result<T, StoreError> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT settings FROM settings WHERE id = 1").fetch_optional(conn).await?;
    found.map_or_else(|| Ok(T::default()), |(text,)| row::json("settings", &text))
}

/// Makes these the settings.
///
/// # Errors
/// If the database can't be written.
pub async fn write(conn: &mut SqliteConnection, settings: &impl Serialize) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO settings (id, settings) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings",
    )
    .bind(serde_json::to_string(settings)?)
    .execute(conn)
    .await?;
    Ok(())
}
