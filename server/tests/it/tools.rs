//! Tests that need a tool which may be missing.

/// Says that a test is left out for want of `tool`; in CI, where nothing may be left out, it fails instead.
pub fn leave_out_without(tool: &str) {
    assert!(std::env::var_os("CI").is_none(), "this test needs {tool}, and CI must not leave it out");
    eprintln!("SKIPPED: this test needs {tool}, which this system does not give");
}
