//! Who may use the server: whoever proves to be its owner.
//!
//! There are three proofs. The owner token, which lasts, is for scripts and goes into a header. The sign-in code, which
//! lasts until the server stops, is in the link that the server prints; it is good for one thing, beginning a session.
//! A session's token is in a browser's cookie; the database has its hash.

pub mod authority;
pub mod checks;
mod cookie;
pub mod owner_token;
pub mod require;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod throttle;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::http::{HeaderMap, header};
use shared::time::Timestamp;
use tokio::time::Instant;

use crate::{
    clock::Clock,
    error::{ApiError, Kind},
    sse::hub::Hub,
    store::Store,
};
use cookie::CookieName;
use secret::{Secret, SecretHash};
use throttle::Throttle;

/// What a request proved; a request extension behind [`require`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The owner token.
    OwnerToken,
    /// A session.
    Session(SessionProof),
}

/// A session as a request proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionProof {
    /// Names the session; it is no secret.
    pub id: String,
    /// When it was last noted as used.
    pub last_seen_at: Timestamp,
}

/// Decides who may use the server. Its clones are the same one.
#[derive(Clone, Debug)]
pub struct Auth(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Of the owner token: the token itself is not needed any more.
    owner: SecretHash,
    /// The sign-in code, new at each start.
    code: Secret,
    /// The cookie that holds a session's token.
    cookie: CookieName,
    /// Counts wrong owner tokens. Wrong codes and cookies are not counted: they are too long and random to be guessed, and
    /// a page of another site can make a browser send any number of them.
    throttle: Throttle,
    /// Keeps the sessions.
    store: Store,
    /// Learns which sessions have ended, for the streams that rest on them.
    hub: Arc<Hub>,
    /// Says when a session has ended.
    clock: Clock,
}

impl Auth {
    /// Lets in whoever has the owner token, or a sign-in code that is made here.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn new(owner: &Secret, store: Store, hub: Arc<Hub>, clock: Clock) -> Result<Self, getrandom::Error> {
        let cookie = CookieName::of_data_folder(store.database_id());
        let inner = Inner {
            owner: owner.hash(),
            code: Secret::random()?,
            cookie,
            throttle: Throttle::default(),
            store,
            hub,
            clock,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The sign-in code, for links.
    #[must_use]
    pub fn code(&self) -> &Secret {
        &self.0.code
    }

    /// What a request proves.
    ///
    /// # Errors
    /// `401` if nothing, `429` after too many wrong tries, `5xx` if the sessions can't be read.
    pub async fn prove(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Proof, ApiError> {
        if let Some(authorization) = headers.get(header::AUTHORIZATION) {
            let token =
                authorization.to_str().ok().and_then(bearer_token).ok_or_else(ApiError::sign_in_needed)?;
            return self.guarded(peer, || self.0.owner.matches(token)).map(|()| Proof::OwnerToken);
        }
        let Some(token) = self.0.cookie.value(headers) else { return Err(ApiError::sign_in_needed()) };
        let session = self.find_session(token).await?;
        session.map(Proof::Session).ok_or_else(ApiError::sign_in_needed)
    }

    /// Whether the sign-in code is right.
    ///
    /// # Errors
    /// `401` if not.
    fn check_code(&self, code: &str) -> Result<(), ApiError> {
        if self.0.code.hash().matches(code) { Ok(()) } else { Err(wrong_proof()) }
    }

    /// Whether this is the owner token, or the sign-in code: a person may paste either.
    ///
    /// # Errors
    /// `401` if not, `429` after too many wrong tries.
    fn check_typed(&self, text: &str, peer: IpAddr) -> Result<(), ApiError> {
        match self.check_code(text) {
            // Whoever has the code does not wait for those who guess the token.
            Ok(()) => Ok(()),
            Err(_) => self.guarded(peer, || self.0.owner.matches(text)),
        }
    }

    fn guarded(&self, peer: IpAddr, is_right: impl FnOnce() -> bool) -> Result<(), ApiError> {
        let now = Instant::now();
        self.0.throttle.admit(peer, now).map_err(too_many_tries)?;
        if is_right() {
            return Ok(());
        }
        self.0.throttle.note_wrong(peer, now);
        Err(wrong_proof())
    }
}

fn wrong_proof() -> ApiError {
    ApiError::new(Kind::SignInNeeded, "That is not the token or code of this server.")
        .hint("`mainstay link` prints a sign-in link that works until the server stops.")
}

/// The token of an `Authorization` header; the scheme's name is in any case (RFC 9110 §11.1).
fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn too_many_tries(wait: Duration) -> ApiError {
    ApiError::new(Kind::TooManyTries(wait), "Too many wrong owner tokens came from this address.")
        .hint("Wait a little, or use the sign-in link that `mainstay link` prints.")
}
