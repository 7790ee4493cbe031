//! The last lines of a text that may be endless.

/// The most lines.
const MAX_LINES: usize = 20;

/// The most bytes.
const MAX_BYTES: usize = 4 * 1024;

/// The end of a text that is being written.
#[derive(Debug, Default)]
pub(super) struct Tail {
    text: String,
    is_cut: bool,
}

impl Tail {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        if self.text.len() > 2 * MAX_BYTES {
            self.cut();
        }
    }

    /// The last lines, each as a terminal would show it: what stands before a carriage return was written over.
    pub fn lines(mut self) -> String {
        if self.text.len() > MAX_BYTES {
            self.cut();
        }
        let text = self.text.trim_end();
        // Half of a line is none, if there are others.
        let text = match text.split_once('\n') {
            Some((_, rest)) if self.is_cut => rest,
            _ => text,
        };
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.iter().skip(lines.len().saturating_sub(MAX_LINES));
        shown
            .map(|line| line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn cut(&mut self) {
        let start = self.text.ceil_char_boundary(self.text.len() - MAX_BYTES);
        self.text.drain(..start);
        self.is_cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&str]) -> String {
        let mut tail = Tail::default();
        pieces.iter().for_each(|piece| tail.push(piece));
        tail.lines()
    }

    #[test]
    fn a_short_text_is_its_own_end() {
        assert_eq!(lines(&[]), "");
        assert_eq!(lines(&["\n\none\n", "  two\r\n\n"]), "\n\none\n  two");
    }

    #[test]
    fn of_many_lines_the_last_are_kept() {
        let text: Vec<String> = (0..10_000).map(|number| format!("line {number}\n")).collect();
        let pieces: Vec<&str> = text.iter().map(String::as_str).collect();
        let expected: Vec<String> = (9_980..10_000).map(|number| format!("line {number}")).collect();
        assert_eq!(lines(&pieces), expected.join("\n"));
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let long = lines(&["é".repeat(5_000).as_str()]);
        assert!(long.len() <= MAX_BYTES && long.chars().all(|c| c == 'é'), "{}", long.len());
        assert_eq!(lines(&[&"x".repeat(9_000), "\nthe end\n"]), "the end");
    }

    #[test]
    fn what_was_written_over_is_not_shown() {
        assert_eq!(lines(&["10 %\r50 %\r100 %\ndone\r\n"]), "100 %\ndone");
    }
}
