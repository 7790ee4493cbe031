//! Who knows what, on both sides of the socket: pure bookkeeping, so that any of the two may die before or after any step.
//!
//! The host's updates are numbered 1, 2, … and always sent from its journal, so what is in memory does not grow with what
//! the server has missed. The server commits what an update means together with its number, and only then acknowledges
//! it. Commands go the other way: committed by the server before they are told, journaled by the host before they are
//! carried out, and told again on each connection until they were heard.

use std::collections::BTreeSet;

use super::journal::Record;
use super::protocol::CommandId;

/// What a host keeps in mind; all of it can be read off its journal, but for the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSide {
    /// The newest update in the journal.
    newest: u64,
    /// The last update that the server has for good.
    acked: u64,
    /// The commands in the journal.
    heard: BTreeSet<CommandId>,
    /// The last update that was sent on the connection there is.
    sent: Option<u64>,
}

impl HostSide {
    /// What a journal says.
    #[must_use]
    pub fn from_journal(records: &[Record]) -> Self {
        let mut side = Self::default();
        for record in records {
            match record {
                Record::Update { n, .. } => side.newest = *n,
                Record::Command { id, .. } => drop(side.heard.insert(id.clone())),
            }
        }
        side
    }

    /// The newest update in the journal, 0 before the first.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The number of the next update. Call [`Self::journaled`] once it is in the journal.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        self.newest + 1
    }

    /// The next update is in the journal.
    pub fn journaled(&mut self) {
        self.newest += 1;
    }

    /// A server has connected, and has all updates up to here.
    pub fn connected(&mut self, host_seq: u64) {
        // A server can't know more than there is; one that says so has another host's books.
        let known = host_seq.min(self.newest);
        self.acked = self.acked.max(known);
        self.sent = Some(known);
    }

    /// The connection is gone.
    pub fn cut(&mut self) {
        self.sent = None;
    }

    /// The update that is to be sent next on the connection, if there is one of either.
    #[must_use]
    pub fn due(&self) -> Option<u64> {
        self.sent.filter(|sent| *sent < self.newest).map(|sent| sent + 1)
    }

    /// The update that was due has been sent.
    pub fn sent(&mut self) {
        self.sent = self.due();
    }

    /// The server has all updates up to here for good.
    pub fn acknowledged(&mut self, n: u64) {
        self.acked = self.acked.max(n.min(self.newest));
    }

    /// Whether the server has everything.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.acked == self.newest
    }

    /// Whether a command is in the journal.
    #[must_use]
    pub fn has_heard(&self, id: &CommandId) -> bool {
        self.heard.contains(id)
    }

    /// The commands in the journal. A server that has just connected is told of them before any update: what an agent said
    /// after a prompt means another thing to who takes that for unheard.
    pub fn all_heard(&self) -> impl Iterator<Item = &CommandId> {
        self.heard.iter()
    }

    /// A command is in the journal; it is to be carried out once it is there, and only then.
    pub fn heard(&mut self, id: CommandId) {
        self.heard.insert(id);
    }
}

/// What an update is to a server that has all up to `host_seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the next: commit what it means together with its number, then acknowledge it.
    Next,
    /// It is known: acknowledge what is known, and drop it.
    Known,
    /// Some before it never came: end the connection and begin another, which names what is known.
    Gap,
}

/// What an update is to a server that has all up to `host_seq`.
#[must_use]
pub fn take(host_seq: u64, n: u64) -> Taken {
    match n {
        n if n <= host_seq => Taken::Known,
        n if n == host_seq + 1 => Taken::Next,
        _ => Taken::Gap,
    }
}

#[cfg(test)]
mod tests;
