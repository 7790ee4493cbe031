//! The patterns that name files to copy, such as `.env.*`, `config/*.local.json` and `**/secrets.toml`.

use std::collections::BTreeSet;

use glob::Pattern;

/// Patterns for paths below a folder.
///
/// `*` and `?` stand for what is in one name, a leading dot included, `[…]` for one of some characters, and a `**` between
/// slashes for any folders, also none. Patterns name files: a folder with all that is in it is `folder/**`.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Vec<Vec<Part>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// One name.
    Name(Pattern),
    /// Any folders.
    AnyFolders,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern:?} {fault}")]
pub struct PatternError {
    /// The text.
    pub pattern: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("is empty")]
    Empty,
    #[error("begins with a slash: patterns are for paths below the project's folder")]
    Absolute,
    #[error("ends with a slash: a folder with all that is in it is `folder/**`")]
    Folder,
    #[error("contains an empty, `.` or `..` part")]
    Relative,
    #[error("names a .git folder, which is never copied")]
    Git,
    #[error("begins with `!`: patterns can't exclude; for a name that begins so, write `[!]`")]
    Negated,
    #[error("contains a brace: write one pattern for each choice; for a name with a brace, write `[{{]`")]
    Brace,
    #[error("is malformed: {0}")]
    Malformed(&'static str),
}

/// How far each pattern has got on the way down to a folder: its number, and the number of the part that comes next.
pub(super) type Progress = BTreeSet<(usize, usize)>;

impl Patterns {
    /// Takes patterns.
    ///
    /// # Errors
    /// If one of them is none.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, PatternError> {
        let parsed = texts.iter().map(|text| {
            let text = text.as_ref();
            parse(text).map_err(|fault| PatternError { pattern: text.to_owned(), fault })
        });
        parsed.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The progress at the top.
    pub(super) fn start(&self) -> Progress {
        (0..self.0.len()).flat_map(|pattern| self.with_skips(pattern, 0)).collect()
    }

    /// Whether a file of this name is meant, in a folder with this progress.
    pub(super) fn names_file(&self, progress: &Progress, name: &str) -> bool {
        progress.iter().any(|&(pattern, next)| match self.rest(pattern, next) {
            [Part::Name(last)] => last.matches(name),
            [Part::AnyFolders] => true,
            _ => false,
        })
    }

    /// The progress in a folder of this name; if there is none, no file below is meant.
    pub(super) fn enter(&self, progress: &Progress, name: &str) -> Progress {
        let entered = progress.iter().filter_map(|&(pattern, next)| match self.rest(pattern, next) {
            [Part::AnyFolders, ..] => Some((pattern, next)),
            [Part::Name(folder), _, ..] if folder.matches(name) => Some((pattern, next + 1)),
            _ => None,
        });
        entered.flat_map(|(pattern, next)| self.with_skips(pattern, next)).collect()
    }

    fn rest(&self, pattern: usize, next: usize) -> &[Part] {
        self.0.get(pattern).and_then(|parts| parts.get(next..)).unwrap_or_default()
    }

    /// This progress, and that after each `**` that stands for no folder.
    fn with_skips(&self, pattern: usize, next: usize) -> impl Iterator<Item = (usize, usize)> {
        let skipped = self.rest(pattern, next).iter().take_while(|part| **part == Part::AnyFolders).count();
        (next..=next + skipped).map(move |next| (pattern, next))
    }
}

fn parse(text: &str) -> Result<Vec<Part>, Fault> {
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    if text.starts_with('!') {
        return Err(Fault::Negated);
    }
    if text.starts_with('/') {
        return Err(Fault::Absolute);
    }
    if text.ends_with('/') {
        return Err(Fault::Folder);
    }
    if has_brace(text) {
        return Err(Fault::Brace);
    }
    text.split('/').map(part).collect()
}

fn part(text: &str) -> Result<Part, Fault> {
    match text {
        "" | "." | ".." => Err(Fault::Relative),
        "**" => Ok(Part::AnyFolders),
        _ if text.eq_ignore_ascii_case(".git") => Err(Fault::Git),
        _ => Pattern::new(text).map(Part::Name).map_err(|error| Fault::Malformed(error.msg)),
    }
}

/// Whether there is a brace outside of brackets.
fn has_brace(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        if rest[at..].starts_with('{') {
            return true;
        }
        // The first character in brackets may be the closing one.
        let Some(end) = rest.get(at + 2..).and_then(|inner| inner.find(']')) else { return false };
        rest = &rest[at + 2 + end..];
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether a pattern names a file by its path.
    fn names(pattern: &str, path: &str) -> bool {
        let patterns = Patterns::parse(&[pattern]).unwrap();
        let mut folders: Vec<&str> = path.split('/').collect();
        let file = folders.pop().unwrap();
        let progress =
            folders.iter().fold(patterns.start(), |progress, folder| patterns.enter(&progress, folder));
        patterns.names_file(&progress, file)
    }

    #[test]
    fn patterns_name_files_by_their_paths() {
        let named = [
            (".env", ".env"),
            (".env.*", ".env.local"),
            ("*", ".env"),
            ("config/*.local.json", "config/a.local.json"),
            ("**/secrets.toml", "secrets.toml"),
            ("**/secrets.toml", "a/b/secrets.toml"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("a/**", "a/x/y"),
            ("**", "x"),
            ("**/**/x", "a/x"),
            ("**/a/**/a", "a/b/a/c/a"),
            ("[{]x", "{x"),
            ("[!a]", "b"),
            ("[]{]", "{"),
        ];
        for (pattern, path) in named {
            assert!(names(pattern, path), "{pattern} {path}");
        }
        let not_named = [
            (".env", "a/.env"),
            (".env.*", ".env"),
            ("config/*.json", "config/a/b.json"),
            ("a/**", "a"),
            ("a/**/b", "b"),
            ("a/*", "a"),
            ("A", "a"),
        ];
        for (pattern, path) in not_named {
            assert!(!names(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn a_folder_where_nothing_can_be_named_is_not_entered() {
        let patterns = Patterns::parse(&[".env", "config/*.json"]).unwrap();
        let start = patterns.start();
        assert!(patterns.enter(&start, "node_modules").is_empty());
        let config = patterns.enter(&start, "config");
        assert!(!config.is_empty() && patterns.enter(&config, "below").is_empty());
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_what_to_do() {
        let faults = [
            ("", Fault::Empty),
            ("/etc/passwd", Fault::Absolute),
            ("config/", Fault::Folder),
            ("../.env", Fault::Relative),
            ("a/./b", Fault::Relative),
            ("a//b", Fault::Relative),
            (".git/config", Fault::Git),
            ("a/.GIT/config", Fault::Git),
            ("!a", Fault::Negated),
            ("{a,b}", Fault::Brace),
            ("[ab]{a", Fault::Brace),
        ];
        for (pattern, fault) in faults {
            let error = Patterns::parse(&["ok", pattern]).unwrap_err();
            assert_eq!(error, PatternError { pattern: pattern.to_owned(), fault });
        }
        for pattern in ["a**", "[a", "a/***"] {
            let error = Patterns::parse(&[pattern]).unwrap_err();
            assert!(matches!(error.fault, Fault::Malformed(_)), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(pattern in "[a.*?!/\\[\\]{é-]{0,12}", path in "[a.é/-]{1,12}") {
            if let Ok(patterns) = Patterns::parse(&[&pattern]) {
                let mut progress = patterns.start();
                for name in path.split('/') {
                    patterns.names_file(&progress, name);
                    progress = patterns.enter(&progress, name);
                }
            }
        }
    }
}
