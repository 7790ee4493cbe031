//! What can be listened to.

use shared::ids::BoardId;

/// What a stream is about, and so which messages it carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One board.
    Board(BoardId),
    /// The dashboard: what concerns everyone, and the overview.
    Dashboard,
}
