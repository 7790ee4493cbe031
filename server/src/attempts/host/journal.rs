//! The host's journal: records one after another in a file that only grows.
//!
//! A record is its length (4 bytes, little-endian), the CRC-32 of its bytes (4 bytes, little-endian; the polynomial of
//! IEEE 802.3), and its bytes, which are one JSON value. The writer may be killed in the middle of one, so a reader takes
//! the records up to the first that is not whole, and a writer that goes on cuts off what follows them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::protocol::{Command, CommandId, MAX_LINE};

const HEAD: usize = 8;

/// A record of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Record {
    /// What the agent said or did.
    Update {
        /// Its number, from 1 and without a gap.
        n: u64,
        /// As the agent said it.
        update: Box<RawValue>,
    },
    /// What the server asked for, noted before it is done.
    Command {
        /// Its name.
        id: CommandId,
        /// What.
        command: Command,
    },
}

/// The records of a journal, and the length of what holds them: what follows is a torn tail.
#[derive(Debug, Default)]
pub struct Read {
    /// The whole records, oldest first.
    pub records: Vec<Record>,
    /// Their length in the file, in bytes.
    pub whole: usize,
}

/// The bytes of a record.
///
/// # Errors
/// If it can't be written as JSON, or is longer than any line may be.
pub fn encode(record: &Record) -> Result<Vec<u8>, EncodeError> {
    let body = serde_json::to_vec(record)?;
    let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= MAX_LINE);
    let length = length.ok_or(EncodeError::TooLong(body.len()))?;
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32fast::hash(&body).to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// Why a record can't be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// It is no JSON.
    #[error("a record of the journal can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is longer than any may be.
    #[error("a record of the journal has {0} bytes, more than {MAX_LINE}")]
    TooLong(usize),
}

/// Reads the records of a journal. Nothing in the bytes is an error: what is no whole record ends it.
#[must_use]
pub fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    while let Front::Record(record, length) = front(bytes.get(read.whole..).unwrap_or_default()) {
        read.records.push(record);
        read.whole += length;
    }
    read
}

/// What bytes of a journal begin with.
#[derive(Debug)]
pub(super) enum Front {
    /// A record; and its length with its head.
    Record(Record, usize),
    /// The beginning of one; so many bytes more are needed, at the least, to know more.
    Torn(usize),
    /// Something that is none, whatever follows: here the journal ends.
    Damaged,
}

/// What bytes of a journal begin with.
pub(super) fn front(bytes: &[u8]) -> Front {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else {
        return Front::Torn(HEAD - bytes.len());
    };
    let [l0, l1, l2, l3, s0, s1, s2, s3] = *head;
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
    if length > MAX_LINE {
        return Front::Damaged;
    }
    let Some(body) = rest.get(..length) else { return Front::Torn(length - rest.len()) };
    if crc32fast::hash(body) != u32::from_le_bytes([s0, s1, s2, s3]) {
        return Front::Damaged;
    }
    serde_json::from_slice(body).map_or(Front::Damaged, |record| Front::Record(record, HEAD + length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn update(n: u64, text: &str) -> Record {
        let update = serde_json::value::to_raw_value(text).unwrap();
        Record::Update { n, update }
    }

    fn bytes(records: &[Record]) -> Vec<u8> {
        records.iter().flat_map(|record| encode(record).unwrap()).collect()
    }

    fn texts(records: &[Record]) -> Vec<String> {
        records.iter().map(|record| serde_json::to_string(record).unwrap()).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let records = [
            update(1, "a"),
            Record::Command { id: CommandId("c".into()), command: Command::Cancel },
            update(2, "ä\n"),
        ];
        let bytes = bytes(&records);
        let read = read(&bytes);
        assert_eq!((texts(&read.records), read.whole), (texts(&records), bytes.len()));
    }

    #[test]
    fn the_bytes_of_a_record_stay_what_they_are() {
        let record = Record::Command { id: CommandId("c1".into()), command: Command::End };
        let body = r#"{"command":{"id":"c1","command":"end"}}"#;
        let bytes = encode(&record).unwrap();
        assert_eq!(&bytes[..4], u32::try_from(body.len()).unwrap().to_le_bytes());
        assert_eq!(std::str::from_utf8(&bytes[8..]).unwrap(), body);
    }

    #[test]
    fn an_empty_journal_has_no_records() {
        assert_eq!(read(&[]).whole, 0);
    }

    #[test]
    fn a_record_that_is_too_long_is_refused() {
        assert!(matches!(encode(&update(1, &"x".repeat(MAX_LINE))), Err(EncodeError::TooLong(_))));
    }

    proptest! {
        #[test]
        fn wherever_it_is_torn_the_whole_records_are_read(lengths in prop::collection::vec(0..40usize, 1..6), cut in 0..400usize) {
            let numbered = lengths.iter().zip(1..);
            let records: Vec<Record> = numbered.map(|(length, n)| update(n, &"x".repeat(*length))).collect();
            let whole = bytes(&records);
            let torn = &whole[..cut.min(whole.len())];
            let read = read(torn);
            let kept = read.records.len();
            prop_assert_eq!(texts(&read.records), texts(&records[..kept]));
            prop_assert_eq!(read.whole, bytes(&records[..kept]).len());
            // Whoever goes on behind them makes a journal that is whole.
            let mut mended = torn[..read.whole].to_vec();
            mended.extend(encode(&update(99, "on")).unwrap());
            prop_assert_eq!(super::read(&mended).records.len(), kept + 1);
        }

        #[test]
        fn no_bytes_make_it_panic_or_read_beyond_them(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(&bytes).whole <= bytes.len());
        }

        #[test]
        fn a_byte_that_changed_ends_the_journal_there(at in 0..200usize, flip in 1..=255u8) {
            let records: Vec<Record> = (1..=4).map(|n| update(n, "text")).collect();
            let mut damaged = bytes(&records);
            let at = at % damaged.len();
            damaged[at] ^= flip;
            let read = read(&damaged);
            prop_assert!(read.whole <= at);
            prop_assert_eq!(texts(&read.records), texts(&records[..read.records.len()]));
        }
    }
}
