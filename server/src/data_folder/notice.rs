//! What a running server says about itself to `mainstay link`, and to a second server on the same data folder.

use std::{fs, io, net::SocketAddr, path::Path};

use serde::{Deserialize, Serialize};

use super::write_secret;

/// The notice's file. It holds the sign-in code, so only the owner can read it.
const FILE: &str = "server.json";

/// Who serves a data folder, and how to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The server's process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// The sign-in links, one for each address.
    pub links: Vec<String>,
}

impl Notice {
    /// Puts the notice up.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write_secret(&folder.join(FILE), &serde_json::to_string(self)?)
    }

    /// The notice in this folder, if there is one.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(folder.join(FILE)).ok()?).ok()
    }

    /// Takes the notice down, if there is one. One that stays is harmless: its code is worth nothing any more.
    pub fn remove(folder: &Path) {
        _ = fs::remove_file(folder.join(FILE));
    }

    /// The server in words, to follow "another server".
    #[must_use]
    pub fn introduction(&self) -> String {
        format!(" (process {} at http://{})", self.pid, self.address)
    }
}
