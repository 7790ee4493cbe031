//! What keys do: one table of all shortcuts, from which they are carried out, listed and hinted at.

pub mod dispatch;
pub mod press;
pub mod registry;
pub mod sheet;
