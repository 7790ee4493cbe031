//! What can be done to projects, boards, columns, cards and saved views: the commands behind the JSON API.
//!
//! Each command is one change: it checks, writes, and records one patch of the board, or refuses and leaves everything as
//! it was. A command whose outcome is what there was already changes nothing: no revision, no message.
//!
//! A card's revision rises when people change it: edit, move, delete, restore. What only follows from a change of another
//! card, such as `blockedBy`, leaves it alone. So "undo, unless somebody changed it since" can be asked with the revision
//! that the action returned, whatever the action was.

pub mod cards;
pub mod columns;
pub(crate) mod creation;
mod dependency;
pub(crate) mod edit;
mod error;
pub(crate) mod fields;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod model;
pub(crate) mod place;
mod position;
pub mod projects;
pub(crate) mod ticket_key;
pub mod views;

use shared::ids::EventId;

pub use error::{CommandError, CommandErrorKind, UNCERTAIN, UNCERTAIN_HINT};

/// What a command made, and up to where the message log goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The thing as it is now.
    pub value: T,
    /// The position of the change's last message; the log's head if nothing changed.
    pub at: EventId,
}

/// How a command ends.
pub type CommandResult<T> = Result<Answer<T>, CommandError>;
