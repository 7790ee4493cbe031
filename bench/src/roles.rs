//! The processes of a measurement: how one is started, talked to by lines, and ended.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::de::DeserializeOwned;
use socket2::{Domain, Socket, Type};

/// What a server's first line of output begins with.
const LISTENING: &str = "listening on ";

/// How many connections may wait to be accepted: as many as Mainstay lets wait.
const BACKLOG: i32 = 4096;

/// Listens on any free port.
///
/// # Errors
/// If there is none.
pub fn listen() -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Says where a server listens.
///
/// # Errors
/// If nobody reads it.
pub fn announce(address: &SocketAddr) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{LISTENING}{address}")?;
    output.flush()
}

/// The address in a line that says where a server listens.
#[must_use]
pub fn announced(line: &str) -> Option<SocketAddr> {
    line.strip_prefix(LISTENING)?.trim().parse().ok()
}

/// The processors that the measured server has, and those that everything else has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server alone.
    Server,
    /// Whoever talks to it.
    Clients,
}

/// A process that ends with its owner.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a command on the processors of its side, its output read by lines.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(command: &mut Command, side: Side) -> io::Result<Self> {
        pin(side)?;
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        pin(Side::Clients)?;
        let mut child = spawned?;
        let input = child.stdin.take();
        let output = child.stdout.take().map(BufReader::new).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, input, output })
    }

    /// Starts this binary in another role.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn role(role: &str, arguments: &[String], side: Side) -> io::Result<Self> {
        Self::start(Command::new(std::env::current_exe()?).arg(role).args(arguments), side)
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its next line of output.
    ///
    /// # Errors
    /// If it has ended.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => {
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a process of the measurement ended early"))
            }
            _ => Ok(line),
        }
    }

    /// Its lines up to the one that tells what is looked for.
    ///
    /// # Errors
    /// If it ends before.
    pub fn until<T>(&mut self, tells: impl Fn(&str) -> Option<T>) -> io::Result<T> {
        loop {
            if let Some(told) = tells(&self.line()?) {
                return Ok(told);
            }
        }
    }

    /// Its next line, as the JSON that it is.
    ///
    /// # Errors
    /// If it has ended, or says something else.
    pub fn answer<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        Ok(serde_json::from_str(&self.line()?)?)
    }

    /// Tells it something, and reads its answer.
    ///
    /// # Errors
    /// If it has ended, or answers something else.
    pub fn ask<T: DeserializeOwned>(&mut self, question: &str) -> io::Result<T> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(input, "{question}")?;
        input.flush()?;
        self.answer()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Has this process, and what it starts, run on the processors of a side: on one of two, the first is the server's.
fn pin(side: Side) -> io::Result<()> {
    let processors = std::thread::available_parallelism()?.get().max(PROCESSORS.get().copied().unwrap_or(0));
    let all = *PROCESSORS.get_or_init(|| processors);
    if all < 2 {
        return Ok(());
    }
    let mut set = rustix::thread::CpuSet::new();
    match side {
        Side::Server => set.set(0),
        Side::Clients => (1..all).for_each(|processor| set.set(processor)),
    }
    Ok(rustix::thread::sched_setaffinity(None, &set)?)
}

/// How many processors there are, before this process confined itself.
static PROCESSORS: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
