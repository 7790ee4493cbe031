//! A board: its page, columns, cards, filter, and how cards are moved.

pub(crate) mod bulk;
mod card_menu;
mod collapsing;
mod column;
mod column_menu;
pub mod context;
mod deleted;
pub mod drag;
pub(crate) mod dragging;
mod face;
mod failures;
pub mod filter;
mod filter_bar;
mod filter_help;
pub mod focus;
mod foothold;
mod label_dialog;
mod label_menu;
pub mod lanes;
pub mod menus;
pub(crate) mod next;
mod page;
mod quick_add;
mod rows;
pub mod seen;
pub mod selection;
pub(crate) mod selection_bar;
mod shown;
pub mod starting;
mod strip;
pub mod strips;
pub mod undo;
pub(crate) mod undoing;
mod views;
mod windows;

pub use page::BoardPage;
