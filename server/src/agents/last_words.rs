//! How an agent's end is told to a person: its exit code or signal, and the last that it printed on its standard error.

use std::collections::VecDeque;
use std::process::ExitStatus;

use super::ending::in_words;

/// The most lines that are kept.
const LINES: usize = 20;
/// The most bytes that are kept.
const BYTES: usize = 4 * 1024;

/// The last lines that a program printed on its standard error.
#[derive(Debug, Default)]
pub struct LastWords {
    lines: VecDeque<String>,
    bytes: usize,
}

impl LastWords {
    /// Takes one more line; the oldest make room for it.
    pub fn push(&mut self, line: &str) {
        let line = end_of(line, BYTES);
        self.bytes += line.len();
        self.lines.push_back(line.to_owned());
        while self.lines.len() > LINES || self.bytes > BYTES {
            self.bytes -= self.lines.pop_front().map_or(0, |oldest| oldest.len());
        }
    }

    /// Says how a program ended: `None` if the system would not tell.
    #[must_use]
    pub fn tell(&self, program: &str, status: Option<ExitStatus>) -> String {
        let end = match status {
            Some(status) => format!("`{program}` ended with {}", in_words(status)),
            None => format!("`{program}` does not end, though it was killed"),
        };
        let lines: Vec<_> = self.lines.iter().map(String::as_str).collect();
        let words = lines.join("\n");
        if words.trim().is_empty() { end } else { format!("{end}:\n{words}") }
    }
}

/// The end of a text, not longer than so many bytes.
fn end_of(text: &str, bytes: usize) -> &str {
    let start = text.len().saturating_sub(bytes);
    let start = (start..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    &text[start..]
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn the_end_is_told_by_code_or_signal() {
        let words = LastWords::default();
        let tell = |raw| words.tell("aider", Some(ExitStatus::from_raw(raw)));
        assert_eq!(tell(3 << 8), "`aider` ended with exit code 3");
        assert_eq!(tell(9), "`aider` ended with signal 9 (SIGKILL)");
        assert_eq!(words.tell("aider", None), "`aider` does not end, though it was killed");
    }

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let mut words = LastWords::default();
        (0..100).for_each(|n| words.push(&format!("line {n}")));
        let told = words.tell("a", Some(ExitStatus::from_raw(1 << 8)));
        let lines: Vec<_> = told.lines().collect();
        assert_eq!((lines.len(), lines[1], lines[20]), (21, "line 80", "line 99"));
    }

    #[test]
    fn long_lines_are_cut_to_their_end() {
        let mut words = LastWords::default();
        words.push("lost");
        words.push(&format!("{}end", "€".repeat(10_000)));
        let told = words.tell("a", Some(ExitStatus::from_raw(1 << 8)));
        assert!(told.len() < BYTES + 100 && told.ends_with("€end") && !told.contains("lost"), "{told}");
    }
}
