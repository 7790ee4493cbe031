//! What lies behind sign-in: the API refuses who is not signed in, the pages send them to the sign-in page.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{Auth, Proof, authority::Scheme, checks::Target, sign_in};
use crate::{
    error::{ApiError, Kind},
    sse::handlers::SessionOfRequest,
};

/// The layer of the API.
pub async fn proof(State(auth): State<Auth>, peer: Peer, request: Request, next: Next) -> Response {
    match auth.prove(request.headers(), peer.0).await {
        Ok(proof) => let_in(&auth, proof, request, next).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// The layer of the pages.
pub async fn proof_or_sign_in(
    State(auth): State<Auth>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match auth.prove(request.headers(), peer.0).await {
        Ok(proof) => let_in(&auth, proof, request, next).await,
        Err(refusal) if is_read && refusal.kind == Kind::SignInNeeded => {
            sign_in::redirect_to_sign_in(request.uri())
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn let_in(auth: &Auth, proof: Proof, mut request: Request, next: Next) -> Response {
    let renewal = auth.renewal(&proof, request.headers(), scheme_of(&request));
    if let Proof::Session(session) = &proof {
        request.extensions_mut().insert(SessionOfRequest(session.id.clone()));
    }
    request.extensions_mut().insert(proof);
    let mut response = next.run(request).await;
    // A sign-out among them has the last word.
    if let (Some(cookie), false) = (renewal, response.headers().contains_key(header::SET_COOKIE)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

impl Auth {
    /// The cookie again, once in a while, so that it lasts as long as the session does.
    fn renewal(&self, proof: &Proof, headers: &HeaderMap, scheme: Scheme) -> Option<HeaderValue> {
        let Proof::Session(session) = proof else { return None };
        if !self.is_due(session) {
            return None;
        }
        self.note_use(session.clone());
        self.0.cookie.keep_on(headers, scheme)
    }
}

/// By which scheme a request came that has passed the checks.
fn scheme_of(request: &Request) -> Scheme {
    request.extensions().get::<Target>().map_or(Scheme::Http, |target| target.scheme)
}

/// Extracts the address that a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Without an address, all share one account of wrong tries.
        Ok(Self(peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip())))
    }
}
