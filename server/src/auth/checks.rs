//! What every request must pass before it is routed, whatever it proves: that it was meant for this server, and that
//! no foreign page made it.
//!
//! A page of another site can make a browser send requests here, with the cookie; the headers that the browser adds
//! (`Origin`, `Sec-Fetch-Site`) tell them apart, and no page can forge those. A page of a name that was rebound to this
//! machine's address is of the same origin to the browser; its `Host` gives it away, and so only names are a danger.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::authority::{Authority, Host, Origin, Scheme};
use crate::error::ApiError;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The names that the server answers to, beside `localhost` and IP addresses.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Arc<[Host]>);

impl AllowedHosts {
    /// Answers to these names too.
    pub fn new(hosts: impl IntoIterator<Item = Host>) -> Self {
        Self(hosts.into_iter().collect())
    }

    fn contains(&self, host: &Host) -> bool {
        match host {
            // Rebinding needs a name.
            Host::V4(_) | Host::V6(_) => true,
            Host::Name(name) => name == "localhost" || self.0.contains(host),
        }
    }
}

/// Where a request was sent to, as the checks found it; a request extension.
#[derive(Clone, Debug)]
pub struct Target {
    /// By which scheme the browser came.
    pub scheme: Scheme,
    /// The host and port that it named.
    pub authority: Authority,
}

