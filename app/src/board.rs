//! A board: its page, columns, cards, filter, and how cards are moved.

mod card_menu;
mod collapsing;
mod column;
mod column_menu;
pub mod context;
pub mod drag;
mod dragging;
mod face;
mod failures;
pub mod filter;
mod filter_bar;
mod filter_help;
mod label_menu;
pub mod lanes;
pub mod menus;
pub mod moves;
mod next;
mod page;
mod quick_add;
mod rows;
pub mod seen;
mod strip;
mod views;
mod windows;

pub use page::BoardPage;
