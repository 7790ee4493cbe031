//! The lines of what a program prints: decoded as they come, and never longer than a reader wants.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// The most bytes of one character.
const CHARACTER: usize = 4;

/// Lines of text from bytes. What is not UTF-8 is replaced; a line that is too long comes in pieces.
#[derive(Debug)]
pub struct Lines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    limit: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Reads lines of at most `limit` bytes, their ends not counted; it holds no more than one, and a small buffer.
    pub fn new(source: R, limit: usize) -> Self {
        Self { source: BufReader::new(source), line: Vec::new(), limit: limit.max(CHARACTER) }
    }

    /// The next line without its end; none after the last. Whoever stops waiting for it has lost nothing.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let bytes = match self.source.fill_buf().await {
                Ok(bytes) if !bytes.is_empty() => bytes,
                // A pipe that can't be read any more has nothing more to tell.
                Ok(_) | Err(_) => return self.rest(),
            };
            let room = self.limit - self.line.len();
            // The end of a line that fits exactly stands one byte beyond it.
            let window = &bytes[..bytes.len().min(room + 1)];
            if let Some(end) = window.iter().position(|&byte| byte == b'\n') {
                self.line.extend_from_slice(&window[..end]);
                self.source.consume(end + 1);
                return Some(self.whole_line());
            }
            let taken = window.len().min(room);
            let is_too_long = window.len() > room;
            self.line.extend_from_slice(&window[..taken]);
            self.source.consume(taken);
            if is_too_long {
                return Some(self.piece());
            }
        }
    }

    /// What has come of a line whose end has not; after that, nothing.
    pub fn rest(&mut self) -> Option<String> {
        (!self.line.is_empty()).then(|| self.whole_line())
    }

    fn whole_line(&mut self) -> String {
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        let text = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        text
    }

    /// The line so far, but for a last character of which not all has come.
    fn piece(&mut self) -> String {
        let end = whole_characters(&self.line);
        let text = String::from_utf8_lossy(&self.line[..end]).into_owned();
        self.line.drain(..end);
        text
    }
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

    async fn lines(bytes: &[u8], limit: usize) -> Vec<String> {
        let mut lines = Lines::new(bytes, limit);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await {
            all.push(line);
        }
        all
    }

    #[tokio::test]
    async fn lines_come_without_their_ends_and_the_last_needs_none() {
        assert_eq!(lines(b"one\ntwo\r\n\nthree", 100).await, ["one", "two", "", "three"]);
        assert!(lines(b"", 100).await.is_empty());
    }

    #[tokio::test]
    async fn what_is_not_utf8_is_replaced() {
        assert_eq!(lines(b"a\xffb\n\xe2\x82", 100).await, ["a\u{fffd}b", "\u{fffd}"]);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_comes_in_pieces_of_whole_characters() {
        assert_eq!(lines(b"123456\n", 6).await, ["123456"]);
        assert_eq!(lines(b"1234567\n", 6).await, ["123456", "7"]);
        let euros = "€".repeat(1_000);
        let pieces = lines(euros.as_bytes(), 10).await;
        assert_eq!(pieces.concat(), euros);
        assert!(pieces.iter().all(|piece| piece.len() <= 10), "{pieces:?}");
    }

    #[tokio::test]
    async fn continuation_bytes_alone_do_not_hold_it_up() {
        let broken = [0x80_u8; 100];
        assert_eq!(lines(&broken, 10).await.concat(), "\u{fffd}".repeat(100));
    }

    #[tokio::test]
    async fn a_character_that_comes_in_two_writes_is_one() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(reader, 100);
        writer.write_all(b"\xe2").await.unwrap();
        // A reader that stops waiting loses nothing.
        assert!(futures_util::FutureExt::now_or_never(lines.next()).is_none());
        writer.write_all(b"\x82\xac\n").await.unwrap();
        assert_eq!(lines.next().await.as_deref(), Some("€"));
    }
}
