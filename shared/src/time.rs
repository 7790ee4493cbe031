//! Points in time, as they are stored (unix milliseconds) and as they are sent (RFC 3339 with three
//! decimals).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `0000-01-01T00:00:00.000Z`: RFC 3339 knows no earlier year.
const MIN_MILLIS: i64 = -62_167_219_200_000;
/// `9999-12-30T22:00:00.000Z`: the last moment whose year has four digits in every time zone.
const MAX_MILLIS: i64 = 253_402_207_200_000;

/// A point in time, to the millisecond.
///
/// It is always one that RFC 3339 can write: what lies outside is moved to the nearest end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest timestamp.
    pub const MIN: Self = Self(MIN_MILLIS);
    /// The latest timestamp.
    pub const MAX: Self = Self(MAX_MILLIS);
    /// The start of 1970, UTC.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The moment this many milliseconds after the start of 1970 (UTC).
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(MIN_MILLIS, MAX_MILLIS))
    }

    /// Milliseconds since the start of 1970 (UTC).
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// How many milliseconds lie between `earlier` and this; negative if it is the later one.
    #[must_use]
    pub fn millis_since(self, earlier: Self) -> i64 {
        // Both lie within the range above, so the difference always fits.
        self.0 - earlier.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&calendar::write(self.0).ok_or(fmt::Error)?)
    }
}

/// A text that is not an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time such as 2026-07-01T09:30:00.000Z")]
pub struct TimestampError;

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        calendar::read(text).map(Self::from_millis).ok_or(TimestampError)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

/// The calendar, from a library; both functions know milliseconds since the start of 1970 (UTC).
#[cfg(not(target_arch = "wasm32"))]
mod calendar {
    pub(super) fn write(millis: i64) -> Option<String> {
        Some(format!("{:.3}", jiff::Timestamp::from_millisecond(millis).ok()?))
    }

    pub(super) fn read(text: &str) -> Option<i64> {
        text.parse().ok().map(jiff::Timestamp::as_millisecond)
    }
}

/// The calendar of the browser: it is there already, where a library would be a tenth of the download.
///
/// A browser reads only what the server wrote, so it may be laxer than RFC 3339 about what it reads.
#[cfg(target_arch = "wasm32")]
mod calendar {
    use js_sys::Date;

    pub(super) fn write(millis: i64) -> Option<String> {
        // Every timestamp is far below 2^53.
        Date::new(&(millis as f64).into()).to_iso_string().as_string()
    }

    pub(super) fn read(text: &str) -> Option<i64> {
        let millis = Date::parse(text);
        // The cast cuts off nothing: a browser's date is a whole number of milliseconds, or not a number.
        millis.is_finite().then_some(millis as i64)
    }
}
