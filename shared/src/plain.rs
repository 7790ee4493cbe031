//! One line in Markdown as plain words, for where there is no room to render it.

/// The most characters of a line that are read.
const MAX_CHARS: usize = 500;
/// The longest run of signs that still means something.
const MAX_RUN: usize = 3;

/// A line without the signs of its Markdown: what stands in code or in a link stays, and so does whatever only looks
/// like a sign, as in `snake_case` or `*.rs`. What lies beyond the first 500 characters is left out.
#[must_use]
pub fn plain(line: &str) -> String {
    let characters: Vec<char> = line.trim().chars().take(MAX_CHARS).collect();
    let mut marked = Marked { parts: vec![Part::Word; characters.len()], characters };
    marked.mark_block();
    marked.mark_code();
    marked.mark_links();
    marked.mark_emphasis();
    marked.words()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Word,
    /// It stands in code: what looks like a sign is none.
    Code,
    /// A sign.
    Sign,
}

/// A line, and what each of its characters is.
struct Marked {
    characters: Vec<char>,
    parts: Vec<Part>,
}

impl Marked {
    /// What a line begins with: of a heading, a quote, a list or a fence of code.
    fn mark_block(&mut self) {
        let at = |index: usize| self.characters.get(index).copied();
        let count = |sign: char| self.characters.iter().take_while(|it| **it == sign).count();
        let is_gap = |index: usize| at(index).is_none_or(char::is_whitespace);
        let length = match at(0) {
            Some('#') if count('#') <= 6 && is_gap(count('#')) => count('#'),
            Some('>') => count('>'),
            Some('-' | '*' | '+') if is_gap(1) => 1,
            // What follows a fence is the code's language.
            Some(fence @ ('`' | '~')) if count(fence) >= 3 && !self.characters[3..].contains(&fence) => {
                self.characters.len()
            }
            _ => 0,
        };
        self.parts[..length].fill(Part::Sign);
    }

    /// Code, between as many backticks on either side; a backtick without another is no word either.
    fn mark_code(&mut self) {
        let mut index = 0;
        while index < self.characters.len() {
            let length = self.run(index, '`');
            if length > 0 {
                self.parts[index..index + length].fill(Part::Sign);
                if let Some(end) = self.next_run(index + length, '`', length) {
                    self.parts[index + length..end].fill(Part::Code);
                    self.parts[end..end + length].fill(Part::Sign);
                    index = end;
                }
            }
            index += length.max(1);
        }
    }

    /// Links and pictures: their words stay.
    fn mark_links(&mut self) {
        for index in 0..self.characters.len() {
            if !self.is_sign(index, '[') {
                continue;
            }
            let find =
                |from: usize, sign: char| (from..self.characters.len()).find(|at| self.is_sign(*at, sign));
            let Some(middle) = find(index, ']').filter(|at| self.is_sign(at + 1, '(')) else { continue };
            let Some(end) = find(middle, ')') else { continue };
            self.parts[index] = Part::Sign;
            self.parts[middle..=end].fill(Part::Sign);
            if index > 0 && self.is_sign(index - 1, '!') {
                self.parts[index - 1] = Part::Sign;
            }
        }
    }

    /// What is emphasised or struck out, between as many signs on either side, which hug it.
    fn mark_emphasis(&mut self) {
        let mut index = 0;
        while index < self.characters.len() {
            let sign = self.characters[index];
            let length = if matches!(sign, '*' | '_' | '~') { self.run(index, sign) } else { 0 };
            let is_long_enough = length > usize::from(sign == '~') && length <= MAX_RUN;
            if is_long_enough && self.opens(index, length) {
                let mut from = index + length;
                while let Some(end) = self.next_run(from, sign, length) {
                    if self.closes(end, length) {
                        self.parts[index..index + length].fill(Part::Sign);
                        self.parts[end..end + length].fill(Part::Sign);
                        break;
                    }
                    from = end + length;
                }
            }
            index += length.max(1);
        }
    }

    fn opens(&self, index: usize, length: usize) -> bool {
        let is_word =
            |it: char| it.is_alphanumeric() || matches!(it, '`' | '*' | '_' | '~' | '"' | '“' | '(' | '[');
        let is_before =
            |it: char| it.is_whitespace() || matches!(it, '(' | '[' | '"' | '“' | '*' | '_' | '~');
        index.checked_sub(1).is_none_or(|before| is_before(self.characters[before]))
            && self.characters.get(index + length).copied().is_some_and(is_word)
    }

    fn closes(&self, index: usize, length: usize) -> bool {
        let next = self.characters.get(index + length).copied();
        !self.characters[index - 1].is_whitespace()
            && next.is_none_or(|it| it.is_whitespace() || ".,;:!?)]\"”*_~".contains(it))
    }

    fn is_sign(&self, index: usize, sign: char) -> bool {
        self.characters.get(index) == Some(&sign) && self.parts[index] == Part::Word
    }

    /// How many of a sign follow one another from here.
    fn run(&self, from: usize, sign: char) -> usize {
        (from..self.characters.len()).take_while(|index| self.is_sign(*index, sign)).count()
    }

    /// Where the next run of exactly so many begins.
    fn next_run(&self, from: usize, sign: char, length: usize) -> Option<usize> {
        let mut index = from;
        while index < self.characters.len() {
            match self.run(index, sign) {
                0 => index += 1,
                run if run == length => return Some(index),
                run => index += run,
            }
        }
        None
    }

    fn words(&self) -> String {
        let parts = self.characters.iter().zip(&self.parts);
        let words: String = parts.filter(|(_, part)| **part != Part::Sign).map(|(it, _)| *it).collect();
        words.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_signs_of_markdown_go_and_the_words_stay() {
        for (line, words) in [
            ("Install it with `npm install -g x`.", "Install it with npm install -g x."),
            ("**Done:** see *the* `log`", "Done: see the log"),
            ("## What I _found_", "What I found"),
            ("- [the docs](https://example.org/a) and ![a chart](b.png)", "the docs and a chart"),
            ("> quoted ~~out~~", "quoted out"),
            ("***both*** and __bold__", "both and bold"),
            ("``a ` b``", "a ` b"),
            ("```rust", ""),
            ("Reading `src/li", "Reading src/li"),
        ] {
            assert_eq!(plain(line), words, "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_a_sign_stays() {
        for line in [
            "cargo test my_long_name other_long_name",
            "Find **/*.rs, **/*.ts",
            "ls *.rs *.ts",
            "2 * 3 * 4 = 24",
            "a[0](b and [x] y",
            "#12 is fixed",
            "-x and --all",
            "~/src and ~/lib",
        ] {
            assert_eq!(plain(line), line);
        }
        assert_eq!(plain("Find `**/*_test_*.rs`"), "Find **/*_test_*.rs");
    }

    proptest! {
        #[test]
        fn a_line_only_ever_becomes_shorter(line in "[a `*_~#>!\\[\\]()-]{0,60}") {
            prop_assert!(plain(&line).len() <= line.len());
        }

        #[test]
        fn words_without_signs_stay(line in "[a-z]{1,9}( [a-z.,]{1,9}){0,6}") {
            prop_assert_eq!(plain(&line), line);
        }
    }
}
