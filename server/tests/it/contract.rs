//! docs/contract.md quotes a test for every promise: each of them has to exist.

use std::{collections::BTreeMap, fs, path::Path};

/// A quoted proof: `path/to/file#name of the test`.
fn quoted(contract: &str) -> Vec<(&str, &str)> {
    contract
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split_once('#'))
        .filter(|(path, _)| path.ends_with(".rs") || path.ends_with(".ts"))
        .collect()
}

/// Whether the source holds a test of that name: a Rust function under a test attribute, or a titled Playwright test.
fn holds_test(path: &str, source: &str, name: &str) -> bool {
    if path.ends_with(".ts") {
        return source.contains(&format!("test(\"{name}\""));
    }
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        let declares = line.strip_prefix("async ").unwrap_or(line).starts_with(&format!("fn {name}("));
        declares
            && attributes_above(&lines[..at])
                .any(|attribute| attribute.contains("test]") || attribute.contains("test("))
    })
}

/// The lines directly above a function, up to the end of what stands before it.
fn attributes_above<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    lines.iter().rev().copied().take_while(|line| !line.is_empty() && !line.ends_with('}'))
}

#[test]
fn every_test_that_the_contract_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract =
        fs::read_to_string(root.join("docs/contract.md")).expect("docs/contract.md is part of the project");
    let proofs = quoted(&contract);
    assert!(
        proofs.len() > 50,
        "the contract names only {} tests: is its form still the one read here?",
        proofs.len()
    );

    let mut sources = BTreeMap::new();
    let missing: Vec<_> = proofs
        .into_iter()
        .filter(|(path, name)| {
            let source = sources
                .entry(*path)
                .or_insert_with(|| fs::read_to_string(root.join(path)).unwrap_or_default());
            !holds_test(path, source, name)
        })
        .collect();
    assert!(missing.is_empty(), "the contract names tests that do not exist: {missing:#?}");
}

#[test]
fn every_promise_in_the_contract_names_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract =
        fs::read_to_string(root.join("docs/contract.md")).expect("docs/contract.md is part of the project");
    let bare: Vec<_> = contract
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Promise") && quoted(line).is_empty())
        .collect();
    assert!(bare.is_empty(), "promises without a test: {bare:#?}");
}

#[test]
fn a_name_that_is_no_test_is_found_out() {
    let source = "#[test]\nfn a_real_one() {}\n\nfn only_a_function() {}\n";
    assert!(holds_test("x.rs", source, "a_real_one"));
    assert!(
        !holds_test("x.rs", source, "only_a_function"),
        "a function without a test attribute proves nothing"
    );
    assert!(!holds_test("x.rs", source, "a_real"));
    assert!(holds_test("x.ts", "test(\"reads all\", async () => {})", "reads all"));
    assert_eq!(quoted("| a | `x.rs#y`, `z.ts#w v` |"), [("x.rs", "y"), ("z.ts", "w v")]);
}
