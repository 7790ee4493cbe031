//! The end of a text that may be long.

use std::collections::VecDeque;

/// Keeps the last bytes of a text, whole characters only.
#[derive(Debug)]
pub(super) struct Tail {
    most: usize,
    bytes: VecDeque<u8>,
    is_truncated: bool,
}

impl Tail {
    /// Keeps at most so many bytes.
    pub fn new(most: usize) -> Self {
        Self { most, bytes: VecDeque::new(), is_truncated: false }
    }

    /// The text goes on.
    pub fn push(&mut self, text: &str) {
        self.bytes.extend(text.as_bytes());
        let mut surplus = self.bytes.len().saturating_sub(self.most);
        if surplus == 0 {
            return;
        }
        // What follows the first byte of a character goes with it.
        while self.bytes.get(surplus).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {
            surplus += 1;
        }
        self.bytes.drain(..surplus);
        self.is_truncated = true;
    }

    /// What is kept.
    pub fn text(&self) -> String {
        let (front, back) = self.bytes.as_slices();
        String::from_utf8_lossy(&[front, back].concat()).into_owned()
    }

    /// Whether something before it is not.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_characters_are_kept() {
        let mut tail = Tail::new(5);
        tail.push("abc");
        assert_eq!((tail.text().as_str(), tail.is_truncated()), ("abc", false));
        tail.push("d€");
        assert_eq!((tail.text().as_str(), tail.is_truncated()), ("cd€", true));
        tail.push("€");
        assert_eq!(tail.text(), "€");
        let mut none = Tail::new(0);
        none.push("a");
        assert_eq!((none.text().as_str(), none.is_truncated()), ("", true));
    }
}
