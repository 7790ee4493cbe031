//! Where the project's own files lie, for the tests that read them.

use std::path::PathBuf;

/// The project's root. Asked when the test runs, not when it was compiled: build output may be shared by several clones.
pub fn root() -> PathBuf {
    let server =
        std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo and nextest name the crate that they test");
    PathBuf::from(server).join("..")
}
