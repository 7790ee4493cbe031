//! A board: its page, columns, cards, filter, and how cards are moved.

mod card_menu;
mod column;
mod column_menu;
pub mod context;
pub mod drag;
mod dragging;
mod face;
mod failures;
pub mod filter;
mod filter_bar;
mod label_menu;
pub mod lanes;
pub mod menus;
mod next;
mod page;
mod quick_add;

pub use page::BoardPage;
