//! Attempts: one agent's tries at cards, each in its own worktree and branch.
//!
//! What a person asks for and what an agent does are [events](machine::Event) of a pure [`machine`]; a [`case`] applies
//! them to the database. The rest follows from what stands there.

pub(crate) mod case;
pub mod face;
#[cfg(test)]
pub(crate) mod fixture;
pub mod host;
pub mod machine;
mod recap;
