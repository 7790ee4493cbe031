//! What an agent prints besides its protocol: passed on within reason, and its end kept to say why the agent failed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::agents::lines::{Lines, TooLong};
use crate::agents::update::Update;

/// The most bytes of a line.
const MAX_LINE: usize = 4 << 10;
/// How many lines are kept for a reason, and how much of each.
const TAIL_LINES: usize = 8;
const TAIL_LINE: usize = 300;
/// How many bytes may come at once, and how many in each second that follows.
const BURST: usize = 256 << 10;
const PER_SECOND: usize = 16 << 10;

/// An agent's standard error.
pub(super) struct Stderr {
    tail: Arc<Mutex<VecDeque<String>>>,
    reader: AbortOnDropHandle<()>,
}

impl Stderr {
    /// Passes on what is read from a pipe, until it is closed. What is more than anyone would read is counted and left
    /// out, so that it neither fills the journal nor delays what matters.
    pub fn read(pipe: impl AsyncRead + Unpin + Send + 'static, updates: mpsc::Sender<Update>) -> Self {
        let tail = Arc::<Mutex<VecDeque<String>>>::default();
        let reader = tokio::spawn(pass_on(pipe, updates, Arc::clone(&tail)));
        Self { tail, reader: AbortOnDropHandle::new(reader) }
    }

    /// The last lines, once all was read, or after a while. Nothing is passed on any more.
    pub async fn last_lines(mut self, patience: Duration) -> Vec<String> {
        if tokio::time::timeout(patience, &mut self.reader).await.is_err() {
            self.reader.abort();
            // Only then it is certain that nothing follows.
            let _ = self.reader.await;
        }
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.drain(..).collect()
    }
}

async fn pass_on(
    pipe: impl AsyncRead + Unpin,
    updates: mpsc::Sender<Update>,
    tail: Arc<Mutex<VecDeque<String>>>,
) {
    let mut lines = Lines::new(pipe, MAX_LINE, TooLong::Cut);
    let mut measure = Measured::new(updates);
    while let Ok(Some(line)) = lines.next().await {
        keep(&tail, &line.text);
        measure.tell(line.text).await;
    }
    measure.tell_what_was_left_out().await;
}

fn keep(tail: &Mutex<VecDeque<String>>, line: &str) {
    if line.trim().is_empty() {
        return;
    }
    let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
    if tail.len() == TAIL_LINES {
        tail.pop_front();
    }
    tail.push_back(line.chars().take(TAIL_LINE).collect());
}

/// Tells lines of an agent that are not of its protocol, and leaves out what is too much.
pub(super) struct Measured {
    updates: mpsc::Sender<Update>,
    allowance: usize,
    since: Instant,
    left_out: u64,
}

impl Measured {
    /// Lines to be told here.
    pub fn new(updates: mpsc::Sender<Update>) -> Self {
        Self { updates, allowance: BURST, since: Instant::now(), left_out: 0 }
    }

    /// Tells a line, if there is still room for it.
    pub async fn tell(&mut self, line: String) {
        if self.has_room_for(line.len() + 1) {
            self.tell_what_was_left_out().await;
            self.send(line).await;
        } else {
            self.left_out += 1;
        }
    }

    /// Tells how many lines were left out since the last one that was told, if there were any.
    pub async fn tell_what_was_left_out(&mut self) {
        if self.left_out > 0 {
            self.send(format!("[too much at once; lines left out: {}]", self.left_out)).await;
            self.left_out = 0;
        }
    }

    async fn send(&self, line: String) {
        // Nobody listens any more: the driver finds out, and ends.
        let _ = self.updates.send(Update::Stderr(line)).await;
    }

    fn has_room_for(&mut self, bytes: usize) -> bool {
        let millis = usize::try_from(self.since.elapsed().as_millis()).unwrap_or(usize::MAX);
        let regained = millis.saturating_mul(PER_SECOND) / 1000;
        if regained > 0 {
            self.allowance = self.allowance.saturating_add(regained).min(BURST);
            self.since = Instant::now();
        }
        let has_room = bytes <= self.allowance;
        if has_room {
            self.allowance -= bytes;
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(bytes: &'static [u8]) -> (Vec<String>, Vec<String>) {
        let (updates, mut heard) = mpsc::channel(4);
        let stderr = Stderr::read(bytes, updates);
        let mut lines = Vec::new();
        while let Some(update) = heard.recv().await {
            let Update::Stderr(line) = update else { panic!("{update:?}") };
            lines.push(line);
        }
        (lines, stderr.last_lines(Duration::from_secs(5)).await)
    }

    #[tokio::test]
    async fn lines_are_told_and_the_last_ones_kept() {
        let (lines, tail) = told(b"1\n2\n3\n\n4\n5\n6\n7\n8\n9\n\xff10").await;
        assert_eq!(lines.len(), 11);
        assert_eq!(tail, ["3", "4", "5", "6", "7", "8", "9", "\u{fffd}10"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_measured_and_what_is_left_out_is_counted() {
        const LINE: &[u8] = b"0123456789abcde\n";
        let flood: &'static [u8] = LINE.repeat(100_000).leak();
        let (lines, tail) = told(flood).await;
        let told = lines.len() - 1;
        assert_eq!(told, BURST / LINE.len());
        assert_eq!(lines[told], format!("[too much at once; lines left out: {}]", 100_000 - told));
        assert_eq!(tail.len(), TAIL_LINES);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_flood_lines_are_told_again() {
        let (updates, mut heard) = mpsc::channel(8);
        let mut measured = Measured { allowance: 0, ..Measured::new(updates) };
        measured.tell("lost".into()).await;
        tokio::time::advance(Duration::from_secs(1)).await;
        measured.tell("heard".into()).await;
        drop(measured);
        let mut lines = Vec::new();
        while let Some(Update::Stderr(line)) = heard.recv().await {
            lines.push(line);
        }
        assert_eq!(lines, ["[too much at once; lines left out: 1]", "heard"]);
    }
}
