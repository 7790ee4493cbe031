//! As much of HTTP/1.1 as a publisher and the floor need (RFC 9112): bodies with a length, connections that are kept.

use std::io::{self, BufRead, Write};

/// The answer to what was published.
pub const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

/// A request or an answer.
#[derive(Debug)]
pub struct Message {
    /// The words of its first line.
    start: Vec<String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// Reads a request; `None` at the end of the connection.
///
/// # Errors
/// If the connection fails, or what comes is no request.
pub fn read_request(input: &mut impl BufRead) -> io::Result<Option<Request>> {
    let Some(message) = read(input)? else { return Ok(None) };
    let method = message.start.into_iter().next().unwrap_or_default();
    Ok(Some(Request { method, body: message.body }))
}

/// Reads an answer, and tells its status and body.
///
/// # Errors
/// If the connection fails or ends, or what comes is no answer.
pub fn read_answer(input: &mut impl BufRead) -> io::Result<(u16, Vec<u8>)> {
    let message = read(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = message.start.get(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(io::ErrorKind::InvalidData)?, message.body))
}

fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let start = line.split_whitespace().map(str::to_owned).collect();
    let mut length = 0;
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(Some(Message { start, body }))
}

/// Writes a request, in one piece.
///
/// # Errors
/// If the connection fails.
pub fn write_request(
    output: &mut impl Write,
    method: &str,
    path: &str,
    headers: &[String],
    body: &[u8],
) -> io::Result<()> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n").into_bytes();
    for header in headers {
        request.extend_from_slice(header.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    if !body.is_empty() {
        request.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    output.write_all(&request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut sent = Vec::new();
        write_request(&mut sent, "POST", "/a", &["x-y: z".to_owned()], b"{}").unwrap();
        write_request(&mut sent, "GET", "/b", &[], b"").unwrap();
        let mut input = sent.as_slice();
        let [first, second] = [(); 2].map(|()| read_request(&mut input).unwrap().unwrap());
        assert_eq!((first.method.as_str(), first.body.as_slice()), ("POST", b"{}".as_slice()));
        assert_eq!((second.method.as_str(), second.body.len()), ("GET", 0));
        assert!(read_request(&mut input).unwrap().is_none());
        assert_eq!(read_answer(&mut &*ACCEPTED).unwrap(), (202, Vec::new()));
    }
}
