//! How a request arrives: in time, and not too large. Whoever dawdles must not keep a connection from others.

use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt as _;

use crate::error::{ApiError, Kind};

/// The most bytes that a body may have.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How much of a body that is too large is still read: who gets no chance to finish sending may miss the answer.
const MAX_DRAINED_BYTES: usize = 8 * MAX_BODY_BYTES;

/// How long a request may take to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its head; and how long a connection may be idle between two requests.
    pub head: Duration,
    /// Its body.
    pub body: Duration,
}

impl Default for Arrival {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(30) }
    }
}

impl Arrival {
    /// Reads a whole body.
    ///
    /// # Errors
    /// `400` if it breaks off, `408` if it is too slow, `413` if it is too large.
    pub async fn read(self, body: Body) -> Result<Vec<u8>, ApiError> {
        tokio::time::timeout(self.body, collect(body)).await.unwrap_or_else(|_| {
            Err(ApiError::new(Kind::TooSlow, "The body did not arrive in time.")
                .hint("Try again on a better connection."))
        })
    }
}

async fn collect(body: Body) -> Result<Vec<u8>, ApiError> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::malformed("The body broke off."))?;
        length += chunk.len();
        if length <= MAX_BODY_BYTES {
            bytes.extend_from_slice(&chunk);
        } else if length > MAX_DRAINED_BYTES {
            break;
        }
    }
    if length > MAX_BODY_BYTES {
        return Err(
            ApiError::new(Kind::TooLarge, "The body is larger than 1 MiB.").hint("Send less at once.")
        );
    }
    Ok(bytes)
}
