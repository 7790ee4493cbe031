//! A card: its face on the board, and the inspector that shows and changes the whole of it.

pub mod face;
pub mod inspector;
pub mod markdown;
pub mod marks;
