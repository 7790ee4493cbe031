//! The session that the page rests on.

use super::{Answer, ApiFailure, call::Call};

/// `DELETE /session`: signs this browser out.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn sign_out() -> Result<Answer<()>, ApiFailure> {
    Call::delete("/session").done().await
}
