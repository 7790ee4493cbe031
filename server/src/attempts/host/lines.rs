//! The socket as lines of JSON in both directions, the same for a host and for a server.

use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Context;

use futures_util::{Sink, StreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec, LinesCodecError};

use super::protocol::MAX_LINE;

/// Both directions of a connection: lines of the one kind come in, lines of the other go out.
#[must_use]
pub fn split<In, Out>(stream: UnixStream) -> (Reader<In>, Writer<Out>) {
    let (reader, writer) = stream.into_split();
    let codec = || LinesCodec::new_with_max_length(MAX_LINE);
    let reader = Reader { lines: FramedRead::new(reader, codec()), kind: PhantomData };
    let writer = Writer { lines: FramedWrite::new(writer, codec()), is_dirty: false, kind: PhantomData };
    (reader, writer)
}

/// The lines that come in.
#[derive(Debug)]
pub struct Reader<In> {
    lines: FramedRead<OwnedReadHalf, LinesCodec>,
    kind: PhantomData<fn() -> In>,
}

impl<In: DeserializeOwned> Reader<In> {
    /// The next line; `None` when the other side has gone. Dropping the future loses nothing.
    ///
    /// # Errors
    /// If the connection broke, or the line is too long or none of its kind.
    pub async fn next(&mut self) -> io::Result<Option<In>> {
        match self.lines.next().await {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(serde_json::from_str(&line)?)),
            Some(Err(error)) => Err(broken(error)),
        }
    }
}

type Lines = FramedWrite<OwnedWriteHalf, LinesCodec>;

/// The lines that go out.
#[derive(Debug)]
pub struct Writer<Out> {
    lines: Lines,
    is_dirty: bool,
    kind: PhantomData<fn(Out)>,
}

impl<Out: Serialize> Writer<Out> {
    /// Takes a line; it is on its way after a [flush](Self::flush).
    ///
    /// # Errors
    /// If it can't be written as JSON, or is too long.
    pub fn write(&mut self, line: &Out) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        self.is_dirty = true;
        Pin::new(&mut self.lines).start_send(text).map_err(broken)
    }

    /// Whether there is something to flush.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Waits until so much has been sent that another line may be taken. Dropping the future loses nothing.
    ///
    /// # Errors
    /// If the connection broke.
    pub async fn ready(&mut self) -> io::Result<()> {
        let ready =
            |context: &mut Context<'_>| Sink::<String>::poll_ready(Pin::new(&mut self.lines), context);
        poll_fn(ready).await.map_err(broken)
    }

    /// Waits until everything has been sent. Dropping the future loses nothing.
    ///
    /// # Errors
    /// If the connection broke.
    pub async fn flush(&mut self) -> io::Result<()> {
        let flush =
            |context: &mut Context<'_>| Sink::<String>::poll_flush(Pin::new(&mut self.lines), context);
        poll_fn(flush).await.map_err(broken)?;
        self.is_dirty = false;
        Ok(())
    }
}

fn broken(error: LinesCodecError) -> io::Error {
    match error {
        LinesCodecError::Io(error) => error,
        LinesCodecError::MaxLineLengthExceeded => {
            io::Error::new(io::ErrorKind::InvalidData, format!("a line has more than {MAX_LINE} bytes"))
        }
    }
}
