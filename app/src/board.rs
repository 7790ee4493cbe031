//! A board: its page, columns, cards, filter, and how cards are moved.

pub mod drag;
pub mod filter;
pub mod lanes;
pub mod moves;
