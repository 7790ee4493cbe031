//! The real binary as a process of its own, for tests that kill it.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    ops::Deref,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{app::TOKEN, client::Client};

/// A running server on a data folder that outlives it.
#[derive(Debug)]
pub struct Process {
    client: Client,
    child: Child,
    data: PathBuf,
}

impl Deref for Process {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Process {
    /// Starts a server on this data folder, on any free port, and waits until it listens.
    pub fn start(data: &Path) -> Self {
        Self::start_at(data, ([127, 0, 0, 1], 0).into())
    }

    fn start_at(data: &Path, address: SocketAddr) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mainstay"))
            .args(["serve", "--no-open", "--addr", &address.to_string(), "--data"])
            .arg(data)
            .env("MAINSTAY_OWNER_TOKEN", TOKEN)
            .env("MAINSTAY_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let address = line
            .trim()
            .strip_prefix("mainstay listening on http://")
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("the first line is {line:?}"));
        Self { client: Client::new(address, TOKEN), child, data: data.to_owned() }
    }

    /// A client that can outlive a borrow of the process, for tasks.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Kills it, as a crash would, and starts another one on the same data folder and address.
    pub fn kill_and_restart(mut self) -> Self {
        self.kill();
        Self::start_at(&self.data.clone(), self.address)
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and says how long it took.
    #[cfg(unix)]
    pub fn terminate(mut self) -> Duration {
        let asked = Instant::now();
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(killed.expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
        asked.elapsed()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
