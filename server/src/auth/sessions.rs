//! Sessions: browsers that are signed in. Each is a row, so it survives restarts; its token is only in the browser.
//!
//! However a session ends (by signing out, unused for too long, or to make room), so do the streams that rest on it.

use axum::http::HeaderValue;
use shared::time::Timestamp;

use super::{
    Auth, SessionProof,
    authority::Scheme,
    secret::{Secret, SecretHash},
};
use crate::{
    clock::DAY_MS,
    error::ApiError,
    ids::new_id,
    store::{
        StoreError,
        sessions::{self, Session},
    },
};

/// How long a session lasts after it was last used.
const LIFETIME_MS: i64 = 365 * DAY_MS;
/// How often the use of a session is noted: a write for each request would be waste.
const NOTE_EVERY_MS: i64 = DAY_MS;
/// How many sessions there are at most; past it, the one that was unused for longest ends.
pub const MAX_SESSIONS: u32 = 1000;

impl Auth {
    /// Begins a session, and gives the cookie that proves it.
    ///
    /// # Errors
    /// If the session can't be written.
    pub(super) async fn begin_session(&self, scheme: Scheme) -> Result<HeaderValue, ApiError> {
        let token = Secret::random().map_err(ApiError::internal)?;
        let now = self.0.clock.now();
        let session = Session {
            id: new_id(),
            token_hash: token.hash().to_hex(),
            created_at: now,
            last_seen_at: now,
            expires_at: lifetime_from(now),
        };
        let auth = self.clone();
        unhurried(async move {
            let mut tx = auth.0.store.write().await?;
            let mut ended = sessions::delete_expired(&mut tx, now).await?;
            ended.extend(sessions::keep_most_recent(&mut tx, MAX_SESSIONS - 1).await?);
            sessions::insert(&mut tx, &session).await?;
            drop(tx.commit().await?);
            auth.end_streams_of(&ended);
            Ok(())
        })
        .await?;
        Ok(self.0.cookie.keep(&token, scheme))
    }

    /// The session with this token, if it has not ended.
    ///
    /// # Errors
    /// If the sessions can't be read.
    pub(super) async fn find_session(&self, token: &str) -> Result<Option<SessionProof>, ApiError> {
        let hash = SecretHash::of(token).to_hex();
        let mut tx = self.0.store.read().await?;
        let session = sessions::by_token_hash(&mut tx, &hash, self.0.clock.now()).await?;
        Ok(session.map(|session| SessionProof { id: session.id, last_seen_at: session.last_seen_at }))
    }

    /// Whether it is time to note that the session was used.
    pub(super) fn is_due(&self, session: &SessionProof) -> bool {
        self.0.clock.now().millis_since(session.last_seen_at) >= NOTE_EVERY_MS
    }

    /// Notes that the session was used, in its own time: nobody has to wait for that, and if it fails (the disk may be
    /// full) it is tried again with the next request.
    pub(super) fn note_use(&self, session: SessionProof) {
        let auth = self.clone();
        let now = auth.0.clock.now();
        tokio::spawn(async move {
            let noted = async {
                let mut tx = auth.0.store.write().await?;
                sessions::touch(&mut tx, &session.id, now, lifetime_from(now)).await?;
                tx.commit().await.map(drop)
            };
            if let Err(error) = noted.await {
                tracing::warn!("the use of a session could not be noted: {error}");
            }
        });
    }

    /// Ends a session for good, with its streams, and gives the cookie that makes the browser forget it.
    ///
    /// # Errors
    /// If the end can't be written.
    pub async fn end_session(&self, id: &str, scheme: Scheme) -> Result<HeaderValue, ApiError> {
        let (auth, id) = (self.clone(), id.to_owned());
        unhurried(async move {
            let mut tx = auth.0.store.write().await?;
            sessions::delete(&mut tx, &id).await?;
            drop(tx.commit().await?);
            auth.end_streams_of(&[id]);
            Ok(())
        })
        .await?;
        Ok(self.0.cookie.forget(scheme))
    }

    /// Removes the sessions that have had their time at this moment, and ends their streams.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn end_expired_sessions(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.0.store.write().await?;
        let ended = sessions::delete_expired(&mut tx, now).await?;
        drop(tx.commit().await?);
        self.end_streams_of(&ended);
        Ok(())
    }

    fn end_streams_of(&self, ended: &[String]) {
        ended.iter().for_each(|session| self.0.hub.end_session(session));
    }
}

/// Runs a change in a task of its own: a client that hangs up must not cancel it halfway.
async fn unhurried(
    change: impl Future<Output = Result<(), StoreError>> + Send + 'static,
) -> Result<(), ApiError> {
    match tokio::spawn(change).await {
        Ok(outcome) => Ok(outcome?),
        Err(error) => Err(ApiError::internal(error)),
    }
}

fn lifetime_from(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + LIFETIME_MS)
}
