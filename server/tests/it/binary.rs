//! The real binary as a process, with a home of its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// How long anything may take before a test gives up: far longer than it should.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A home folder, and what is started with it.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where this home's server keeps its data, if it is told to.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// `mainstay` with these arguments, and nothing of the environment of the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs `mainstay` with these arguments to its end.
    pub async fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments)).await
    }

    /// Starts a server on any free port of this home's data folder.
    pub async fn serve(&self) -> Running {
        let data = self.data();
        Running::start(self.command(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]))
            .await
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    pub async fn of(mut command: Command) -> Self {
        let output =
            tokio::time::timeout(PATIENCE, command.output()).await.expect("the command ends").unwrap();
        let Output { status, stdout, stderr } = output;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }
}

/// A server that has said where it listens.
pub struct Running {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    pub address: SocketAddr,
    pub link: String,
}

impl Running {
    /// Starts a server and waits for its first two lines.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next =
            async || tokio::time::timeout(PATIENCE, stdout.next_line()).await.expect("a line").unwrap();
        let Some(first) = next().await else {
            let mut stderr = String::new();
            child.stderr.take().unwrap().read_to_string(&mut stderr).await.unwrap();
            panic!("the server did not start: {stderr}");
        };
        let address = first.strip_prefix("mainstay listening on http://").expect(&first).parse().unwrap();
        let link = next().await.unwrap();
        Self { child, stdout, address, link }
    }

    /// An address below the server's root.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub async fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().await.unwrap();
        assert!(sent.success());
    }

    /// Waits for the end; gives what was printed meanwhile.
    pub async fn wait(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        let ended = async {
            while let Some(line) = self.stdout.next_line().await.unwrap() {
                rest.push_str(&line);
                rest.push('\n');
            }
            self.child.wait().await.unwrap()
        };
        let status = tokio::time::timeout(PATIENCE, ended).await.expect("the server ends");
        (status, rest)
    }

    /// Stops the server as a service manager does.
    pub async fn stop(self) -> (ExitStatus, String) {
        self.signal("TERM").await;
        self.wait().await
    }
}
