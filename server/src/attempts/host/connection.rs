//! A server's connection to a host, as the host has it.

use std::io;
use std::path::Path;

use tokio::net::UnixStream;

use super::journal::Record;
use super::journal_file::JournalReader;
use super::lines::{self, Reader, Writer};
use super::protocol::{HostLine, ServerLine};

/// Both directions, and the journal as far as it was sent.
pub(super) struct Connection {
    pub reader: Reader<ServerLine>,
    pub writer: Writer<HostLine>,
    journal: JournalReader,
}

impl Connection {
    pub fn open(stream: UnixStream, journal: &Path) -> io::Result<Self> {
        let (reader, writer) = lines::split(stream);
        Ok(Self { reader, writer, journal: JournalReader::open(journal)? })
    }

    /// Looks for updates from this place in the journal on.
    pub fn read_from(&mut self, place: u64) -> io::Result<()> {
        self.journal.skip_to(place)
    }

    /// Sends an update from the journal; the numbers only ever rise.
    pub fn send_update(&mut self, number: u64) -> io::Result<()> {
        while let Some(record) = self.journal.read()? {
            if let Record::Update { n, update } = record
                && n == number
            {
                return self.writer.write(&HostLine::Update { n, update });
            }
        }
        Err(io::Error::new(io::ErrorKind::NotFound, format!("the journal has no update {number}")))
    }
}
