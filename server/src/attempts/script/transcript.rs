//! What a script prints: all of it goes to its log, its text in pieces to whoever watches, its end is kept.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::log::Log;
use super::tail::Tail;
use crate::text_decoder::TextDecoder;

/// The most bytes of a piece.
pub const MAX_PIECE: usize = 16 * 1024;

/// How long text waits for more, so that it is not told letter by letter.
const GATHERING: Duration = Duration::from_millis(50);

/// How long to wait for somebody to take a piece. After that, nobody is thought to be there.
const TAKING: Duration = Duration::from_secs(30);

/// The output of a script, on its way.
#[derive(Debug)]
pub(super) struct Transcript {
    log: Log,
    decoder: TextDecoder,
    tail: Tail,
    waiting: String,
    /// When what is waiting has to go.
    due: Option<Instant>,
    /// `None` once nobody takes pieces.
    pieces: Option<mpsc::Sender<String>>,
}

impl Transcript {
    pub fn new(log: Log, pieces: mpsc::Sender<String>) -> Self {
        Self {
            log,
            decoder: TextDecoder::default(),
            tail: Tail::default(),
            waiting: String::new(),
            due: None,
            pieces: Some(pieces),
        }
    }

    pub async fn take(&mut self, bytes: &[u8]) {
        self.log.append(bytes).await;
        let text = self.decoder.push(bytes);
        self.add(&text);
        if self.waiting.len() >= MAX_PIECE || self.due.is_some_and(|due| due <= Instant::now()) {
            self.flush().await;
        }
    }

    /// Waits until text has waited long enough; without text, for ever.
    pub async fn is_due(&self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Sends what is waiting.
    pub async fn flush(&mut self) {
        self.due = None;
        let mut waiting = std::mem::take(&mut self.waiting);
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.floor_char_boundary(MAX_PIECE));
            self.send(waiting).await;
            waiting = rest;
        }
    }

    /// Sends what is left; gives the last lines, and why the log is not whole.
    pub async fn finish(mut self) -> (String, Option<String>) {
        let rest = self.decoder.finish();
        self.add(&rest);
        self.flush().await;
        (self.tail.lines(), self.log.finish().await)
    }

    fn add(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.tail.push(text);
        if self.pieces.is_some() {
            self.waiting.push_str(text);
            self.due.get_or_insert_with(|| Instant::now() + GATHERING);
        }
    }

    async fn send(&mut self, piece: String) {
        let Some(pieces) = &self.pieces else { return };
        if !matches!(timeout(TAKING, pieces.send(piece)).await, Ok(Ok(()))) {
            self.pieces = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn transcript(pieces: mpsc::Sender<String>) -> (tempfile::TempDir, Transcript) {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(&folder.path().join("log")).await;
        (folder, Transcript::new(log, pieces))
    }

    #[tokio::test(start_paused = true)]
    async fn text_waits_for_more_but_not_for_long() {
        let (sender, mut receiver) = mpsc::channel(10);
        let (_folder, mut transcript) = transcript(sender).await;
        transcript.take("é".as_bytes()).await;
        transcript.take(b"!").await;
        assert!(receiver.try_recv().is_err());
        transcript.is_due().await;
        transcript.flush().await;
        assert_eq!(receiver.try_recv().unwrap(), "é!");
        assert!(timeout(GATHERING * 2, transcript.is_due()).await.is_err(), "nothing is waiting");
    }

    #[tokio::test]
    async fn much_text_goes_at_once_in_pieces_of_whole_characters() {
        let (sender, mut receiver) = mpsc::channel(100);
        let (_folder, mut transcript) = transcript(sender).await;
        let text = "€".repeat(20_000);
        transcript.take(text.as_bytes()).await;
        transcript.finish().await;
        let mut received = String::new();
        while let Ok(piece) = receiver.try_recv() {
            assert!(piece.len() <= MAX_PIECE);
            received.push_str(&piece);
        }
        assert_eq!(received, text);
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_who_takes_nothing_is_waited_for_only_once() {
        let (sender, receiver) = mpsc::channel(1);
        let (folder, mut transcript) = transcript(sender).await;
        let begun = Instant::now();
        for _ in 0..10 {
            transcript.take(b"text\n").await;
            transcript.flush().await;
        }
        assert!(begun.elapsed() < TAKING * 2, "{:?}", begun.elapsed());
        assert_eq!(receiver.len(), 1);
        assert_eq!(transcript.finish().await, (["text"; 10].join("\n"), None));
        assert_eq!(std::fs::read(folder.path().join("log")).unwrap().len(), 50);
    }
}
