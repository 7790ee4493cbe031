//! The environment variables that are this program's own. One of them is the owner token, which is no business of the
//! programs that it starts.

use std::ffi::OsString;

const PREFIX: &[u8] = b"MAINSTAY_";

/// The names of this program's own variables, to be removed from what another program is given.
pub fn own_variables() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| name.as_encoded_bytes().starts_with(PREFIX))
}
