//! The floor: a server that does nothing but write the same bytes to the same number of sockets, without waiting.
//!
//! One thread, blocking accepts before, then raw non-blocking writes; no HTTP but what a reader must see to begin.

use std::io::{self, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use super::http;

/// How the floor is run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many bytes a frame has in all; what is published is filled up to this.
    #[arg(long, default_value_t = 0)]
    frame_bytes: usize,
}

type Readers = Arc<Mutex<Vec<TcpStream>>>;

/// Serves until it is killed; its first line of output is its address.
///
/// # Errors
/// If it can't listen.
pub fn run(options: &Options) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    super::roles::announce(&listener.local_addr()?)?;
    let readers = Readers::default();
    for stream in listener.incoming() {
        let stream = stream?;
        stream.set_nodelay(true)?;
        let mut input = BufReader::with_capacity(4096, stream.try_clone()?);
        let Some(request) = http::read_request(&mut input)? else { continue };
        if request.method == "GET" {
            open(stream, &readers)?;
        } else {
            // One thread for the publisher, so that readers can go on coming.
            let (readers, size) = (Arc::clone(&readers), options.frame_bytes);
            std::thread::spawn(move || serve_publisher(request, input, stream, &readers, size));
        }
    }
    Ok(())
}

fn open(mut stream: TcpStream, readers: &Readers) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")?;
    stream.set_nonblocking(true)?;
    readers.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
    Ok(())
}

fn serve_publisher(
    first: http::Request,
    mut input: BufReader<TcpStream>,
    mut output: TcpStream,
    readers: &Readers,
    size: usize,
) -> io::Result<()> {
    let mut next = Some(first);
    while let Some(request) = next {
        output.write_all(http::ACCEPTED)?;
        let frame = frame(&request.body, size);
        // A reader that has left, or has no room, is no matter of the floor.
        let mut readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.retain_mut(|reader| match reader.write(&frame) {
            Ok(written) => written == frame.len(),
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        });
        drop(readers);
        next = http::read_request(&mut input)?;
    }
    Ok(())
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
