//! The lines of what a program prints: decoded as they come, and never longer than a reader wants.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// The most bytes of one character.
const CHARACTER: usize = 4;

/// How much is read at once.
const BUFFER: usize = 64 << 10;

/// Lines of text from bytes. What is not UTF-8 is replaced.
#[derive(Debug)]
pub struct Lines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    limit: usize,
    too_long: TooLong,
    /// The line was too long and is given away already; its rest is read and let go of.
    is_skipping: bool,
}

/// What becomes of a line that is too long. Either way, its beginning comes as soon as there is so much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLong {
    /// It comes in pieces.
    InPieces,
    /// Its beginning comes, and no more of it.
    Cut,
}

/// A line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its text, or what fits of it.
    pub text: String,
    /// Whether more of it follows, or was left out.
    pub is_cut: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Reads lines of at most `limit` bytes, their ends not counted; it holds no more than one, and a buffer.
    pub fn new(source: R, limit: usize, too_long: TooLong) -> Self {
        let source = BufReader::with_capacity(BUFFER, source);
        Self { source, line: Vec::new(), limit: limit.max(CHARACTER), too_long, is_skipping: false }
    }

    /// The next line; `None` after the last, which may lack its end. Whoever stops waiting for it has lost nothing.
    ///
    /// # Errors
    /// If the source can't be read any more.
    pub async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let bytes = self.source.fill_buf().await?;
            if bytes.is_empty() {
                return Ok(self.rest());
            }
            if self.is_skipping {
                let end = bytes.iter().position(|&byte| byte == b'\n');
                let skipped = end.map_or(bytes.len(), |end| end + 1);
                self.is_skipping = end.is_none();
                self.source.consume(skipped);
                continue;
            }
            let room = self.limit - self.line.len();
            // The end of a line that fits exactly stands one byte beyond it.
            let window = &bytes[..bytes.len().min(room + 1)];
            if let Some(end) = window.iter().position(|&byte| byte == b'\n') {
                self.line.extend_from_slice(&window[..end]);
                self.source.consume(end + 1);
                return Ok(Some(self.whole()));
            }
            let taken = window.len().min(room);
            let is_too_long = window.len() > room;
            self.line.extend_from_slice(&window[..taken]);
            self.source.consume(taken);
            if is_too_long {
                return Ok(Some(self.beginning()));
            }
        }
    }

    /// What has come of a line whose end has not; after that, nothing.
    pub fn rest(&mut self) -> Option<Line> {
        (!self.line.is_empty()).then(|| self.whole())
    }

    fn whole(&mut self) -> Line {
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Line { text: text(std::mem::take(&mut self.line)), is_cut: false }
    }

    /// The line so far, but for a last character of which not all has come.
    fn beginning(&mut self) -> Line {
        let rest = self.line.split_off(whole_characters(&self.line));
        let beginning = std::mem::take(&mut self.line);
        match self.too_long {
            TooLong::InPieces => self.line = rest,
            TooLong::Cut => self.is_skipping = true,
        }
        Line { text: text(beginning), is_cut: true }
    }
}

fn text(bytes: Vec<u8>) -> String {
    // What is UTF-8 is not copied.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// How many bytes there are before a last character that is cut off.
fn whole_characters(bytes: &[u8]) -> usize {
    let starts = |&at: &usize| !matches!(bytes[at], 0x80..=0xbf);
    let Some(last) = (bytes.len().saturating_sub(CHARACTER - 1)..bytes.len()).rev().find(starts) else {
        return bytes.len();
    };
    let length = match bytes[last] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    if last + length > bytes.len() { last } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    async fn all(bytes: &[u8], limit: usize, too_long: TooLong) -> Vec<Line> {
        let mut lines = Lines::new(bytes, limit, too_long);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    async fn pieces(bytes: &[u8], limit: usize) -> Vec<String> {
        all(bytes, limit, TooLong::InPieces).await.into_iter().map(|line| line.text).collect()
    }

    #[tokio::test]
    async fn lines_come_without_their_ends_and_the_last_needs_none() {
        for too_long in [TooLong::InPieces, TooLong::Cut] {
            let lines = all(b"one\ntwo\r\n\nthree", 100, too_long).await;
            assert!(lines.iter().all(|line| !line.is_cut));
            let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(texts, ["one", "two", "", "three"]);
            assert!(all(b"", 100, too_long).await.is_empty());
        }
    }

    #[tokio::test]
    async fn what_is_not_utf8_is_replaced() {
        assert_eq!(pieces(b"a\xffb\n\xe2\x82", 100).await, ["a\u{fffd}b", "\u{fffd}"]);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_comes_in_pieces_of_whole_characters() {
        assert_eq!(pieces(b"123456\n", 6).await, ["123456"]);
        assert_eq!(pieces(b"1234567\n", 6).await, ["123456", "7"]);
        let euros = "€".repeat(1_000);
        let pieces = pieces(euros.as_bytes(), 10).await;
        assert_eq!(pieces.concat(), euros);
        assert!(pieces.iter().all(|piece| piece.len() <= 10), "{pieces:?}");
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut_and_the_next_is_whole() {
        let lines = all(b"abcdef\nabcde\nvwxyzz", 5, TooLong::Cut).await;
        let expected = [("abcde", true), ("abcde", false), ("vwxyz", true)];
        let lines: Vec<_> = lines.iter().map(|line| (line.text.as_str(), line.is_cut)).collect();
        assert_eq!(lines, expected);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_not_waited_for() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(reader, 5, TooLong::Cut);
        writer.write_all(b"abcdef").await.unwrap();
        assert!(lines.next().await.unwrap().unwrap().is_cut);
        writer.write_all(b"ghi").await.unwrap();
        assert!(futures_util::FutureExt::now_or_never(lines.next()).is_none());
        writer.write_all(b"j\nx\n").await.unwrap();
        assert_eq!(lines.next().await.unwrap().unwrap().text, "x");
    }

    #[tokio::test]
    async fn continuation_bytes_alone_do_not_hold_it_up() {
        let broken = [0x80_u8; 100];
        assert_eq!(pieces(&broken, 10).await.concat(), "\u{fffd}".repeat(100));
    }

    #[tokio::test]
    async fn a_character_that_comes_in_two_writes_is_one() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(reader, 100, TooLong::InPieces);
        writer.write_all(b"\xe2").await.unwrap();
        // A reader that stops waiting loses nothing.
        assert!(futures_util::FutureExt::now_or_never(lines.next()).is_none());
        writer.write_all(b"\x82\xac\n").await.unwrap();
        assert_eq!(lines.next().await.unwrap().unwrap().text, "€");
    }
}
