//! Why a command was refused, as a person is told.

use shared::ids::{BoardId, CardId, ColumnId};
use shared::problem::FieldError;

use crate::store::{StoreError, words};

/// What is said of a change that broke off: it may have been committed just before.
pub const UNCERTAIN: &str =
    "Something went wrong in the server, and it is not certain whether the change was made.";
/// What a person can do about it.
pub const UNCERTAIN_HINT: &str = "Reload to see how things stand; the server's log says more.";

/// Why a command was refused. Nothing has changed then, unless it says that this is not certain.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// The kind of refusal.
    pub kind: CommandErrorKind,
    /// What happened to which thing, as a sentence.
    pub message: String,
    /// What a person can do about it.
    pub hints: Vec<String>,
    /// What is wrong with which field of the body.
    pub errors: Vec<FieldError>,
    /// What the database said, if it was the database; for the log, not for the answer.
    #[source]
    pub source: Option<Box<StoreError>>,
}

/// The kinds of refusals, and the status that each has over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommandErrorKind {
    /// A field is not even of the right form: 400.
    Malformed,
    /// The thing in the path does not exist: 404.
    NotFound,
    /// It does not go with how things stand: 409.
    Conflict,
    /// The thing has another revision than the one that was named: 412.
    Stale {
        /// The revision that it has.
        current: u64,
    },
    /// Well-formed but not allowed: 422.
    Invalid,
    /// The disk is full: 507.
    DiskFull,
    /// The database is busy or closing; it is worth another try: 503.
    Busy,
    /// The server lacks something that it needs for this, and somebody has to see to it: 503.
    Unavailable,
    /// A bug or a broken disk: 500.
    Internal,
}

impl CommandError {
    pub(crate) fn new(kind: CommandErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), errors: Vec::new(), source: None }
    }

    /// The thing in the path does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(CommandErrorKind::NotFound, message)
    }

    /// There is no board by this id.
    #[must_use]
    pub fn no_board(id: &BoardId) -> Self {
        Self::not_found(format!("There is no board \"{id}\".")).hint("It may have been deleted.")
    }

    /// The board has no column by this id.
    #[must_use]
    pub fn no_column(id: &ColumnId) -> Self {
        Self::not_found(format!("The board has no column \"{id}\".")).hint("It may have been deleted.")
    }

    /// The board has no card by this id.
    #[must_use]
    pub fn no_card(id: &CardId) -> Self {
        Self::not_found(format!("The board has no card \"{id}\"."))
            .hint("It may be on another board, or have been deleted for good.")
    }

    /// It does not go with how things stand.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(CommandErrorKind::Conflict, message)
    }

    /// A thing has another revision than the one that was named.
    #[must_use]
    pub fn stale(what: &str, expected: u64, current: u64) -> Self {
        let message = format!(
            "{what} was changed by someone since: it is at revision {current}, and the request names {expected}."
        );
        Self::new(CommandErrorKind::Stale { current }, message)
            .hint("Look at it as it is now, then try again.")
    }

    /// The server lacks something that it needs for this.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(CommandErrorKind::Unavailable, message)
    }

    /// It is well-formed but not allowed.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(CommandErrorKind::Invalid, message)
    }

    /// A field of the body is not allowed.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::refused(message).with_field(field)
    }

    /// Fields of the body are not allowed.
    #[must_use]
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        Self { errors: errors.clone(), ..Self::refused(messages.join(" ")) }
    }

    /// A field of the body is not of the right form.
    pub fn malformed(field: &str, message: impl Into<String>) -> Self {
        Self::new(CommandErrorKind::Malformed, message).with_field(field)
    }

    /// Mainstay's own data is not as it must be.
    pub fn broken(detail: impl Into<String>) -> Self {
        StoreError::Corrupt(detail.into()).into()
    }

    /// Adds what a person can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says which field of the body it is about.
    #[must_use]
    pub fn with_field(self, field: &str) -> Self {
        let message = self.message.clone();
        self.with_error(field, message)
    }

    /// Says something about a field of the body.
    #[must_use]
    pub fn with_error(mut self, field: &str, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
        self
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let refused = match &error {
            StoreError::DiskFull => Self::new(
                CommandErrorKind::DiskFull,
                format!("{}, so the change was not made.", words::DISK_FULL),
            )
            .hint(words::MAKE_ROOM),
            StoreError::Busy | StoreError::Closed => {
                Self::new(CommandErrorKind::Busy, format!("{}, so the change was not made.", words::BUSY))
                    .hint(words::TRY_AGAIN)
            }
            StoreError::Duplicate => Self::conflict("There is something with this id already.")
                .hint("Use a new id for each thing that you create."),
            StoreError::Aborted(_) => Self::new(CommandErrorKind::Internal, UNCERTAIN).hint(UNCERTAIN_HINT),
            _ => Self::new(CommandErrorKind::Internal, "The database failed, so the change was not made.")
                .hint("The server's log says more."),
        };
        Self { source: Some(Box::new(error)), ..refused }
    }
}
