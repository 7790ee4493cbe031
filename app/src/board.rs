//! A board: its page, columns, cards, filter, and how cards are moved.

pub(crate) mod bulk;
mod card_menu;
mod column;
mod column_menu;
pub mod context;
pub mod drag;
pub(crate) mod dragging;
mod face;
mod failures;
pub mod filter;
mod filter_bar;
pub mod focus;
mod label_menu;
pub mod lanes;
pub mod menus;
pub(crate) mod next;
mod page;
mod quick_add;
pub mod selection;
pub(crate) mod selection_bar;
pub mod starting;
pub mod undo;
pub(crate) mod undoing;

pub use page::BoardPage;
