//! Which columns are strips. A cookie keeps it for the pages to come, so that the server renders them as they were left.

use serde::{Deserialize, Serialize};
use shared::ids::{ColumnId, is_valid_id};

use crate::cookie;
use crate::percent::{decode, encode};

/// The cookie's name.
const COOKIE: &str = "mainstay_strips";
/// How many columns are kept, of all boards; those that were collapsed first make room. A cookie goes with each request.
const MOST: usize = 40;
/// The most bytes of the cookie.
const MOST_BYTES: usize = 4_000;
/// What lies between them in the cookie: it is in no encoded id.
const BETWEEN: char = '!';

/// The columns that are strips, of all boards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strips(Vec<ColumnId>);

impl Strips {
    /// Reads the `Cookie` header of a request.
    #[must_use]
    pub fn from_cookies(header: &str) -> Self {
        let names = cookie::value(header, COOKIE).unwrap_or_default().split(BETWEEN).map(decode);
        Self(names.filter(|name| is_valid_id(name)).take(MOST).map(ColumnId::new).collect())
    }

    /// The cookie that keeps them, as a page sets it.
    #[must_use]
    pub fn cookie(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|column| encode(column.as_str())).collect();
        cookie::kept(COOKIE, &names.join(&BETWEEN.to_string()))
    }

    /// Whether a column is one.
    #[must_use]
    pub fn contains(&self, column: &ColumnId) -> bool {
        self.0.contains(column)
    }

    /// Makes a column one, or no longer.
    pub fn set(&mut self, column: &ColumnId, is_strip: bool) {
        self.0.retain(|known| known != column);
        if is_strip {
            self.0.push(column.clone());
            let surplus = self.0.len().saturating_sub(MOST);
            self.0.drain(..surplus);
            // A browser keeps no larger one, and says nothing of it.
            while self.0.len() > 1 && self.cookie().len() > MOST_BYTES {
                self.0.remove(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_no_larger_than_a_browser_keeps() {
        let mut strips = Strips::default();
        for number in 0..MOST {
            strips.set(&format!("{}{number:02}", "\u{1F980}".repeat(62)).as_str().into(), true);
        }
        assert!(strips.cookie().len() <= MOST_BYTES, "{}", strips.cookie().len());
        assert!(strips.contains(&format!("{}{:02}", "\u{1F980}".repeat(62), MOST - 1).as_str().into()));
    }

    #[test]
    fn the_cookie_that_a_page_sets_is_read_back() {
        let mut strips = Strips::default();
        for column in ["0197-a", "of; mine! =", "b"] {
            strips.set(&column.into(), true);
        }
        strips.set(&"b".into(), false);
        let cookie = strips.cookie();
        let pair = cookie.split("; ").next().unwrap();
        let read = Strips::from_cookies(&format!("other=1; {pair}; more=2"));
        assert_eq!(read, strips);
        assert!(read.contains(&"of; mine! =".into()) && !read.contains(&"b".into()));
        assert_eq!(Strips::from_cookies(""), Strips::default());
        assert_eq!(Strips::from_cookies("mainstay_strips=!!%01"), Strips::default());
    }

    #[test]
    fn the_cookie_stays_small() {
        let mut strips = Strips::default();
        for number in 0..100 {
            strips.set(&ColumnId::new(format!("column-{number}")), true);
        }
        assert!(!strips.contains(&"column-59".into()) && strips.contains(&"column-60".into()));
        assert!(strips.cookie().len() < 1_000);
    }
}