/// The layer: refuses what does not pass and notes the [`Target`] of what does.
pub async fn check(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match target(&parts, &allowed) {
        Ok(target) => {
            parts.extensions.insert(target);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn target(parts: &Parts, allowed: &AllowedHosts) -> Result<Target, ApiError> {
    let authority = authority(&parts.uri, &parts.headers)?;
    if !allowed.contains(&authority.host) {
        let host = &authority.host;
        return Err(ApiError::forbidden(format!("This server does not answer to the name {host}."))
            .hint(format!("If it should, start it with `--allow-host {host}`."))
            .hint("Else use `localhost` or the machine's IP address."));
    }
    let target = Target { scheme: scheme(&parts.headers), authority };
    check_origin(&parts.headers, &target)?;
    check_fetch_site(parts)?;
    Ok(target)
}

/// The one host that the request names.
fn authority(uri: &Uri, headers: &HeaderMap) -> Result<Authority, ApiError> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(ApiError::malformed("The request must have exactly one Host header."));
    };
    let host = Authority::from_header(host)
        .map_err(|_| ApiError::malformed("The Host header names no host and port."))?;
    // `GET http://name/path`, as proxies send it, names the host a second time.
    match uri.authority().map(|named| named.as_str().parse::<Authority>()) {
        None => Ok(host),
        Some(Ok(named)) if named == host => Ok(host),
        Some(_) => {
            Err(ApiError::malformed("The address and the Host header of the request name different hosts."))
        }
    }
}

/// The scheme that the browser used. A proxy that takes TLS off says so in `X-Forwarded-Proto`; taking its word is safe,
/// since no foreign page can add that header without asking first, and nobody is ever allowed to. Of several proxies the
/// browser came to the first.
fn scheme(headers: &HeaderMap) -> Scheme {
    let told = headers.get(X_FORWARDED_PROTO).map(|value| value.as_bytes()).unwrap_or_default();
    let first = told.split(|byte| *byte == b',').next().unwrap_or_default();
    if first.trim_ascii().eq_ignore_ascii_case(b"https") { Scheme::Https } else { Scheme::Http }
}

fn check_origin(headers: &HeaderMap, target: &Target) -> Result<(), ApiError> {
    let is_ours =
        |value| Origin::from_header(value).is_some_and(|it| it.is(target.scheme, &target.authority));
    if headers.get_all(header::ORIGIN).iter().all(is_ours) {
        return Ok(());
    }
    Err(ApiError::forbidden("A page of another site made this request.")
        .hint("Only Mainstay's own pages may use the API from a browser; a script leaves the Origin header out.")
        .hint("Behind a proxy, let it pass on the Host header and set X-Forwarded-Proto."))
}

fn check_fetch_site(parts: &Parts) -> Result<(), ApiError> {
    let is = |name: HeaderName, value: &str| {
        parts.headers.get_all(name).iter().any(|it| it.as_bytes() == value.as_bytes())
    };
    if !is(SEC_FETCH_SITE, "cross-site") {
        return Ok(());
    }
    // Following a link to a page is harmless, and pages can't be framed.
    let follows_link = matches!(parts.method, Method::GET | Method::HEAD)
        && is(SEC_FETCH_MODE, "navigate")
        && is(SEC_FETCH_DEST, "document")
        && is_page(parts.uri.path());
    if follows_link {
        return Ok(());
    }
    Err(ApiError::forbidden("A page of another site made this request.")
        .hint("Open Mainstay in a tab of its own."))
}

/// Whether a path is one of the pages, which people follow links to.
fn is_page(path: &str) -> bool {
    !["/api", "/client"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use axum::http::{self, StatusCode};

    use super::*;

    fn answer(request: http::request::Builder) -> Result<Target, StatusCode> {
        let allowed = AllowedHosts::new(["board.example.org".parse().unwrap()]);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        target(&parts, &allowed).map_err(|error| error.kind.status())
    }

    fn get(path: &str) -> http::request::Builder {
        http::Request::get(path)
    }

    #[test]
    fn localhost_addresses_and_named_hosts_pass_whatever_the_port() {
        for host in
            ["localhost", "LOCALHOST:1", "127.0.0.1:4747", "[::1]:9", "192.168.1.5", "board.example.org:443"]
        {
            assert!(answer(get("/").header("host", host)).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_foreign_name_is_forbidden_and_an_unclear_one_malformed() {
        for host in ["evil.example", "localhost.evil.example", "example.org", "sub.board.example.org"] {
            assert_eq!(answer(get("/").header("host", host)).unwrap_err(), StatusCode::FORBIDDEN, "{host}");
        }
        let unclear = [
            get("/"),
            get("/").header("host", ""),
            get("/").header("host", "user@localhost"),
            get("/").header("host", "localhost").header("host", "localhost"),
            get("http://localhost/").header("host", "board.example.org"),
            get("http://evil.example/").header("host", "localhost"),
        ];
        for request in unclear {
            assert_eq!(answer(request).unwrap_err(), StatusCode::BAD_REQUEST);
        }
    }

    #[test]
    fn an_origin_passes_if_absent_or_our_own() {
        let post = |origin: Option<&'static str>| {
            let request = http::Request::post("/api/v1/boards").header("host", "localhost:4747");
            answer(match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            })
        };
        assert!(post(None).is_ok());
        assert!(post(Some("http://localhost:4747")).is_ok());
        for origin in ["null", "", "http://evil.example", "http://localhost:3000", "https://localhost:4747"] {
            assert_eq!(post(Some(origin)).unwrap_err(), StatusCode::FORBIDDEN, "{origin}");
        }
    }

    #[test]
    fn behind_tls_the_origin_is_https() {
        let request = |origin| {
            let request = http::Request::post("/api/v1/boards").header("host", "board.example.org");
            answer(request.header("x-forwarded-proto", "https").header("origin", origin))
        };
        assert_eq!(request("https://board.example.org").unwrap().scheme, Scheme::Https);
        assert_eq!(request("http://board.example.org").unwrap_err(), StatusCode::FORBIDDEN);
    }

    #[test]
    fn behind_several_proxies_the_first_one_says_how_the_browser_came() {
        let scheme = |value: &'static str| {
            let request = http::Request::get("/").header("host", "board.example.org");
            answer(request.header("x-forwarded-proto", value)).unwrap().scheme
        };
        for tls in ["https", "HTTPS", "https,http", "https , http", " https", "https, https"] {
            assert_eq!(scheme(tls), Scheme::Https, "{tls:?}");
        }
        for plain in ["", "http", "http,https", ",https", "httpsx"] {
            assert_eq!(scheme(plain), Scheme::Http, "{plain:?}");
        }
    }

    #[test]
    fn from_another_site_only_a_link_to_a_page_can_be_followed() {
        let cross = |method: Method, path: &str, mode: &'static str, dest: &'static str| {
            let request = http::Request::builder().method(method).uri(path).header("host", "localhost");
            answer(
                request
                    .header("sec-fetch-site", "cross-site")
                    .header("sec-fetch-mode", mode)
                    .header("sec-fetch-dest", dest),
            )
            .is_ok()
        };
        assert!(cross(Method::GET, "/", "navigate", "document"));
        assert!(cross(Method::GET, "/sign-in?code=x", "navigate", "document"));
        assert!(cross(Method::GET, "/apiary", "navigate", "document"));
        assert!(!cross(Method::POST, "/sign-in", "navigate", "document"));
        assert!(!cross(Method::GET, "/", "navigate", "iframe"));
        assert!(!cross(Method::GET, "/", "no-cors", "image"));
        assert!(!cross(Method::GET, "/api/v1/boards", "navigate", "document"));
        assert!(!cross(Method::GET, "/client/app.js", "no-cors", "script"));
        for site in ["same-origin", "same-site", "none"] {
            assert!(
                answer(get("/api/v1/sse").header("host", "localhost").header("sec-fetch-site", site)).is_ok()
            );
        }
    }
}
