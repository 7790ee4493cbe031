//! The mark in an event that tells when it was meant to be published, and how a reader finds it.
//!
//! Marks have a fixed width, so every event of a kind has the same size. The clock is the system's monotonic one, which
//! all processes of a machine share.

use rustix::time::{ClockId, clock_gettime};

/// What a mark begins with.
const BEGIN: &[u8] = b"@t";
/// Its digits: enough for the nanoseconds of 300 years.
const DIGITS: usize = 19;
/// How long a mark is: its begin, its digits, and one more sign.
pub const LENGTH: usize = BEGIN.len() + DIGITS + 1;

/// Nanoseconds on the clock that all processes share.
#[must_use]
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or(0) * 1_000_000_000 + nanoseconds.unwrap_or(0)
}

/// The mark of a time.
#[must_use]
pub fn mark(nanoseconds: u64) -> String {
    format!("@t{nanoseconds:0DIGITS$}@")
}

/// Finds marks in bytes that come in pieces.
#[derive(Debug, Default)]
pub struct Marks {
    /// The end of what came before, which may be the beginning of a mark.
    rest: Vec<u8>,
}

impl Marks {
    /// Tells the time of each mark that ends in this piece.
    pub fn find(&mut self, piece: &[u8], mut each: impl FnMut(u64)) {
        // A mark across the border lies within the rest and the first bytes of the piece; none lies whole in either.
        let (border, _) = piece.split_at(piece.len().min(LENGTH - 1));
        self.rest.extend_from_slice(border);
        scan(&self.rest, &mut each);
        if piece.len() >= LENGTH {
            scan(piece, &mut each);
            self.rest.clear();
            self.rest.extend_from_slice(&piece[piece.len() - (LENGTH - 1)..]);
        }
        self.rest.drain(..self.rest.len().saturating_sub(LENGTH - 1));
    }
}

/// Tells the time of each mark that lies whole in these bytes.
fn scan(bytes: &[u8], each: &mut impl FnMut(u64)) {
    for at in memchr::memmem::find_iter(bytes, BEGIN) {
        if let Some(time) = bytes.get(at..at + LENGTH).and_then(read) {
            each(time);
        }
    }
}

fn read(mark: &[u8]) -> Option<u64> {
    let digits = mark.strip_prefix(BEGIN)?.strip_suffix(b"@")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pieces: &[&[u8]]) -> Vec<u64> {
        let (mut marks, mut times) = (Marks::default(), Vec::new());
        for piece in pieces {
            marks.find(piece, |time| times.push(time));
        }
        times
    }

    #[test]
    fn marks_are_found_once_wherever_they_are_cut() {
        let text = format!("data: {} and {}\n\n@t@tx{}", mark(7), mark(8), mark(u64::MAX / 2));
        let whole = [7, 8, u64::MAX / 2];
        assert_eq!(found(&[text.as_bytes()]), whole);
        for cut in 0..text.len() {
            let (head, tail) = text.as_bytes().split_at(cut);
            assert_eq!(found(&[head, tail]), whole, "cut at {cut}");
        }
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(found(&single), whole);
    }

    #[test]
    fn a_mark_has_the_length_that_it_says() {
        assert_eq!(mark(now()).len(), LENGTH);
    }
}
