//! An accepted connection with a deadline on its writes.

use std::{
    future::Future as _,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

use super::Stalls;

/// Up to so many bytes, the parts of a write are put together: a frame comes as three, the frame and what HTTP wants before
/// and after it, and to copy a small one costs less than to have the system take it in parts.
const FEW_BYTES: usize = 1024;

/// A connection that fails once a write has made no progress for too long.
#[derive(Debug)]
pub struct Connection<S = TcpStream> {
    stream: S,
    limit: Duration,
    stalls: Stalls,
    /// Runs while a write waits; made at the first wait, because most connections never do.
    deadline: Option<Pin<Box<Sleep>>>,
    state: Writing,
}

/// How the newest write went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Nothing waits to be written.
    Flows,
    /// Bytes wait; the deadline runs.
    Waits,
    /// Given up: every further write fails.
    GivenUp,
}

impl<S> Connection<S> {
    /// Wraps `stream`; a write that makes no progress for `limit` ends it and is counted in `stalls`.
    #[must_use]
    pub fn new(stream: S, limit: Duration, stalls: Stalls) -> Self {
        Self { stream, limit, stalls, deadline: None, state: Writing::Flows }
    }

    /// The wrapped stream.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Judges the outcome of a write: progress stops the deadline, waiting starts it.
    fn judge<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &outcome {
            Poll::Ready(Ok(_)) => self.state = Writing::Flows,
            // The system found first that nothing is acknowledged any more.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::TimedOut => self.give_up(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                ready!(self.poll_deadline(cx));
                self.give_up();
                return Poll::Ready(Err(stalled()));
            }
        }
        outcome
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        if self.state == Writing::Flows {
            self.state = Writing::Waits;
            deadline.as_mut().reset(Instant::now() + limit);
        }
        deadline.as_mut().poll(cx)
    }

    fn give_up(&mut self) {
        if self.state != Writing::GivenUp {
            self.state = Writing::GivenUp;
            self.stalls.add();
        }
    }
}

/// The parts in one piece, if there is room for all of them.
fn gathered<'a>(parts: &[IoSlice<'_>], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut filled = 0;
    for part in parts {
        let end = filled + part.len();
        room.get_mut(filled..end)?.copy_from_slice(part);
        filled = end;
    }
    Some(&room[..filled])
}

fn stalled() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the reader took nothing for too long")
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Poll::Ready(Err(error)) = &outcome
            && error.kind() == io::ErrorKind::TimedOut
        {
            self.give_up();
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut room = [0; FEW_BYTES];
        let stream = Pin::new(&mut self.stream);
        let outcome = match gathered(parts, &mut room) {
            Some(bytes) => stream.poll_write(cx, bytes),
            None => stream.poll_write_vectored(cx, parts),
        };
        self.judge(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The kernel's buffer is the only one, so flushing says nothing about the reader.
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn connection(buffer: usize) -> (Connection<tokio::io::DuplexStream>, tokio::io::DuplexStream, Stalls) {
        let (near, far) = tokio::io::duplex(buffer);
        let stalls = Stalls::default();
        (Connection::new(near, LIMIT, stalls.clone()), far, stalls)
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_without_progress_fails_at_the_limit_and_is_counted_once() {
        let (mut connection, _far, stalls) = connection(4);
        let started = Instant::now();
        let error = connection.write_all(b"more than four").await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
        connection.write_all(b"again").await.expect_err("it stays given up");
        assert_eq!(stalls.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_who_makes_progress_is_never_given_up() {
        let (mut connection, mut far, stalls) = connection(1);
        let reader = tokio::spawn(async move {
            for _ in 0..20 {
                tokio::time::sleep(LIMIT - Duration::from_secs(1)).await;
                far.read_u8().await.expect("a byte");
            }
            far
        });
        connection.write_all(&[7; 20]).await.expect("each byte is progress");
        reader.await.expect("the reader reads");
        assert_eq!(stalls.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_never_given_up() {
        let (mut connection, mut far, stalls) = connection(64);
        connection.write_all(b"hello").await.expect("it fits");
        tokio::time::sleep(LIMIT * 100).await;
        connection.write_all(b"still here").await.expect("it fits");
        let mut read = [0; 15];
        far.read_exact(&mut read).await.expect("all of it");
        assert_eq!((&read, stalls.count()), (b"hellostill here", 0));
    }

    #[tokio::test(start_paused = true)]
    async fn the_parts_of_a_write_arrive_in_order_whether_they_are_few_bytes_or_many() {
        for size in [0, 1, FEW_BYTES - 2, FEW_BYTES - 1, FEW_BYTES * 3] {
            let (mut connection, mut far, _) = connection(FEW_BYTES * 4);
            let middle = vec![b'x'; size];
            let parts = [b"<", &middle[..], b">"].map(IoSlice::new);
            let written = connection.write_vectored(&parts).await.expect("there is room");
            // A duplex of its own takes parts as they come, so all of them fit in one write.
            assert_eq!(written, size + 2);
            let mut read = vec![0; written];
            far.read_exact(&mut read).await.expect("all of it");
            assert_eq!(read, [b"<", &middle[..], b">"].concat());
        }
    }

    #[test]
    fn parts_are_put_together_if_there_is_room_for_all_of_them() {
        let parts = [&b"ab"[..], b"", b"c"].map(IoSlice::new);
        assert_eq!(gathered(&parts, &mut [0; 3]), Some(&b"abc"[..]));
        assert_eq!(gathered(&parts, &mut [0; 2]), None);
    }
}
