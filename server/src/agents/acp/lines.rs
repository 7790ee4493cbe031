//! Lines from a pipe, each bounded: what follows the bound is read and let go of.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// Reads lines.
pub(super) struct Lines<R> {
    source: BufReader<R>,
    most: usize,
    line: Line,
    /// The line was too long and is given away already; its rest is read and let go of.
    is_skipping: bool,
}

/// A line, without its end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    bytes: Vec<u8>,
    /// Whether it was longer than it may be; what is here is its beginning.
    pub is_cut: bool,
}

impl Line {
    fn push(&mut self, part: &[u8], most: usize) {
        let room = most - self.bytes.len();
        self.is_cut = part.len() > room;
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
    }

    /// Its text. What is no UTF-8 becomes replacement characters.
    pub fn into_text(mut self) -> String {
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        String::from_utf8(self.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Lines of at most `most` bytes.
    pub fn new(source: R, most: usize) -> Self {
        Self {
            source: BufReader::with_capacity(64 << 10, source),
            most,
            line: Line::default(),
            is_skipping: false,
        }
    }

    /// The next line; the last one may lack its end, and one that is too long comes as soon as it is. None when there are
    /// no more. May be dropped and called again.
    pub async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let available = self.source.fill_buf().await?;
            if available.is_empty() {
                let rest = std::mem::take(&mut self.line);
                return Ok((rest != Line::default()).then_some(rest));
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let is_rest = self.is_skipping;
            if !is_rest {
                self.line.push(part, self.most);
            }
            let read = part.len() + usize::from(end.is_some());
            self.source.consume(read);
            self.is_skipping = end.is_none() && (is_rest || self.line.is_cut);
            if !is_rest && (end.is_some() || self.line.is_cut) {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(bytes: &[u8], most: usize) -> Vec<(String, bool)> {
        let mut lines = Lines::new(bytes, most);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            let is_cut = line.is_cut;
            all.push((line.into_text(), is_cut));
        }
        all
    }

    #[tokio::test]
    async fn lines_end_with_a_newline_or_with_the_text() {
        let expected = [("a".to_owned(), false), (String::new(), false), ("bc".to_owned(), false)];
        assert_eq!(lines(b"a\n\nbc", 9).await, expected);
        assert_eq!(lines(b"a\r\n\nbc\n", 9).await, expected);
        assert_eq!(lines(b"", 9).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut_and_the_next_is_whole() {
        let expected = [("abc".to_owned(), true), ("abc".to_owned(), false), ("xyz".to_owned(), true)];
        assert_eq!(lines(b"abcd\nabc\nxyzzy", 3).await, expected);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_not_waited_for() {
        use tokio::io::AsyncWriteExt as _;
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(reader, 3);
        writer.write_all(b"abcd").await.unwrap();
        assert!(lines.next().await.unwrap().unwrap().is_cut);
        writer.write_all(b"efgh").await.unwrap();
        writer.write_all(b"i\nx\n").await.unwrap();
        assert_eq!(lines.next().await.unwrap().unwrap().into_text(), "x");
    }

    #[tokio::test]
    async fn what_is_no_utf_8_is_replaced() {
        assert_eq!(lines(b"a\xffb\n", 9).await, [("a\u{fffd}b".to_owned(), false)]);
    }
}
