//! A stream as the body of an answer.
//!
//! What a stream does most, to hand over a frame or to wait, is done where it lies. What reads the database is rare and
//! takes a future of its own, which is made when it is needed: so an open stream is small, and what is done a thousand
//! times for each event is little.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::{Next, Stream};

/// The bytes of a stream, as long as it goes on.
pub struct StreamBody(Turn);

/// Who has the stream.
enum Turn {
    /// It sends what there is.
    Here(Box<Stream>),
    /// It is on an errand, and comes back.
    Away(Pin<Box<dyn Future<Output = Box<Stream>> + Send>>),
    /// It has ended.
    Over,
}

impl StreamBody {
    /// The body that sends this stream.
    #[must_use]
    pub fn new(stream: Stream) -> Self {
        Self(Turn::Here(Box::new(stream)))
    }
}

impl Body for StreamBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        loop {
            let next = match &mut self.0 {
                Turn::Here(stream) => ready!(stream.poll_next(cx)),
                Turn::Away(errand) => {
                    self.0 = Turn::Here(ready!(errand.as_mut().poll(cx)));
                    continue;
                }
                Turn::Over => return Poll::Ready(None),
            };
            if let Next::Bytes(bytes) = next {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            if let (Turn::Here(stream), Next::Errand(errand)) =
                (std::mem::replace(&mut self.0, Turn::Over), next)
            {
                self.0 = Turn::Away(Box::pin(stream.run(errand)));
            }
        }
    }
}
