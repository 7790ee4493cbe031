//! What a browser keeps in cookies for the pages to come, so that the server renders them as they were left.

/// A year, in seconds.
const STAYS: u32 = 31_536_000;

/// The value of a cookie in a request's `Cookie` header.
#[must_use]
pub fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// A cookie for every page, as a page sets it.
#[must_use]
pub fn kept(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={STAYS}; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_a_page_sets_is_read_back() {
        let cookie = kept("size", "4");
        let pair = cookie.split(';').next().unwrap();
        assert_eq!(value(&format!("other=1; {pair}; more=2"), "size"), Some("4"));
        assert_eq!(value("resize=4", "size"), None);
        assert_eq!(value("", "size"), None);
    }
}
