//! Signing in: `/sign-in`, by the link that the server prints or by typing the owner token. It needs no JavaScript.

use app::{shell::ClientFiles, theme::Theme};
use axum::{
    Router,
    body::Body,
    extract::{Extension, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{Auth, checks::Target, require::Peer};
use crate::{
    arrival::Arrival,
    assets::Assets,
    error::{ApiError, Kind},
    pages, shell,
    state::AppState,
};

/// Where people sign in.
pub const PATH: &str = "/sign-in";
/// Where they go from there, unless they came from somewhere.
const HOME: &str = "/";

/// What the sign-in page stands on.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Decides.
    pub auth: Auth,
    /// How long the form may take to arrive.
    pub arrival: Arrival,
    /// The style sheets and the icon of the page.
    pub files: ClientFiles,
}

/// The routes of sign-in.
pub fn router(state: &AppState, assets: &Assets) -> Router<AppState> {
    let it = SignIn { auth: state.auth.clone(), arrival: state.arrival, files: assets.files().clone() };
    Router::new().route(PATH, get(follow_link).post(submit)).with_state(it)
}

/// Sends somebody who is not signed in to the sign-in page, and from there back to this address.
pub(super) fn redirect_to_sign_in(from: &Uri) -> Response {
    let address = from.path_and_query().map_or(HOME, |it| it.as_str());
    let query = serde_urlencoded::to_string([("next", address)]).unwrap_or_default();
    see_other(&if address == HOME { PATH.to_owned() } else { format!("{PATH}?{query}") })
}

/// The sign-in link for a server at this address.
#[must_use]
pub fn link(address: std::net::SocketAddr, code: &super::secret::Secret) -> String {
    format!("http://{address}{PATH}?code={}", code.reveal())
}

#[derive(Debug, Default, Deserialize)]
struct Link {
    code: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Typed {
    token: String,
    next: Option<String>,
}

async fn follow_link(
    State(it): State<SignIn>,
    Extension(target): Extension<Target>,
    Peer(peer): Peer,
    method: Method,
    headers: HeaderMap,
    link: Result<Query<Link>, QueryRejection>,
) -> Response {
    let Link { code, next } = link.map(|Query(link)| link).unwrap_or_default();
    let (next, theme) = (Next::to(next), shell::theme_of(&headers));
    if it.auth.prove(&headers, peer).await.is_ok() {
        return see_other(next.address());
    }
    // Whoever only asks about the link, as previews do, follows it no further.
    let code = code.filter(|_| method == Method::GET);
    let Some(code) = code else { return it.page(&next, theme, None) };
    match it.auth.check_code(&code) {
        Ok(()) => it.begin(&target, &next, theme).await,
        Err(refusal) => it.page(&next, theme, Some(&refusal)),
    }
}

async fn submit(
    State(it): State<SignIn>,
    Extension(target): Extension<Target>,
    Peer(peer): Peer,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let theme = shell::theme_of(&headers);
    let Typed { token, next } = match it.read(&headers, body).await {
        Ok(typed) => typed,
        Err(refusal) => return it.page(&Next::to(None), theme, Some(&refusal)),
    };
    let next = Next::to(next);
    match it.auth.check_typed(token.trim(), peer) {
        Ok(()) => it.begin(&target, &next, theme).await,
        Err(refusal) => it.page(&next, theme, Some(&refusal)),
    }
}

impl SignIn {
    async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Typed, ApiError> {
        let unreadable =
            || ApiError::malformed("The form could not be read.").hint("Type the owner token and try again.");
        let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if !media_type.starts_with(b"application/x-www-form-urlencoded") {
            return Err(unreadable());
        }
        let form = self.arrival.read(body).await?;
        serde_urlencoded::from_bytes(&form).map_err(|_| unreadable())
    }

    async fn begin(&self, target: &Target, next: &Next, theme: Theme) -> Response {
        match self.auth.begin_session(target.scheme).await {
            Ok(cookie) => ([(header::SET_COOKIE, cookie)], see_other(next.address())).into_response(),
            Err(refusal) => self.page(next, theme, Some(&refusal)),
        }
    }

    /// The page, with the reason why the try before this one failed; the answer has that try's status.
    fn page(&self, next: &Next, theme: Theme, refusal: Option<&ApiError>) -> Response {
        let reason = refusal.map(ApiError::sentences);
        let html = shell::sign_in_document(&self.files, theme, next.address(), reason);
        let policy = [(header::CONTENT_SECURITY_POLICY, pages::WITHOUT_SCRIPT)];
        let mut response = (policy, axum::response::Html(html)).into_response();
        if let Some(refusal) = refusal {
            *response.status_mut() = refusal.kind.status();
            if let Kind::TooManyTries(wait) | Kind::Unavailable(wait) = refusal.kind {
                response.headers_mut().insert(header::RETRY_AFTER, crate::error::retry_after(wait));
            }
        }
        response
    }
}

/// Where to go after signing in: a page of ours.
#[derive(Debug, PartialEq, Eq)]
struct Next(String);

impl Next {
    /// The address that was asked for, if it can only lead to one of our pages; else home.
    fn to(asked: Option<String>) -> Self {
        // Browsers take `//host` and `/\host` for another site, after leaving out tabs and line ends.
        let is_ours = |address: &String| {
            address.starts_with('/')
                && !address.starts_with("//")
                && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        };
        Self(asked.filter(is_ours).unwrap_or_else(|| HOME.to_owned()))
    }

    fn address(&self) -> &str {
        &self.0
    }
}

fn see_other(address: &str) -> Response {
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static(HOME));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_a_page_of_ours_or_home() {
        let next = |address: &str| Next::to(Some(address.to_owned())).0;
        for ours in ["/", "/boards/1?all=1", "/boards/1#card", "/a//b", "/https://evil.example"] {
            assert_eq!(next(ours), ours);
        }
        for other in [
            "",
            "boards",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "/\r\nSet-Cookie: a=b",
            "/köln",
        ] {
            assert_eq!(next(other), HOME, "{other:?}");
        }
        assert_eq!(Next::to(None).0, HOME);
    }

    #[test]
    fn who_is_not_signed_in_comes_back_to_where_they_were() {
        let location = |uri: &'static str| {
            let response = redirect_to_sign_in(&Uri::from_static(uri));
            assert_eq!(response.status(), StatusCode::SEE_OTHER);
            response.headers()[header::LOCATION].to_str().unwrap().to_owned()
        };
        assert_eq!(location("/"), "/sign-in");
        assert_eq!(location("/boards/1?all=1&x=%20"), "/sign-in?next=%2Fboards%2F1%3Fall%3D1%26x%3D%2520");
    }
}
