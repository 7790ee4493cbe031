//! Reads a stream off a bare socket, as strictly as no real client does: what it accepts, every client understands.

use std::{io, net::SocketAddr, str::FromStr as _, time::Duration};

use serde_json::Value;
use shared::{
    fold::{BoardFold, Outcome},
    ids::EventId,
    sse::{Decoded, Hello, SseMsg},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// How long a test waits for what must come; only a test that fails waits so long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One frame, as it was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The field `id`: absent, empty, or a position.
    pub id: Option<String>,
    pub event: String,
    pub data: String,
    pub retry: Option<u64>,
}

impl Frame {
    /// The message in it.
    pub fn msg(&self) -> SseMsg {
        match SseMsg::decode(&self.event, &self.data) {
            Decoded::Msg(msg) => msg,
            other => panic!("{other:?} in {self:?}"),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).expect("data is JSON")
    }

    /// The position that its id names.
    pub fn position(&self) -> EventId {
        let id = self.id.as_deref().unwrap_or_else(|| panic!("no id in {self:?}"));
        EventId::from_str(id).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub fn seq(&self) -> u64 {
        self.position().seq
    }

    pub fn hello(&self) -> Hello {
        match self.msg() {
            SseMsg::Hello(hello) => hello,
            other => panic!("{other:?} instead of hello"),
        }
    }

    /// Folds it in as a browser would hand it over.
    pub fn fold_into(&self, fold: &mut BoardFold) -> Outcome {
        fold.take_frame(self.id.as_deref().unwrap_or_default(), &self.event, &self.data)
    }

    /// Parses one frame without its empty line: each field at most once, in this order, nothing else.
    fn parse(text: &str) -> Self {
        assert!(!text.contains(['\r', '\0']), "LF is the only control in {text:?}");
        let mut lines = text.split('\n').peekable();
        let mut field = |name: &str| {
            let line = lines.next_if(|line| line.split(':').next() == Some(name))?;
            let value = &line[name.len() + 1..];
            // An empty value has no space before it, any other has exactly one.
            assert!(value.is_empty() || (value.starts_with(' ') && value != " "), "{line:?}");
            Some(value.strip_prefix(' ').unwrap_or_default().to_owned())
        };
        let id = field("id");
        let event = field("event").unwrap_or_else(|| panic!("no event in {text:?}"));
        let data = field("data").unwrap_or_else(|| panic!("no data in {text:?}"));
        let retry = field("retry").map(|value| value.parse().expect("retry is digits"));
        assert_eq!(lines.next(), None, "unexpected line in {text:?}");
        Self { id, event, data, retry }
    }
}

/// Whether the reader has reached what was the log's head when the stream began.
pub fn is_caught_up(fold: &BoardFold) -> bool {
    let (Some(hello), Some(passed)) = (&fold.hello, fold.passed()) else { return false };
    hello.epoch == passed.epoch && hello.seq <= passed.seq
}

/// A request for a stream, in the words that go over the wire.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    /// With the query.
    pub path: String,
    pub headers: Vec<(String, Vec<u8>)>,
    /// The client's receive buffer, for a test that stops reading.
    pub receive_buffer: Option<u32>,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), receive_buffer: None }
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

/// How a stream's bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By the last chunk, as a server ends a body that is whole.
    Whole,
    /// By the end of the connection.
    CutOff,
}

/// A stream that is being read.
#[derive(Debug)]
pub struct SseReader {
    pub status: u16,
    /// In the order of the wire, names in lower case.
    pub headers: Vec<(String, String)>,
    socket: TcpStream,
    /// Bytes of the connection that are not decoded yet.
    raw: Vec<u8>,
    /// Bytes of the body that are not parsed yet.
    body: Vec<u8>,
    ended: Option<Ended>,
}

impl SseReader {
    /// Sends a request and reads the head of its answer, which must come.
    pub async fn open(address: SocketAddr, request: &Request) -> Self {
        Self::try_open(address, request).await.expect("the server answers")
    }

