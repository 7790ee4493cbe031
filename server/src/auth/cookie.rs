//! The cookie that holds a session's token.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{authority::Scheme, secret::Secret};

/// How long a browser keeps the cookie: as long as browsers keep any. The session ends by the database's word.
const MAX_AGE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The cookie's name. It tells servers on one host apart, because browsers don't: a cookie is sent to every port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CookieName(String);

impl CookieName {
    /// The name for the data folder with this id. The id's end is random; its beginning is a time.
    pub(super) fn of_data_folder(id: &str) -> Self {
        let end: Vec<char> = id.chars().rev().filter(char::is_ascii_alphanumeric).take(8).collect();
        Self(format!("mainstay_{}", end.into_iter().rev().collect::<String>()))
    }

    /// The cookie's value, if the request carries one.
    pub(super) fn value<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.0).map(|(_, value)| value)
    }

    /// Keeps a token in the browser. `Lax`, because with `Strict` a link from elsewhere would find one signed out.
    pub(super) fn keep(&self, token: &Secret, scheme: Scheme) -> HeaderValue {
        self.set(token.reveal(), MAX_AGE_SECONDS, scheme)
    }

    /// Keeps on keeping the token that the request carried.
    pub(super) fn keep_on(&self, headers: &HeaderMap, scheme: Scheme) -> Option<HeaderValue> {
        self.value(headers).map(|token| self.set(token, MAX_AGE_SECONDS, scheme))
    }

    /// Makes the browser forget the token.
    pub(super) fn forget(&self, scheme: Scheme) -> HeaderValue {
        self.set("", 0, scheme)
    }

    fn set(&self, value: &str, max_age: u32, scheme: Scheme) -> HeaderValue {
        let secure = if scheme == Scheme::Https { "; Secure" } else { "" };
        let name = &self.0;
        let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        let mut header =
            HeaderValue::try_from(text).expect("made of letters, digits, and what came in a header");
        header.set_sensitive(true);
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> CookieName {
        CookieName::of_data_folder("0197c0de-0000-7000-8000-00001234abcd")
    }

    #[test]
    fn the_name_is_the_folders_own() {
        assert_eq!(name(), CookieName("mainstay_1234abcd".to_owned()));
    }

    #[test]
    fn the_value_is_found_among_others() {
        let headers = |values: &[&'static str]| {
            values.iter().map(|value| (header::COOKIE, HeaderValue::from_static(value))).fold(
                HeaderMap::new(),
                |mut headers, (name, value)| {
                    headers.append(name, value);
                    headers
                },
            )
        };
        assert_eq!(name().value(&headers(&["mainstay_1234abcd=x"])), Some("x"));
        assert_eq!(name().value(&headers(&["a=b; mainstay_1234abcd=x; c=d"])), Some("x"));
        assert_eq!(name().value(&headers(&["a=b", "mainstay_1234abcd=x"])), Some("x"));
        for other in ["", "mainstay_=x", "mainstay_1234abce=x", "xmainstay_1234abcd=x", "mainstay_1234abcd"] {
            assert_eq!(
                name().value(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(other))])),
                None
            );
        }
    }

    #[test]
    fn it_is_out_of_reach_of_scripts_and_secure_under_tls() {
        let token = Secret::new("x");
        let plain = name().keep(&token, Scheme::Http);
        assert_eq!(plain, "mainstay_1234abcd=x; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
        assert!(name().keep(&token, Scheme::Https).to_str().unwrap().ends_with("; Secure"));
        assert!(
            name()
                .forget(Scheme::Http)
                .to_str()
                .unwrap()
                .starts_with("mainstay_1234abcd=; Path=/; Max-Age=0;")
        );
    }
}
