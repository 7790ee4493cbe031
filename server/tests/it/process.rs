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

pub const BINARY: &str = env!("CARGO_BIN_EXE_mainstay");

/// A running server on a data folder that outlives it.
#[derive(Debug)]
pub struct Process {
    client: Client,
    child: Child,
    data: PathBuf,
    flags: &'static [&'static str],
    /// What it is started again from.
    program: PathBuf,
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
        Self::start_with(data, &[])
    }

    /// Starts a server with these flags.
    pub fn start_with(data: &Path, flags: &'static [&'static str]) -> Self {
        Self::run(Command::new(BINARY), data, ([127, 0, 0, 1], 0).into(), flags)
    }

    /// Starts a server from a copy of the program.
    pub fn start_from(program: &Path, data: &Path) -> Self {
        let mut server = Self::run(Command::new(program), data, ([127, 0, 0, 1], 0).into(), &[]);
        program.clone_into(&mut server.program);
        server
    }

    /// Starts a server whose user's programs keep their sockets in this folder.
    pub fn start_in_session(data: &Path, runtime: &Path) -> Self {
        let mut command = Command::new(BINARY);
        command.env("XDG_RUNTIME_DIR", runtime);
        Self::run(command, data, ([127, 0, 0, 1], 0).into(), &[])
    }

    /// Starts a server that inherits this file, open.
    pub fn start_with_inherited(data: &Path, file: &Path) -> Self {
        let mut inheriting = Command::new("sh");
        inheriting.args(["-c", "exec 9>\"$0\"; exec \"$@\""]).arg(file).arg(BINARY);
        Self::run(inheriting, data, ([127, 0, 0, 1], 0).into(), &[])
    }

    /// Starts a server that may open only so many files: the soft limit, which it may raise, and the hard one.
    #[cfg(target_os = "linux")]
    pub fn start_with_open_files(data: &Path, soft: u32, hard: u32) -> Self {
        let mut limited = Command::new("sh");
        let limits = format!("ulimit -S -n {soft}; ulimit -H -n {hard}; exec \"$0\" \"$@\"");
        limited.args(["-c", &limits, BINARY]);
        Self::run(limited, data, ([127, 0, 0, 1], 0).into(), &[])
    }

    fn run(mut command: Command, data: &Path, address: SocketAddr, flags: &'static [&'static str]) -> Self {
        let mut child = command
            .args(["serve", "--no-open", "--addr", &address.to_string(), "--data"])
            .arg(data)
            .args(flags)
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
        Self {
            client: Client::new(address, TOKEN),
            child,
            data: data.to_owned(),
            flags,
            program: BINARY.into(),
        }
    }

    /// A client that can outlive a borrow of the process, for tasks.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Kills it, as a crash would, and starts another one on the same data folder and address.
    pub fn kill_and_restart(mut self) -> Self {
        self.kill();
        self.restart()
    }

    /// Starts another one on the same data folder and address, after this one has ended.
    pub fn restart(self) -> Self {
        let mut server = Self::run(Command::new(&self.program), &self.data, self.address, self.flags);
        server.program.clone_from(&self.program);
        server
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// How many files it may open by now: the soft limit and the hard one.
    #[cfg(target_os = "linux")]
    pub fn open_files(&self) -> (u64, u64) {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id())).expect("it runs");
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("a limit");
        let mut numbers = line.split_whitespace().map_while(|number| number.parse().ok());
        (numbers.next().expect("the soft one"), numbers.next().expect("the hard one"))
    }

    /// The processor time that it has used, in hundredths of a second.
    #[cfg(target_os = "linux")]
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("a state").split_whitespace().collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    /// How often its threads have given the processor away because they had nothing to do.
    #[cfg(target_os = "linux")]
    pub fn waits(&self) -> u64 {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("it runs");
        // A thread may end while it is looked at.
        let statuses =
            threads.flatten().filter_map(|it| std::fs::read_to_string(it.path().join("status")).ok());
        let waits_in = |status: String| {
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            line.trim().parse::<u64>().ok()
        };
        statuses.filter_map(waits_in).sum()
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
