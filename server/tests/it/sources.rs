//! The project's Rust sources as the tests that check the house rules read them.

use std::{collections::BTreeSet, fs};

use crate::project::root;

/// What stands before an item that only tests are built with.
const ONLY_FOR_TESTS: &str = "#[cfg(test)]";

/// One Rust source: its path from the project's root, and its lines without comments.
pub struct Source {
    pub path: String,
    lines: Vec<String>,
}

/// Every Rust source under a folder of the project, those of the tests too.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is part of the project").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source is readable text");
                let path = path.strip_prefix(root()).expect("it lies under the root").display().to_string();
                found.push(Source { path, lines: code_lines(&text) });
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no sources");
    found
}

/// The sources under a folder of a crate that the product is built from.
pub fn product_sources(folder: &str) -> Vec<Source> {
    // Who declares a module may lie outside the folder.
    let whole = folder.split_inclusive("/src").next().expect("a folder of a crate's sources");
    let for_tests: BTreeSet<_> = sources(whole).iter().flat_map(Source::test_modules).collect();
    sources(folder)
        .into_iter()
        .filter(|source| !for_tests.iter().any(|module| source.belongs_to(module)))
        .collect()
}

impl Source {
    /// The lines of the product, with their numbers. Tests may do what the product may not.
    pub fn product_lines(&self) -> Vec<(usize, &str)> {
        let mut lines = Vec::new();
        let mut at = 0;
        while at < self.lines.len() {
            if self.lines[at].trim() == ONLY_FOR_TESTS {
                at = self.end_of_item(at) + 1;
            } else {
                lines.push((at + 1, self.lines[at].as_str()));
                at += 1;
            }
        }
        lines
    }

    /// The last line of the item that starts at such a line, its attributes included: rustfmt ends it where it indents it.
    fn end_of_item(&self, start: usize) -> usize {
        let indent = indent_of(&self.lines[start]);
        let ends = |line: &String| {
            let code = line.trim();
            indent_of(line) == indent && !code.starts_with('#') && code.ends_with(['}', ';', ','])
        };
        self.lines[start..].iter().position(ends).map_or(self.lines.len(), |after| start + after)
    }

    /// The modules that this file names as built for tests alone, as paths without an ending.
    fn test_modules(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let folder = match stem.rsplit_once('/') {
            Some((folder, "lib" | "main")) => folder,
            _ => stem,
        };
        let declares = |pair: &[String]| {
            let [attribute, item] = pair else { return None };
            let name = item.trim().strip_suffix(';')?.rsplit_once("mod ")?.1;
            (attribute.trim() == ONLY_FOR_TESTS).then(|| format!("{folder}/{name}"))
        };
        self.lines.windows(2).filter_map(declares).collect()
    }

    fn belongs_to(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }
}

/// Lines with their comments cut off.
fn code_lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split("//").next().unwrap_or_default().trim_end().to_owned()).collect()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn what_stands_after_a_test_item_is_product_again() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nfn one() {}\n#[cfg(test)]\n#[derive(Debug)]\nstruct Only {\n    it: u8,\n}\n\
        impl A {\n    #[cfg(test)]\n    fn of_tests(&self) {\n        two();\n    }\n    fn three() {} // four\n}\n\
        #[cfg(test)]\nmod more {\n    fn five() {\n    }\n}\nfn six() {}\n";
    let source = Source { path: "app/src/a.rs".to_owned(), lines: code_lines(text) };
    let kept: Vec<_> =
        source.product_lines().into_iter().map(|(number, line)| (number, line.trim())).collect();
    assert_eq!(
        kept,
        [
            (1, "use a;"),
            (4, "fn one() {}"),
            (10, "impl A {"),
            (15, "fn three() {}"),
            (16, "}"),
            (22, "fn six() {}")
        ]
    );
}

#[test]
fn a_module_of_the_tests_is_known_by_its_declaration() {
    let modules = |path: &str, text| Source { path: path.to_owned(), lines: code_lines(text) }.test_modules();
    let declared = "mod a;\n#[cfg(test)]\npub(crate) mod b;\n#[cfg(test)]\nmod c {\n}\n";
    assert_eq!(modules("app/src/live.rs", declared), ["app/src/live/b"]);
    assert_eq!(modules("app/src/lib.rs", declared), ["app/src/b"]);
    let belongs = |path: &str| Source { path: path.to_owned(), lines: Vec::new() }.belongs_to("app/src/b");
    assert!(belongs("app/src/b.rs") && belongs("app/src/b/c.rs") && !belongs("app/src/bc.rs"));
}
