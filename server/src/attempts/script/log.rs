//! The file that holds all that a script printed.

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

/// The most bytes of a log, but for the note that it ends.
pub const MAX_LOG: u64 = 64 * 1024 * 1024;

/// What a script prints may be secret.
const PRIVATE: u32 = 0o600;

/// A log that is being written. When writing fails, it ends there, and the script goes on.
#[derive(Debug)]
pub(super) struct Log {
    /// `None` once nothing more is written.
    file: Option<File>,
    room: u64,
    failure: Option<String>,
}

impl Log {
    /// Goes on with the log at a path, or begins it.
    pub async fn open(path: &Path) -> Self {
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(PRIVATE);
        let opened = async {
            let file = options.open(path).await?;
            let length = file.metadata().await?.len();
            io::Result::Ok((file, length))
        };
        match opened.await {
            Ok((file, length)) if length < MAX_LOG => {
                Self { file: Some(file), room: MAX_LOG - length, failure: None }
            }
            Ok(_) => Self { file: None, room: 0, failure: Some(full()) },
            Err(error) => {
                let failure = format!("the log {} can't be opened: {error}", path.display());
                Self { file: None, room: 0, failure: Some(failure) }
            }
        }
    }

    pub async fn append(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        let written = if bytes.len() <= room {
            file.write_all(bytes).await
        } else {
            self.failure = Some(full());
            write_end(file, &bytes[..room]).await
        };
        self.room -= u64::try_from(bytes.len().min(room)).unwrap_or(self.room);
        if let Err(error) = written {
            self.failure = Some(not_written(&error));
        }
        if self.failure.is_some() {
            self.file = None;
        }
    }

    /// Writes what is not written yet, and says why the log is not whole.
    pub async fn finish(mut self) -> Option<String> {
        if let Some(mut file) = self.file
            && let Err(error) = file.flush().await
        {
            self.failure = Some(not_written(&error));
        }
        self.failure
    }
}

async fn write_end(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).await?;
    file.write_all(format!("\n[{}]\n", full()).as_bytes()).await?;
    file.flush().await
}

fn full() -> String {
    format!("the log ends here: it has {} MiB", MAX_LOG / 1024 / 1024)
}

fn not_written(error: &io::Error) -> String {
    format!("the log can't be written: {error}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn a_log_goes_on_where_it_ended_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for text in ["one\n", "two\n"] {
            let mut log = Log::open(&path).await;
            log.append(text.as_bytes()).await;
            assert_eq!(log.finish().await, None);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, PRIVATE);
    }

    #[tokio::test]
    async fn a_full_log_ends_with_a_note_and_takes_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::File::create(&path).unwrap().set_len(MAX_LOG - 3).unwrap();
        let mut log = Log::open(&path).await;
        log.append(b"abcdef").await;
        log.append(b"ghi").await;
        assert!(log.finish().await.is_some());
        let bytes = fs::read(&path).unwrap();
        let end = String::from_utf8_lossy(&bytes[bytes.len() - 45..]);
        assert!(end.ends_with("abc\n[the log ends here: it has 64 MiB]\n"), "{end}");
        assert!(Log::open(&path).await.finish().await.is_some());
        assert_eq!(fs::metadata(&path).unwrap().len(), u64::try_from(bytes.len()).unwrap());
    }

    #[tokio::test]
    async fn a_log_that_can_not_be_written_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::open(&folder.path().join("no/folder")).await;
        log.append(b"lost").await;
        assert!(log.finish().await.is_some_and(|failure| failure.contains("can't be opened")));
    }
}