    /// Sends a request and reads the head of its answer; an error if the server is down or goes down meanwhile.
    pub async fn try_open(address: SocketAddr, request: &Request) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = request.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        let mut socket = socket.connect(address).await?;
        socket.set_nodelay(true)?;
        socket.write_all(&request.bytes(address)).await?;
        let mut reader =
            Self { status: 0, headers: Vec::new(), socket, raw: Vec::new(), body: Vec::new(), ended: None };
        reader.read_head().await?;
        Ok(reader)
    }

    /// The value of a header that must be there at most once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there twice");
        first
    }

    /// The next frame, which must come.
    pub async fn next(&mut self) -> Frame {
        self.try_next().await.unwrap_or_else(|ended| panic!("the stream ended ({ended:?})"))
    }

    /// The next frame, or how the stream ended instead. Dropping the future loses nothing.
    pub async fn try_next(&mut self) -> Result<Frame, Ended> {
        loop {
            if let Some(frame) = self.parsed() {
                return Ok(frame);
            }
            if let Some(ended) = self.ended {
                if ended == Ended::Whole {
                    assert!(self.body.is_empty(), "half a frame at the end: {:?}", self.body);
                }
                return Err(ended);
            }
            self.read_more().await;
        }
    }

    /// The next frame of this type; what comes before it is passed over.
    pub async fn next_of(&mut self, event: &str) -> Frame {
        self.next_where(event, |frame| frame.event == event).await
    }

    /// The next frame that is as it should be; what comes before it is passed over.
    pub async fn next_where(&mut self, what: &str, mut is_it: impl FnMut(&Frame) -> bool) -> Frame {
        let find = async {
            loop {
                let frame = self.next().await;
                if is_it(&frame) {
                    return frame;
                }
            }
        };
        timeout(PATIENCE, find).await.unwrap_or_else(|_| panic!("not within {PATIENCE:?}: {what}"))
    }

    /// The frames of an opening, up to the first one with an id that has a value.
    pub async fn opening(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            let is_last = frame.id.as_deref().is_some_and(|id| !id.is_empty());
            frames.push(frame);
            if is_last {
                return frames;
            }
        }
    }

    /// How the stream ends, after these frames.
    pub async fn rest(&mut self) -> (Vec<Frame>, Ended) {
        let mut frames = Vec::new();
        loop {
            match self.try_next().await {
                Ok(frame) => frames.push(frame),
                Err(ended) => return (frames, ended),
            }
        }
    }

    /// Everything that has arrived by now, without waiting for more.
    pub fn arrived(&mut self) -> Vec<Frame> {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read @ 1..) = self.socket.try_read(&mut buffer) {
            self.raw.extend_from_slice(&buffer[..read]);
        }
        self.decode_chunks();
        std::iter::from_fn(|| self.parsed()).collect()
    }

    /// The body of an answer that is no stream.
    pub async fn body(mut self) -> Vec<u8> {
        let length = self.header("content-length").map(|value| value.parse::<usize>().expect("a number"));
        while self.ended.is_none() && length.is_none_or(|length| self.raw.len() < length) {
            self.read_more().await;
        }
        if length.is_some() { self.raw } else { self.body }
    }

    /// Ends the connection without a farewell: the server gets a reset.
    pub fn reset(self) {
        socket2::SockRef::from(&self.socket).set_linger(Some(Duration::ZERO)).expect("an option");
    }

    fn parsed(&mut self) -> Option<Frame> {
        let end = self.body.windows(2).position(|pair| pair == b"\n\n")?;
        let frame: Vec<u8> = self.body.drain(..end + 2).collect();
        Some(Frame::parse(std::str::from_utf8(&frame[..end]).expect("a stream is UTF-8")))
    }

    async fn read_head(&mut self) -> io::Result<()> {
        let end = loop {
            if let Some(end) = self.raw.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            if self.ended.is_some() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read_bytes().await;
        };
        let head: Vec<u8> = self.raw.drain(..end + 4).collect();
        let head = String::from_utf8(head).expect("a head is ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().expect("a status line");
        self.status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        self.headers = lines
            .map(|line| line.split_once(':').expect("a header"))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        self.decode_chunks();
        Ok(())
    }

    async fn read_more(&mut self) {
        self.read_bytes().await;
        self.decode_chunks();
    }

    async fn read_bytes(&mut self) {
        let read = timeout(PATIENCE, self.socket.read_buf(&mut self.raw)).await.expect("something must come");
        if !matches!(read, Ok(1..)) {
            self.ended.get_or_insert(Ended::CutOff);
        }
    }

    fn decode_chunks(&mut self) {
        if self.header("transfer-encoding") != Some("chunked") {
            return;
        }
        while let Some(line) = self.raw.windows(2).position(|bytes| bytes == b"\r\n") {
            let digits = std::str::from_utf8(&self.raw[..line]).expect("a chunk size");
            let size = usize::from_str_radix(digits, 16).expect("a chunk size");
            if self.raw.len() < line + 2 + size + 2 {
                return;
            }
            self.body.extend_from_slice(&self.raw[line + 2..line + 2 + size]);
            assert_eq!(&self.raw[line + 2 + size..line + 2 + size + 2], b"\r\n", "the end of a chunk");
            self.raw.drain(..line + 2 + size + 2);
            if size == 0 {
                self.ended = Some(Ended::Whole);
            }
        }
    }
}
