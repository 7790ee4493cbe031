//! One reader of a stream.

use std::io::{self, Read as _, Write as _};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use socket2::{Domain, Socket, Type};

use super::Options;
use crate::{http, stamp};

/// How much a reader that will stall has room for: it is to be full soon.
const LITTLE: usize = 4096;

/// One open or opening stream.
pub struct Reader {
    stream: TcpStream,
    request: Option<Vec<u8>>,
    /// What has to come before the stream is open, and the end of what came so far.
    opening: Option<(Vec<u8>, Vec<u8>)>,
    marks: stamp::Marks,
}

/// What came of a turn.
pub struct Progress {
    /// How many bytes came.
    pub bytes: u64,
    /// Whether the stream has opened with them.
    pub has_opened: bool,
}

impl Reader {
    /// Begins to connect.
    pub fn connect(options: &Options, place: usize, registry: &Registry) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(options.address), Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        if place < options.stalled {
            socket.set_recv_buffer_size(LITTLE)?;
        }
        match socket.connect(&options.address.into()) {
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {
                return Err(error);
            }
            _ => {}
        }
        let mut stream = TcpStream::from_std(socket.into());
        registry.register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
        let mut request = Vec::new();
        http::write_request(&mut request, "GET", &options.path, &options.header, b"")?;
        let opening = Some((options.until.clone().into_bytes(), Vec::new()));
        Ok(Self { stream, request: Some(request), opening, marks: stamp::Marks::default() })
    }

    /// Whether what opens a stream has come.
    pub fn is_open(&self) -> bool {
        self.opening.is_none()
    }

    /// Reads no more.
    pub fn stall(&mut self, registry: &Registry) -> io::Result<()> {
        registry.deregister(&mut self.stream)
    }

    /// Sends its request, or reads what has come; each mark in it is told as a latency in nanoseconds.
    pub fn advance(&mut self, buffer: &mut [u8], mut each: impl FnMut(u64)) -> io::Result<Progress> {
        let mut progress = Progress { bytes: 0, has_opened: false };
        if let Some(request) = &self.request {
            match self.stream.write(request) {
                Ok(written) if written == request.len() => self.request = None,
                Ok(_) => return Err(io::Error::other("no room for a request")),
                Err(error) if is_early(&error) => return Ok(progress),
                Err(error) => return Err(error),
            }
        }
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(progress),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            progress.bytes += count as u64;
            let now = stamp::now();
            self.marks.find(&buffer[..count], |time| each(now.saturating_sub(time)));
            progress.has_opened |= self.opens(&buffer[..count])?;
            if count < buffer.len() {
                // Edge-triggered, but a short read has emptied the socket: what comes later is a new edge.
                return Ok(progress);
            }
        }
    }

    fn opens(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let Some((until, came)) = &mut self.opening else { return Ok(false) };
        came.extend_from_slice(bytes);
        if !came.starts_with(&b"HTTP/1.1 200"[..came.len().min(12)]) {
            return Err(io::Error::other(String::from_utf8_lossy(came).into_owned()));
        }
        let has_opened = came.windows(until.len()).any(|window| window == until);
        if has_opened {
            self.opening = None;
        }
        Ok(has_opened)
    }
}

fn is_early(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected)
}
