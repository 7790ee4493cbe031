//! The owner token: made at first start, and kept in the data folder where only its owner can read it.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::secret::Secret;
use crate::data_folder::write_secret;

/// The fewest characters of an owner token.
pub const MIN_CHARS: usize = 16;

/// Why there is no owner token.
#[derive(Debug, thiserror::Error)]
pub enum OwnerTokenError {
    /// Its file can't be read or written.
    #[error("the owner token can't be kept in {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Its file has something else in it.
    #[error(
        "the file {} holds no owner token: it must have {MIN_CHARS} characters or more (letters, digits and punctuation), \
         and no spaces",
        .0.display()
    )]
    NotAToken(PathBuf),
    /// The system has no randomness.
    #[error("no owner token can be made: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// The token that is kept in this file; at first a new one.
///
/// # Errors
/// If it can't be read or made.
pub fn load_or_make(path: &Path) -> Result<Secret, OwnerTokenError> {
    let unusable = |source| OwnerTokenError::File { path: path.to_owned(), source };
    match fs::read_to_string(path) {
        Ok(text) => {
            warn_if_open_to_others(path);
            let token = text.trim();
            if is_token(token) {
                Ok(Secret::new(token))
            } else {
                Err(OwnerTokenError::NotAToken(path.to_owned()))
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = Secret::random()?;
            write_secret(path, token.reveal()).map_err(unusable)?;
            Ok(token)
        }
        Err(error) => Err(unusable(error)),
    }
}

/// Whether a text can be the owner token: too long to be guessed, and fit for a header. Anybody could sign in with an empty
/// one.
#[must_use]
pub fn is_token(text: &str) -> bool {
    text.len() >= MIN_CHARS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn warn_if_open_to_others(path: &Path) {
    if fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0) {
        tracing::warn!("others may read the owner token in {0}; `chmod 600 {0}` closes it", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_then_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owner-token");
        let first = load_or_make(&path).unwrap();
        assert_eq!(load_or_make(&path).unwrap().reveal(), first.reveal());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_without_a_token_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owner-token");
        for text in ["", "\n", "short", "two words that are long enough"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(load_or_make(&path), Err(OwnerTokenError::NotAToken(_))), "{text:?}");
        }
        fs::write(&path, "0123456789abcdef\n").unwrap();
        assert_eq!(load_or_make(&path).unwrap().reveal(), "0123456789abcdef");
    }
}
