//! The servers that are measured: how each is started, read and published to.

mod mainstay;
mod nchan;

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use tempfile::TempDir;

use super::roles::{Process, Side, announced};

pub use mainstay::missing as mainstay_missing;
pub use nchan::missing as nchan_missing;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Raw writes.
    Floor,
    /// Ours.
    Mainstay,
    /// axum as everyone uses it.
    Idiomatic,
    /// nginx with the module nchan.
    Nchan,
}

impl Kind {
    /// What it is called in a table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Mainstay => "Mainstay",
            Self::Idiomatic => "axum `Sse`",
            Self::Nchan => "nginx + nchan",
        }
    }
}

/// A request that publishes one event.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: Vec<String>,
    /// Its body up to what fills it, and after that.
    pub body: (String, String),
    /// What it is filled with, and how many bytes that has on the wire.
    pub filling: (&'static str, usize),
    /// In how many places it is filled.
    pub places: usize,
}

impl Publishing {
    /// Its body with so many bytes of filling.
    #[must_use]
    pub fn filled(&self, bytes: usize) -> String {
        let (filling, width) = self.filling;
        let text = filling.repeat(bytes / width / self.places);
        format!("{}{}", self.body.0, self.body.1).replace("{filling}", &text)
    }
}

/// How large events are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 256 bytes.
    Small,
    /// 16 KiB.
    Large,
}

impl Size {
    /// In bytes of a whole frame.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::Small => 256,
            Self::Large => 16 * 1024,
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    /// Which one.
    pub kind: Kind,
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// The path of its stream.
    pub stream: String,
    /// The headers of a request for it.
    pub headers: Vec<String>,
    /// What a stream begins with.
    pub until: &'static str,
    /// How a small event is published.
    pub small: Publishing,
    /// How a large event is published.
    pub large: Publishing,
    /// What it keeps on disk.
    _folder: Option<TempDir>,
}

impl Server {
    /// Starts one. `binary` is Mainstay's; a floor's frames are filled up to `size`.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(kind: Kind, binary: &Path, size: Size) -> io::Result<Self> {
        match kind {
            Kind::Floor => Self::role(kind, "floor", &["--frame-bytes".to_owned(), size.bytes().to_string()]),
            Kind::Idiomatic => Self::role(kind, "idiomatic", &[]),
            Kind::Nchan => nchan::start(),
            Kind::Mainstay => mainstay::start(binary),
        }
    }

    fn role(kind: Kind, role: &str, arguments: &[String]) -> io::Result<Self> {
        let mut process = Process::role(role, arguments, Side::Server)?;
        let address = process.until(announced)?;
        let publishing = plain("/publish");
        Ok(Self {
            kind,
            process,
            address,
            stream: "/events".to_owned(),
            headers: vec!["accept: text/event-stream".to_owned()],
            until: "\r\n\r\n",
            small: publishing.clone(),
            large: publishing,
            _folder: None,
        })
    }

    /// How an event of a size is published.
    #[must_use]
    pub fn publishing(&self, size: Size) -> &Publishing {
        match size {
            Size::Small => &self.small,
            Size::Large => &self.large,
        }
    }
}

/// Publishing where the body is the event's data.
fn plain(path: &str) -> Publishing {
    Publishing {
        method: "POST",
        path: path.to_owned(),
        headers: vec!["content-type: application/json".to_owned()],
        body: ("{\"name\":\"{stamp}".to_owned(), "{filling}\"}".to_owned()),
        filling: ("x", 1),
        places: 1,
    }
}
