//! The floor: a server that does nothing but write the same bytes to the same number of sockets, without waiting.
//!
//! Raw non-blocking writes, one after another, by one thread for each publisher; no HTTP but what a reader must see to begin.

use std::io::{self, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::{http, roles};

/// How many publishers are served at a time. Their threads stay when they leave: one that ends takes its time along.
const PUBLISHERS: usize = 16;

/// How the floor is run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many bytes a frame has in all; what is published is filled up to this.
    #[arg(long, default_value_t = 0)]
    frame_bytes: usize,
}

/// A stream that is open.
struct Reader {
    stream: TcpStream,
    /// It has had no room, and gets nothing more: to find out when it has again is more than the least.
    is_stuck: bool,
}

type Readers = Arc<Mutex<Vec<Reader>>>;

/// A publisher's connection, and the request that showed it to be one.
struct Publisher {
    stream: TcpStream,
    input: BufReader<TcpStream>,
    first: http::Request,
}

/// Serves until it is killed; its first line of output is its address.
///
/// # Errors
/// If it can't listen.
pub fn run(options: &Options) -> io::Result<()> {
    let listener = roles::listen()?;
    roles::announce(&listener.local_addr()?)?;
    let readers = Readers::default();
    let publishers = serve_publishers(&readers, options.frame_bytes);
    for stream in listener.incoming() {
        // Who leaves before it is served is no matter of the others.
        if let Ok(Some(publisher)) = take_in(stream?, &readers)
            && publishers.send(publisher).is_err()
        {
            return Err(io::Error::other("nobody serves publishers any more"));
        }
    }
    Ok(())
}

/// Adds a reader to the others, or hands a publisher back.
fn take_in(mut stream: TcpStream, readers: &Readers) -> io::Result<Option<Publisher>> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::with_capacity(4096, stream.try_clone()?);
    let Some(first) = http::read_request(&mut input)? else { return Ok(None) };
    if first.method != "GET" {
        return Ok(Some(Publisher { stream, input, first }));
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")?;
    stream.set_nonblocking(true)?;
    readers.lock().unwrap_or_else(PoisonError::into_inner).push(Reader { stream, is_stuck: false });
    Ok(None)
}

fn serve_publishers(readers: &Readers, size: usize) -> mpsc::Sender<Publisher> {
    let (send, receive) = mpsc::channel();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..PUBLISHERS {
        let (readers, receive) = (Arc::clone(readers), Arc::clone(&receive));
        std::thread::spawn(move || {
            loop {
                let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(publisher) = next else { return };
                // A publisher that leaves in the middle has published what it has.
                let _ = serve_publisher(publisher, &readers, size);
            }
        });
    }
    send
}

fn serve_publisher(publisher: Publisher, readers: &Readers, size: usize) -> io::Result<()> {
    let Publisher { mut stream, mut input, first } = publisher;
    let mut next = Some(first);
    while let Some(request) = next {
        stream.write_all(http::ACCEPTED)?;
        let frame = frame(&request.body, size);
        readers.lock().unwrap_or_else(PoisonError::into_inner).retain_mut(|reader| write(reader, &frame));
        next = http::read_request(&mut input)?;
    }
    Ok(())
}

/// Writes to a reader, and tells whether it is still there.
fn write(reader: &mut Reader, frame: &[u8]) -> bool {
    if reader.is_stuck {
        return true;
    }
    match reader.stream.write(frame) {
        Ok(written) => {
            reader.is_stuck = written < frame.len();
            true
        }
        Err(error) => {
            reader.is_stuck = error.kind() == io::ErrorKind::WouldBlock;
            reader.is_stuck
        }
    }
}

/// The event with these data, filled up with a comment to a size.
fn frame(data: &[u8], size: usize) -> Vec<u8> {
    let mut frame = [b"id: 1\nevent: board_patch\ndata: ", data, b"\n"].concat();
    if let Some(missing) = size.checked_sub(frame.len() + 3).filter(|missing| *missing > 0) {
        frame.push(b':');
        frame.resize(frame.len() + missing, b'x');
        frame.push(b'\n');
    }
    frame.push(b'\n');
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_the_size_that_is_asked_for() {
        assert_eq!(frame(b"{}", 0), b"id: 1\nevent: board_patch\ndata: {}\n\n");
        assert_eq!(frame(b"{}", 300).len(), 300);
    }
}
