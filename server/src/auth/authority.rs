//! Host and port, as the headers `Host` and `Origin` name them.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

use axum::http::HeaderValue;

/// How a request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS, which a proxy in front has taken off.
    Https,
}

impl Scheme {
    /// The port that an address without one means.
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A host, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// A name, in lower case.
    Name(String),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

/// Why a text names no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host name such as board.example.org or an IP address")]
pub struct HostError;

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if let Some(inner) = text.strip_prefix('[') {
            let inner = inner.strip_suffix(']').ok_or(HostError)?;
            return inner.parse().map(Self::V6).map_err(|_| HostError);
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::V4(address));
        }
        if text.is_empty() || text.len() > 253 || text.split('.').any(|label| !is_label(label)) {
            return Err(HostError);
        }
        // A resolver would read a last label of digits as an address in one of its old spellings.
        let last = text.rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") {
            return Err(HostError);
        }
        Ok(Self::Name(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => write!(f, "[{address}]"),
        }
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A host with the port, if one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The host.
    pub host: Host,
    /// The port, unless it is the scheme's own.
    pub port: Option<u16>,
}

impl FromStr for Authority {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        // The colons of an IPv6 address are within its brackets.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = match port {
            None | Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| HostError)?)
            }
            Some(_) => return Err(HostError),
        };
        Ok(Self { host: host.parse()?, port })
    }
}

impl Authority {
    /// Reads a header's value.
    pub(super) fn from_header(value: &HeaderValue) -> Result<Self, HostError> {
        value.to_str().map_err(|_| HostError)?.parse()
    }

    /// Whether both name the same place, if both are reached by this scheme.
    fn is_same_place(&self, other: &Self, scheme: Scheme) -> bool {
        let port = |authority: &Self| authority.port.unwrap_or(scheme.default_port());
        self.host == other.host && port(self) == port(other)
    }
}

/// Where the page is from that makes a request: the header `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    authority: Authority,
}

impl Origin {
    /// Reads a header's value; `None` for `null` and for what can't be one of ours.
    pub(super) fn from_header(value: &HeaderValue) -> Option<Self> {
        let (scheme, authority) = value.to_str().ok()?.split_once("://")?;
        let scheme = match scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self { scheme, authority: authority.parse().ok()? })
    }

    /// Whether the page is one of the server that is reached at `authority` by `scheme`.
    pub(super) fn is(&self, scheme: Scheme, authority: &Authority) -> bool {
        self.scheme == scheme && self.authority.is_same_place(authority, scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(String, Option<u16>)> {
        text.parse::<Authority>().ok().map(|it| (it.host.to_string(), it.port))
    }

    #[test]
    fn an_authority_is_a_host_and_maybe_a_port() {
        assert_eq!(parse("localhost"), Some(("localhost".into(), None)));
        assert_eq!(parse("LocalHost:4747"), Some(("localhost".into(), Some(4747))));
        assert_eq!(parse("127.0.0.1:80"), Some(("127.0.0.1".into(), Some(80))));
        assert_eq!(parse("[::1]"), Some(("[::1]".into(), None)));
        assert_eq!(parse("[0:0::1]:4747"), Some(("[::1]".into(), Some(4747))));
        assert_eq!(parse("board.example.org:"), Some(("board.example.org".into(), None)));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long = "a".repeat(64);
        for text in [
            "",
            ":80",
            "::1",
            "::1:80",
            "[::1",
            "[::1]x",
            "[127.0.0.1]",
            "[fe80::1%25eth0]",
            "user@localhost",
            "local host",
            "localhost:port",
            "localhost:+80",
            "localhost:65536",
            "localhost/",
            "localhost.",
            "a..b",
            "köln.example",
            "127.1",
            "2130706433",
            "0x7f.0.0.0x1",
            "127.0.0.01",
            "localhost,localhost",
            &long,
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_origin_must_name_scheme_host_and_port() {
        let is = |origin: &'static str, scheme, host: &str| {
            Origin::from_header(&HeaderValue::from_static(origin))
                .is_some_and(|origin| origin.is(scheme, &host.parse().unwrap()))
        };
        assert!(is("http://localhost:4747", Scheme::Http, "localhost:4747"));
        assert!(is("http://localhost", Scheme::Http, "localhost:80"));
        assert!(is("https://board.example.org", Scheme::Https, "board.example.org:443"));
        for origin in [
            "null",
            "",
            "localhost:4747",
            "http://localhost:4748",
            "http://127.0.0.1:4747",
            "https://localhost:4747",
            "http://localhost:4747/",
            "http://localhost:4747@evil.example",
            "file://",
            "http://",
            "HTTP://localhost:4747 ",
            "http://localhost:4747.evil.example",
            "http://evil.example/?http://localhost:4747",
        ] {
            assert!(!is(origin, Scheme::Http, "localhost:4747"), "{origin:?}");
        }
    }
}
