//! The journal on disk: one process appends to it, others may read it meanwhile.
//!
//! Nothing waits until a record is on the disk itself: a killed process loses nothing that it gave to the system, and when
//! the whole machine stops, the agent is gone with it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::journal::{self, Front, Record};

/// The journal as its writer has it.
#[derive(Debug)]
pub struct JournalFile {
    file: File,
    /// How many bytes it has.
    length: u64,
    /// Where some of the updates begin, by their numbers, so that nobody has to read it all to find one.
    places: Vec<(u64, u64)>,
}

/// How many bytes lie at least between the places that are kept in mind.
const BETWEEN_PLACES: u64 = 1 << 20;

impl JournalFile {
    /// Opens the journal, or makes it, cuts off a torn tail, and says which records there are. One process can have it
    /// open at a time.
    ///
    /// # Errors
    /// If another process has it open, or it can't be read or written.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<Record>)> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::AddrInUse, "another host writes this journal")
            }
            TryLockError::Error(error) => error,
        })?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let read = journal::read(&bytes);
        let whole = u64::try_from(read.whole).unwrap_or(u64::MAX);
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        Ok((Self { file, length: whole, places: Vec::new() }, read.records))
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Writes a record behind the others.
    ///
    /// # Errors
    /// If it can't be encoded or written. What was written of it is then cut off.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        let bytes = journal::encode(record).map_err(io::Error::other)?;
        let end = self.length;
        self.file.write_all(&bytes).inspect_err(|_| {
            // A torn tail would make everything behind it unreadable. If not even this works, readers stop there.
            _ = self.file.set_len(end).and_then(|()| self.file.seek(SeekFrom::Start(end)));
        })?;
        let last = self.places.last().map_or(0, |(_, place)| *place);
        if let Record::Update { n, .. } = record
            && end >= last + BETWEEN_PLACES
        {
            self.places.push((*n, end));
        }
        self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// A place at which an update begins that comes before this one or is it, or the very beginning.
    #[must_use]
    pub fn place_before(&self, n: u64) -> u64 {
        let later = self.places.partition_point(|(number, _)| *number <= n);
        self.places[..later].last().map_or(0, |(_, place)| *place)
    }
}

/// Reads the journal record by record, also while it grows.
#[derive(Debug)]
pub struct JournalReader {
    file: File,
    /// What was read and is not a whole record yet.
    rest: Vec<u8>,
}

impl JournalReader {
    /// Reads from the beginning.
    ///
    /// # Errors
    /// If there is no journal, or it can't be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, rest: Vec::new() })
    }

    /// Goes on reading at a place where a record begins.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn skip_to(&mut self, place: u64) -> io::Result<()> {
        self.rest.clear();
        self.file.seek(SeekFrom::Start(place)).map(drop)
    }

    /// The next record, if it is there as a whole.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        loop {
            let missing = match journal::front(&self.rest) {
                Front::Record(record, length) => {
                    self.rest.drain(..length);
                    return Ok(Some(record));
                }
                Front::Torn(missing) => missing,
                Front::Damaged => return Ok(None),
            };
            let mut piece = Vec::new();
            (&self.file).take(u64::try_from(missing).unwrap_or(u64::MAX)).read_to_end(&mut piece)?;
            if piece.is_empty() {
                return Ok(None);
            }
            self.rest.extend(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempts::host::protocol::{Command, CommandId};

    fn update(n: u64) -> Record {
        Record::Update { n, update: serde_json::value::to_raw_value(&format!("text {n}")).unwrap() }
    }

    fn numbers(records: impl IntoIterator<Item = Record>) -> Vec<u64> {
        let number = |record| match record {
            Record::Update { n, .. } => n,
            Record::Command { .. } => 0,
        };
        records.into_iter().map(number).collect()
    }

    #[test]
    fn a_reader_follows_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, records) = JournalFile::open(&path).unwrap();
        assert!(records.is_empty());
        let mut reader = JournalReader::open(&path).unwrap();
        assert!(reader.read().unwrap().is_none());
        journal.append(&update(1)).unwrap();
        journal.append(&Record::Command { id: CommandId("c".into()), command: Command::End }).unwrap();
        let read: Vec<Record> = std::iter::from_fn(|| reader.read().unwrap()).collect();
        assert_eq!(numbers(read), [1, 0]);
        journal.append(&update(2)).unwrap();
        assert_eq!(numbers(reader.read().unwrap()), [2]);
    }

    #[test]
    fn an_update_of_a_long_journal_is_found_from_a_place_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = JournalFile::open(&path).unwrap();
        let text = serde_json::value::to_raw_value(&"x".repeat(300_000)).unwrap();
        for n in 1..=20 {
            journal.append(&Record::Update { n, update: text.clone() }).unwrap();
        }
        let mut reader = JournalReader::open(&path).unwrap();
        for wanted in [20, 1, 7, 21] {
            reader.skip_to(journal.place_before(wanted)).unwrap();
            let found = numbers(reader.read().unwrap())[0];
            assert!(found <= wanted && found + 4 >= wanted, "{found} for {wanted}");
        }
    }

    #[test]
    fn a_torn_tail_is_cut_off_and_a_second_writer_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = JournalFile::open(&path).unwrap();
        journal.append(&update(1)).unwrap();
        journal.append(&update(2)).unwrap();
        assert_eq!(JournalFile::open(&path).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(journal);
        let whole = std::fs::metadata(&path).unwrap().len();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(whole - 3).unwrap();

        let (mut journal, records) = JournalFile::open(&path).unwrap();
        assert_eq!(numbers(records), [1]);
        journal.append(&update(3)).unwrap();
        let mut reader = JournalReader::open(&path).unwrap();
        let read: Vec<Record> = std::iter::from_fn(|| reader.read().unwrap()).collect();
        assert_eq!(numbers(read), [1, 3]);
    }

    #[test]
    fn a_damaged_record_ends_the_journal_and_what_follows_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut bytes = journal::encode(&update(1)).unwrap();
        let whole = bytes.len();
        bytes.extend(journal::encode(&update(2)).unwrap());
        bytes[whole + 12] ^= 1;
        bytes.extend(vec![0_u8; 1 << 20]);
        let mut absurd = journal::encode(&update(1)).unwrap();
        absurd.extend(vec![0xff_u8; 1 << 20]);
        for damaged in [bytes, absurd] {
            std::fs::write(&path, &damaged).unwrap();
            let mut reader = JournalReader::open(&path).unwrap();
            assert_eq!(numbers(reader.read().unwrap()), [1]);
            assert!(reader.read().unwrap().is_none() && reader.read().unwrap().is_none());
            let at = reader.file.stream_position().unwrap();
            assert!(at < 1000, "it has read {at} bytes");
        }
    }
}
