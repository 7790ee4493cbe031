//! The parts that every page is made of.

pub mod clicks;
pub mod dialog;
pub mod fresh;
pub mod icon;
pub mod late;
pub mod list;
pub mod menu;
pub mod notices;
pub mod switch;
pub mod tabs;
pub mod time;
