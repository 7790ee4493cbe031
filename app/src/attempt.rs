//! The attempts at a card: what agents do, did and ask, as the inspector shows it.
//!
//! - [`roster`] and [`timeline`] know what is known of a card's attempts and of a conversation, and when to ask;
//!   [`heights`] knows which rows of a long conversation are rendered: pure, like [`passages`], [`edits`], [`log_lines`]
//!   and [`words`].
//! - [`desk`] and [`open_attempt`] are the handles that the views share: of the card, and of the attempt that is shown.
//! - [`agents`] knows who can do the work, [`end`] keeps whoever reads at the end of an output or a log there.
//! - The views are the bar of attempts, the conversation with its rows, what the agent asks, the plan, the log and the
//!   composer.

mod agents;
mod bar;
mod clock;
mod composer;
mod conversation;
mod desk;
pub mod edits;
mod end;
pub mod heights;
mod log;
pub mod log_lines;
mod open_attempt;
mod outcome;
mod panels;
pub mod passages;
mod plan;
mod requests;
pub mod roster;
mod row;
mod start;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod words;

pub use desk::{Desk, FirstAttempts};
pub use panels::{CardPanel, Panels};
