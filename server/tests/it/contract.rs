//! docs/contract.md quotes a test for every promise: each of them has to exist.

use std::{collections::BTreeMap, fs};

use crate::project::root;

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

/// Whether the source holds a test of that name that is run: a Rust function under a test attribute that is not
/// ignored, or a titled Playwright test.
fn holds_test(path: &str, source: &str, name: &str) -> bool {
    let lines = uncommented(source);
    if path.ends_with(".ts") {
        return lines.iter().any(|line| line.starts_with(&format!("test(\"{name}\"")));
    }
    lines.iter().enumerate().any(|(at, line)| {
        let declares = line.strip_prefix("async ").unwrap_or(line).starts_with(&format!("fn {name}("));
        declares && is_run(&attributes_above(&lines[..at]).collect::<Vec<_>>())
    })
}

/// Its lines without those that are commented out, which counts only at a line's beginning: strings hold `/*`, too.
fn uncommented(source: &str) -> Vec<&str> {
    let mut in_comment = false;
    let is_code = |line: &&str| {
        in_comment |= line.starts_with("/*");
        let is_code = !in_comment && !line.starts_with("//");
        in_comment &= !line.contains("*/");
        is_code
    };
    source.lines().map(str::trim).filter(is_code).collect()
}

fn is_run(attributes: &[&str]) -> bool {
    attributes.iter().any(|attribute| attribute.contains("test]") || attribute.contains("test("))
        && !attributes.iter().any(|attribute| attribute.contains("ignore"))
}

/// The attributes directly above a function, up to the end of what stands before it.
fn attributes_above<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let above = lines.iter().rev().copied().take_while(|line| !line.is_empty() && !line.ends_with('}'));
    above.filter(|line| line.starts_with("#["))
}

#[test]
fn every_test_that_the_contract_names_exists() {
    let contract =
        fs::read_to_string(root().join("docs/contract.md")).expect("docs/contract.md is part of the project");
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
                .or_insert_with(|| fs::read_to_string(root().join(path)).unwrap_or_default());
            !holds_test(path, source, name)
        })
        .collect();
    assert!(missing.is_empty(), "the contract names tests that do not exist: {missing:#?}");
}

#[test]
fn every_promise_in_the_contract_names_a_test() {
    let contract =
        fs::read_to_string(root().join("docs/contract.md")).expect("docs/contract.md is part of the project");
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
    assert!(holds_test("x.ts", "  test(\"reads all\", async () => {})", "reads all"));
    assert_eq!(quoted("| a | `x.rs#y`, `z.ts#w v` |"), [("x.rs", "y"), ("z.ts", "w v")]);
}

#[test]
fn a_test_that_is_not_run_proves_nothing() {
    for source in [
        "#[test]\n#[ignore]\nfn it_holds() {}",
        "#[ignore = \"slow\"]\n#[tokio::test(start_paused = true)]\nasync fn it_holds() {}",
        "#[test]\n// fn it_holds() {}",
        "// #[test]\nfn it_holds() {}",
        "/*\n#[test]\nfn it_holds() {}\n*/",
    ] {
        assert!(!holds_test("x.rs", source, "it_holds"), "{source}");
    }
    for source in [
        "// test(\"holds\", run)",
        "/* test(\"holds\", run) */",
        "test.skip(\"holds\", run)",
        "test.fixme(\"holds\", run)",
    ] {
        assert!(!holds_test("x.ts", source, "holds"), "{source}");
    }
}
